"""How long a consumer may be behind: histories of releases, bumps, merges and closings, and checks at any hour.

The time runs from the oldest release that the consumer has not taken over. Nothing that happens later starts it
again: neither the next release nor the next pull request.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.commands.check import check
from consumer_drift.model.config import FromFile, FromTags, InFlight, Policy, Retraction, Source
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.observation import Observation, Snapshot, Tag
from consumer_drift.model.pull_request import PullRequest, PullRequestState
from consumer_drift.model.result import Failure, FileText, NoFile, Reason
from consumer_drift.model.versions import FloatingLevel
from consumer_drift.pins.uses import Uses
from tests.assess.cases import DENIED, NOW, PIN, TIMED_OUT, config, listed, name, place, version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from consumer_drift.model.pins import Pin
    from consumer_drift.model.report import Report

GRACE = 72
POLICY = Policy(timedelta(hours=GRACE))
WINDOW = Policy(timedelta(hours=GRACE), window=timedelta(hours=24))
STRICT = Policy(timedelta(hours=GRACE), in_flight=InFlight.DRIFT)
GREEN = {"in-sync", "in-flight", "lagging"}


def at(hour: float) -> datetime:
    """That hour of a history."""
    return NOW + timedelta(hours=hour)


@dataclass
class History:
    """A source and its consumer ``core``, which pins 1.0.0 until it merges something.

    A history is told by calling these in the order of their hours.
    """

    pin: str = "1.0.0"
    tags: list[Tag] = field(default_factory=lambda: [Tag("v1.0.0", date=at(-1000))])
    releases_: list[Tag] = field(default_factory=list)
    pulls: list[PullRequest] = field(default_factory=list)
    retracted: list[Retraction] = field(default_factory=list)
    unread: Failure | None = None
    has_dates: bool = True
    label: str = "a forge"
    requests: int = 0
    searches: list[Any] = field(default_factory=list)
    kind: Pin = PIN
    text: str = "{}\n"

    # what happens

    def release(self, hour: float, text: str, *, annotated: bool = False, committed: float | None = None) -> None:
        """Tag a version; *committed* is when its commit was made, where that is not just before."""
        self.tags.append(Tag(f"v{text}", date=at(hour if committed is None else committed), annotated=annotated))
        if committed is not None:
            self.releases_.append(Tag(f"v{text}", date=at(hour)))

    def bump(self, hour: float, text: str, **more: Any) -> None:
        """Open a pull request."""
        number = len(self.pulls) + 1
        head, state = f"bump/runtime-{text}", PullRequestState.OPEN
        one = PullRequest(number, f"https://git.example/pull/{number}", head, "main", state, at(hour))
        self.pulls.append(replace(one, **more))

    def close(self) -> None:
        """Close all that are open without merging them."""
        self.pulls = [replace(one, state=PullRequestState.CLOSED) if one.is_open else one for one in self.pulls]

    def merge(self) -> None:
        """Merge the newest that is open and close the others."""
        newest = max((one for one in self.pulls if one.is_open), key=lambda one: version(one.head[13:]))
        self.pulls = [replace(one, state=PullRequestState.MERGED) if one is newest else one for one in self.pulls]
        self.close()
        self.pin = newest.head[13:]

    def retract(self, text: str) -> None:
        """Take a release back."""
        self.retracted.append(Retraction(version(text), "it loses data"))

    # what a check sees

    def tags_(self) -> tuple[Tag, ...]:
        return tuple(one if self.has_dates else replace(one, date=None) for one in self.tags)

    def survey(self, survey: Any, progress: Any, cache: Any = None) -> Observation:
        core = Snapshot(
            name("core"), name("core"), branch="main", files={self.kind.file: FileText(self.text.format(self.pin))}
        )
        return Observation({name("core"): core})

    def releases(self, repository: Any) -> tuple[Tag, ...]:
        return tuple(self.releases_)

    def latest_release(self, repository: Any) -> None:
        return None

    def file(self, repository: Any, path: str, ref: str = "") -> Any:
        newest = max(version(one.name[1:]) for one in self.tags)
        return FileText(str(newest)) if path == "VERSION" else NoFile()

    def pull_requests(self, snapshots: Sequence[Snapshot], search: Any) -> Any:
        self.searches.append(search)
        shown = [one for one in self.pulls if search.is_bump(one.head) and (one.is_open or search.closed)]
        return {one.asked: self.unread or tuple(shown) for one in snapshots}

    def file_url(self, snapshot: Snapshot, path: str, line: int) -> str:
        return ""

    def report(self, hour: float, policy: Policy = POLICY, *, from_file: bool = False) -> Report:
        """Return what a check of that hour says."""
        origin = FromFile("VERSION", "") if from_file else FromTags("v{version}")
        source = Source(name("runtime"), (origin,), place(2), tuple(self.retracted))
        rules = config(listed("core", self.kind), reconcile=None, source=source, policy=policy)
        forge: Any = _Forge(self)
        return check(rules, forge, at(hour), lambda _name: None)

    def state(self, hour: float, policy: Policy = POLICY, **more: Any) -> str:
        """Return the consumer's state in a check of that hour."""
        [result] = self.report(hour, policy, **more).consumers
        return result.state.value


