"""Reconcile, first half: what the listing and the probes show of each repository of the owner.

All consumers are known only to the second half, ``reconcile.conclude``: a repository of the listing may be one
under a new name, and a shard reads a part of the consumers alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.assess.probe import probe
from consumer_drift.model.config import Unproven, Visibility
from consumer_drift.model.evidence import ProbedOwner, ProbedRepository
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.result import Reason
from consumer_drift.support.globs import name_matches
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

# For a repository that was just listed it says that the token may not read it, not that the server failed.
_NOT_SHOWN = Reason.NOT_FOUND


def pins_of(config: Config) -> tuple[Pin, ...]:
    """Return the pins that make a repository a consumer: the common ones, or those of every consumer."""
    if config.pins:
        return config.pins
    return tuple(dict.fromkeys(pin for consumer in config.listed for pin in consumer.pins))


def paths_of(config: Config) -> tuple[str, ...]:
    """Return the files and patterns of files that are looked at in a repository that is not listed."""
    return tuple(dict.fromkeys(pin.file for pin in pins_of(config)))


def gather(config: Config, rules: Reconcile, listing: Listing, now: datetime, address: Address) -> ProbedOwner:
    """Judge every repository of *listing* that is not a consumer by the name that it has there."""
    # Each repository once: one that moves between two pages while they are read is shown twice.
    shown = {snapshot.name: snapshot for snapshot in listing.repositories}
    listed = {consumer.name for consumer in config.listed}
    probes = _Probes(config, {one.name: one for one in config.exempt}, pins_of(config), now, address)
    unlisted = {name for name in shown if name not in listed and name != config.source.repository}
    return ProbedOwner(
        owner=listing.owner,
        repositories=tuple(
            probes.judge(one)
            if (one.files or one.matches) and name in unlisted and not one.mirror
            else ProbedRepository(name, archived=one.archived)
            for name, one in shown.items()
        ),
        hidden=listing.hidden,
        doubts=listing.doubts,
        public_only=rules.visibility is Visibility.PUBLIC,
        place=rules.place,
        accepted=config.policy.unproven is Unproven.ACCEPT,
        unfit=tuple(
            one for one in rules.include if not any(name_matches(name.name, (one,), ()) for name in shown)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Probes:
    """What the judgement of one repository depends on."""

    config: Config
    exemptions: Mapping[RepositoryName, Exemption]
    pins: tuple[Pin, ...]
    now: datetime
    address: Address

    def judge(self, snapshot: Snapshot) -> ProbedRepository:
        found = probe(self.pins, snapshot, self.config.version_format, self.address)
        exemption = self.exemptions.get(snapshot.name)
        is_exempt = exemption is not None and not self._has_ended(exemption)
        unread = found.unread[0] if found.unread and not found.pins else None
        return ProbedRepository(
            snapshot.name,
            snapshot.archived,
            probed=True,
            has_pin=found.has_pin,
            unread=None if unread is None else str(unread),
            denied=unread is not None and (unread.is_permission or unread.reason is _NOT_SHOWN),
            excused=is_exempt or bool(found.undecided),
            findings=() if is_exempt else tuple(self._findings(snapshot, found, exemption)),
        )

    def _has_ended(self, exemption: Exemption) -> bool:
        return exemption.until is not None and self.now.date() > exemption.until

    def _findings(self, snapshot: Snapshot, found: ProbeResult, ended: Exemption | None) -> Iterable[Finding]:
        """The findings of a repository that is not exempt, or whose exemption has *ended*."""
        if found.pins:
            yield self._with_pin(snapshot, found, ended)
        elif found.undecided:
            yield self._undecided(snapshot, found)

    def _with_pin(self, snapshot: Snapshot, found: ProbeResult, ended: Exemption | None) -> Finding:
        where = first_of([f"{cut(one.value)} at {one.file_and_line}" for one in found.pins])
        if ended is None:
            return Finding.of(
                Code.UNLISTED,
                f"{snapshot.name} has a pin ({where}) but is not listed",
                consumer=snapshot.name,
                place=self.config.consumers_place,
                related=found.pins,
                remedy="list it under `consumers:`, or under `exempt:` with a reason",
            )
        return Finding.of(
            Code.EXPIRED_EXEMPTION,
            f"{snapshot.name} has a pin ({where}), and its exemption ended on {ended.until}",
            consumer=snapshot.name,
            place=ended.place,
            related=found.pins,
            remedy="list it under `consumers:`, remove the pin, or set a later `until:`",
        )

    def _undecided(self, snapshot: Snapshot, found: ProbeResult) -> Finding:
        return Finding.of(
            Code.RECONCILE_FAILED,
            f"cannot tell whether {snapshot.name} has a pin: {'; '.join(found.undecided)}",
            consumer=snapshot.name,
            place=self.config.consumers_place,
            remedy="correct the file, list the repository, or exempt it with a reason",
        )
