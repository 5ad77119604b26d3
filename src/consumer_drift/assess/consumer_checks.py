"""The findings of one consumer: what is wrong, where, and how to fix it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.model.config import Ahead
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.report import State
from consumer_drift.model.repository import Location
from consumer_drift.model.sentence import Sentence, capitalized, joined
from consumer_drift.pins.kinds import is_submodule
from consumer_drift.support.words import counted, day, first_of, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.assess.lag import Lag
    from consumer_drift.assess.pin_states import Address, PinState
    from consumer_drift.model.config import Config
    from consumer_drift.model.result import Failure
    from consumer_drift.model.target import Target
    from consumer_drift.model.versions import Version


def _floating_note(floating: Sequence[PinState]) -> str:
    """Say which pins are at the target only because the policy accepts moving tags."""
    values = dict.fromkeys(f"{one.value} follows {one.value}.x" for one in floating)
    return f"moving tag: {first_of(list(values))}" if values else ""


@dataclass(frozen=True, slots=True)
class ConsumerChecks:
    """The checks of one consumer. Each method is a row of the table of findings."""

    reading: ConsumerReading
    config: Config
    target: Target
    lag: Lag
    address: Address

    def findings(self) -> Iterable[Finding]:
        """Yield all findings, in the order in which the log shows what is equally bad."""
        yield from self._renamed()
        if self.reading.snapshot.archived:
            yield self._archived()
            return
        if self.reading.snapshot.mirror:
            yield self._mirror()
        if not self.reading.is_settled(self.target):
            yield from self._of_content()

    def _of_content(self) -> Iterable[Finding]:
        yield from self._unreadable()
        yield from self._missing()
        yield from self._invalid()
        yield from self._retracted()
        yield from self._dead()
        yield from self._unknown()
        yield from self._unpinned()
        if self.target.version is not None:
            yield from self._behind(self.target.version)
            yield from self._stale_locks(self.target.version)
            yield from self._ahead(self.target.version)
        yield from self._forbidden()

    def note(self, state: State) -> str:
        """What a table shows beside the state, where the pins do not show it."""
        pin_states, target = self.reading.pin_states, self.target.version
        match state:
            case State.MISSING_PIN:
                return pin_states.missing[0].what
            case State.INVALID_PIN:
                return pin_states.invalid[0].what
            case State.UNREADABLE:
                failures = [failure for _, failure in (*self.reading.unread, *self._not_looked_up)]
                return failures[0].said
            case State.BEHIND | State.LAGGING | State.IN_FLIGHT_UNKNOWN:
                return self._distance(pin_states.behind(self.target), day)
            case State.STALE_LOCK if target is not None:
                return self.reading.stale_locks(target)[0].what
            case State.IN_FLIGHT:
                return self.lag.note
            case State.FORBIDDEN_PATH:
                return first_of(self.reading.forbidden_paths)
            case _:
                return _floating_note(pin_states.floating(self.target))

    def _of_pins(self, code: Code, what: str, remedy: str, pins: Sequence[PinState]) -> Finding:
        related = tuple(one.location(self.reading.snapshot, self.address) for one in pins)
        return self._finding(code, what, remedy, related)

    def _finding(self, code: Code, what: str, remedy: str, related: tuple[Location, ...] = ()) -> Finding:
        consumer = self.reading.consumer
        return Finding.of(
            code,
            Sentence(f"{consumer.name}: ", what),
            consumer=consumer.name,
            place=consumer.place,
            related=related,
            remedy=remedy,
        )

    def _target_after(self, text: str) -> str:
        """Return *text* and the target as a pin has it: of a commit the full id."""
        version = self.target.version
        if version is None:
            return ""
        return f"{text} {version if self.target.history is None else self.target.history.head.id}"

    def _renamed(self) -> Iterable[Finding]:
        name = self.reading.snapshot.name
        if name == self.reading.consumer.name:
            return
        other = next((one for one in self.config.listed if one.name == name), None)
        remedy = f"Remove this entry: {name} is listed in line {other.place.line}" if other else "Update the list"
        yield self._finding(Code.RENAMED_CONSUMER, f"it has been renamed to {name}", remedy)

    def _mirror(self) -> Finding:
        what = "it is a mirror and cannot be bumped"
        return self._finding(Code.MIRROR_CONSUMER, what, "list the repository that it mirrors instead")

    def _archived(self) -> Finding:
        what = "it is archived and was not compared, because it cannot be bumped"
        return self._finding(Code.ARCHIVED_CONSUMER, what, "remove it from the list")

    def _unreadable(self) -> Iterable[Finding]:
        refusals = _by_refusal(self.reading.unread)
        if len(refusals) == 1:
            [(files, failure)] = refusals
            what = Sentence(f"{first_of(files)} could not be read: ", failure.said)
            yield self._finding(Code.UNREADABLE, what, failure.remedy)
        elif refusals:
            parts = (
                Sentence(f"{first_of(files)} could not be read: ", str(failure)) for files, failure in refusals
            )
            yield self._finding(Code.UNREADABLE, joined("; ", parts), "")

    def _missing(self) -> Iterable[Finding]:
        missing = self.reading.pin_states.missing
        if missing:
            remedy = f"Add it{self._target_after(' with version')}, or override `pins:` for this consumer"
            where = f" on branch {self.reading.snapshot.branch}" if self.reading.consumer.branch else ""
            yield self._of_pins(Code.MISSING_PIN, f"{_all(missing)}{where}", remedy, missing)

    def _invalid(self) -> Iterable[Finding]:
        invalid = self.reading.pin_states.invalid
        if invalid:
            remedy = ". ".join(dict.fromkeys(map(self._correction, invalid)))
            if self.lag.merging is not None:
                # What it changes is not read: that it bumps to the target is known.
                bump = f"merge its bump pull request {self.lag.merging.url} if that does it, else"
                remedy = f"{bump} {remedy[0].lower()}{remedy[1:]}"
            yield self._of_pins(Code.INVALID_PIN, _all(invalid), remedy, invalid)

    def _correction(self, pin: PinState) -> str:
        """Return what to do about a place that holds something else than a version."""
        if pin.remedy:
            return capitalized(pin.remedy)
        what = "Check out the commit of a release there" if is_submodule(pin.pin) else "Write one version there"
        return f"{what}{self._target_after(':')}"

    def _unpinned(self) -> Iterable[Finding]:
        unpinned = self.reading.pin_states.unpinned(self.target)
        if unpinned:
            remedy = f"Pin an exact version{self._target_after(':')}"
            yield self._of_pins(Code.UNPINNED, _all(unpinned), remedy, unpinned)

    def _retracted(self) -> Iterable[Finding]:
        pins = self.reading.pin_states.retracted(self.target)
        if pins:
            why = "; ".join(dict.fromkeys(self._why_retracted(one) for one in pins))
            instead = ", ".join(dict.fromkeys(self._instead_of(one) for one in pins))
            remedy = Sentence(f"Pin {instead} instead. ", self._retracted_advice(pins))
            yield self._of_pins(Code.RETRACTED, f"pins {_all(pins)}; {why}", remedy, pins)

    def _why_retracted(self, pin: PinState) -> str:
        entry = self.target.retraction(pin.version)
        if entry is not None:
            return f"{entry.version} was taken back: {entry.reason}"
        return f"no tag of {self.config.source.repository} names {pin.version}"

    def _instead_of(self, pin: PinState) -> str:
        entry = self.target.retraction(pin.version)
        return str((entry and entry.use) or self.target.version)

    def _retracted_advice(self, pins: Sequence[PinState]) -> str:
        above = [one for one in self.reading.pin_states.not_lowered(self.target) if one in pins]
        if not above:
            return self.lag.advice
        return f"A bump goes down from {above[0].version} only if `source.retracted` names it"

    def _dead(self) -> Iterable[Finding]:
        dead = [one for one in self.reading.pin_states.behind(self.target) if one.version in self.target.gone]
        if dead:
            what = f"pins {_all(dead)}, which can no longer be installed: it is not on {self.target.registry}"
            yield self._of_pins(
                Code.DEAD_PIN, what, Sentence(f"Pin {self.target.version}. ", self.lag.advice), dead
            )

    @property
    def _not_looked_up(self) -> list[tuple[PinState, Failure]]:
        """The pins for which the registry did not tell whether they can be installed, and why."""
        behind, unread = self.reading.pin_states.behind(self.target), self.target.unread
        return [(one, unread[one.version]) for one in behind if one.version is not None and one.version in unread]

    def _unknown(self) -> Iterable[Finding]:
        """What is not known is no excuse: a window or an open bump says nothing of a pin that may be gone."""
        if lost := self._not_looked_up:
            pins, failure = [one for one, _ in lost], lost[0][1]
            where = f"whether {self.target.registry} has it could not be read: "
            what = Sentence(f"pins {_all(pins)}; ", where, failure.said)
            yield self._of_pins(Code.UNREADABLE, what, failure.remedy, pins)

    def _behind(self, target: Version) -> Iterable[Finding]:
        behind = self.reading.pin_states.behind(self.target)
        if not behind:
            return
        distance = self._distance(behind, moment)
        what = f"pins {_all(behind)}; the target is {target}{f' ({distance})' if distance else ''}"
        finding = self._of_pins(self.lag.code, what, self.lag.advice, behind)
        failure = self.lag.failure
        is_error = finding.code is Code.IN_FLIGHT_UNKNOWN and failure is not None and not failure.is_permission
        yield replace(finding, counts_as=Status.ERROR) if is_error else finding

    def _distance(self, behind: Sequence[PinState], since: Callable[[datetime], str]) -> str:
        pinned = [one.version for one in behind if one.version is not None]
        if not pinned:
            return ""
        count, is_all = self.target.distance_from(pinned), self.target.reaches(pinned)
        number = counted(count, "release" if self.target.history is None else "commit")
        distance = f"{'' if is_all else 'at least '}{number} behind" if count else ""
        if self.lag.since is None:
            return distance
        return f"{distance or 'behind'} since {since(self.lag.since)}{'' if is_all else ' or earlier'}"

    def _stale_locks(self, target: Version) -> Iterable[Finding]:
        stale = self.reading.stale_locks(target)
        if stale:
            from consumer_drift.assess.lock_updates import instructions  # noqa: PLC0415 - few lock files are stale

            states = self.reading.pin_states
            is_off = bool(states.behind(self.target) or states.ahead(self.target))
            pinned = "the lock file does not install what the manifest pins"
            what = (
                f"{pinned if is_off else f'pins {target}, and the lock file does not install it'}: {_all(stale)}"
            )
            remedy = f"{instructions(stale, self.reading.snapshot, target)}, and commit that"
            yield self._of_pins(Code.STALE_LOCK, what, remedy, stale)

    def _ahead(self, target: Version) -> Iterable[Finding]:
        ahead = self.reading.pin_states.ahead(self.target)
        if not ahead:
            return
        what = f"pins {_all(ahead)}, which is higher than the target {target}"
        finding = self._of_pins(Code.AHEAD, what, "release that version, or lower the pin", ahead)
        yield finding.advisory if self.config.policy.ahead is Ahead.ADVISORY else finding

    def _forbidden(self) -> Iterable[Finding]:
        paths = self.reading.forbidden_paths
        if paths:
            what = f"contains {first_of(paths)}, which `forbid:` disallows"
            remedy = "remove it there, or change `forbid:`"
            yield self._finding(Code.FORBIDDEN_PATH, what, remedy, tuple(map(self._location, paths)))

    def _location(self, path: str) -> Location:
        snapshot, file = self.reading.snapshot, path.rstrip("/")
        return Location(snapshot.name, file, url=self.address(snapshot, file, 0), value=path)


def _by_refusal(unread: Sequence[tuple[str, Failure]]) -> list[tuple[list[str], Failure]]:
    """Return the files by why they could not be read: one token is refused for all of them in the same way."""
    refusals: dict[tuple[object, ...], tuple[list[str], Failure]] = {}
    for file, failure in unread:
        key = (failure.reason, failure.status, failure.needs, str(failure.remedy))
        refusals.setdefault(key, ([], failure))[0].append(file)
    return list(refusals.values())


def _all(pins: Sequence[PinState]) -> str:
    return first_of([one.what for one in pins])
