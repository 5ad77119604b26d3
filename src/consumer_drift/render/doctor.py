"""The answers of doctor: the table, what to do, and what cannot be known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.findings import Code
from consumer_drift.model.readiness import Ability, Answer
from consumer_drift.model.sentence import Sentence, capitalized
from consumer_drift.readiness.remedies import to_do
from consumer_drift.support.escape import inert
from consumer_drift.support.words import first_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from consumer_drift.model.readiness import Readiness
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import RepositoryName

# The findings of which everything is in the table and below it.
TOLD_BY_TABLE = frozenset({Code.NOT_READY, Code.READINESS_UNKNOWN})
SIGNS = {Answer.YES: "yes", Answer.NO: "no", Answer.UNKNOWN: "?", Answer.NOT_NEEDED: "–"}
_MEANINGS = {"?": "?: it cannot be known", "–": "–: not needed"}


def abilities(report: Report) -> list[Ability]:
    """Return the columns: what some consumer needs."""
    needed = {
        ability for row in report.doctor for ability, cell in row.cells if cell.answer is not Answer.NOT_NEEDED
    }
    return [ability for ability in Ability if ability in needed]


def table(report: Report, rows: Iterable[Readiness]) -> list[list[str]]:
    """Return the lines of the table for *rows* of *report*, first its head."""
    columns = abilities(report)
    return [["Consumer", *map(str, columns)], *(_cells(row, columns) for row in rows)]


def _cells(row: Readiness, columns: Sequence[Ability]) -> list[str]:
    answers = dict(row.cells)
    return [inert(str(row.consumer), 140), *(SIGNS[answers[one].answer] for one in columns)]


def legend(lines: Iterable[Sequence[str]]) -> str:
    """Return what the signs in *lines* mean that are no words, empty where there are none."""
    signs = {sign for _, *answers in lines for sign in answers}
    return "; ".join(meaning for sign, meaning in _MEANINGS.items() if sign in signs)


def line(row: Readiness) -> str:
    """Return what is not yes, for a terminal that is too narrow for the table: a line for each answer."""
    name = inert(str(row.consumer), 140)
    said = [
        (answer, [ability for ability, _ in row.with_answer(answer)]) for answer in (Answer.NO, Answer.UNKNOWN)
    ]
    state = "ready" if row.is_ready else "not ready" if row.is_refused else "perhaps ready"
    return "\n".join([f"{state}  {name}", *(f"  {answer}: {', '.join(of)}" for answer, of in said if of)])


def sections(report: Report) -> Iterator[tuple[str, list[str]]]:
    """Yield what is below the table, each with its title: a sentence for every remedy, and for every doubt."""
    to_dos = [capitalized(one.sentence) for one in to_do(report.doctor)]
    if to_dos:
        yield "To do", to_dos
    doubts = list(_doubts(report))
    if doubts:
        yield "Cannot be known", doubts


def _doubts(report: Report) -> Iterator[str]:
    """Yield each reason once, with what it is about and the consumers."""
    found: dict[str, tuple[dict[Ability, None], dict[RepositoryName, None]]] = {}
    for row in report.doctor:
        for ability, cell in row.with_answer(Answer.UNKNOWN):
            these, names = found.setdefault(cell.why, ({}, {}))
            these[ability] = names[row.consumer] = None
    for why, (these, names) in found.items():
        yield Sentence(f"{', '.join(these)}: ", why, f" ({first_of(list(names))})")
