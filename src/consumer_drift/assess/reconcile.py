"""Reconcile: which repositories of the owner have a pin and are not listed, and were all of them seen?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.assess.probed import gather
from consumer_drift.model.evidence import ProbedOwner, ReadConsumer
from consumer_drift.model.findings import Code, Finding, Level
from consumer_drift.model.observation import Snapshot
from consumer_drift.model.report import ExemptResult, Reconciled
from consumer_drift.model.result import UNKNOWN_TOKEN, Failure
from consumer_drift.model.sentence import Grant, Sentence, joined
from consumer_drift.support.words import first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from consumer_drift.assess.pin_states import Address
    from consumer_drift.model.config import Config, Reconcile
    from consumer_drift.model.evidence import ProbedRepository
    from consumer_drift.model.observation import Listing
    from consumer_drift.model.repository import RepositoryName


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of reconcile. *probed* counts the repositories that were searched for pins.

    *evidence* is what it is based on, None where the owner's repositories were not listed.
    """

    reconciled: Reconciled
    findings: tuple[Finding, ...] = ()
    exempt: tuple[ExemptResult, ...] = ()
    visible: int | None = None
    probed: int | None = None
    hidden: int | None = None
    evidence: ProbedOwner | None = None


def judge(
    config: Config,
    consumers: Mapping[RepositoryName, Snapshot | Failure],
    listing: Listing | Failure | None,
    now: datetime,
    address: Address,
) -> Verdict:
    """Return all findings about repositories that are not listed. *listing* is None where reconcile is off."""
    rules = config.reconcile
    if listing is None or rules is None:
        return Verdict(Reconciled.OFF, exempt=_exempt(config))
    if isinstance(listing, Failure):
        return _not_listed(listing, config, rules)
    evidence = gather(config, rules, listing, now, address)
    return replace(conclude(evidence, read_consumers(consumers), _exempt(config)), evidence=evidence)


def read_consumers(consumers: Mapping[RepositoryName, Snapshot | Failure]) -> tuple[ReadConsumer, ...]:
    """Return those of *consumers* that were read, under their current names."""
    return tuple(ReadConsumer(one.name, one.public) for one in consumers.values() if isinstance(one, Snapshot))


def conclude(evidence: ProbedOwner, consumers: Sequence[ReadConsumer], exempt: Sequence[ExemptResult]) -> Verdict:
    """Return the verdict on *evidence*, once all *consumers* are known; *exempt* as the configuration has them."""
    return _Conclusion(evidence, consumers, exempt, {one.name: one for one in evidence.repositories}).verdict()


def _not_listed(failure: Failure, config: Config, rules: Reconcile) -> Verdict:
    if not failure.is_permission:
        what = Sentence(f"the repositories of {config.owner} could not be listed: ", str(failure))
        finding = Finding.of(Code.RECONCILE_FAILED, what, place=rules.place)
        return Verdict(Reconciled.FAILED, (finding,), _exempt(config))
    if failure.reason in UNKNOWN_TOKEN:
        # Switching reconcile off would not help: the token is refused for everything.
        what = Sentence(f"the repositories of {config.owner} could not be listed: ", str(failure))
        finding = Finding.of(Code.RECONCILE_UNAVAILABLE, what, place=rules.place)
        return Verdict(Reconciled.UNAVAILABLE, (finding,), _exempt(config))
    needs = f" It needs {failure.needs}." if failure.needs and failure.needs not in failure.remedy else ""
    what = Sentence(
        f"the token may not list the repositories of {config.owner}, so unlisted consumers cannot be detected: ",
        str(failure),
        f".{needs} Or switch the check off with `reconcile: false`",
    )
    finding = Finding.of(Code.RECONCILE_UNAVAILABLE, what, place=rules.place)
    return Verdict(Reconciled.UNAVAILABLE, (finding,), _exempt(config))


def _exempt(config: Config) -> tuple[ExemptResult, ...]:
    """The exemptions, none of them probed yet."""
    return tuple(
        ExemptResult(one.name, one.reason, one.until.isoformat() if one.until else "", one.place)
        for one in config.exempt
    )


