"""Reconcile: does a repository of the owner carry a pin that nobody listed, and is the answer complete?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.assess.pins import cut
from consumer_drift.assess.presence import Presence, look
from consumer_drift.model.answers import Obstacle, Reason
from consumer_drift.model.config import Visibility
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.observation import Listing, Snapshot
from consumer_drift.model.report import ExemptResult, Reconciled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from consumer_drift.assess.drift import Address
    from consumer_drift.model.config import Config, Exemption, Reconcile
    from consumer_drift.model.names import RepositoryName
    from consumer_drift.model.pins import Pin

# A probe that is answered so says that the token may not look, not that the forge failed.
_NOT_SHOWN = Reason.NOT_FOUND
# So many repositories are named in a message; the rest is counted.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reconcile came to. *probed* counts the repositories that were looked into."""

    reconciled: Reconciled
    findings: tuple[Finding, ...] = ()
    exempt: tuple[ExemptResult, ...] = ()
    visible: int | None = None
    probed: int | None = None
    hidden: int | None = None


def pins_of(config: Config) -> tuple[Pin, ...]:
    """What makes a repository a consumer: the common pins, or where there are none those of any consumer."""
    if config.pins:
        return config.pins
    return tuple(dict.fromkeys(pin for consumer in config.consumers for pin in consumer.pins))


def judge(
    config: Config,
    consumers: Mapping[RepositoryName, Snapshot | Obstacle],
    listing: Listing | Obstacle | None,
    now: datetime,
    address: Address,
) -> Verdict:
    """All findings about repositories that are not on the list. *listing* None: reconcile is off."""
    rules = config.reconcile
    if listing is None or rules is None:
        return Verdict(Reconciled.OFF, exempt=_exempt(config))
    if isinstance(listing, Obstacle):
        return _not_listed(listing, config, rules)
    # Each repository once: one that moves between two pages while they are read is told twice.
    rows = {snapshot.name: snapshot for snapshot in listing.repositories}
    exemptions = {one.name: one for one in config.exempt}
    case = _Case(config, rules, listing, rows, consumers, exemptions, now, address)
    return case.verdict()


def _not_listed(obstacle: Obstacle, config: Config, rules: Reconcile) -> Verdict:
    if not obstacle.is_permission:
        what = f"the repositories of {config.owner} could not be listed: {obstacle}"
        finding = Finding.of(Code.RECONCILE_FAILED, what, place=rules.place)
        return Verdict(Reconciled.FAILED, (finding,), _exempt(config))
    needs = f" It needs {obstacle.needs}." if obstacle.needs and obstacle.needs not in obstacle.remedy else ""
    what = (
        f"the repositories of {config.owner} may not be listed, so an unlisted consumer would go unseen:"
        f" {obstacle}.{needs} Or switch the check off with `reconcile: false`"
    )
    finding = Finding.of(Code.RECONCILE_UNAVAILABLE, what, place=rules.place)
    return Verdict(Reconciled.UNAVAILABLE, (finding,), _exempt(config))


