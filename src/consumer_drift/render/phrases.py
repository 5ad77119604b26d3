"""Sentences that several reports share. They hold foreign text as it came: whoever shows them makes them safe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.findings import Level
from consumer_drift.model.report import Reconciled, State

if TYPE_CHECKING:
    from consumer_drift.model.report import Coverage, ExemptResult, Report


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 error``, ``1,204 errors``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(parts: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def levels(report: Report) -> str:
    """``2 errors and 1 notice``, or ``no findings``."""
    numbers = {level: sum(finding.level is level for finding in report.findings) for level in Level}
    return listed([counted(number, level.value) for level, number in numbers.items() if number]) or "no findings"


def verdict(report: Report) -> str:
    """The run in a line: its status, the findings by level, how many consumers are where they should be."""
    fine = sum(consumer.state is State.IN_SYNC for consumer in report.consumers)
    where = (
        f"in sync with {report.target.version}" if report.target.version else "in sync, no target version is known"
    )
    return f"{report.status}: {levels(report)}; {fine:,} of {counted(len(report.consumers), 'consumer')} {where}"


def closing(report: Report) -> str:
    """The figures of the run and its exit code, in one sentence."""
    figures = f"{counted(report.requests, 'request')} in {report.seconds:,.1f} s"
    return f"{verdict(report)}; {figures}; exit code {report.exit_code}."


def target(report: Report) -> list[str]:
    """Where the target version comes from, or what was looked at in vain: a sentence a line, none if nowhere."""
    found = report.target
    of = f" of {found.source}" if found.source else ""
    if found.version:
        return [f"Target: {found.version} ({found.origin})" if found.origin else f"Target: {found.version}{of}"]
    if not found.looked_at:
        return []
    return [f"Target: no version{of} was found", *(f"looked at: {sentence}" for sentence in found.looked_at)]


def coverage(report: Report) -> str:
    """What was read of what exists, in one sentence without its full stop."""
    seen = report.coverage
    if not seen.listed and seen.visible is None:
        return "no consumer was read"
    read = f"{seen.read:,} of {counted(seen.listed, 'listed consumer')} read"
    if report.shard is None:
        return f"{read}; {_reconciled(seen)}"
    share = report.shard.share
    elsewhere = seen.reconcile is Reconciled.OFF and not share.is_first
    unlisted = "unlisted consumers are looked for by the first shard" if elsewhere else _reconciled(seen)
    return f"shard {share} alone, {read}; {unlisted}"


def _reconciled(seen: Coverage) -> str:
    owner = seen.owner or "the owner"
    if seen.reconcile is Reconciled.OFF:
        return "reconcile is switched off, so unlisted consumers were not looked for"
    if seen.reconcile is Reconciled.UNAVAILABLE or seen.visible is None:
        how = "failed" if seen.reconcile is Reconciled.FAILED else "is not permitted"
        return f"listing the repositories of {owner} {how}, so unlisted consumers were not looked for"
    return _visible(seen, seen.visible, owner) + (
        "" if seen.probed is None else f", {seen.probed:,} not on the list looked into"
    )


def _visible(seen: Coverage, visible: int, owner: str) -> str:
    if seen.hidden:
        total = counted(visible + seen.hidden, "repository", "repositories")
        return f"{visible:,} of {total} of {owner} visible, {seen.hidden:,} hidden"
    visible_ones = counted(visible, "repository", "repositories")
    if seen.reconcile is Reconciled.COMPLETE:
        return (
            f"all {visible_ones} of {owner} visible" if visible != 1 else f"the only repository of {owner} visible"
        )
    if seen.reconcile is Reconciled.FAILED:
        return f"{visible_ones} of {owner} visible before it failed"
    doubt = "nobody can tell how many are hidden" if seen.hidden is None else "that these are all is not proven"
    return f"{visible_ones} of {owner} visible, {doubt}"


def exempt(result: ExemptResult) -> str:
    """Why an exempt repository is let be, until when, and whether it carries a pin at all."""
    carries = {True: "carries a pin", False: "carries no pin", None: "not looked into"}[result.carries]
    until = f"until {result.until}, " if result.until else ""
    return f"{result.name}: {result.reason} ({until}{carries})"