@dataclass(frozen=True, slots=True)
class _Conclusion:
    """One owner's repositories, compared with the list. *shown* are those of the listing."""

    evidence: ProbedOwner
    consumers: Sequence[ReadConsumer]
    exempt: Sequence[ExemptResult]
    shown: Mapping[RepositoryName, ProbedRepository]

    def verdict(self) -> Verdict:
        current = {one.name for one in self.consumers}
        probed = {one.name: one for one in self.evidence.repositories if one.probed and one.name not in current}
        findings = [finding for one in probed.values() for finding in one.findings]
        unread = [one for one in probed.values() if one.unread is not None]
        # An exempt repository needs no answer, so it is no finding that there is none.
        needed = [one for one in unread if not one.excused]
        errors = [one for one in needed if not one.denied]
        if errors:
            findings.append(self._probes_failed(errors))
        findings += self._hidden([one for one in needed if one.denied])
        codes = {finding.code for finding in findings}
        partial = any(one.code is Code.HIDDEN_REPOSITORIES and one.counts_as is not None for one in findings)
        findings += self._stale(probed, partial=partial)
        findings += self._unfit()
        return Verdict(
            self._reconciled(failed=Code.RECONCILE_FAILED in codes, partial=partial),
            tuple(findings),
            tuple(
                replace(one, has_pin=probed[one.name].has_pin if one.name in probed else None)
                for one in self.exempt
            ),
            visible=len(self.shown),
            probed=len(probed) - len(unread),
            hidden=self.evidence.hidden,
        )

    def _unfit(self) -> Iterable[Finding]:
        """A pattern that fits nothing may be misspelled, and then repositories are not searched."""
        unfit = self.evidence.unfit
        if unfit:
            fits = "fits" if len(unfit) == 1 else "fit"
            what = (
                f"{first_of(unfit)} in reconcile.include {fits} no repository of {self.evidence.owner} that the"
                " token sees, so no unlisted consumer is searched for there"
            )
            remedy = "correct the pattern, or remove it"
            finding = Finding.of(Code.CONFIGURATION, what, place=self.evidence.place, remedy=remedy)
            yield replace(finding, level=Level.WARNING, counts_as=None)

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
                f"{first_of([one.name for one in errors])} could not be searched for pins: ",
                errors[0].unread or "",
            ),
            place=self.evidence.place,
        )

    def _hidden(self, denied: Sequence[ProbedRepository]) -> Iterable[Finding]:
        missing = self._missing_consumers()
        doubts: list[str] = list(self.evidence.doubts)
        if missing:
            were = "was" if len(missing) == 1 else "were"
            doubts.append(f"the listing does not contain {first_of(missing)}, which {were} read")
        if denied:
            doubts.append(
                Sentence(
                    f"the token cannot read {first_of([one.name for one in denied])}: ", denied[0].unread or ""
                )
            )
        if not doubts:
            return
        # Nothing is known against it: what is missing is the proof.
        is_unproven = self.evidence.hidden is None and not missing and not denied
        finding = Finding.of(
            Code.HIDDEN_REPOSITORIES,
            Sentence(self._partial(is_unproven=is_unproven), ": ", joined("; ", doubts)),
            place=self.evidence.place,
            remedy=self._remedy(),
        )
        if is_unproven and self.evidence.accepted:
            yield replace(finding, level=Level.NOTICE, counts_as=None)
        else:
            yield finding

    def _partial(self, *, is_unproven: bool) -> str:
        owner = self.evidence.owner
        if is_unproven:
            return f"the list of {owner}'s repositories is possibly partial, so unlisted consumers may exist"
        return f"the token may not see all repositories of {owner}, so unlisted consumers may exist"

    def _remedy(self) -> str:
        remedy = ""
        if not self.evidence.public_only:
            remedy += ", or set `reconcile: {visibility: public}` if only public repositories can be consumers"
        if self.evidence.hidden is None and not self.evidence.accepted:
            remedy += ", or set `policy: {unproven: accept}` if you know that the token sees them all"
        every = "read access to every repository of the owner"
        return Sentence(Grant(f"Give the token {every}", every), remedy)

    def _missing_consumers(self) -> list[RepositoryName]:
        """Consumers that were just read from the same owner and that the listing does not show."""
        return sorted(
            one.name
            for one in self.consumers
            if self._is_owned(one.name)
            and (one.public or not self.evidence.public_only)
            and one.name not in self.shown
        )

    def _is_owned(self, name: RepositoryName) -> bool:
        return name.owner.casefold() == self.evidence.owner.casefold()

    def _stale(self, probed: Mapping[RepositoryName, ProbedRepository], *, partial: bool) -> Iterable[Finding]:
        # Only a complete listing proves that what it does not show does not exist.
        is_complete = self.evidence.hidden == 0 and not partial and not self.evidence.public_only
        for one in self.exempt:
            name, row = one.name, self.shown.get(one.name)
            if not self._is_owned(name):
                continue
            if name in probed and probed[name].has_pin is False:
                why = "has no pin"
            elif row is not None and row.archived:
                why = "is archived, and an archived repository is never unlisted"
            elif row is None and is_complete:
                why = "does not exist"
            else:
                continue
            yield Finding.of(
                Code.STALE_EXEMPTION,
                f"{name} {why}: its exemption is not needed",
                consumer=name,
                place=one.place,
                remedy="remove it",
            )
