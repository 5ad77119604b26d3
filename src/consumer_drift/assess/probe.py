"""What a repository that nobody listed shows at the places where the pins would stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consumer_drift.model.findings import Related
from consumer_drift.model.pins import Damaged, Found
from consumer_drift.model.result import Failure, FileText, NoFile, NoText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.assess.drift import Address
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.versions import VersionFormat


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """*carried* pins, sentences about what is *undecided*, and what was *unread*."""

    carried: list[Related] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    unread: list[Failure] = field(default_factory=list)

    @property
    def carries(self) -> bool | None:
        """Whether it carries a pin; None where that cannot be told."""
        if self.carried:
            return True
        return None if self.undecided or self.unread else False


def probe(pins: Sequence[Pin], snapshot: Snapshot, version_format: VersionFormat, address: Address) -> ProbeResult:
    """Read every one of *pins* in *snapshot*, which has an answer for each file of them."""
    presence = ProbeResult()
    for pin in pins:
        answer = snapshot.files[pin.file]
        match answer:
            case Failure():
                presence.unread.append(answer)
            case NoFile():
                pass
            case NoText():
                if answer.is_file:
                    presence.undecided.append(f"{pin.file} is {answer.why}")
            case FileText():
                reading = pin.read(answer.text, version_format)
                if isinstance(reading, Damaged):
                    presence.undecided.append(f"{pin.file}: {reading.why}")
                elif isinstance(reading, Found):
                    presence.carried.extend(
                        Related(
                            snapshot.name, pin.file, one.line, address(snapshot, pin.file, one.line), one.value
                        )
                        for one in reading.occurrences
                    )
    return presence
