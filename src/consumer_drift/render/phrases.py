"""Sentences that several reports share. They may contain foreign text: every renderer makes it safe."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from consumer_drift.model.findings import Code
from consumer_drift.model.report import Reconciled, State
from consumer_drift.model.sentence import Sentence
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from consumer_drift.model.report import Report


def counts(report: Report) -> str:
    """The findings by code, worst first: ``2 invalid-pin, 69 behind``, or ``no findings``."""
    numbers = Counter(finding.code for finding in report.findings)
    return ", ".join(f"{numbers[code]:,} {code}" for code in Code if code in numbers) or "no findings"


def verdict(report: Report) -> str:
    """The result in a line: the status, the findings by code, how many consumers are at the target version.

    A command without a table of consumers has its own result instead.
    """
    if report.notes and not report.findings:
        # Nothing was compared, so no status of consumers is true.
        return f"done: {report.notes[0]}"
    return f"{report.status}: {counts(report)}; {report.notes[0] if report.notes else _at_target(report)}"


def _at_target(report: Report) -> str:
    if not report.consumers:
        return "no consumer was checked"
    number = len(report.consumers)
    if not report.target.version:
        return f"{counted(number, 'consumer')} not compared, because the target version is unknown"
    fine = sum(consumer.state is State.IN_SYNC for consumer in report.consumers)
    return f"{fine:,} of {counted(number, 'consumer')} at {report.target.version}"


def closing(report: Report) -> str:
    """The result, the requests, the time and the exit code, in one sentence."""
    return f"{verdict(report)}; {figures(report)}; exit code {report.exit_code}."


def figures(report: Report) -> str:
    """``31 requests in 1.8 s``."""
    return f"{counted(report.requests, 'request')} in {report.seconds:,.1f} s"


def dry_run(report: Report) -> str:
    """That nothing is written, and why; empty where the command never writes, or may write."""
    return Sentence("Dry run: nothing is written, because ", report.dry_run) if report.dry_run else ""


def target(report: Report) -> list[str]:
    """The target version and where it comes from, or what was tried: a sentence a line, none if nothing was."""
    found = report.target
    of = f" of {found.source}" if found.source else ""
    if found.version:
        return [f"Target: {found.version} ({found.origin})" if found.origin else f"Target: {found.version}{of}"]
    if not found.looked_at:
        return []
    return [f"Target: unknown, no version{of} was found", *(f"tried: {sentence}" for sentence in found.looked_at)]


def coverage(report: Report) -> str:
    """How much was read, in one sentence without its full stop."""
    seen = report.coverage
    if not seen.listed and seen.visible is None:
        return "no consumer was read"
    read = f"{seen.read:,}/{counted(seen.listed, 'listed consumer')} read"
    if report.shard is None:
        return f"{read}; {_reconciled(report)}"
    spec = report.shard.spec
    elsewhere = seen.reconcile is Reconciled.OFF and not spec.is_first
    unlisted = "the first shard looks for unlisted consumers" if elsewhere else _reconciled(report)
    return f"shard {spec} alone: {read}; {unlisted}"


def _reconciled(report: Report) -> str:
    seen = report.coverage
    owner = seen.owner or "the owner"
    if seen.reconcile is Reconciled.OFF:
        return "reconcile is off, so unlisted consumers were not looked for"
    if seen.reconcile is Reconciled.UNAVAILABLE or seen.visible is None:
        why = "failed" if seen.reconcile is Reconciled.FAILED else "is not permitted"
        return f"listing the repositories of {owner} {why}, so unlisted consumers were not looked for"
    searched = "" if seen.probed is None else f"; {seen.probed:,} unlisted {_ones(seen.probed)} searched"
    return f"{_visible(report, seen.visible, owner)}{searched}{_undecided(report)}{_unlisted(report)}"


def _undecided(report: Report) -> str:
    """How many of the repositories may have a pin or not: what is there was not read, or is no text."""
    if report.coverage.reconcile is not Reconciled.FAILED:
        return ""
    failed = [one for one in report.findings if one.code is Code.RECONCILE_FAILED]
    # One finding without a repository is about several.
    number = f"{len(failed):,}" if failed and all(one.consumer for one in failed) else "some"
    return f"; {number} could not be judged"


def _unlisted(report: Report) -> str:
    """How many of the repositories that were searched have a pin, where it was looked for."""
    seen = report.coverage
    codes = Counter(finding.code for finding in report.findings)
    number = codes[Code.UNLISTED] + codes[Code.EXPIRED_EXEMPTION]
    failed = seen.reconcile is Reconciled.FAILED or codes[Code.RECONCILE_FAILED]
    if not seen.paths or (failed and not number):
        return ""
    found = counted(number, "unlisted consumer") if number else "no unlisted consumer"
    among = "" if seen.reconcile is Reconciled.COMPLETE else " among them"
    where = "path" if seen.paths == 1 else f"{seen.paths:,} paths"
    return f"; {found}{among} for the {where} looked at"


def _ones(number: int) -> str:
    return "one" if number == 1 else "ones"


def _visible(report: Report, visible: int, owner: str) -> str:
    seen = report.coverage
    if seen.hidden:
        total = counted(visible + seen.hidden, f"{owner} repository", f"{owner} repositories")
        return f"{visible:,}/{total} visible ({seen.hidden:,} hidden)"
    repositories = counted(visible, f"{owner} repository", f"{owner} repositories")
    if seen.reconcile is Reconciled.COMPLETE or _is_listed_whole(report):
        return f"{visible:,}/{repositories} visible"
    return f"{repositories} visible, and there may be more"


def _is_listed_whole(report: Report) -> bool:
    """Whether all repositories were listed, and only what is in them could not be judged."""
    codes = {one.code for one in report.findings}
    is_failed = report.coverage.reconcile is Reconciled.FAILED
    return is_failed and report.coverage.hidden == 0 and Code.HIDDEN_REPOSITORIES not in codes


def exempt(report: Report) -> list[str]:
    """Why each exempt repository is, until when, and whether it has a pin."""
    return [
        f"{one.name}: {one.reason} ({f'until {one.until}, ' if one.until else ''}{pin})"
        for one, pin in zip(report.exempt, exempt_pins(report), strict=True)
    ]


def exempt_pins(report: Report) -> list[str]:
    """Whether each exempt repository has a pin. One that is gone or archived is not searched for pins."""
    needless = {one.consumer for one in report.findings if one.code is Code.STALE_EXEMPTION}
    return [
        "not needed" if one.has_pin is None and one.name in needless else _HAS_PIN[one.has_pin]
        for one in report.exempt
    ]


_HAS_PIN = {True: "has a pin", False: "has no pin", None: "not searched"}


def has_circumstances(report: Report) -> bool:
    """Whether it was made with a configuration, or at a server. A page has neither."""
    return bool(report.config_file or report.forge)


def configuration(report: Report) -> str:
    """The configuration's name and where it was read, ``none found`` where there is none."""
    if not report.config_file:
        return "none found"
    return f"{report.config_file} ({report.config_from})" if report.config_from else report.config_file
