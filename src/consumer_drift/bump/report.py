"""The outcomes of a run of propagate or land in its report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.model.findings import Code, Finding, worst_first
from consumer_drift.model.outcome import OUTCOMES, Outcome
from consumer_drift.model.pull_request import PullRequest, PullRequestState
from consumer_drift.model.report import State, WaitReason
from consumer_drift.model.result import Failure
from consumer_drift.model.sentence import Sentence, joined
from consumer_drift.support.words import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from consumer_drift.model.bump import BumpState
    from consumer_drift.model.outcome import Bump
    from consumer_drift.model.pull_request import PullRequests
    from consumer_drift.model.report import ConsumerResult, Report
    from consumer_drift.model.repository import RepositoryName


def open_pull_requests(state: BumpState | Failure, bump: Bump, now: datetime) -> PullRequests:
    """Return the open pull requests that bump a consumer to the target, including one that *bump* opened.

    None where they could not be read: that has a finding of its own.
    """
    if isinstance(state, Failure):
        return ()
    known = tuple(one for one in state.pull_requests if one.is_open)
    if not bump.is_in_flight or any(one.mergeable is not False for one in known):
        return known
    base = state.snapshot.branch
    return (PullRequest(bump.number, bump.url, bump.branch, base, PullRequestState.OPEN, now),)


def with_bumps(report: Report, bumps: Mapping[RepositoryName, Bump], mistakes: Sequence[Finding] = ()) -> Report:
    """Return *report* with each consumer's outcome, and with findings for failures.

    *mistakes* are findings that explain several outcomes; these are not explained again.
    """
    explained = {finding.message for finding in mistakes}
    told = {name: replace(bump, note="") if bump.note in explained else bump for name, bump in bumps.items()}
    did = "landed" if report.command == "land" else "bumped"
    findings = [*mistakes, *(_explained(finding, told, did) for finding in report.findings)]
    findings += [one for each in report.consumers for one in _failed(each, bumps[each.name], did)]
    findings += _incomplete(report.consumers, bumps)
    consumers = tuple(_bumped(one, bumps[one.name]) for one in report.consumers)
    return replace(report, consumers=consumers, findings=worst_first(findings))


_REASONS = {
    Outcome.DECLINED: WaitReason.DECLINED,
    Outcome.NEEDS_LOCK: WaitReason.NEEDS_LOCK,
    Outcome.ERROR: WaitReason.BUMP_FAILED,
}
_DRY = frozenset(rule.dry for rule in OUTCOMES.values() if rule.dry)


def _bumped(consumer: ConsumerResult, bump: Bump) -> ConsumerResult:
    waits = consumer.reason is not None and consumer.reason is not WaitReason.UNREADABLE
    reason = _REASONS.get(bump.outcome, consumer.reason) if waits else consumer.reason
    return replace(consumer, bump=bump, reason=reason)


def _explained(finding: Finding, bumps: Mapping[RepositoryName, Bump], did: str) -> Finding:
    """Say what became of a consumer that is still behind, or would: *did* is what was to happen to it."""
    bump = bumps.get(finding.consumer) if finding.consumer else None
    if finding.code is not Code.BEHIND or bump is None or not bump.note or bump.outcome is Outcome.ERROR:
        return finding
    why = Sentence(". ", _told(bump, did))
    remedy = Sentence(finding.remedy, why) if finding.remedy else ""
    return replace(finding, message=Sentence(finding.message, why), remedy=remedy)


def _told(bump: Bump, did: str) -> str:
    if bump.outcome is Outcome.WOULD_LAND:
        # Its note is the condition: an approval.
        return Sentence("Would land ", bump.note)
    if bump.outcome in _DRY:
        return Sentence(f"Would be {did} ({bump.outcome}); ", bump.note)
    if OUTCOMES[bump.outcome].dry:
        return Sentence(f"Was {did} ({bump.outcome}); ", bump.note)
    return Sentence(f"Not {did} ({bump.outcome}): ", bump.note)


def _failed(consumer: ConsumerResult, bump: Bump, did: str) -> Iterator[Finding]:
    # An unreadable consumer has its finding already.
    if bump.outcome is Outcome.ERROR and consumer.state is not State.UNREADABLE:
        said = f"{consumer.name} could not be bumped: "
        if did == "landed":
            said = f"{consumer.name} could not be landed: "
        yield Finding.of(
            Code.BUMP_FAILED,
            Sentence(said, bump.note),
            consumer=consumer.name,
            place=consumer.place,
        )


def _incomplete(consumers: Sequence[ConsumerResult], bumps: Mapping[RepositoryName, Bump]) -> Iterator[Finding]:
    """Return a finding for each consumer with warnings, or one for all whose warnings are the same."""
    alike: dict[tuple[str, ...], list[ConsumerResult]] = {}
    for consumer in consumers:
        alike.setdefault(bumps[consumer.name].warnings, []).append(consumer)
    for warnings, group in alike.items():
        if not warnings:
            continue
        what = joined("; ", warnings)
        if len(group) == 1:
            [consumer] = group
            said = Sentence(f"{consumer.name}: {bumps[consumer.name].url} is open, but ", what)
            if bumps[consumer.name].outcome is Outcome.LANDED:
                said = Sentence(f"{consumer.name}: {bumps[consumer.name].url} was merged, but ", what)
            yield Finding.of(Code.BUMP_INCOMPLETE, said, consumer=consumer.name, place=consumer.place)
            continue
        names = first_of([one.name for one in group])
        said = Sentence(f"{len(group):,} bump pull requests are open, but ", what, f". They are those of {names}")
        yield Finding.of(Code.BUMP_INCOMPLETE, said, place=group[0].place)
