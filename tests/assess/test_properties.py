"""Whatever the forge shows: unknown is never green, and no consumer is left out or reported twice."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import event, given
from hypothesis import strategies as st

from consumer_drift.assess import consumer_reading
from consumer_drift.assess.consumer_checks import ConsumerChecks
from consumer_drift.assess.lag import Lag
from consumer_drift.commands.check import check
from consumer_drift.model.config import Ahead, FromLiteral, FromTags, InFlight, Policy, Source
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import Code
from consumer_drift.model.observation import Listing, Observation, Snapshot, Tag
from consumer_drift.model.report import Reconciled, State
from consumer_drift.model.result import Failure, FileText, NoFile, NoText, Reason
from consumer_drift.pins.image import Image
from consumer_drift.pins.key import Key
from consumer_drift.pins.regex import Regex
from consumer_drift.pins.requirement import Requirement
from consumer_drift.pins.uses import Uses
from consumer_drift.pins.whole_file import WholeFile
from tests.assess.cases import DENIED, NOW, TARGET, config, exempt, listed, name, place, pull

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.model.config import Config
    from consumer_drift.model.observation import Survey
    from consumer_drift.model.pull_request import PullRequests
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import FileResult
    from consumer_drift.model.target import Target

PINS = (
    WholeFile(".v"),
    Requirement("r.txt", ("acme",), optional=True),
    Key("p.json", "a.b"),
    Uses("ci.yml", "acme/x"),
    Image("Dockerfile", "acme/x"),
    Regex("M", r"^V = (?P<version>\S+)$", optional=True),
)


@dataclass
class FakeForge:
    """A forge of values: it shows what it was given."""

    observation: Observation
    released: tuple[Tag, ...] | Failure
    pulls: Mapping[RepositoryName, PullRequests | Failure]
    label: str = "a forge"
    requests: int = 0
    has_every_tag: bool = True

    def tags(self, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Failure:
        return self.released

    def releases(self, repository: RepositoryName) -> tuple[Tag, ...] | Failure:
        return ()

    def latest_release(self, repository: RepositoryName) -> Tag | Failure | None:
        return None

    def file(self, repository: RepositoryName, path: str, ref: str = "") -> FileResult:
        return NoFile()

    def survey(self, survey: Survey, progress: Any, cache: Any = None) -> Observation:
        return self.observation

    def pull_requests(self, snapshots: Sequence[Snapshot], search: Any) -> Any:
        return {one.asked: self.pulls[one.asked] for one in snapshots}

    def file_url(self, snapshot: Snapshot, path: str, line: int) -> str:
        return ""


failures = st.builds(Failure, st.sampled_from(Reason), st.text(max_size=20), st.text(max_size=20))
# Versions around the target, what a pin's file may hold around one, and anything at all.
values = st.sampled_from(["1.4.0", "1.3.0", "1.5.0", "1.4.0-rc.1", "v1.4.0", "latest", ""]) | st.text(max_size=10)
texts = st.text(max_size=60) | values.flatmap(
    lambda value: st.sampled_from(
        [
            value,
            f"acme=={value}\n",
            f'{{"a": {{"b": "{value}"}}}}',
            f"jobs:\n  a:\n    steps:\n    - uses: acme/x@{value}\n",
            f"FROM acme/x:{value}\n",
            f"V = {value}\nV = 1.4.0\n",
        ]
    )
)
answers = st.one_of(
    st.builds(FileText, texts),
    st.just(NoFile()),
    st.builds(NoText, st.text(max_size=10), st.booleans()),
    failures,
)
files = st.fixed_dictionaries({pin.file: answers for pin in PINS})


@st.composite
def snapshots(draw: st.DrawFn, asked: str, also: str) -> Snapshot:
    """A repository, perhaps under another name."""
    forbidden: dict[str, Any] = draw(
        st.fixed_dictionaries({"w/": failures | st.sampled_from([(), ("w/",), ("w/", "w/")])})
    )
    return Snapshot(
        name(asked),
        name(draw(st.sampled_from([asked, asked, asked.upper(), also]))),
        archived=draw(st.booleans()) and draw(st.booleans()),
        public=draw(st.booleans()),
        files=draw(files),
        forbidden=forbidden,
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Config, FakeForge]:
    """A configuration and what a forge shows of it."""
    names = [f"c{index}" for index in range(draw(st.integers(0, 4)))]
    consumers = {name(one): draw(snapshots(one, f"{one}-new") | failures) for one in names}
    rows = tuple(draw(snapshots(f"r{index}", f"r{index + 1}")) for index in range(draw(st.integers(0, 4))))
    listing: Listing | Failure | None = draw(
        st.one_of(
            st.builds(
                Listing,
                st.sampled_from(["acme", "ACME"]),
                st.just("route"),
                st.just(rows + tuple(one for one in consumers.values() if isinstance(one, Snapshot))),
                st.none() | st.integers(0, 3),
                st.lists(st.text(max_size=10), max_size=2).map(tuple),
            ),
            failures,
            st.none(),
        )
    )
    exempted = [exempt("r0", draw(st.none() | st.dates(date(2026, 6, 13), date(2026, 6, 17)))), exempt("gone")]
    chosen = config(
        *(listed(one, *PINS, line=10 + index, forbid=("w/",)) for index, one in enumerate(names)),
        pins=PINS,
        exempt=tuple(exempted[: draw(st.integers(0, 2))]),
        source=Source(name("runtime"), (FromTags("v{version}"),), place(2)),
        policy=Policy(config().policy.grace, draw(st.sampled_from(InFlight)), draw(st.sampled_from(Ahead))),
    )
    if listing is None:
        chosen = replace(chosen, reconcile=None)
    pulls = {
        name(one): draw(
            failures | st.lists(st.builds(pull, st.floats(-9, 99), from_fork=st.booleans()), max_size=2).map(tuple)
        )
        for one in names
    }
    released = draw(st.sampled_from([(), (Tag("v1.3.0"), Tag("v1.4.0"))]) | failures)
    return chosen, FakeForge(Observation(consumers, listing), released, pulls)


@given(worlds())
def test_whatever_a_forge_shows_unknown_is_never_green(world: tuple[Config, FakeForge]) -> None:
    """And every consumer has one result, at its place, and at most one finding of each code."""
    rules, forge = world
    report = check(rules, forge, NOW, lambda _name: None)

    assert [one.name for one in report.consumers] == [one.name for one in rules.consumers]
    told = Counter((one.consumer, one.code) for one in report.findings if one.consumer is not None)
    assert all(count == 1 for count in told.values())

    seen = forge.observation
    for consumer in rules.consumers:
        if isinstance(seen.consumers[consumer.name], Failure):
            assert told[consumer.name, Code.UNREADABLE] == 1
            assert report.status in {Status.DRIFT, Status.ERROR}
    if not report.target.version:
        assert report.status in {Status.DRIFT, Status.ERROR}
    if isinstance(seen.listing, Failure) or (isinstance(seen.listing, Listing) and seen.listing.doubts):
        assert report.status is not Status.IN_SYNC
    if report.status is Status.IN_SYNC:
        fine = {State.IN_SYNC, State.ARCHIVED, State.IN_FLIGHT, State.AHEAD}
        assert {one.state for one in report.consumers} <= fine
        assert report.coverage.reconcile in {Reconciled.COMPLETE, Reconciled.UNPROVEN, Reconciled.OFF}
    unread = sum(1 for one in report.consumers if one.state is State.UNREADABLE)
    assert (report.coverage.listed, report.coverage.read) == (
        len(report.consumers),
        len(report.consumers) - unread,
    )


settled = st.fixed_dictionaries(
    {
        ".v": st.sampled_from(["1.4.0\n", "v1.4.0", "1.3.0"]),
        "p.json": st.sampled_from(['{"a": {"b": "1.4.0"}}', '{"a": {"b": "^1.4.0"}}']),
        "Dockerfile": st.sampled_from(["FROM acme/x:1.4.0\n", "FROM acme/x:1.4.0\nFROM acme/x:1.5.0\n"]),
    }
)
SETTLED = tuple(pin for pin in PINS if pin.file in {".v", "p.json", "Dockerfile"})


@given(
    settled,
    st.sampled_from([{}, {"w/": ()}, {"w/": ("w/",)}, {"w/": DENIED}]),
    st.sampled_from(
        [TARGET, replace(TARGET, untagged=frozenset({TARGET.releases[-1]})), replace(TARGET, version=None)]
    ),
)
def test_whoever_is_passed_over_has_no_finding(
    held: Mapping[str, str], forbidden: dict[str, Any], target: Target
) -> None:
    """What is wrong with the content of a settled consumer is not looked for."""
    shown = Snapshot(
        name("c"), name("c"), files={path: FileText(text) for path, text in held.items()}, forbidden=forbidden
    )
    rules = config(listed("c", *SETTLED))
    reading = consumer_reading.read(rules.consumers[0], shown, rules)
    found = list(ConsumerChecks(reading, rules, target, Lag(), lambda *_: "")._of_content())
    assert not (reading.is_settled(target) and found)
    event("settled" if reading.is_settled(target) else "looked at")
    if reading.pin_states.are_at(target):
        states = reading.pin_states
        wrong = (
            states.behind(target),
            states.ahead(target),
            states.retracted(target),
            states.outdated(target),
            states.invalid,
        )
        assert not any(wrong)
        assert not reading.needs_pull_requests(target)
    fits = not any(text in "1.3.0" or "^" in text or "1.5.0" in text for text in held.values())
    assert reading.pin_states.are_at(target) == (fits and target is TARGET)


@given(st.text() | texts, st.sampled_from(PINS))
def test_no_text_of_a_pin_raises(text: str, pin: Any) -> None:
    """It was written by others."""
    consumer = listed("c0", pin)
    forge = FakeForge(
        Observation({name("c0"): Snapshot(name("c0"), name("c0"), files={pin.file: FileText(text)})}),
        Failure(Reason.DENIED, "", ""),
        {name("c0"): ()},
    )
    rules = config(consumer, reconcile=None, source=Source(name("runtime"), (FromLiteral("1.4.0"),), place(2)))
    [result] = check(rules, forge, NOW, lambda _name: None).consumers
    assert result.state not in {State.UNREADABLE, State.NOT_COMPARED}