class _Forge:
    """The history as a forge: its tags are a method there."""

    has_every_tag = True

    def __init__(self, history: History) -> None:
        self._history = history

    def __getattr__(self, key: str) -> Any:
        return getattr(self._history, key)

    def tags(self, repository: Any, containing: str) -> tuple[Tag, ...]:
        return self._history.tags_()


# One history a row: what happens, and the states of checks at some hours after it.
def _one_release(history: History) -> None:
    history.release(0, "1.1.0")
    history.bump(1, "1.1.0")


def _a_release_a_day(history: History) -> None:
    for day in range(1, 11):
        history.release(24 * (day - 1), f"1.{day}.0")
        history.close()
        history.bump(24 * (day - 1) + 1, f"1.{day}.0")


def _ten_in_an_hour(history: History) -> None:
    for number in range(1, 11):
        history.release(number / 10, f"1.{number}.0")
    history.bump(2, "1.10.0")


def _merges_each(history: History) -> None:
    history.release(0, "1.1.0")
    history.bump(1, "1.1.0")
    history.merge()
    history.release(60, "1.2.0")
    history.bump(61, "1.2.0")


def _earlier_bump(history: History) -> None:
    history.release(0, "1.1.0")
    history.bump(1, "1.1.0")
    history.release(10, "1.2.0")


def _bump_below_the_pin(history: History) -> None:
    history.bump(0, "0.9.0")
    history.release(0, "1.1.0")


def _bump_to_no_release(history: History) -> None:
    history.release(0, "1.2.0")
    history.bump(1, "1.1.5")


def _bump_past_the_target(history: History) -> None:
    history.release(0, "1.1.0")
    history.bump(1, "1.2.0")


def _bump_to_a_retracted_release(history: History) -> None:
    history.release(0, "1.1.0")
    history.bump(1, "1.1.0")
    history.release(2, "1.2.0")
    history.retract("1.1.0")


def _retracted_then_another(history: History) -> None:
    history.release(0, "1.1.0")
    history.retract("1.1.0")
    history.release(100, "1.2.0")
    history.bump(101, "1.2.0")


def _reopened(history: History) -> None:
    history.release(0, "1.1.0")
    history.bump(1, "1.1.0")
    history.close()
    history.bump(71, "1.1.0")


def _old_commit(history: History) -> None:
    history.release(0, "1.1.0", committed=-500)
    history.bump(1, "1.1.0")


def _annotated_with_a_late_release(history: History) -> None:
    history.release(-50, "1.1.0", annotated=True)
    history.releases_.append(Tag("v1.1.0", date=at(40)))
    history.bump(1, "1.1.0")


