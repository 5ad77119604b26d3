"""What holds for every kind on every text: files come from strangers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer_drift.locks.formats import lock_names
from consumer_drift.model.pins import Found
from consumer_drift.model.report import State
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import NoText
from consumer_drift.model.versions import FloatingLevel
from consumer_drift.pins.image import Image
from consumer_drift.pins.kinds import KINDS
from consumer_drift.pins.submodule import Submodule
from consumer_drift.pins.uses import Uses
from tests.assess import cases
from tests.effort import examples
from tests.fuzz.cost import name_of
from tests.fuzz.readers import PIECES, PINS, PINS_OF
from tests.fuzz.truth import untrue
from tests.pins.readings import PEP440, SEMVER

if TYPE_CHECKING:
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.versions import VersionFormat

COMMITS = st.sampled_from(["a" * 40, "A" * 40, "b" * 40, "c" * 40, "a" * 39])
TEXTS = st.one_of(
    COMMITS,
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.text(),
    st.text(st.characters(codec=None)),
)


def test_every_kind_and_every_lock_file_is_drawn() -> None:
    """A file alone has no key."""
    assert PINS_OF.keys() == {"", *(kind.key for kind in KINDS)}
    assert {pin.file for pin in PINS_OF["locked"]} > set(lock_names())


@pytest.mark.parametrize("kind", PINS_OF)
def test_a_pin_says_its_kind(kind: str) -> None:
    """By its key in the configuration."""
    assert {pin.kind for pin in PINS_OF[kind]} == {kind}


@pytest.mark.parametrize("pin", PINS, ids=name_of)
@given(text=TEXTS, version_format=st.sampled_from([SEMVER, PEP440]))
@settings(max_examples=examples(100))
def test_what_is_read_is_in_the_text(pin: Pin, text: str, version_format: VersionFormat) -> None:
    """Never an exception, spans within the text, and versions that their characters are."""
    assert not untrue(pin, text, version_format)


@pytest.mark.parametrize("pin", PINS, ids=name_of)
@given(text=TEXTS, version_format=st.sampled_from([SEMVER, PEP440]))
@settings(max_examples=examples(50))
def test_a_consumer_is_in_sync_only_where_everything_it_pins_is(
    pin: Pin, text: str, version_format: VersionFormat
) -> None:
    """Whatever the text: every occurrence is one version, and that is the target."""
    consumer, scheme = cases.listed("core", pin), version_format.scheme
    commits = {"a" * 40: cases.version("1.4.0", scheme), "b" * 40: cases.version("1.3.0", scheme)}
    rules = replace(cases.config(consumer), scheme=scheme, commits={RepositoryName("a", "a"): commits})
    target = cases.target("1.4.0", scheme=scheme)
    is_submodule = isinstance(pin, Submodule)
    answer = NoText("a submodule", is_file=False, commit=text) if is_submodule else text
    judged, _ = cases.judge(consumer, cases.shown(files={pin.file: answer}), target, rules=rules)
    found = pin.read(text, rules.version_format)
    good = isinstance(found, Found) and all(one.version == target.version for one in found.occurrences)
    assert (judged.state is State.IN_SYNC) == good


MOVING = [Uses("u.yml", "a/a"), Uses("u.yml", "docker://a"), Image("Dockerfile", "a"), Image("i.yml", "a")]
TAGS = st.sampled_from(
    ["1", "v1", "1.4", "v1.4", "2", "1.4.0", "1-a", "1.4-rc", "01", "1.4.0.1", "latest", "1@sha256:a"]
)


@pytest.mark.parametrize("pin", MOVING, ids=name_of)
@given(
    text=TEXTS
    | st.lists(TAGS, min_size=1, max_size=3).map(lambda tags: "".join(f"- uses: a/a@{tag}\n" for tag in tags))
    | st.lists(TAGS, min_size=1, max_size=3).map(lambda tags: "".join(f"FROM a:{tag}\n" for tag in tags)),
    levels=st.sets(st.sampled_from(FloatingLevel)),
)
@settings(max_examples=examples(100))
def test_a_moving_tag_is_in_sync_only_where_it_is_accepted_and_follows_the_target(
    pin: Pin, text: str, levels: set[FloatingLevel]
) -> None:
    consumer = cases.listed("core", pin)
    rules = cases.config(consumer)
    rules = replace(rules, policy=replace(rules.policy, floating=frozenset(levels)))
    judged, _ = cases.judge(consumer, cases.shown(files={pin.file: text}), cases.target("1.4.0"), rules=rules)
    found = pin.read(text, rules.version_format)
    allowed = {"1.4.0"} | {"1" for one in levels if one is FloatingLevel.MAJOR}
    allowed |= {"1.4" for one in levels if one is FloatingLevel.MINOR}
    values = [text[one.span.start : one.span.end] for one in found.occurrences] if isinstance(found, Found) else []
    if judged.state is State.IN_SYNC:
        assert values
        assert {value.partition("+")[0] for value in values} <= allowed
