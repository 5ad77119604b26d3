"""What the owner's listing and the probes show of each repository, before all consumers are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.assess.probe import probe
from consumer_drift.model.config import Visibility
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.result import Reason
from consumer_drift.model.shards import Evidence, ProbedRepository
from consumer_drift.support.words import cut, first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from consumer_drift.assess.pin_states import Address
    from consumer_drift.assess.probe import ProbeResult
    from consumer_drift.model.config import Config, Exemption, Reconcile
    from consumer_drift.model.observation import Listing, Snapshot
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.repository import RepositoryName

# A probe that is answered so says that the token may not look, not that the forge failed.
_NOT_SHOWN = Reason.NOT_FOUND


def pins_of(config: Config) -> tuple[Pin, ...]:
    """What makes a repository a consumer: the common pins, or where there are none those of any consumer."""
    if config.pins:
        return config.pins
    return tuple(dict.fromkeys(pin for consumer in config.listed for pin in consumer.pins))


def gather(config: Config, rules: Reconcile, listing: Listing, now: datetime, address: Address) -> Evidence:
    """Look at every repository of *listing* that is not on the list under the name it has there."""
    # Each repository once: one that moves between two pages while they are read is told twice.
    rows = {snapshot.name: snapshot for snapshot in listing.repositories}
    listed = {consumer.name for consumer in config.listed}
    looking = _Looking(config, {one.name: one for one in config.exempt}, pins_of(config), now, address)
    unlisted = {name for name in rows if name not in listed and name != config.source.repository}
    return Evidence(
        owner=listing.owner,
        rows=tuple(
            looking.row(one) if one.files and name in unlisted else ProbedRepository(name, archived=one.archived)
            for name, one in rows.items()
        ),
        hidden=listing.hidden,
        doubts=listing.doubts,
        public_only=rules.visibility is Visibility.PUBLIC,
        place=rules.place,
    )


@dataclass(frozen=True, slots=True)
class _Looking:
    """What it takes to judge one repository by itself."""

    config: Config
    exemptions: Mapping[RepositoryName, Exemption]
    pins: tuple[Pin, ...]
    now: datetime
    address: Address

    def row(self, snapshot: Snapshot) -> ProbedRepository:
        found = probe(self.pins, snapshot, self.config.version_format, self.address)
        exemption = self.exemptions.get(snapshot.name)
        excused = exemption is not None and not self._is_over(exemption)
        unread = found.unread[0] if found.unread and not found.pins else None
        return ProbedRepository(
            snapshot.name,
            snapshot.archived,
            looked=True,
            carries=found.has_pin,
            unread=None if unread is None else str(unread),
            denied=unread is not None and (unread.is_permission or unread.reason is _NOT_SHOWN),
            excused=excused or bool(found.undecided),
            findings=() if excused else tuple(self._not_excused(snapshot, found, exemption)),
        )

    def _is_over(self, exemption: Exemption) -> bool:
        return exemption.until is not None and self.now.date() > exemption.until

    def _not_excused(
        self, snapshot: Snapshot, found: ProbeResult, exemption: Exemption | None
    ) -> Iterable[Finding]:
        """What a repository comes to that no exemption covers: none was given, or it is over."""
        if found.pins:
            yield self._carrier(snapshot, found, exemption)
        elif found.undecided:
            yield self._undecided(snapshot, found)

    def _carrier(self, snapshot: Snapshot, found: ProbeResult, exemption: Exemption | None) -> Finding:
        where = first_of([f"{cut(one.value)} at {one.file_and_line}" for one in found.pins])
        if exemption is None:
            return Finding.of(
                Code.UNLISTED,
                f"{snapshot.name} carries a pin ({where}) and is not listed."
                " List it under `consumers:`, or under `exempt:` with a reason",
                consumer=snapshot.name,
                place=self.config.consumers_place,
                related=found.pins,
            )
        return Finding.of(
            Code.EXPIRED_EXEMPTION,
            f"{snapshot.name} carries a pin ({where}) and its exemption ended on {exemption.until}."
            " List it under `consumers:`, remove the pin, or set a later `until:`",
            consumer=snapshot.name,
            place=exemption.place,
            related=found.pins,
        )

    def _undecided(self, snapshot: Snapshot, found: ProbeResult) -> Finding:
        return Finding.of(
            Code.RECONCILE_FAILED,
            f"whether {snapshot.name} carries a pin cannot be told: {'; '.join(found.undecided)}."
            " Mend the file, list the repository, or exempt it with a reason",
            consumer=snapshot.name,
            place=self.config.consumers_place,
        )
