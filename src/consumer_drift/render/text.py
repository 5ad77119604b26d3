"""The report for people, in a log or a terminal: a table, every finding, the figures."""

from __future__ import annotations

import sys
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from consumer_drift import links
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import Level
from consumer_drift.model.report import State
from consumer_drift.model.versions import short
from consumer_drift.render import columns, phrases
from consumer_drift.render.causes import causes, without
from consumer_drift.render.painting import ADDRESS, MESSAGE, TABLE_ROWS, coloured, plain
from consumer_drift.render.table import rows
from consumer_drift.support.escape import inert
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from consumer_drift.model.findings import Finding
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import Location
    from consumer_drift.render.causes import Cause
    from consumer_drift.render.painting import Paint
    from consumer_drift.render.table import TableRow

_PINS = 4
# So many findings of one code get a heading with their number.
_MANY = 5
_UNREAD = (State.UNREADABLE, State.ARCHIVED)
_NOTED = (State.BEHIND, State.IN_FLIGHT_UNKNOWN, State.IN_FLIGHT, State.LAGGING)
# What the table says of a place without a value, by the state.
_WITHOUT_VALUE: dict[str, str] = {State.INVALID_PIN: "(no version)", State.FORBIDDEN_PATH: ""}

_LEVELS = {Level.ERROR: "bold red", Level.WARNING: "bold yellow", Level.NOTICE: "bold cyan"}
_STATUSES = {Status.IN_SYNC: "bold green", Status.TOKEN_SCOPE: "bold yellow"}
_MILD = {
    "in-sync": "green",
    "in-flight": "cyan",
    "lagging": "cyan",
    "in-flight-unknown": "yellow",
    "archived": "dim",
    "not-compared": "yellow",
}


class Detail(Enum):
    """How much a reader wants to see."""

    QUIET = "quiet"  # the findings and the result alone
    USUAL = "usual"
    FULL = "full"  # every consumer in sync and every pin


def render(report: Report, colour: bool = False, width: int = 100, detail: Detail = Detail.USUAL) -> str:
    """*report* as text, its table at most *width* terminal cells wide.

    Messages and addresses stay on one line each, so that they can be searched for and clicked.
    Without *colour* there is no escape sequence and no trailing blank; in neither case does it hold
    a control character or a workflow command of foreign text.
    """
    paint = coloured if colour else plain
    told = causes(report.findings)
    unread = frozenset(str(name) for cause in told for name in cause.consumers)
    closing = paint(inert(phrases.closing(report), MESSAGE), _STATUSES.get(report.status, "bold red"))
    findings = [
        *("\n".join(_cause(cause, paint)) for cause in told),
        *_grouped(without(report.findings, told), paint),
    ]
    if detail is Detail.QUIET:
        return _text([*findings, closing])
    answers: list[str] = []
    if report.doctor:
        answers, findings = _of_doctor(report, width, paint, full=detail is Detail.FULL)
    outcomes, diffs = _of_bumps(report, unread) if report.bumps else ("", [])
    shown = [row for row in rows(report) if row.name not in unread]
    blocks = [
        paint(inert(phrases.dry_run(report), MESSAGE).rstrip(" "), "bold") if report.dry_run else "",
        "\n".join(paint(inert(sentence, MESSAGE).rstrip(" "), "bold") for sentence in phrases.target(report)),
        *findings[: len(told)],
        "\n".join(_table(shown, width, paint, full=detail is Detail.FULL)),
        *answers,
        *findings[len(told) :],
        "\n".join(_pages(report.findings)),
        outcomes,
        "\n".join(inert(note, MESSAGE) for note in report.notes[1:]),
        *diffs,
        "\n".join(_circumstances(report)),
        closing,
    ]
    return _text(blocks)


def _text(blocks: Iterable[str]) -> str:
    text = "\n\n".join(block for block in blocks if block)
    return "".join(f"{line.rstrip(' ')}\n" for line in text.split("\n"))