def _released_before_its_commit(history: History) -> None:
    history.release(0, "1.1.0")
    history.releases_.append(Tag("v1.1.0", date=at(-9000)))
    history.releases_.append(Tag("v1.1.0"))
    history.bump(1, "1.1.0")


def _tomorrow(history: History) -> None:
    history.release(900, "1.1.0")
    history.bump(0, "1.1.0")


def _clock_ahead(history: History) -> None:
    history.release(0.5, "1.1.0")
    history.bump(0.5, "1.1.0")


def _major_first(history: History) -> None:
    history.release(0, "2.0.0")
    history.release(100, "1.1.0")
    history.bump(1, "2.0.0")


def _by_a_fork(history: History) -> None:
    history.release(0, "1.1.0")
    history.bump(1, "1.1.0", from_fork=True)


def _nothing_open(history: History) -> None:
    history.release(0, "1.1.0")


HISTORIES = [
    (_one_release, {2: "in-flight", 72: "in-flight", 72.1: "behind", 500: "behind"}),
    (_a_release_a_day, {73: "behind", 216: "behind", 218: "behind"}),
    (_ten_in_an_hour, {3: "in-flight", 72.1: "in-flight", 72.2: "behind"}),
    (_merges_each, {62: "in-flight", 73: "in-flight", 132: "in-flight", 132.1: "behind"}),
    (_earlier_bump, {11: "in-flight", 72: "in-flight", 72.1: "behind"}),
    (_bump_below_the_pin, {1: "behind"}),
    (_bump_to_no_release, {1: "behind"}),
    (_bump_past_the_target, {1: "behind"}),
    (_bump_to_a_retracted_release, {3: "behind"}),
    (_retracted_then_another, {102: "in-flight", 172: "in-flight", 172.1: "behind"}),
    (_reopened, {71: "in-flight", 72.1: "behind"}),
    (_old_commit, {2: "in-flight", 72: "in-flight", 72.1: "behind"}),
    (_annotated_with_a_late_release, {2: "in-flight", 22: "in-flight", 22.1: "behind"}),
    (_released_before_its_commit, {2: "in-flight", 72: "in-flight", 72.1: "behind"}),
    # No release has a usable date, so the pull request tells.
    (_tomorrow, {1: "in-flight", 72: "in-flight", 72.1: "behind"}),
    (_clock_ahead, {0: "in-flight", 72.5: "in-flight", 72.6: "behind"}),
    (_major_first, {72: "in-flight", 101: "behind"}),
    (_by_a_fork, {2: "behind"}),
    (_nothing_open, {0: "behind", 1: "behind"}),
]


@pytest.mark.parametrize(
    ("tell", "hour", "state"),
    [(tell, hour, state) for tell, states in HISTORIES for hour, state in states.items()],
)
def test_a_consumer_is_excused_as_long_as_its_history_allows(tell: Any, hour: float, state: str) -> None:
    """Open bumps within the grace, counted from the oldest release that was not taken over."""
    history = History()
    tell(history)
    assert history.state(hour) == state


@pytest.mark.parametrize(
    ("tell", "hour", "policy", "state"),
    [
        (_nothing_open, 24, WINDOW, "lagging"),
        (_nothing_open, 24.1, WINDOW, "behind"),
        (_a_release_a_day, 24, WINDOW, "in-flight"),
        (_one_release, 2, WINDOW, "in-flight"),
        (_by_a_fork, 2, WINDOW, "lagging"),
        (_one_release, 2, STRICT, "behind"),
        (_one_release, 2, replace(STRICT, window=timedelta(hours=24)), "lagging"),
    ],
)
def test_the_window_excuses_without_a_pull_request(tell: Any, hour: float, policy: Policy, state: str) -> None:
    """And a pull request counts beside it."""
    history = History()
    tell(history)
    report = history.report(hour, policy)
    assert report.consumers[0].state.value == state
    assert (report.status is Status.IN_SYNC) == (state != "behind")