def _exempt(config: Config, looks: Mapping[RepositoryName, Presence] | None = None) -> tuple[ExemptResult, ...]:
    looks = looks or {}
    return tuple(
        ExemptResult(
            one.name,
            one.reason,
            one.until.isoformat() if one.until else "",
            one.place,
            looks[one.name].carries if one.name in looks else None,
        )
        for one in config.exempt
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """One owner's repositories, held against the list."""

    config: Config
    rules: Reconcile
    listing: Listing
    rows: Mapping[RepositoryName, Snapshot]
    consumers: Mapping[RepositoryName, Snapshot | Obstacle]
    exemptions: Mapping[RepositoryName, Exemption]
    now: datetime
    address: Address

    def verdict(self) -> Verdict:
        pins = pins_of(self.config)
        known = self._known()
        probed = [one for one in self.rows.values() if one.files and one.name not in known]
        findings: list[Finding] = []
        looks: dict[RepositoryName, Presence] = {}
        unseen: list[tuple[RepositoryName, Obstacle]] = []
        for snapshot in probed:
            presence = looks[snapshot.name] = look(pins, snapshot, self.config.dialect, self.address)
            exemption = self.exemptions.get(snapshot.name)
            if presence.unread and not presence.carried:
                unseen.append((snapshot.name, presence.unread[0]))
            if exemption is None or self._is_over(exemption):
                findings += self._not_excused(snapshot, presence, exemption)
        # What an exemption that holds excuses needs no answer, so the lack of one is no finding either.
        asked = [(name, o) for name, o in unseen if self._needs_answer(name, looks[name])]
        denied = [(name, o) for name, o in asked if o.is_permission or o.reason is _NOT_SHOWN]
        errors = [(name, o) for name, o in asked if not (o.is_permission or o.reason is _NOT_SHOWN)]
        if errors:
            findings.append(self._probes_failed(errors))
        findings += self._hidden(denied)
        codes = {finding.code for finding in findings}
        partial = Code.HIDDEN_REPOSITORIES in codes
        findings += self._stale(looks, partial=partial)
        return Verdict(
            self._reconciled(failed=Code.RECONCILE_FAILED in codes, partial=partial),
            tuple(findings),
            _exempt(self.config, looks),
            visible=len(self.rows),
            probed=len(probed) - len(unseen),
            hidden=self.listing.hidden,
        )

    def _needs_answer(self, name: RepositoryName, presence: Presence) -> bool:
        exemption = self.exemptions.get(name)
        excused = exemption is not None and not self._is_over(exemption)
        return not (excused or presence.undecided)

    def _is_over(self, exemption: Exemption) -> bool:
        return exemption.until is not None and self.now.date() > exemption.until

    def _reconciled(self, *, failed: bool, partial: bool) -> Reconciled:
        if failed:
            return Reconciled.FAILED
        if partial:
            return Reconciled.PARTIAL
        return Reconciled.UNPROVEN if self.listing.hidden is None else Reconciled.COMPLETE

    def _known(self) -> set[RepositoryName | None]:
        """The source, and the consumers under the names they are listed by and have by now."""
        listed = {consumer.name for consumer in self.config.consumers}
        current = {one.name for one in self.consumers.values() if isinstance(one, Snapshot)}
        return {*listed, *current, self.config.source.repository}

    def _not_excused(
        self, snapshot: Snapshot, presence: Presence, exemption: Exemption | None
    ) -> Iterable[Finding]:
        """What a repository comes to that no exemption covers: none was given, or it is over."""
        if presence.carried:
            yield self._carrier(snapshot, presence, exemption)
        elif presence.undecided:
            yield self._undecided(snapshot, presence)

    def _carrier(self, snapshot: Snapshot, presence: Presence, exemption: Exemption | None) -> Finding:
        where = ", ".join(f"{cut(one.value)} at {one.path}:{one.line}" for one in presence.carried[:_NAMED])
        if exemption is None:
            return Finding.of(
                Code.UNLISTED,
                f"{snapshot.name} carries a pin ({where}) and is not listed."
                " List it under `consumers:`, or under `exempt:` with a reason",
                consumer=snapshot.name,
                place=self.config.consumers_place,
                related=tuple(presence.carried),
            )
        return Finding.of(
            Code.EXPIRED_EXEMPTION,
            f"{snapshot.name} carries a pin ({where}) and its exemption ended on {exemption.until}."
            " List it under `consumers:`, remove the pin, or set a later `until:`",
            consumer=snapshot.name,
            place=exemption.place,
            related=tuple(presence.carried),
        )

    def _undecided(self, snapshot: Snapshot, presence: Presence) -> Finding:
        return Finding.of(
            Code.RECONCILE_FAILED,
            f"whether {snapshot.name} carries a pin cannot be told: {'; '.join(presence.undecided)}."
            " Mend the file, list the repository, or exempt it with a reason",
            consumer=snapshot.name,
            place=self.config.consumers_place,
        )

    def _probes_failed(self, errors: Sequence[tuple[RepositoryName, Obstacle]]) -> Finding:
        return Finding.of(
            Code.RECONCILE_FAILED,
            f"whether {_names([name for name, _ in errors])} carr{'y' if len(errors) > 1 else 'ies'} a pin"
            f" could not be read: {errors[0][1]}",
            place=self.rules.place,
        )

    def _hidden(self, unseen: Sequence[tuple[RepositoryName, Obstacle]]) -> Iterable[Finding]:
        doubts = list(self.listing.doubts)
        missing = self._missing_consumers()
        if missing:
            doubts.append(
                f"the listing lacks {_names(missing)}, which {'was' if len(missing) == 1 else 'were'} read"
            )
        if unseen:
            doubts.append(f"the token may not look into {_names([name for name, _ in unseen])}: {unseen[0][1]}")
        if not doubts:
            return
        remedy = "Give the token read access to every repository of the owner"
        if self.rules.visibility is Visibility.ALL:
            remedy += ", or say `reconcile: {visibility: public}` where only public ones can be consumers"
        yield Finding.of(
            Code.HIDDEN_REPOSITORIES,
            f"not all repositories of {self.config.owner} were seen, so an unlisted consumer may be among the"
            f" others: {'; '.join(doubts)}. {remedy}",
            place=self.rules.place,
        )

    def _missing_consumers(self) -> list[RepositoryName]:
        """Consumers that were just read from the same owner and that the listing does not show."""
        public_only = self.rules.visibility is Visibility.PUBLIC
        return sorted(
            one.name
            for one in self.consumers.values()
            if isinstance(one, Snapshot)
            and one.name.owner.casefold() == self.listing.owner.casefold()
            and (one.public or not public_only)
            and one.name not in self.rows
        )

    def _stale(self, looks: Mapping[RepositoryName, Presence], *, partial: bool) -> Iterable[Finding]:
        # Only a listing that lacks nothing proves by its silence that something is not there.
        is_whole = self.listing.hidden == 0 and not partial and self.rules.visibility is Visibility.ALL
        for exemption in self.config.exempt:
            name, row = exemption.name, self.rows.get(exemption.name)
            if name.owner.casefold() != self.listing.owner.casefold():
                continue
            if name in looks and looks[name].carries is False:
                why = "carries no pin"
            elif row is not None and row.archived:
                why = "is archived, and an archived repository is never unlisted"
            elif row is None and is_whole:
                why = "does not exist (any more)"
            else:
                continue
            yield Finding.of(
                Code.STALE_EXEMPTION,
                f"{name} {why}: its exemption is not needed. Remove it",
                consumer=name,
                place=exemption.place,
            )


def _names(names: Sequence[RepositoryName]) -> str:
    shown = ", ".join(str(name) for name in names[:_NAMED])
    more = len(names) - _NAMED
    return f"{shown} and {more} more" if more > 0 else shown
