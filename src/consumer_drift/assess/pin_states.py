"""What each pin of one repository is, decided once: checks, bumps, the target and reconcile all use it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from consumer_drift.model.pins import GIT_MODULES, IN_LOCK_FILE, Absent, Damaged, Pinning, is_pattern
from consumer_drift.model.repository import Location
from consumer_drift.model.result import Failure, FileText, NoFile, NoText, Reason
from consumer_drift.model.versions import short
from consumer_drift.pins.bounds import read
from consumer_drift.pins.kinds import is_locked, is_submodule
from consumer_drift.support.words import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pins import Occurrence, Pin
    from consumer_drift.model.result import FileResult
    from consumer_drift.model.target import Target
    from consumer_drift.model.versions import Series, Version, VersionFormat

    # A snapshot, a path in it and a line (0: none) to the address where a browser shows it.
    Address = Callable[[Snapshot, str, int], str]


# Longer texts are not kept: characters.
_SHORT = 1024


class PinStatus(Enum):
    """What one place holds, where a pin is looked for."""

    EXACT = "exact"  # one version
    SERIES = "series"  # a moving tag that the policy accepts
    FLOATING = "floating"  # more than one version fits
    INVALID = "invalid"  # not a version
    UNPARSABLE = "unparsable"  # a file that cannot be read as text or as its format
    NOT_A_FILE = "not-a-file"  # a folder or a submodule
    MISSING = "missing"  # no such file, key or line
    UNREAD = "unread"  # the forge gave no answer


_OF_PINNING = {
    Pinning.EXACT: PinStatus.EXACT,
    Pinning.SERIES: PinStatus.SERIES,
    Pinning.FLOATING: PinStatus.FLOATING,
    Pinning.INVALID: PinStatus.INVALID,
}


@dataclass(frozen=True, slots=True)
class PinState:
    """One place of *pin*, classified.

    *what* describes it in a message. *line* counts from 1, 0 where there is none. *occurrence* has the
    value and its span; None where no value was found. *failure* is why the file is UNREAD, else None. *remedy* is
    what to do about an UNPARSABLE file or an INVALID pin, where that is known.
    """

    pin: Pin
    status: PinStatus
    what: str
    line: int = 0
    occurrence: Occurrence | None = None
    failure: Failure | None = None
    remedy: str = ""

    @property
    def path(self) -> str:
        """The file."""
        return self.pin.file

    @property
    def value(self) -> str:
        """The pin's text, empty where there is none."""
        return self.occurrence.value if self.occurrence else ""

    @property
    def version(self) -> Version | None:
        """The pinned version, None unless the pin is exact."""
        return self.occurrence.version if self.occurrence and self.status is PinStatus.EXACT else None

    @property
    def series(self) -> Series | None:
        """The versions that a moving tag follows, None unless the pin is one that the policy accepts."""
        return self.occurrence.series if self.occurrence else None

    def compare(self, target: Target) -> int | None:
        """Return -1 where it is below the target, 0 where it is at it, 1 where it is above.

        None where the target or what the pin means is unknown.
        """
        return None if target.version is None else self._compared_with(target.version)

    def is_below(self, version: Version) -> bool:
        """Whether it is below *version*."""
        return self._compared_with(version) == -1

    def _compared_with(self, version: Version) -> int | None:
        if self.series is not None:
            return self.series.compare(version)
        own = self.version
        return None if own is None else (version < own) - (own < version)

    @property
    def is_locked(self) -> bool:
        """Whether a package manager wrote it into its lock file."""
        return self.occurrence is not None and self.occurrence.lock == IN_LOCK_FILE

    def location(self, snapshot: Snapshot, address: Address) -> Location:
        """Its place in *snapshot*."""
        # The page of a file that does not exist would be an error, and so would a submodule's.
        is_there = self.status is not PinStatus.MISSING and not is_submodule(self.pin)
        url = address(snapshot, self.path, self.line) if is_there else snapshot.web_url
        return Location(snapshot.name, self.path, self.line, url, self.value)