def _table(all_rows: list[TableRow], width: int, paint: Paint, *, full: bool) -> Iterator[str]:
    if not all_rows:
        return
    open_ones = [row for row in all_rows if not row.in_sync]
    in_sync = [row for row in all_rows if row.in_sync]
    shown = [*open_ones, *in_sync[: None if full else max(0, TABLE_ROWS - len(open_ones))]]
    pins = sys.maxsize if full else _PINS
    yield from _in_columns(shown, width, paint, pins) or _in_lines(shown, paint, pins)
    hidden = len(all_rows) - len(shown)
    if hidden:
        yield f"… and {counted(hidden, 'more consumer')} in sync"


def _of_doctor(report: Report, width: int, paint: Paint, *, full: bool) -> tuple[list[str], list[str]]:
    """Return the blocks of doctor, and the findings that they do not tell."""
    from consumer_drift.render import doctor, text_doctor  # noqa: PLC0415 - the reports of one command have it

    # The table has all that its findings say, and below it each remedy is there once.
    others = [one for one in report.findings if one.code not in doctor.TOLD_BY_TABLE]
    shown = text_doctor.blocks(report, width, paint, full=full)
    return list(shown), ["\n".join(_finding(one, paint)) for one in others]


def _of_bumps(report: Report, unread: AbstractSet[str]) -> tuple[str, list[str]]:
    """Return the outcomes, and the changes where nothing was written."""
    from consumer_drift.render import text_bumps  # noqa: PLC0415 - a check has none

    return "\n".join(text_bumps.outcomes(report, unread)), list(text_bumps.diffs(report))


def _in_columns(shown: list[TableRow], width: int, paint: Paint, pins: int) -> list[str]:
    """The table in columns, without its notes where it is too wide with them; none where it is even then."""
    cells = [line for row in shown for line in _cells(row, pins)]
    whole = len(_HEADER)
    for last in (whole, whole - 1) if any(line.note for line in cells) else (whole - 1,):
        header = _HEADER[:last]
        # Only without notes: they are in the findings, too.
        narrower = (_WHERE, _NAME) if last < whole else ()
        wide = columns.widths([header, *(line.all[:last] for line in cells)], width, narrower)
        if wide is not None:
            wide = _without_spare(wide, cells) if last < whole else wide
            return [
                paint(columns.joined(columns.padded(header, wide)), "bold"),
                columns.joined(["─" * each for each in wide]),
                *(one for line in cells for one in _line(line, wide, paint)),
            ]
    return []


def _without_spare(wide: list[int], cells: list[_Cells]) -> list[int]:
    """Give what the names do not need to the paths: a name that does not fit is on a line of its own."""
    names = [cell_len(line.name) for line in cells if cell_len(line.name) <= wide[_NAME]]
    spare = max(0, wide[_NAME] - max([*names, len(_HEADER[_NAME])]))
    missing = max(cell_len(line.all[_WHERE]) for line in cells) - wide[_WHERE]
    fitted = list(wide)
    fitted[_NAME] -= spare
    fitted[_WHERE] += min(spare, max(0, missing))
    return fitted


def _line(line: _Cells, wide: list[int], paint: Paint) -> Iterator[str]:
    """A line of the table; a name that does not fit has one of its own before it."""
    if cell_len(line.name) > wide[_NAME]:
        yield line.name
        line = line._replace(name="")
    padded = columns.padded(line.fitted(wide[_WHERE])[: len(wide)], wide)
    if line.state:
        padded[1] = padded[1].replace(line.state, _painted(line.state, paint), 1)
    yield columns.joined(padded)


def _painted(state: str, paint: Paint) -> str:
    return paint(state, _MILD.get(state, "red"))


def _in_lines(shown: list[TableRow], paint: Paint, pins: int) -> Iterator[str]:
    """The same without columns, for a terminal that is too narrow for them."""
    for row in shown:
        for line in _cells(row, pins):
            if line.name:
                yield f"{_painted(line.state, paint)}  {line.name}"
            place = "  ".join(part for part in (line.pinned, f"{line.where}{line.more}") if part)
            yield from [f"  {place}"] if place else []


_HEADER = ["Consumer", "State", "Pinned", "Where", "Note"]
_NAME, _WHERE = 0, 3


class _Cells(NamedTuple):
    """A line of the table. *more* is what is never cut off behind the path *where*."""

    name: str = ""
    state: str = ""
    pinned: str = ""
    where: str = ""
    more: str = ""
    note: str = ""

    @property
    def all(self) -> list[str]:
        return self.fitted(sys.maxsize)

    def fitted(self, width: int) -> list[str]:
        where = columns.shortened(self.where, width, self.more)
        return [self.name, self.state, self.pinned, where, self.note]


