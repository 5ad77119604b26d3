"""Join the reports of all shards into the report that one run would have made."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.assess import reconcile
from consumer_drift.model.findings import worst_first
from consumer_drift.model.report import Coverage, Report
from consumer_drift.model.repository import distinct
from consumer_drift.sharding.split import members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from consumer_drift.model.findings import Finding
    from consumer_drift.model.shards import Shard


def join_reports(parts: Sequence[ShardReport]) -> Report:
    """Return one report for all of *parts*, the reports of all shards.

    ``requests`` is the sum. ``seconds`` is the time of the slowest shard, since shards run side by side.
    """
    ordered = sorted(parts, key=lambda part: part.shard.spec.index)
    failed = [part for part in ordered if not part.shard.config]
    whole = _unchecked(failed) if failed else _whole(ordered)
    return replace(
        whole,
        requests=sum(part.report.requests for part in parts),
        seconds=max(part.report.seconds for part in parts),
        at=max((part.report.at for part in parts if part.report.at), default=None),
        shard=None,
    )


def _unchecked(failed: Sequence[ShardReport]) -> Report:
    """Return a report without results, for shards that stopped at their configuration."""
    first = failed[0].report
    findings = _once(finding for part in failed for finding in part.report.findings)
    report = Report.without_results(
        first.command, worst_first(findings), forge=first.forge, config_file=first.config_file
    )
    return replace(report, config_from=first.config_from)


def _whole(ordered: Sequence[ShardReport]) -> Report:
    reports = [part.report for part in ordered]
    first = reports[0]
    verdict = _verdict(ordered)
    others = _once(
        finding for report in reports for finding in report.findings if not finding.rule.is_of_reconcile
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
            paths=first.coverage.paths,
        ),
        consumers=tuple(by_position[position] for position in sorted(by_position)),
        findings=worst_first([*others, *verdict.findings]),
        exempt=verdict.exempt,
        private=distinct(name for report in reports for name in report.private),
    )


def _verdict(ordered: Sequence[ShardReport]) -> reconcile.Verdict:
    """The result of reconcile, judged again because the first share did not know the others' consumers."""
    first, shard = ordered[0].report, ordered[0].shard
    if shard.probed is not None:
        known = [one for part in ordered for one in part.shard.read]
        return reconcile.conclude(shard.probed, known, first.exempt)
    seen = first.coverage
    findings = tuple(finding for finding in first.findings if finding.rule.is_of_reconcile)
    return reconcile.Verdict(seen.reconcile, findings, first.exempt, seen.visible, seen.probed, seen.hidden)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Each once: what concerns the whole run is told by every shard."""
    return list(dict.fromkeys(findings))


# A sentence names so many; the rest is counted.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class ShardReport:
    """The *report* of one *shard*, read from *file*."""

    file: str
    report: Report
    shard: Shard


def mistakes(parts: Sequence[ShardReport], program: str) -> tuple[str, ...]:
    """A sentence for everything that keeps *parts* from being one run of *program* (a version)."""
    if not parts:
        return ()
    mismatches = tuple(_mismatches(parts, program))
    # Missing shards are known only among reports that belong together.
    return mismatches or tuple(_gaps(parts)) or tuple(_misplaced(parts))


def _mismatches(parts: Sequence[ShardReport], program: str) -> Iterator[str]:
    # A shard that stopped at its configuration does not say what it would have read.
    first = next((part for part in parts if part.shard.config), parts[0])
    target = next((part for part in parts if part.report.target.version), first)
    for part in parts:
        report, shard = part.report, part.shard
        if shard.program != program:
            yield (
                f"{part.file} was written by version {shard.program or 'unknown'}, and this is {program}:"
                " run every shard and `combine` with the same version"
            )
        elif shard.spec.count != first.shard.spec.count:
            yield f"{part.file} is shard {shard.spec}, and {first.file} is {first.shard.spec}: give one run's"
        elif shard.config and (shard.config, report.config_file) != (first.shard.config, first.report.config_file):
            yield (
                f"{part.file} was made with another configuration than {first.file}, or with another target or"
                " reconcile: run all shards at the same commit, with the same inputs"
            )
        elif shard.config and report.forge != first.report.forge:
            yield f"{part.file} is of {report.forge}, and {first.file} of {first.report.forge}: give one run's"
        elif report.target.version and report.target.version != target.report.target.version:
            yield (
                f"{part.file} was compared with {report.target.version}, and {target.file} with"
                f" {target.report.target.version}: the source moved on meanwhile. Run all shards again"
            )


def _gaps(parts: Sequence[ShardReport]) -> Iterator[str]:
    files: dict[int, list[str]] = defaultdict(list)
    for part in parts:
        files[part.shard.spec.index].append(part.file)
    for index, names in sorted(files.items()):
        if len(names) > 1:
            yield f"shard {index} is there {len(names)} times, in {_listed(names)}: give each report once"
    count = parts[0].shard.spec.count
    missing = [str(index) for index in range(1, count + 1) if index not in files]
    if missing:
        yield (
            f"of {count} shards, {_listed(missing)} {'is' if len(missing) == 1 else 'are'} missing, so what"
            " they would have read is not known: look at their jobs, and give the reports of all"
        )


def _misplaced(parts: Sequence[ShardReport]) -> Iterator[str]:
    """Each report must have the consumers of its own shard, and all together every consumer of the list."""
    if not all(part.shard.config for part in parts):
        return
    names = [consumer.name for part in parts for consumer in part.report.consumers]
    positions = sorted(position for part in parts for position in part.shard.positions)
    if positions != list(range(1, len(names) + 1)) or len(set(names)) != len(names):
        yield "the reports together do not hold every consumer of the list once: run all shards again"
        return
    for part in parts:
        held = {consumer.name for consumer in part.report.consumers}
        if held != members(names, part.shard.spec):
            yield f"{part.file} does not hold the consumers of shard {part.shard.spec}: run all shards again"


def _listed(words: Sequence[str]) -> str:
    shown = ", ".join(words[:_NAMED])
    more = len(words) - _NAMED
    return f"{shown} and {more} more" if more > 0 else shown