@dataclass(frozen=True, slots=True)
class PinStates:
    """All pins of one repository, in the order of the pins and of the places in their files."""

    states: tuple[PinState, ...] = ()

    @property
    def exact(self) -> list[PinState]:
        """The pins that name one version."""
        return self._with(PinStatus.EXACT)

    @property
    def comparable(self) -> list[PinState]:
        """The pins that name one version, and the moving tags that the policy accepts."""
        return self._with(PinStatus.EXACT, PinStatus.SERIES)

    def are_at(self, target: Target) -> bool:
        """Whether each of them is exactly the target, which was not taken back: then nothing is wrong with any."""
        version = target.version
        if version is None or target.is_taken_back(version):
            return False
        return all(one.status is PinStatus.EXACT and one.version == version for one in self.states)

    def unpinned(self, target: Target) -> list[PinState]:
        """The pins that allow more than one version. Moving tags do not follow pre-releases, so those count."""
        unclear = [one for one in self._with(PinStatus.SERIES) if target.version and one.compare(target) is None]
        return [one for one in self.states if one.status is PinStatus.FLOATING or one in unclear]

    def floating(self, target: Target) -> list[PinState]:
        """The moving tags that are accepted, because they follow the target."""
        return [one for one in self._with(PinStatus.SERIES) if one.compare(target) == 0]

    @property
    def invalid(self) -> list[PinState]:
        """The places that hold something else than a version."""
        return self._with(PinStatus.INVALID, PinStatus.UNPARSABLE, PinStatus.NOT_A_FILE)

    @property
    def undecided(self) -> list[PinState]:
        """The files that may hold a pin and cannot be parsed."""
        return self._with(PinStatus.UNPARSABLE)

    @property
    def missing(self) -> list[PinState]:
        """The pins that are not there and have to be."""
        return self._with(PinStatus.MISSING)

    @property
    def unread(self) -> list[PinState]:
        """The files that the forge did not show."""
        return self._with(PinStatus.UNREAD)

    @property
    def present(self) -> list[PinState]:
        """The values that were found, whatever they are worth."""
        return [one for one in self.states if one.occurrence is not None]

    def behind(self, target: Target) -> list[PinState]:
        """The pins below the target, except those of releases that were taken back. None where it is unknown."""
        compared = self._compared(target)
        return [one for one in compared if one.compare(target) == -1 and not target.is_taken_back(one.version)]

    def ahead(self, target: Target) -> list[PinState]:
        """The pins above the target, except those of releases that were taken back. None where it is unknown."""
        return [one for one in self.not_lowered(target) if not target.is_taken_back(one.version)]

    def not_lowered(self, target: Target) -> list[PinState]:
        """The pins above the target from which no bump goes down. None where it is unknown."""
        compared = self._compared(target)
        return [one for one in compared if one.compare(target) == 1 and not target.retraction(one.version)]

    def retracted(self, target: Target) -> list[PinState]:
        """The pins of releases that were taken back."""
        return [one for one in self._compared(target) if target.is_taken_back(one.version)]

    def outdated(self, target: Target) -> list[PinState]:
        """The pins that a bump to *target* changes: those below it, and those of releases that were taken back."""
        return [
            one
            for one in self._compared(target)
            if (order := one.compare(target)) == -1 or (order == 1 and target.retraction(one.version))
        ]

    def stale(self, target: Version) -> list[PinState]:
        """The versions in lock files that are not *target*, where every other pin is."""
        exact = self.exact
        locked = [one for one in exact if one.is_locked]
        # Most repositories have none.
        if not locked or len(locked) == len(exact):
            return []
        if any(one.version != target for one in exact if not one.is_locked):
            return []
        return [one for one in locked if one.version != target]

    def _compared(self, target: Target) -> list[PinState]:
        stale = self.stale(target.version) if target.version else []
        return [one for one in self.comparable if one not in stale] if stale else self.comparable

    def _with(self, *statuses: PinStatus) -> list[PinState]:
        return [one for one in self.states if one.status in statuses]


def classify(pin: Pin, answer: FileResult, version_format: VersionFormat) -> tuple[PinState, ...]:
    """What *answer*, the content of the pin's file, says of *pin*: one state for each place, at least one."""
    match answer:
        case Failure():
            return (PinState(pin, PinStatus.UNREAD, f"{pin.file} could not be read", failure=answer),)
        case NoFile():
            return (PinState(pin, PinStatus.MISSING, f"there is no {pin.file}"),)
        case NoText() if is_locked(pin):
            failure = Failure(
                Reason.TOO_LARGE, f"{pin.file} is {answer.why}", "write a lock file that can be read"
            )
            return (PinState(pin, PinStatus.UNREAD, failure.said, failure=failure),)
        case NoText(commit=commit) if is_submodule(pin) and commit:
            return _of_text(pin, commit, version_format)
        case FileText() if is_submodule(pin):
            return (PinState(pin, PinStatus.MISSING, f"{pin.file} is a file, not a submodule"),)
        case NoText():
            status = PinStatus.UNPARSABLE if answer.is_file else PinStatus.NOT_A_FILE
            return (PinState(pin, status, f"{pin.file} is {answer.why}"),)
        case FileText(text):
            return _of_text(pin, text, version_format)


