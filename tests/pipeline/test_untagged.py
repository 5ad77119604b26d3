"""A pinned version is taken back where the tags prove it, and stays ahead or behind where they do not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.commands.check import check
from consumer_drift.model.config import Ahead, FromLiteral, FromTags, Policy
from consumer_drift.model.observation import Observation, Tag
from consumer_drift.model.versions import Scheme
from consumer_drift.pins.uses import Uses
from consumer_drift.registries.base import Availability
from tests.assess.cases import FILE, NOW, PIN, TIMED_OUT, config, listed, name, shown
from tests.assess.test_properties import FakeForge

if TYPE_CHECKING:
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import Failure
    from consumer_drift.model.versions import Version

CI = "ci.yml"
COMMIT = "c" * 40
TAGS = ("v1.1.0", "v1.3.0", "v1.4.0")


@dataclass
class Registry:
    """A registry that has the target, and one answer for every other version."""

    other: Availability | Failure
    label: str = "the index"
    requests: int = 0

    def versions(self) -> None:
        return None

    def lookup(self, version: Version) -> Availability | Failure:
        return Availability.PRESENT if version.text == "1.4.0" else self.other


@dataclass(frozen=True)
class Case:
    """What a consumer pins, what tags there are, and the finding."""

    pinned: str
    codes: list[str]
    tags: tuple[str, ...] = TAGS
    pin: Pin = PIN
    registry: Registry | None = None
    rules: dict[str, Any] = field(default_factory=dict)
    origins: tuple[Any, ...] = (FromTags("v{version}"),)
    every_tag: bool = True


LENIENT = {"policy": Policy(timedelta(hours=72), ahead=Ahead.ADVISORY)}
PEP440 = {"scheme": Scheme.PEP440}
CASES = {
    "higher than every tag": Case("1.5.0", ["retracted"]),
    "lower, between two tags": Case("1.2.0", ["retracted"]),
    # what says that the version is there
    "its tag is written in another way": Case("1.5.0", ["ahead"], (*TAGS, "release-1.5.0")),
    "its tag has no v": Case("1.5.0", ["ahead"], (*TAGS, "1.5.0")),
    "its tag has a word behind": Case("1.5.0", ["ahead"], (*TAGS, "rel/1.5.0-final")),
    "the tag of a pre-release": Case("1.5.0-rc.1", ["ahead"], (*TAGS, "v1.5.0-rc.1")),
    "only its pre-release has a tag": Case("1.5.0", ["retracted"], (*TAGS, "v1.5.0-rc.1")),
    "a longer version has a tag": Case("1.5.0", ["retracted"], (*TAGS, "old-1.5.01", "x11.5.0", "y1.5.0.7")),
    "a pre-release without a tag": Case("1.5.0-dev.3", ["ahead"]),
    "where pre-releases are releases": Case("1.5.0-dev.3", ["retracted"], rules={"prereleases": True}),
    "a build of a release": Case("1.4.0+acme.1", ["ahead"], rules=PEP440),
    "another spelling of the tag": Case("1.5.0", ["ahead"], (*TAGS, "1.5"), rules=PEP440),
    "a commit with a tag of another repository": Case(
        f"      - uses: acme/x@{COMMIT}", ["ahead"], pin=Uses(CI, "acme/x")
    ),
    "a tag of another repository": Case("      - uses: acme/x@v1.5.0", ["ahead"], pin=Uses(CI, "acme/x")),
    "a tag of the source": Case("      - uses: acme/runtime@v1.5.0", ["retracted"], pin=Uses(CI, "acme/runtime")),
    "the registry has it": Case("1.5.0", ["ahead"], registry=Registry(Availability.PRESENT)),
    "the registry does not have it": Case("1.5.0", ["retracted"], registry=Registry(Availability.ABSENT)),
    "the registry does not answer": Case("1.5.0", ["ahead"], registry=Registry(TIMED_OUT)),
    "lower, and the registry does not answer": Case(
        "1.2.0", ["unreadable", "behind"], registry=Registry(TIMED_OUT)
    ),
    # where nothing can be known
    "lower than every tag: from before there were tags": Case("1.0.0", ["behind"]),
    "the target is not from tags": Case("1.5.0", ["ahead"], origins=(FromLiteral("1.4.0"),)),
    "a checkout, which may lack tags": Case("1.5.0", ["ahead"], every_tag=False),
    "versions above the target are expected": Case("1.5.0", ["ahead"], rules=LENIENT),
}


class Forge(FakeForge):
    """A forge on which another repository has a higher tag."""

    def tags(self, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Failure:
        return (Tag("v1.5.0", COMMIT),) if repository.name == "x" else super().tags(repository, containing)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_version_is_taken_back_where_no_tag_names_it(case: Case) -> None:
    made = config(listed("core", case.pin), reconcile=None, **case.rules)
    made = replace(made, source=replace(made.source, origins=case.origins))
    text = case.pinned if case.pin.file == FILE else f"jobs:\n  a:\n    steps:\n{case.pinned}\n"
    seen = Observation({name("core"): shown("core", {case.pin.file: text})})
    tags = tuple(map(Tag, case.tags))
    forge: Any = Forge(seen, tags, {name("core"): ()}, has_every_tag=case.every_tag)
    report = check(made, forge, NOW, lambda _name: None, registry=case.registry)
    assert [one.code.value for one in report.findings] == case.codes


def test_tags_that_cannot_be_read_again_prove_nothing() -> None:
    class Once(FakeForge):
        def tags(self, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Failure:
            return super().tags(repository, containing) if containing else TIMED_OUT

    seen = Observation({name("core"): shown("core", "1.5.0")})
    forge: Any = Once(seen, tuple(map(Tag, ("runtime-v1.4.0",))), {})
    report = check(config(listed("core"), reconcile=None), forge, NOW, lambda _name: None)
    assert [one.code.value for one in report.findings] == ["ahead"]


@pytest.mark.parametrize(
    ("tags", "which"),
    [
        (["1.4.0"], "the only tag"),
        (["1.4.0", "1.5.0-rc.1"], "the only usable tag"),
        (["1.3.0", "1.4.0"], "the highest of 2 tags"),
    ],
)
def test_the_target_says_among_how_many_tags_it_is_the_highest(tags: list[str], which: str) -> None:
    seen = Observation({name("core"): shown("core", "1.4.0")})
    forge: Any = FakeForge(seen, tuple(Tag(f"runtime-v{one}") for one in tags), {})
    report = check(config(listed("core"), reconcile=None), forge, NOW, lambda _name: None)
    assert report.target.origin == f"{which} runtime-v{{version}} of acme/runtime"
