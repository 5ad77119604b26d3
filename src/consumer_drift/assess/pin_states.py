"""What one repository's pins come to, before anyone asks whether that is allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consumer_drift.model.pins import Absent, Damaged, Pinning
from consumer_drift.model.result import Failure, FileText, NoFile, NoText

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.model.pins import Found, Occurrence, Pin
    from consumer_drift.model.result import FileResult
    from consumer_drift.model.versions import Version, VersionFormat


@dataclass(frozen=True, slots=True)
class PinState:
    """One thing seen at a pin's place. *line* counts from 1, 0 where there is none; *what* says it in words.

    *agreed*: no other occurrence of the same pin names another version.
    """

    path: str
    what: str
    line: int = 0
    value: str = ""
    version: Version | None = None
    agreed: bool = True


@dataclass(frozen=True, slots=True)
class PinStates:
    """The pins of one repository, sorted by what they are. Each list is in the order of the pins.

    *exact* holds every occurrence with a version of its own, also those that *invalid* complains of
    because they disagree.
    """

    exact: list[PinState] = field(default_factory=list)
    missing: list[PinState] = field(default_factory=list)
    invalid: list[PinState] = field(default_factory=list)
    unpinned: list[PinState] = field(default_factory=list)
    unread: list[tuple[str, Failure]] = field(default_factory=list)

    @property
    def carries(self) -> bool:
        """Whether a pin is there, in whatever state."""
        return bool(self.exact or self.invalid or self.unpinned)

    def behind(self, target: Version) -> list[PinState]:
        """The pins below *target*."""
        return [seen for seen in self.exact if seen.agreed and seen.version is not None and seen.version < target]

    def ahead(self, target: Version) -> list[PinState]:
        """The pins above *target*."""
        return [seen for seen in self.exact if seen.agreed and seen.version is not None and seen.version > target]


def classify(pins: Sequence[Pin], files: Mapping[str, FileResult], version_format: VersionFormat) -> PinStates:
    """Read every pin. Where only optional pins were asked for and none is there, that is missing too."""
    pin_states = PinStates()
    absent: list[PinState] = []
    for pin in pins:
        _weigh_one(pin, files[pin.file], version_format, pin_states, absent)
    if pins and absent and not (pin_states.carries or pin_states.missing or pin_states.unread):
        pin_states.missing.extend(absent)
    return pin_states


def _weigh_one(
    pin: Pin, answer: FileResult, version_format: VersionFormat, pin_states: PinStates, absent: list[PinState]
) -> None:
    missing = absent if pin.optional else pin_states.missing
    match answer:
        case Failure():
            pin_states.unread.append((pin.file, answer))
        case NoFile():
            missing.append(PinState(pin.file, f"there is no {pin.file}"))
        case NoText():
            pin_states.invalid.append(PinState(pin.file, f"{pin.file} is {answer.why}"))
        case FileText(text):
            reading = pin.read(text, version_format)
            if isinstance(reading, Absent):
                missing.append(PinState(pin.file, f"{pin.file} has {reading.what}"))
            elif isinstance(reading, Damaged):
                pin_states.invalid.append(PinState(pin.file, f"{pin.file}: {reading.why}", reading.line))
            else:
                _sort(pin, reading, pin_states)


def _sort(pin: Pin, reading: Found, pin_states: PinStates) -> None:
    exact = [one for one in reading.occurrences if one.pinning is Pinning.EXACT]
    agreed = len({one.version for one in exact}) <= 1
    for one in reading.occurrences:
        if one.pinning is Pinning.EXACT:
            seen = PinState(
                pin.file, f"{one.value} at {pin.file}:{one.line}", one.line, one.value, one.version, agreed
            )
            pin_states.exact.append(seen)
            continue
        seen = PinState(pin.file, f"{pin.file}:{one.line}: {short(one.value)} {one.why}", one.line, one.value)
        (pin_states.unpinned if one.pinning is Pinning.FLOATING else pin_states.invalid).append(seen)
    if not agreed:
        pin_states.invalid.append(_disagreement(pin, exact))


def _disagreement(pin: Pin, exact: Sequence[Occurrence]) -> PinState:
    named = f" ({pin.describe()})" if pin.describe() else ""
    shown = ", ".join(f"{one.value} at line {one.line}" for one in exact)
    return PinState(pin.file, f"{pin.file}{named} names different versions: {shown}", exact[0].line)


def short(value: str) -> str:
    """A value as a message shows it: quoted, and cut."""
    return repr(cut(value))


def cut(value: str) -> str:
    """*value* without what is longer than anybody reads."""
    return value if len(value) <= 80 else value[:79] + "…"
