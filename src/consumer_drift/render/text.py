"""The report for people, in a log or a terminal: a table, every finding, the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.color import ColorSystem
from rich.style import Style

from consumer_drift import links
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import Level
from consumer_drift.model.report import State
from consumer_drift.render import bump_outcomes, columns, phrases
from consumer_drift.render.table import rows
from consumer_drift.support.escape import inert
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from consumer_drift.model.findings import Finding
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import Location, RepositoryName
    from consumer_drift.render.table import TableRow

    Paint = Callable[[str, str], str]

# A longer table leaves out in-sync consumers; all others are always shown.
TABLE_ROWS = 50
_PINS = 4
_UNREAD = (State.UNREADABLE, State.ARCHIVED)
_MESSAGE = 4000
_ADDRESS = 2000
_DIFF_LINES = 200

_LEVELS = {Level.ERROR: "bold red", Level.WARNING: "bold yellow", Level.NOTICE: "bold cyan"}
_STATUSES = {Status.IN_SYNC: "bold green", Status.TOKEN_SCOPE: "bold yellow"}
_MILD = {"in-sync": "green", "in-flight": "cyan", "archived": "dim", "not-compared": "yellow"}


def render(report: Report, colour: bool = False, width: int = 100) -> str:
    """*report* as text, its table at most *width* terminal cells wide.

    Messages and addresses stay on one line each, so that they can be searched for and clicked.
    Without *colour* there is no escape sequence and no trailing blank; in neither case does it hold
    a control character or a workflow command of foreign text.
    """
    paint = _coloured if colour else _plain
    blocks = [
        "\n".join(paint(inert(sentence, _MESSAGE).rstrip(" "), "bold") for sentence in phrases.target(report)),
        "\n".join(_table(rows(report), width, paint)),
        *("\n".join(_finding(finding, paint)) for finding in report.findings),
        "\n".join(_pages(report.findings)),
        "\n".join(_bumps(report)),
        "\n".join(inert(note, _MESSAGE) for note in report.notes[1:]),
        *(_diff(name, bump.diff) for name, bump in report.bumps if bump.diff),
        "\n".join(_circumstances(report)),
        paint(inert(phrases.closing(report), _MESSAGE), _STATUSES.get(report.status, "bold red")),
    ]
    text = "\n\n".join(block for block in blocks if block)
    return "".join(f"{line.rstrip(' ')}\n" for line in text.split("\n"))


def _plain(text: str, _style: str) -> str:
    return text


def _coloured(text: str, style: str) -> str:
    return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)


def _table(all_rows: list[TableRow], width: int, paint: Paint) -> Iterator[str]:
    if not all_rows:
        return
    open_ones = [row for row in all_rows if not row.in_sync]
    in_sync = [row for row in all_rows if row.in_sync]
    shown = in_sync[: max(0, TABLE_ROWS - len(open_ones))]
    header = ["Consumer", "State", "Pinned", "Where", "Note"]
    table = [header, *(cells for row in [*open_ones, *shown] for cells in _cells(row))]
    if not any(cells[-1] for cells in table[1:]):
        table = [cells[:-1] for cells in table]
    wide = columns.widths(table, width)
    for line in columns.lines(table[0], wide):
        yield paint(columns.joined(line), "bold")
    yield columns.joined(["─" * cells for cells in wide])
    for row in table[1:]:
        for line in columns.lines(row, wide):
            state = line[1].strip()
            line[1] = line[1].replace(state, paint(state, _MILD.get(state, "red"))) if state else line[1]
            yield columns.joined(line)
    if len(shown) < len(in_sync):
        yield f"… and {counted(len(in_sync) - len(shown), 'more consumer')} in sync"


def _cells(row: TableRow) -> Iterator[list[str]]:
    """The table's rows for one repository: one a pin, so that a value is beside its place."""
    first = [inert(row.name, 140), inert(row.state)]
    note = inert(row.note, 120)
    if row.in_sync:
        more = f" and {len(row.pins) - 1} more" if len(row.pins) > 1 else ""
        value = inert(", ".join(row.values[:3]), 80)
        yield [*first, value, inert(row.pins[0].file_and_line, 200) + more if row.pins else "", note]
        return
    unpinned = [("?" if row.state in _UNREAD else "none", "")]
    pins = [
        (inert(pin.value, 60) or "(empty)", inert(pin.file_and_line, 200)) for pin in row.pins[:_PINS]
    ] or unpinned
    for number, (value, where) in enumerate(pins):
        yield [*(first if number == 0 else ["", ""]), value, where, note if number == 0 else ""]
    if len(row.pins) > _PINS:
        yield ["", "", "", f"and {counted(len(row.pins) - _PINS, 'more pin')}", ""]


def _finding(finding: Finding, paint: Paint) -> Iterator[str]:
    level = paint(f"{finding.level}: {finding.code}", _LEVELS[finding.level])
    yield f"{level}  {inert(str(finding.consumer))}" if finding.consumer else level
    # The line above names the consumer; everywhere else the message has to.
    message = finding.message.removeprefix(f"{finding.consumer}: ")
    yield f"  {inert(message, _MESSAGE)}"
    if finding.place:
        yield f"  at {inert(str(finding.place), 400)}"
    for related in finding.related:
        yield f"  see {_related(related)}"


def _pages(findings: Iterable[Finding]) -> Iterator[str]:
    """One line for each code: a run may have a thousand findings of one."""
    codes = list(dict.fromkeys(finding.code for finding in findings))
    if codes:
        yield "What these findings mean, and how to fix or allow them:"
    width = max((len(code) for code in codes), default=0)
    yield from (f"  {code:<{width}}  {links.finding_page(code)}" for code in codes)


def _related(related: Location) -> str:
    parts = [str(related.repository), related.file_and_line, f"({related.value})" if related.value else ""]
    shown = inert(" ".join(part for part in parts if part), 500)
    return f"{shown}  {inert(related.url, _ADDRESS)}" if related.url else shown


def _bumps(report: Report) -> Iterator[str]:
    if not report.bumps:
        return
    yield f"Bumps: {bump_outcomes.summary(report)}"
    for row in bump_outcomes.bump_rows(report):
        parts = [f"  {row.bump.outcome:<14}", inert(str(row.name), 140), inert(row.bump.url, _ADDRESS)]
        line = " ".join(part for part in parts if part)
        yield f"{line}  {inert(row.note, _MESSAGE)}" if row.note else line


def _diff(name: RepositoryName, text: str) -> str:
    """Every line behind a blank, and none of them a command for a runner."""
    lines = text.rstrip("\n").split("\n")
    shown = [f"  {inert(line, 500)}" for line in lines[:_DIFF_LINES]]
    more = len(lines) - _DIFF_LINES
    if more > 0:
        shown.append(f"  … and {counted(more, 'more line')}")
    return "\n".join([f"In {inert(str(name))}:", *shown])


def _circumstances(report: Report) -> Iterator[str]:
    for exempt in report.exempt[:TABLE_ROWS]:
        yield inert(f"Exempt: {phrases.exempt(exempt)}", 400)
    more = len(report.exempt) - TABLE_ROWS
    if more > 0:
        yield f"… and {counted(more, 'more exempt repository', 'more exempt repositories')}"
    if not report.notes:
        yield inert(f"Coverage: {phrases.coverage(report)}", _MESSAGE)
    yield inert(f"Configuration: {phrases.configuration(report)}; server: {report.forge or 'none'}", _MESSAGE)
