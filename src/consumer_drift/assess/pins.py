"""What one repository's pins come to, before anyone asks whether that is allowed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consumer_drift.model.answers import FileText, NoFile, NoText, Obstacle
from consumer_drift.model.pins import Absent, Damaged, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.model.answers import FileAnswer
    from consumer_drift.model.pins import Found, Occurrence, Pin
    from consumer_drift.model.versions import Dialect, Version


@dataclass(frozen=True, slots=True)
class Sighting:
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
class Weighed:
    """The pins of one repository, sorted by what they are. Each list is in the order of the pins.

    *exact* holds every occurrence with a version of its own, also those that *invalid* complains of
    because they disagree.
    """

    exact: list[Sighting] = field(default_factory=list)
    missing: list[Sighting] = field(default_factory=list)
    invalid: list[Sighting] = field(default_factory=list)
    unpinned: list[Sighting] = field(default_factory=list)
    unread: list[tuple[str, Obstacle]] = field(default_factory=list)

    @property
    def carries(self) -> bool:
        """Whether a pin is there, in whatever state."""
        return bool(self.exact or self.invalid or self.unpinned)

    def behind(self, target: Version) -> list[Sighting]:
        """The pins below *target*."""
        return [seen for seen in self.exact if seen.agreed and seen.version is not None and seen.version < target]

    def ahead(self, target: Version) -> list[Sighting]:
        """The pins above *target*."""
        return [seen for seen in self.exact if seen.agreed and seen.version is not None and seen.version > target]


def weigh(pins: Sequence[Pin], files: Mapping[str, FileAnswer], dialect: Dialect) -> Weighed:
    """Read every pin. Where only optional pins were asked for and none is there, that is missing too."""
    weighed = Weighed()
    absent: list[Sighting] = []
    for pin in pins:
        _weigh_one(pin, files[pin.file], dialect, weighed, absent)
    if pins and absent and not (weighed.carries or weighed.missing or weighed.unread):
        weighed.missing.extend(absent)
    return weighed


def _weigh_one(pin: Pin, answer: FileAnswer, dialect: Dialect, weighed: Weighed, absent: list[Sighting]) -> None:
    missing = absent if pin.optional else weighed.missing
    match answer:
        case Obstacle():
            weighed.unread.append((pin.file, answer))
        case NoFile():
            missing.append(Sighting(pin.file, f"there is no {pin.file}"))
        case NoText():
            weighed.invalid.append(Sighting(pin.file, f"{pin.file} is {answer.why}"))
        case FileText(text):
            reading = pin.read(text, dialect)
            if isinstance(reading, Absent):
                missing.append(Sighting(pin.file, f"{pin.file} has {reading.what}"))
            elif isinstance(reading, Damaged):
                weighed.invalid.append(Sighting(pin.file, f"{pin.file}: {reading.why}", reading.line))
            else:
                _sort(pin, reading, weighed)


def _sort(pin: Pin, reading: Found, weighed: Weighed) -> None:
    exact = [one for one in reading.occurrences if one.standing is Standing.EXACT]
    agreed = len({one.version for one in exact}) <= 1
    for one in reading.occurrences:
        if one.standing is Standing.EXACT:
            seen = Sighting(
                pin.file, f"{one.value} at {pin.file}:{one.line}", one.line, one.value, one.version, agreed
            )
            weighed.exact.append(seen)
            continue
        seen = Sighting(pin.file, f"{pin.file}:{one.line}: {short(one.value)} {one.why}", one.line, one.value)
        (weighed.unpinned if one.standing is Standing.FLOATING else weighed.invalid).append(seen)
    if not agreed:
        weighed.invalid.append(_disagreement(pin, exact))


def _disagreement(pin: Pin, exact: Sequence[Occurrence]) -> Sighting:
    named = f" ({pin.describe()})" if pin.describe() else ""
    shown = ", ".join(f"{one.value} at line {one.line}" for one in exact)
    return Sighting(pin.file, f"{pin.file}{named} names different versions: {shown}", exact[0].line)


def short(value: str) -> str:
    """A value as a message shows it: quoted, and cut."""
    return repr(cut(value))


def cut(value: str) -> str:
    """*value* without what is longer than anybody reads."""
    return value if len(value) <= 80 else value[:79] + "…"