def _of_text(pin: Pin, text: str, version_format: VersionFormat) -> tuple[PinState, ...]:
    if len(text) > _SHORT:
        return _read_states(pin, text, version_format)
    return _known_states(pin, text, _Same(version_format))


class _Same:
    """A value that equals itself alone: formats that compare equal may know different commits."""

    def __init__(self, version_format: VersionFormat) -> None:
        self.version_format = version_format

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.version_format is self.version_format

    def __hash__(self) -> int:
        return id(self.version_format)


# The files of a fleet are alike: each text is read once.
@lru_cache(maxsize=1024)
def _known_states(pin: Pin, text: str, same: _Same) -> tuple[PinState, ...]:
    return _read_states(pin, text, same.version_format)


def _read_states(pin: Pin, text: str, version_format: VersionFormat) -> tuple[PinState, ...]:
    reading = read(pin, text, version_format)
    if isinstance(reading, Absent):
        return (PinState(pin, PinStatus.MISSING, f"{pin.file} has {reading.what}"),)
    if isinstance(reading, Damaged) and reading.unknown:
        said = f"{pin.file} {reading.why}{f' (line {reading.line})' if reading.line else ''}"
        failure = Failure(Reason.CUT_SHORT, said, reading.remedy)
        return (PinState(pin, PinStatus.UNREAD, said, reading.line, failure=failure),)
    if isinstance(reading, Damaged):
        what = f"{pin.file}: {reading.why}"
        return (PinState(pin, PinStatus.UNPARSABLE, what, reading.line, remedy=reading.remedy),)
    return tuple(_of_occurrence(pin, one) for one in reading.occurrences)


def _of_occurrence(pin: Pin, one: Occurrence) -> PinState:
    status = _OF_PINNING[one.pinning]
    at = f"{pin.file}:{one.line}" if one.line else pin.file
    is_clear = status in {PinStatus.EXACT, PinStatus.SERIES}
    value = short(one.value)
    what = f"{value} at {at}" if is_clear else f"{at}: {quoted(value)} {one.why}"
    return PinState(pin, status, what, one.line, one, remedy=one.remedy)


def classify_all(pins: Sequence[Pin], snapshot: Snapshot, version_format: VersionFormat) -> PinStates:
    """Classify every one of *pins*; *snapshot* has an answer for each file of them.

    An optional pin may be missing beside others. Where only optional pins are asked for and none of them is
    there, all of them are missing.
    """
    every = [one for pin in pins for one in _classify_files(pin, snapshot, version_format)]
    required = [one for one in every if one.status is not PinStatus.MISSING or not one.pin.optional]
    return PinStates(tuple(required or every))


def _classify_files(pin: Pin, snapshot: Snapshot, version_format: VersionFormat) -> tuple[PinState, ...]:
    """Classify *pin* in its file, or in every file that fits its pattern."""
    modules = snapshot.files.get(GIT_MODULES)
    if is_submodule(pin) and isinstance(modules, FileText) and pin.is_another(modules.text):
        return (PinState(pin, PinStatus.MISSING, f"{pin.file} is a submodule of another repository"),)
    if not is_pattern(pin.file):
        return classify(pin, snapshot.files[pin.file], version_format)
    matches = snapshot.matches[pin.file]
    if isinstance(matches, Failure):
        what = f"the files that fit {pin.file} could not be listed"
        return (PinState(pin, PinStatus.UNREAD, what, failure=matches),)
    found = [one for path in matches for one in _in_file(pin, path, snapshot, version_format)]
    # A pattern also fits files that have nothing to do with the pin.
    present = tuple(one for one in found if one.status is not PinStatus.MISSING)
    if present:
        return present
    what = (
        f"no file fits {pin.file}"
        if not found
        else f"none of {len(matches)} files that fit {pin.file} has the pin"
    )
    return (PinState(pin, PinStatus.MISSING, what),)


def _in_file(pin: Pin, path: str, snapshot: Snapshot, version_format: VersionFormat) -> tuple[PinState, ...]:
    return classify(pin.at(path), snapshot.files[path], version_format)
