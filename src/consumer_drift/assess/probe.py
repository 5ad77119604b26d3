"""What a repository that is not listed has at the places where the pins would be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.assess.pin_states import PinStatus, classify_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.assess.pin_states import Address
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.repository import Location
    from consumer_drift.model.result import Failure
    from consumer_drift.model.versions import VersionFormat


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """The *pins* that were found and where, sentences about what is *undecided*, and what could not be read."""

    pins: tuple[Location, ...] = ()
    undecided: tuple[str, ...] = ()
    unread: tuple[Failure, ...] = ()

    @property
    def has_pin(self) -> bool | None:
        """Whether the repository has a pin; None where that cannot be told."""
        if self.pins:
            return True
        return None if self.undecided or self.unread else False


def probe(pins: Sequence[Pin], snapshot: Snapshot, version_format: VersionFormat, address: Address) -> ProbeResult:
    """Look for *pins* in *snapshot*, which has an answer for each file of them."""
    found = classify_all(pins, snapshot, version_format)
    return ProbeResult(
        tuple(one.location(snapshot, address) for one in found.present),
        tuple(one.what for one in found.undecided),
        tuple(one.failure for one in found.unread if one.failure is not None),
    )


def has_nothing(pins: Sequence[Pin], snapshot: Snapshot, version_format: VersionFormat) -> bool:
    """Whether *snapshot* is proven to have none of *pins*."""
    found = classify_all(pins, snapshot, version_format)
    return all(one.status is PinStatus.MISSING for one in found.states)
