"""The reports of all shards into the one that a single run would have given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.assess import reconcile
from consumer_drift.model.findings import worst_first
from consumer_drift.model.report import Coverage, Reconciled, Report, Target

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from consumer_drift.model.findings import Finding
    from consumer_drift.shards.checking import Part


def joined(parts: Sequence[Part]) -> Report:
    """One report of *parts*, of which there is one for each share.

    *requests* are all of them; *seconds* those of the slowest shard, which is what one waited for.
    """
    ordered = sorted(parts, key=lambda part: part.shard.share.index)
    failed = [part for part in ordered if not part.shard.config]
    whole = _unchecked(failed) if failed else _whole(ordered)
    return replace(
        whole,
        requests=sum(part.report.requests for part in parts),
        seconds=max(part.report.seconds for part in parts),
        shard=None,
    )


def _unchecked(failed: Sequence[Part]) -> Report:
    """Some got no further than their configuration: then there is no more to say of the whole."""
    first = failed[0].report
    findings = _once(finding for part in failed for finding in part.report.findings)
    nothing = Coverage(0, 0, Reconciled.OFF)
    return replace(
        first, target=Target("", ""), coverage=nothing, consumers=(), exempt=(), findings=worst_first(findings)
    )


def _whole(ordered: Sequence[Part]) -> Report:
    reports = [part.report for part in ordered]
    first = reports[0]
    verdict = _verdict(ordered)
    others = _once(
        finding for report in reports for finding in report.findings if finding.code not in reconcile.CODES
    )
    by_position = {
        position: consumer
        for part in ordered
        for position, consumer in zip(part.shard.positions, part.report.consumers, strict=True)
    }
    return replace(
        first,
        target=next((report.target for report in reports if report.target.version), first.target),
        coverage=Coverage(
            listed=sum(report.coverage.listed for report in reports),
            read=sum(report.coverage.read for report in reports),
            reconcile=verdict.reconciled,
            visible=verdict.visible,
            probed=verdict.probed,
            hidden=verdict.hidden,
            owner=first.coverage.owner,
        ),
        consumers=tuple(by_position[position] for position in sorted(by_position)),
        findings=worst_first([*others, *verdict.findings]),
        exempt=verdict.exempt,
    )


def _verdict(ordered: Sequence[Part]) -> reconcile.Verdict:
    """What reconcile comes to: judged anew, because the first share did not know the others' consumers."""
    first, shard = ordered[0].report, ordered[0].shard
    if shard.evidence is not None:
        known = [one for part in ordered for one in part.shard.known]
        return reconcile.conclude(shard.evidence, known, first.exempt)
    seen = first.coverage
    findings = tuple(finding for finding in first.findings if finding.code in reconcile.CODES)
    return reconcile.Verdict(seen.reconcile, findings, first.exempt, seen.visible, seen.probed, seen.hidden)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Each once: what concerns the whole run is told by every shard."""
    return list(dict.fromkeys(findings))
