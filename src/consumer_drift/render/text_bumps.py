"""What became of each bump, in a log or a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.outcome import Outcome
from consumer_drift.render import bump_outcomes
from consumer_drift.render.painting import ADDRESS, MESSAGE
from consumer_drift.support.escape import inert
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from consumer_drift.model.report import Report
    from consumer_drift.render.bump_outcomes import BumpRow

_DIFF_LINES = 200


def outcomes(report: Report, unread: AbstractSet[str]) -> Iterator[str]:
    """Yield a line for each consumer but those of *unread*, below how many there are of each outcome."""
    yield f"{bump_outcomes.heading(report)}: {bump_outcomes.summary(report)}"
    for row in bump_outcomes.bump_rows(report):
        if str(row.name) in unread:
            continue
        parts = [f"  {row.bump.outcome:<14}", inert(str(row.name), 140), inert(row.bump.url, ADDRESS)]
        line = " ".join(part for part in parts if part)
        yield f"{line}  {inert(row.note, MESSAGE)}" if row.note else line


def diffs(report: Report) -> Iterator[str]:
    """Yield each change that was not written."""
    for row in bump_outcomes.bump_rows(report):
        if row.bump.diff:
            yield _diff(_where(report, row), row.bump.diff)


def _where(report: Report, row: BumpRow) -> str:
    """Where the change is: in a repository, unless init writes its list to a file."""
    is_file = report.list_bump is not None and row.bump.outcome is Outcome.WOULD_REWRITE
    return "On this machine" if is_file else f"In {row.name}"


def _diff(where: str, text: str) -> str:
    """Every line behind a blank, and none of them a command for a runner."""
    lines = text.rstrip("\n").split("\n")
    shown = [f"  {inert(line, 500)}" for line in lines[:_DIFF_LINES]]
    more = len(lines) - _DIFF_LINES
    if more > 0:
        shown.append(f"  … and {counted(more, 'more line')}")
    return "\n".join([f"{inert(where)}:", *shown])
