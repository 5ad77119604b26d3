"""Reconcile: does a repository of the owner carry a pin that nobody listed, and is the answer complete?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.assess import probed as gathering
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.observation import Snapshot
from consumer_drift.model.report import ExemptResult, Reconciled
from consumer_drift.model.result import Failure
from consumer_drift.model.sentence import Sentence, joined
from consumer_drift.model.shards import Evidence, Known
from consumer_drift.support.words import first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from consumer_drift.assess.pin_states import Address
    from consumer_drift.model.config import Config, Reconcile
    from consumer_drift.model.observation import Listing
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.shards import ProbedRepository


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reconcile came to. *probed* counts the repositories that were looked into.

    *evidence* is what it rests on, None where the owner's repositories were not listed.
    """

    reconciled: Reconciled
    findings: tuple[Finding, ...] = ()
    exempt: tuple[ExemptResult, ...] = ()
    visible: int | None = None
    probed: int | None = None
    hidden: int | None = None
    evidence: Evidence | None = None


def judge(
    config: Config,
    consumers: Mapping[RepositoryName, Snapshot | Failure],
    listing: Listing | Failure | None,
    now: datetime,
    address: Address,
) -> Verdict:
    """All findings about repositories that are not on the list. *listing* None: reconcile is off."""
    rules = config.reconcile
    if listing is None or rules is None:
        return Verdict(Reconciled.OFF, exempt=_exempt(config))
    if isinstance(listing, Failure):
        return _not_listed(listing, config, rules)
    evidence = gathering.gather(config, rules, listing, now, address)
    return replace(conclude(evidence, known(consumers), _exempt(config)), evidence=evidence)


def known(consumers: Mapping[RepositoryName, Snapshot | Failure]) -> tuple[Known, ...]:
    """Those of *consumers* that were read, under the names they have by now."""
    return tuple(Known(one.name, one.public) for one in consumers.values() if isinstance(one, Snapshot))


def conclude(evidence: Evidence, consumers: Sequence[Known], exempt: Sequence[ExemptResult]) -> Verdict:
    """The verdict on *evidence*, once all *consumers* are known; *exempt* as the configuration has them."""
    return _Case(evidence, consumers, exempt, {row.name: row for row in evidence.rows}).verdict()


def _not_listed(failure: Failure, config: Config, rules: Reconcile) -> Verdict:
    if not failure.is_permission:
        what = Sentence(f"the repositories of {config.owner} could not be listed: ", str(failure))
        finding = Finding.of(Code.RECONCILE_FAILED, what, place=rules.place)
        return Verdict(Reconciled.FAILED, (finding,), _exempt(config))
    needs = f" It needs {failure.needs}." if failure.needs and failure.needs not in failure.remedy else ""
    what = Sentence(
        f"the repositories of {config.owner} may not be listed, so an unlisted consumer would go unseen: ",
        str(failure),
        f".{needs} Or switch the check off with `reconcile: false`",
    )
    finding = Finding.of(Code.RECONCILE_UNAVAILABLE, what, place=rules.place)
    return Verdict(Reconciled.UNAVAILABLE, (finding,), _exempt(config))


def _exempt(config: Config) -> tuple[ExemptResult, ...]:
    """The exemptions, before anyone looked."""
    return tuple(
        ExemptResult(one.name, one.reason, one.until.isoformat() if one.until else "", one.place)
        for one in config.exempt
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """One owner's repositories, held against the list."""

    evidence: Evidence
    consumers: Sequence[Known]
    exempt: Sequence[ExemptResult]
    rows: Mapping[RepositoryName, ProbedRepository]

    def verdict(self) -> Verdict:
        current = {one.name for one in self.consumers}
        looks = {row.name: row for row in self.evidence.rows if row.looked and row.name not in current}
        findings = [finding for row in looks.values() for finding in row.findings]
        unread = [row for row in looks.values() if row.unread is not None]
        # What an exemption that holds excuses needs no answer, so the lack of one is no finding either.
        asked = [row for row in unread if not row.excused]
        errors = [row for row in asked if not row.denied]
        if errors:
            findings.append(self._probes_failed(errors))
        findings += self._hidden([row for row in asked if row.denied])
        codes = {finding.code for finding in findings}
        partial = Code.HIDDEN_REPOSITORIES in codes
        findings += self._stale(looks, partial=partial)
        return Verdict(
            self._reconciled(failed=Code.RECONCILE_FAILED in codes, partial=partial),
            tuple(findings),
            tuple(
                replace(one, carries=looks[one.name].carries if one.name in looks else None) for one in self.exempt
            ),
            visible=len(self.rows),
            probed=len(looks) - len(unread),
            hidden=self.evidence.hidden,
        )

    def _reconciled(self, *, failed: bool, partial: bool) -> Reconciled:
        if failed:
            return Reconciled.FAILED
        if partial:
            return Reconciled.PARTIAL
        return Reconciled.UNPROVEN if self.evidence.hidden is None else Reconciled.COMPLETE

    def _probes_failed(self, errors: Sequence[ProbedRepository]) -> Finding:
        return Finding.of(
            Code.RECONCILE_FAILED,
            Sentence(
                f"whether {first_of([row.name for row in errors])} carr{'y' if len(errors) > 1 else 'ies'} a pin"
                " could not be read: ",
                errors[0].unread or "",
            ),
            place=self.evidence.place,
        )

    def _hidden(self, denied: Sequence[ProbedRepository]) -> Iterable[Finding]:
        doubts: list[str] = list(self.evidence.doubts)
        missing = self._missing_consumers()
        if missing:
            doubts.append(
                f"the listing lacks {first_of(missing)}, which {'was' if len(missing) == 1 else 'were'} read"
            )
        if denied:
            doubts.append(
                Sentence(
                    f"the token may not look into {first_of([row.name for row in denied])}: ",
                    denied[0].unread or "",
                )
            )
        if not doubts:
            return
        remedy = "Give the token read access to every repository of the owner"
        if not self.evidence.public_only:
            remedy += ", or say `reconcile: {visibility: public}` where only public ones can be consumers"
        yield Finding.of(
            Code.HIDDEN_REPOSITORIES,
            Sentence(
                f"not all repositories of {self.evidence.owner} were seen,"
                " so an unlisted consumer may be among the others: ",
                joined("; ", doubts),
                f". {remedy}",
            ),
            place=self.evidence.place,
        )

    def _missing_consumers(self) -> list[RepositoryName]:
        """Consumers that were just read from the same owner and that the listing does not show."""
        return sorted(
            one.name
            for one in self.consumers
            if self._is_owned(one.name)
            and (one.public or not self.evidence.public_only)
            and one.name not in self.rows
        )

    def _is_owned(self, name: RepositoryName) -> bool:
        return name.owner.casefold() == self.evidence.owner.casefold()

    def _stale(self, looks: Mapping[RepositoryName, ProbedRepository], *, partial: bool) -> Iterable[Finding]:
        # Only a listing that lacks nothing proves by its silence that something is not there.
        is_whole = self.evidence.hidden == 0 and not partial and not self.evidence.public_only
        for one in self.exempt:
            name, row = one.name, self.rows.get(one.name)
            if not self._is_owned(name):
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
                place=one.place,
            )
