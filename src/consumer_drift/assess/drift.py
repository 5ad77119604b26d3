"""Drift: what a listed consumer is, and what there is to say about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.assess.pin_states import PinStates, classify_all
from consumer_drift.model.config import Ahead, InFlight
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.report import ConsumerResult, State
from consumer_drift.model.repository import Location
from consumer_drift.model.result import Failure
from consumer_drift.model.sentence import Sentence, joined
from consumer_drift.model.target import releases_between
from consumer_drift.support.words import first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from consumer_drift.assess.pin_states import Address, PinState
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest, PullRequests
    from consumer_drift.model.target import Target
    from consumer_drift.model.versions import Version


@dataclass(frozen=True, slots=True)
class ConsumerReading:
    """A consumer that was read, with its pins weighed once: every later step looks at this."""

    consumer: Consumer
    snapshot: Snapshot
    pin_states: PinStates

    @property
    def unread(self) -> tuple[tuple[str, Failure], ...]:
        """The parts of it that gave no answer."""
        files = ((one.path, one.failure) for one in self.pin_states.unread if one.failure is not None)
        forbidden = (
            (pattern, paths) for pattern, paths in self.snapshot.forbidden.items() if isinstance(paths, Failure)
        )
        return (*dict.fromkeys(files), *forbidden)

    def needs_pull_requests(self, target: Target) -> bool:
        """Whether an open bump pull request would change what is said of it."""
        return (
            target.version is not None
            and not self.snapshot.archived
            and bool(self.pin_states.behind(target.version))
        )


def read(consumer: Consumer, snapshot: Snapshot, config: Config) -> ConsumerReading:
    """Weigh the consumer's pins. An archived one is not judged, so it is not weighed either."""
    pins = () if snapshot.archived else consumer.pins
    return ConsumerReading(consumer, snapshot, classify_all(pins, snapshot.files, config.version_format))


def judge_unreadable(consumer: Consumer, failure: Failure) -> tuple[ConsumerResult, Finding]:
    """A listed consumer of which nothing is known."""
    finding = Finding.of(
        Code.UNREADABLE,
        Sentence(f"{consumer.name} could not be read: ", str(failure)),
        consumer=consumer.name,
        place=consumer.place,
    )
    return ConsumerResult(consumer.name, State.UNREADABLE, (), consumer.place, note=failure.said), finding


def judge(
    seen: ConsumerReading,
    config: Config,
    target: Target,
    pull_requests: PullRequests | Failure | None,
    now: datetime,
    address: Address,
) -> tuple[ConsumerResult, tuple[Finding, ...]]:
    """Everything there is to say about a consumer that was read.

    *pull_requests*: the open ones from the bump branch, None where nobody asked.
    """
    judge_ = _Judge(seen, config, target, address)
    findings = tuple(judge_.findings(pull_requests, now))
    state = _state(findings, target, archived=seen.snapshot.archived)
    # What is wrong stands first: a table shows only so many.
    ordered = sorted(seen.pin_states.present, key=lambda one: one.version == target.version)
    pins = tuple(one.location(seen.snapshot, address) for one in ordered if one.value)
    url = seen.snapshot.web_url
    return ConsumerResult(
        seen.consumer.name, state, pins, seen.consumer.place, url, judge_.note(state, pull_requests, now)
    ), findings


def _state(findings: Sequence[Finding], target: Target, *, archived: bool) -> State:
    if archived:
        return State.ARCHIVED
    codes = {finding.code.value for finding in findings}
    worst = next((state for state in State if state.value in codes), None)
    if worst is not None:
        return worst
    return State.IN_SYNC if target.version is not None else State.NOT_COMPARED


