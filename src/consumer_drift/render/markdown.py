"""The report as a job summary: the result first, then what to do, then what is in sync.

Uses what GitHub's, Gitea's and Forgejo's Markdown have in common. A summary past 1 MiB is not shown at all
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands), so whole rows are
dropped before that, and the result never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift import links
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import Level
from consumer_drift.render import bump_outcomes, phrases
from consumer_drift.render.budget import Section, fit
from consumer_drift.render.table import rows
from consumer_drift.support.escape import code, markdown, url
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consumer_drift.model.bump import Bump
    from consumer_drift.model.findings import Finding
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import Location
    from consumer_drift.render.bump_outcomes import BumpRow
    from consumer_drift.render.table import TableRow

LIMIT = 1_000_000
_PINS = 5
_MESSAGE = 2000
_SIGNS = {Status.IN_SYNC: "✅", Status.DRIFT: "❌", Status.ERROR: "❌", Status.TOKEN_SCOPE: "⚠️"}
_BUMPS = "### Bumps\n\n| Consumer | Outcome | Pull request | Note |\n| --- | --- | --- | --- |\n"
_TABLE = "| Consumer | File:line | Pinned | Expected | Status |\n| --- | --- | --- | --- | --- |\n"


def render(report: Report, limit: int = LIMIT) -> str:
    """*report* as Markdown of at most *limit* bytes in UTF-8, the result's own two lines always in it."""
    verdict = f"## {_SIGNS[report.status]} {markdown(phrases.verdict(report), 400)}\n"
    coverage = "" if report.notes else f"Coverage: {markdown(phrases.coverage(report), 400)}. "
    return fit(f"{verdict}\n{coverage}Exit code {report.exit_code}.\n", _sections(report), limit)


def _sections(report: Report) -> list[Section]:
    """The sections, in order. Their shares leave space for those that follow."""
    table = rows(report)
    errors = [finding for finding in report.findings if finding.counts_as is Status.ERROR]
    warnings = [finding for finding in report.findings if finding.level is Level.WARNING and finding not in errors]
    others = [f for f in report.findings if f.level is not Level.WARNING and f.counts_as is not Status.ERROR]
    in_sync = [row for row in table if row.in_sync]
    return [
        Section(_TABLE, _table(row for row in table if not row.in_sync), share=0.6),
        Section(_BUMPS, _bumps(report), share=0.5),
        Section("### Errors\n\n", _list(errors), share=0.5),
        Section("### Warnings\n\n", _list(warnings), share=0.5),
        Section("### Notes\n\n", [f"- {markdown(note, _MESSAGE)}\n" for note in report.notes[1:]], share=0.5),
        _folded("Details and fixes", "", _list(others), share=0.8),
        Section("", _pages(report.findings), share=0.5),
        _folded(f"{counted(len(in_sync), 'consumer')} in sync", _TABLE, _table(in_sync), share=0.8),
        _folded(f"{len(report.exempt):,} exempt", "", _exempt(report), share=0.5),
        _folded("Run details", "", _settings(report), share=1.0),
    ]


def _bumps(report: Report) -> list[str]:
    return [f"| {' | '.join(_bump_cells(row))} |\n" for row in bump_outcomes.bump_rows(report)]


def _bump_cells(row: BumpRow) -> tuple[str, ...]:
    link = _linked(_number(row.bump), row.bump.url)
    return markdown(str(row.name), 140), str(row.bump.outcome), link or "–", markdown(row.note, _MESSAGE)


def _number(bump: Bump) -> str:
    # Escaped, so that it does not become a reference into the calling repository.
    return f"&#35;{bump.number}" if bump.number else ""


def _folded(title: str, head: str, lines: list[str], share: float) -> Section:
    return Section(f"<details>\n<summary>{title}</summary>\n\n{head}", lines, share, "\n</details>\n")


def _table(shown: Iterable[TableRow]) -> list[str]:
    return [f"| {' | '.join(_cells(row))} |\n" for row in shown]


def _cells(row: TableRow) -> tuple[str, ...]:
    status = f"{row.state}: {markdown(row.note, 120)}" if row.note else row.state
    pins = row.pins[:_PINS]
    more = [f"… {len(row.pins) - _PINS:,} more"] if len(row.pins) > _PINS else []
    places = "<br>".join([*(_linked(code(pin.file_and_line), pin.url) for pin in pins), *more])
    return (
        _linked(markdown(row.name, 140), row.url),
        places or "–",
        _values(row, pins) or "–",
        code(row.expected, 80) or "add to list",
        status,
    )


def _values(row: TableRow, pins: tuple[Location, ...]) -> str:
    """One value where all pins agree, else one beside each place."""
    shown = row.values if len(row.values) == 1 else [pin.value for pin in pins]
    return "<br>".join(code(value, 80) or "–" for value in shown)


def _linked(text: str, address: str) -> str:
    target = url(address)
    return f"[{text}]({target})" if target and text else text


def _list(findings: Iterable[Finding]) -> list[str]:
    return [f"- {_sentence(finding)}\n" for finding in findings]


def _sentence(finding: Finding) -> str:
    parts = [f"**{finding.code}**"]
    if finding.consumer and str(finding.consumer) not in finding.message:
        parts.append(f"{markdown(str(finding.consumer), 140)}:")
    parts.append(markdown(finding.message, _MESSAGE))
    if finding.place:
        parts.append(f"({code(f'{finding.place.file}:{finding.place.line}')})")
    return " ".join(parts)


def _pages(findings: Iterable[Finding]) -> list[str]:
    """One line that leads to the page of each code: an address beside each finding would take too much space."""
    pages = [f"[{code}]({links.finding_page(code)})" for code in dict.fromkeys(one.code for one in findings)]
    return [f"What these findings mean, and how to fix or allow them: {', '.join(pages)}.\n"] if pages else []


def _exempt(report: Report) -> list[str]:
    return [f"- {markdown(phrases.exempt(exempt), 400)}\n" for exempt in report.exempt]


def _settings(report: Report) -> list[str]:
    figures = f"{counted(report.requests, 'request')} in {report.seconds:,.1f} s"
    return [
        *(f"- {markdown(sentence, _MESSAGE)}\n" for sentence in phrases.target(report)),
        f"- Configuration: {code(report.config_file) or 'none found'}{_origin(report)}\n",
        f"- Forge: {markdown(report.forge) or 'none'}\n",
        f"- Command: {markdown(report.command)}, {figures}\n",
    ]


def _origin(report: Report) -> str:
    return f" ({markdown(report.config_from, 400)})" if report.config_file and report.config_from else ""