@pytest.mark.parametrize(
    ("failure", "hour", "policy", "state", "status"),
    [
        (DENIED, 2, POLICY, "in-flight-unknown", Status.TOKEN_SCOPE),
        (TIMED_OUT, 2, POLICY, "in-flight-unknown", Status.ERROR),
        (DENIED, 72.1, POLICY, "behind", Status.DRIFT),
        (TIMED_OUT, 72.1, POLICY, "behind", Status.DRIFT),
        (DENIED, 2, STRICT, "behind", Status.DRIFT),
        # Whatever is open, it is excused.
        (DENIED, 2, WINDOW, "lagging", Status.IN_SYNC),
    ],
)
def test_pull_requests_that_could_not_be_read_are_neither_an_excuse_nor_drift_within_the_grace(
    failure: Failure, hour: float, policy: Policy, state: str, status: Status
) -> None:
    """3 for want of a permission, 2 for another reason."""
    history = History(unread=failure)
    history.release(0, "1.1.0")
    report = history.report(hour, policy)
    assert (report.consumers[0].state.value, report.status) == (state, status)
    assert (failure.said in report.findings[0].remedy) == (state != "lagging")


def test_a_failure_without_any_date_is_behind() -> None:
    """Nothing says that it is not past the grace."""
    history = History(unread=DENIED, has_dates=False)
    history.release(0, "1.1.0")
    assert history.state(1) == "behind"


def test_behind_says_since_when_and_by_how_many() -> None:
    """The message to the minute, the table and the report for programs too."""
    history = History()
    _a_release_a_day(history)
    report = history.report(300)
    assert "(10 releases behind since 2026-06-15 12:00 UTC)" in report.findings[0].message
    assert report.consumers[0].note == "10 releases behind since 2026-06-15"
    assert report.consumers[0].behind_since == at(0)


def test_a_lagging_consumer_says_until_when() -> None:
    """So its people know when it turns red."""
    history = History()
    _nothing_open(history)
    report = history.report(1, WINDOW)
    assert report.findings[0].remedy == "It may lag until 2026-06-16 12:00 UTC (`policy.window`)"
    assert report.consumers[0].note == "1 release behind since 2026-06-15"


def test_an_earlier_bump_is_named_with_its_version() -> None:
    """Merging it does not bring the consumer to the target."""
    history = History()
    _earlier_bump(history)
    assert "Merge its bump pull request to 1.1.0 https://" in history.report(11).findings[0].remedy
    history.bump(12, "1.2.0")
    assert "Merge its bump pull request https://git.example/pull/2" in history.report(13).findings[0].remedy


@pytest.mark.parametrize("merged", [False, True])
def test_without_dates_the_time_runs_from_the_oldest_bump_also_a_closed_one(merged: bool) -> None:
    """Except one that was merged: its release was taken over."""
    history = History()
    history.release(0, "1.1.0")
    history.bump(0, "1.1.0", state=PullRequestState.MERGED if merged else PullRequestState.CLOSED)
    history.bump(60, "1.1.0")
    assert history.state(72, from_file=True) == "in-flight"
    assert history.searches[-1].closed
    assert history.state(72.1, from_file=True) == ("in-flight" if merged else "behind")


def test_closed_pull_requests_are_asked_for_only_without_dates() -> None:
    """They cost requests."""
    history = History()
    _one_release(history)
    history.state(2)
    assert not history.searches[-1].closed


# Any history -------------------------------------------------------------------------------------------------

events = st.lists(
    st.tuples(
        st.integers(0, 40),
        st.sampled_from(["release", "release", "burst", "bump", "older bump", "close", "retract", "fork"]),
    ),
    max_size=25,
)
checks = st.lists(st.integers(0, 500), min_size=1, max_size=6)
policies = st.builds(
    lambda window: Policy(timedelta(hours=GRACE), window=timedelta(hours=window)), st.sampled_from([0, 24, GRACE])
)


