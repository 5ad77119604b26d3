"""What doctor found, in a log or a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.render import columns, doctor
from consumer_drift.render.painting import MESSAGE, TABLE_ROWS
from consumer_drift.support.escape import inert
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.report import Report
    from consumer_drift.render.painting import Paint


def blocks(report: Report, width: int, paint: Paint, *, full: bool) -> Iterator[str]:
    """Yield the table of answers, what the signs mean, what to do, and what cannot be known."""
    shown = [row for row in report.doctor if full or not row.is_ready]
    shown += [row for row in report.doctor if row.is_ready and not full][: max(0, TABLE_ROWS - len(shown))]
    table = doctor.table(report, shown)
    wide = columns.widths(table, width, ())
    if wide is None:
        lines = [doctor.line(row) for row in shown]
    else:
        head, *rest = [columns.joined(columns.padded(row, wide)) for row in table]
        lines = [paint(head, "bold"), columns.joined(["─" * each for each in wide]), *rest]
        lines += filter(None, [doctor.legend(table)])
    hidden = len(report.doctor) - len(shown)
    more = [f"… and {counted(hidden, 'more consumer')} ready"] if hidden else []
    yield "\n".join([*lines, *more])
    for title, sentences in doctor.sections(report):
        yield "\n".join([paint(title, "bold"), *(f"  {inert(sentence, MESSAGE)}" for sentence in sentences)])