def _cells(row: TableRow, pins: int) -> Iterator[_Cells]:
    """The table's lines for one repository: one a place, at most *pins*, so that a value is beside it."""
    # The findings below tell what the others are about.
    note = inert(row.note, 120) if row.state in _NOTED else ""
    first = _Cells(inert(row.name, 140), inert(row.state), note=note)
    if row.in_sync and pins < sys.maxsize:
        more = f" and {len(row.places) - 1} more" if len(row.places) > 1 else ""
        value = inert(", ".join(row.values[:3]), 80)
        yield first._replace(
            pinned=value, where=inert(row.places[0].file_and_line) if row.places else "", more=more
        )
        return
    if not row.places:
        yield first._replace(pinned="?" if row.state in _UNREAD else "")
        return
    for number, place in enumerate(row.places[:pins]):
        line = first if number == 0 else _Cells()
        yield line._replace(pinned=_pinned(row, place), where=inert(place.file_and_line))
    if len(row.places) > pins:
        yield _Cells(more=f"and {len(row.places) - pins:,} more")


def _pinned(row: TableRow, place: Location) -> str:
    if place.value:
        return inert(short(place.value), 60)
    return _WITHOUT_VALUE.get(row.state, "none")


def _cause(cause: Cause, paint: Paint) -> Iterator[str]:
    """A failure that left many consumers unread, in place of a finding for each of them."""
    first = cause.findings[0]
    yield f"{paint(f'{first.level}: {first.code}', _LEVELS[first.level])}  {cause.title}"
    yield f"  {inert(cause.said, MESSAGE)}"
    yield f"  not read: {inert(cause.names, MESSAGE)}"
    if cause.listing:
        yield f"  {cause.listing.code}: unlisted consumers were not looked for, for the same reason"
    if first.place:
        yield f"  at {inert(str(first.place), 400)}"


def _grouped(findings: Iterable[Finding], paint: Paint) -> Iterator[str]:
    """A block for each finding, and before many of one code how many there are."""
    for (code, level), group in groupby(findings, key=lambda one: (one.code, one.level)):
        found = list(group)
        if len(found) >= _MANY:
            yield paint(f"{level}: {len(found):,} {code}", _LEVELS[level])
        yield from ("\n".join(_finding(finding, paint)) for finding in found)


def _finding(finding: Finding, paint: Paint) -> Iterator[str]:
    level = paint(f"{finding.level}: {finding.code}", _LEVELS[finding.level])
    yield f"{level}  {inert(str(finding.consumer))}" if finding.consumer else level
    # The line above names the consumer; everywhere else the message has to.
    message = finding.message.removeprefix(f"{finding.consumer}").removeprefix(":").lstrip()
    yield f"  {inert(message, MESSAGE)}"
    if finding.place:
        yield f"  at {inert(str(finding.place), 400)}"
    # The message names the places themselves.
    for address in dict.fromkeys(related.url for related in finding.related if related.url):
        yield f"  see {inert(address, ADDRESS)}"


def _pages(findings: Iterable[Finding]) -> Iterator[str]:
    """One line for each code: a run may have a thousand findings of one."""
    codes = list(dict.fromkeys(finding.code for finding in findings))
    if codes:
        yield "What these findings mean, and how to fix or allow them:"
    width = max((len(code) for code in codes), default=0)
    yield from (f"  {code:<{width}}  {links.finding_page(code)}" for code in codes)


def _circumstances(report: Report) -> Iterator[str]:
    for exempt in phrases.exempt(report)[:TABLE_ROWS]:
        yield inert(f"Exempt: {exempt}", 400)
    more = len(report.exempt) - TABLE_ROWS
    if more > 0:
        yield f"… and {counted(more, 'more exempt repository', 'more exempt repositories')}"
    if not report.notes:
        yield inert(f"Coverage: {phrases.coverage(report)}", MESSAGE)
    if phrases.has_circumstances(report):
        said = f"Configuration: {phrases.configuration(report)}; server: {report.forge or 'none'}"
        yield inert(said, MESSAGE)
