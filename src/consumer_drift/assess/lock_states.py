"""The lock files beside manifests, classified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.assess.pin_states import PinState, PinStates, PinStatus, classify
from consumer_drift.locks.formats import lock_format
from consumer_drift.model.config import Locks
from consumer_drift.model.result import Failure, FileText, NoFile
from consumer_drift.pins.follow import lock_files, locked_pins
from consumer_drift.pins.kinds import is_locked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from consumer_drift.model.config import Config
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.result import FileResult
    from consumer_drift.model.versions import Version
    from consumer_drift.pins.locked import Locked


@dataclass(frozen=True, slots=True)
class FollowedLock:
    """A lock file that is there. *manifest* is the pin that it is read for, *states* what it installs."""

    manifest: PinState
    states: PinStates

    def stale(self, target: Version) -> list[PinState]:
        """The places that install neither what the manifest pins nor *target*.

        What is installed is what runs: a manifest that may still be behind, or ahead, excuses no other version.
        """
        wanted = {target, self.manifest.version or target}
        known = [one for one in self.states.states if one.status is not PinStatus.UNREAD]
        wrong = [one for one in known if one.version not in wanted and not self._is_of_others(one)]
        # A file that also lists what is not used any more only has to list what is wanted.
        return [] if len(wrong) < len(known) and self._keeps_unused else wrong

    @staticmethod
    def _is_of_others(one: PinState) -> bool:
        """Whether the lock file is of a workspace that the manifest does not belong to."""
        return one.pin.optional and one.status is PinStatus.MISSING

    @property
    def _keeps_unused(self) -> bool:
        return any((form := lock_format(one.path)) and form.keeps_unused for one in self.states.states)


def followed(states: PinStates, snapshot: Snapshot, config: Config) -> tuple[FollowedLock, ...]:
    """Classify the lock files beside the files of the pins in *states* that have a version or follow one."""
    if config.policy.locks is not Locks.FOLLOW:
        return ()
    named = {one.pin for one in states.states if is_locked(one.pin)}
    version_format = config.version_format
    # Several pins of one manifest lead to the same package of a lock file, which may be large.
    classified: dict[Locked, PinStates] = {}
    found: dict[tuple[str, Locked], FollowedLock] = {}
    for one in states.states:
        if one.version is None and one.series is None:
            continue
        for pin in _beside(one.pin, snapshot):
            if any(other.file == pin.file and set(other.names) & set(pin.names) for other in named):
                continue
            if pin not in classified:
                classified[pin] = PinStates(classify(pin, _answer(pin.file, snapshot), version_format))
            found.setdefault((one.value, pin), FollowedLock(one, classified[pin]))
    return tuple(found.values())


def beside(pins: Iterable[Pin], snapshot: Snapshot, config: Config) -> Iterator[Locked]:
    """Yield what is looked for in the lock files beside the files of *pins*."""
    if config.policy.locks is Locks.FOLLOW:
        for pin in pins:
            yield from _beside(pin, snapshot)


def lock_files_of(changed: Sequence[PinState], snapshot: Snapshot) -> list[Locked]:
    """Return the lock files that are there beside the files of *changed*, each once."""
    return list(dict.fromkeys(pin for one in changed for pin in _beside(one.pin, snapshot)))


def _answer(path: str, snapshot: Snapshot) -> FileResult:
    """Return what is at *path*. It was asked for by its name, or by a pattern, which it may not fit."""
    failed = next((one for one in snapshot.matches.values() if isinstance(one, Failure)), None)
    return snapshot.files.get(path, failed or NoFile())


def _is_there(path: str, snapshot: Snapshot) -> bool:
    return not isinstance(_answer(path, snapshot), NoFile)


def _beside(pin: Pin, snapshot: Snapshot) -> tuple[Locked, ...]:
    """Return the nearest lock files that are there."""
    # Most manifests have none.
    if not any(_is_there(path, snapshot) for path in lock_files(pin)):
        return ()
    answer = snapshot.files.get(pin.file)
    for level in locked_pins(pin, answer.text) if isinstance(answer, FileText) else ():
        there = tuple(one for one in level if _is_there(one.file, snapshot))
        if there:
            return there
    return ()