@given(events, checks, policies, st.booleans())
def test_no_consumer_that_never_moves_is_green_longer_than_the_grace(
    happened: list[tuple[int, str]], hours: list[int], policy: Policy, has_dates: bool
) -> None:
    """Whatever is released, opened, closed and taken back, and whenever a check runs."""
    history, hour, minor = History(has_dates=has_dates), 0.0, 0
    released: dict[str, float] = {}
    first_bump: float | None = None
    for gap, what in happened:
        hour += gap
        if what in {"release", "burst"}:
            for _ in range(1 if what == "release" else 4):
                minor += 1
                released[f"1.{minor}.0"] = hour
                history.release(hour, f"1.{minor}.0")
        elif what in {"bump", "fork"} and minor:
            history.bump(hour, f"1.{minor}.0", from_fork=what == "fork")
        elif what == "older bump" and released:
            history.bump(hour, next(iter(released)))
        elif what == "close":
            history.close()
        elif what == "retract" and minor:
            history.retract(f"1.{minor}.0")
            released.pop(f"1.{minor}.0", None)
    for since in sorted(hours):
        now = hour + since
        state = history.state(now, policy)
        late = [one for one, when in released.items() if now - when > GRACE]
        if has_dates:
            assert state not in GREEN or not late, (state, late)
        elif state in GREEN and released:
            first_bump = now if first_bump is None else first_bump
            assert now - first_bump <= GRACE


@given(
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, GRACE)), min_size=1, max_size=12),
    st.booleans(),
    st.booleans(),
)
def test_no_consumer_that_takes_each_release_within_the_grace_is_ever_red(
    releases: list[tuple[int, int]], with_bumps: bool, annotated: bool
) -> None:
    """By the bump that is open from the release on, or in the window by whatever it likes.

    *releases*: hours since the one before, and the hours in which the consumer takes one over.
    """
    policy = POLICY if with_bumps else Policy(timedelta(hours=GRACE), window=timedelta(hours=GRACE))
    history, hour = History(), 0
    due: int | None = None
    for minor, (gap, delay) in enumerate(releases, start=1):
        coming = hour + gap
        if due is not None and due <= coming:
            assert history.state(due, policy) in GREEN
            _take(history, minor - 1, with_bumps=with_bumps)
            assert history.state(due, policy) == "in-sync"
            due = None
        hour = coming
        history.release(hour, f"1.{minor}.0", annotated=annotated)
        if with_bumps:
            history.close()
            history.bump(hour, f"1.{minor}.0")
        # A later release does not give more time.
        due = min(due, hour + delay) if due is not None else hour + delay
        assert history.state(hour, policy) in GREEN
    assert due is not None
    assert history.state(due, policy) in GREEN


def _take(history: History, minor: int, *, with_bumps: bool) -> None:
    if with_bumps:
        history.merge()
    else:
        history.pin = f"1.{minor}.0"


def test_a_moving_tag_has_missed_what_it_does_not_follow() -> None:
    """`v1` follows 1.5.0, and not 2.0.0."""
    workflow = "on: push\njobs:\n  a:\n    steps:\n    - uses: acme/x@{}\n"
    history = History(pin="v1", kind=Uses("ci.yml", "acme/x"), text=workflow)
    policy = replace(POLICY, floating=frozenset({FloatingLevel.MAJOR}))
    history.release(0, "1.5.0")
    assert history.state(1, policy) == "in-sync"
    history.release(50, "2.0.0")
    history.bump(51, "2.0.0")
    assert history.state(122, policy) == "in-flight"
    assert history.state(122.1, policy) == "behind"


def test_a_release_whose_reading_fails_leaves_the_tags_dates() -> None:
    """They are no later than the release's own, so nothing is excused that was not."""
    history = History()
    _old_commit(history)
    history.releases_ = Failure(Reason.TIMEOUT, "no answer", "run again")  # type: ignore[assignment]
    history.releases = lambda repository: history.releases_  # type: ignore[assignment,method-assign,return-value]
    assert history.state(2) == "behind"