@dataclass(frozen=True, slots=True)
class _Judge:
    """One consumer's case. Each method is one row of the table of findings."""

    seen: ConsumerReading
    config: Config
    target: Target
    address: Address

    def findings(self, pull_requests: PullRequests | Failure | None, now: datetime) -> Iterable[Finding]:
        yield from self._tidy()
        if self.seen.snapshot.archived:
            return
        pin_states = self.seen.pin_states
        if self.seen.unread:
            yield self._unreadable()
        if pin_states.missing:
            yield self._missing()
        if pin_states.invalid:
            what = f"{_all(pin_states.invalid)}. Write one version there{self._as_target()}"
            yield self._of_pins(Code.INVALID_PIN, what, pin_states.invalid)
        if pin_states.unpinned:
            what = f"{_all(pin_states.unpinned)}. Pin an exact version{self._as_target()}"
            yield self._of_pins(Code.UNPINNED, what, pin_states.unpinned)
        if self.target.version is not None:
            yield from self._behind(pull_requests, now)
            yield from self._ahead()
        yield from self._forbidden()

    def note(self, state: State, pull_requests: PullRequests | Failure | None, now: datetime) -> str:
        """What a table says beside the state: what the pins beside it do not show."""
        pin_states, target = self.seen.pin_states, self.target.version
        match state:
            case State.MISSING_PIN:
                return pin_states.missing[0].what
            case State.INVALID_PIN:
                return pin_states.invalid[0].what
            case State.UNREADABLE:
                return self.seen.unread[0][1].said
            case State.BEHIND if target is not None:
                return self._distance(pin_states.behind(target), target)
            case State.IN_FLIGHT if isinstance(pull_requests, tuple):
                youngest, _ = _youngest(pull_requests, self.seen.snapshot.branch, now)
                return f"bump open for {_age(now - youngest.created_at)}" if youngest else ""
            case State.FORBIDDEN_PATH:
                return first_of(self._forbidden_paths())
            case _:
                return ""

    def _of_pins(self, code: Code, what: str, pins: Sequence[PinState]) -> Finding:
        return self._finding(code, what, tuple(one.location(self.seen.snapshot, self.address) for one in pins))

    def _finding(self, code: Code, what: str, related: tuple[Location, ...] = ()) -> Finding:
        return Finding.of(
            code,
            Sentence(f"{self.seen.consumer.name}: ", what),
            consumer=self.seen.consumer.name,
            place=self.seen.consumer.place,
            related=related,
        )

    def _as_target(self) -> str:
        return f", {self.target.version}" if self.target.version else ""

    def _tidy(self) -> Iterable[Finding]:
        """What does not count, but makes the list wrong."""
        snapshot, consumer = self.seen.snapshot, self.seen.consumer
        if snapshot.name != consumer.name:
            what = f"it is called {snapshot.name} by now. Change the list to that name"
            yield self._finding(Code.RENAMED_CONSUMER, what)
        if snapshot.archived:
            what = "it is archived and was not judged, since it could never be bumped. Take it off the list"
            yield self._finding(Code.ARCHIVED_CONSUMER, what)

    def _unreadable(self) -> Finding:
        parts = (Sentence(f"{what} could not be read: ", str(failure)) for what, failure in self.seen.unread)
        return self._finding(Code.UNREADABLE, joined("; ", parts))

    def _missing(self) -> Finding:
        missing = self.seen.pin_states.missing
        remedy = f"Add it{self._as_target()}, or override `pins:` for this consumer"
        where = f" on branch {self.seen.snapshot.branch}" if self.seen.consumer.branch else ""
        return self._of_pins(Code.MISSING_PIN, f"{_all(missing)}{where}. {remedy}", missing)

    def _behind(self, pull_requests: PullRequests | Failure | None, now: datetime) -> Iterable[Finding]:
        target = self.target.version
        behind = self.seen.pin_states.behind(target) if target is not None else []
        if target is None or not behind:
            return
        distance = self._distance(behind, target)
        what = f"pins {_all(behind)}; the target is {target}{f' ({distance})' if distance else ''}"
        policy = self.config.policy
        if isinstance(pull_requests, Failure):
            unseen = ". Bump it (whether a bump is under way could not be seen: "
            yield self._of_pins(Code.BEHIND, Sentence(what, unseen, str(pull_requests), ")"), behind)
            return
        open_one, tail = _youngest(pull_requests or (), self.seen.snapshot.branch, now)
        in_flight = policy.in_flight is InFlight.ADVISORY and open_one is not None
        if open_one is not None and in_flight and now - open_one.created_at <= policy.grace:
            yield self._of_pins(Code.IN_FLIGHT, f"{what}. {tail}", behind)
        else:
            yield self._of_pins(Code.BEHIND, f"{what}. {tail}", behind)

    def _distance(self, behind: Sequence[PinState], target: Version) -> str:
        lowest = min(one.version for one in behind if one.version is not None)
        count = releases_between(self.target.releases, lowest, target)
        return f"{count} release{'s' if count != 1 else ''} behind" if count else ""

    def _ahead(self) -> Iterable[Finding]:
        target = self.target.version
        ahead = self.seen.pin_states.ahead(target) if target is not None else []
        if not ahead:
            return
        what = (
            f"pins {_all(ahead)}, which is higher than the target {target}. Release that version, or lower the pin"
        )
        finding = self._of_pins(Code.AHEAD, what, ahead)
        if self.config.policy.ahead is Ahead.ADVISORY:
            finding = finding.advisory
        yield finding

    def _forbidden_paths(self) -> list[str]:
        """The forbidden paths that are there, each once."""
        found = (paths for paths in self.seen.snapshot.forbidden.values() if not isinstance(paths, Failure))
        return list(dict.fromkeys(path for paths in found for path in paths))

    def _forbidden(self) -> Iterable[Finding]:
        paths = self._forbidden_paths()
        if paths:
            what = f"carries {first_of(paths)}, which `forbid:` rules out. Remove it there, or change `forbid:`"
            yield self._finding(Code.FORBIDDEN_PATH, what, tuple(map(self._at, paths)))

    def _at(self, path: str) -> Location:
        snapshot, file = self.seen.snapshot, path.rstrip("/")
        return Location(snapshot.name, file, url=self.address(snapshot, file, 0), value=path)


def _all(pins: Sequence[PinState]) -> str:
    return first_of([one.what for one in pins])


def _youngest(pull_requests: PullRequests, branch: str, now: datetime) -> tuple[PullRequest | None, str]:
    """The youngest bump pull request that counts, and the sentence about it.

    One from a fork could be opened by anybody, and one into another *branch* bumps what nobody pins.
    """
    own = [one for one in pull_requests if not one.from_fork and one.base == branch]
    if not own:
        if not pull_requests:
            return None, "Bump it"
        other = pull_requests[0]
        if other.from_fork:
            return None, f"Bump it (the pull request {other.url} is from a fork and does not count)"
        where = f"{other.base}, not into {branch}"
        return None, f"Bump it (the pull request {other.url} goes into {where}, and does not count)"
    youngest = max(own, key=lambda one: one.created_at)
    age = _age(now - youngest.created_at)
    return youngest, f"Merge its bump pull request {youngest.url}, open for {age}"


def _age(age: timedelta) -> str:
    hours = max(0, int(age.total_seconds() // 3600))
    if hours == 0:
        return "less than an hour"
    if hours < 48:
        return f"{hours} hour{'s' if hours != 1 else ''}"
    return f"{hours // 24} days"
