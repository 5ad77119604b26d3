"""The rows of a report's table: the listed consumers and the unlisted repositories, worst first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.findings import Subject
from consumer_drift.model.report import State

if TYPE_CHECKING:
    from consumer_drift.model.findings import Finding
    from consumer_drift.model.report import ConsumerResult, Report
    from consumer_drift.model.repository import Location

_STATE_RANK = {state.value: rank for rank, state in enumerate(State)}


@dataclass(frozen=True, slots=True)
class TableRow:
    """A repository in the table. *expected* is the version it should pin, empty where it should be listed."""

    name: str
    state: str
    pins: tuple[Location, ...]
    expected: str
    note: str = ""
    url: str = ""

    @property
    def in_sync(self) -> bool:
        """Whether there is nothing to do about it."""
        return self.state == State.IN_SYNC

    @property
    def values(self) -> tuple[str, ...]:
        """What it pins, each value once."""
        return tuple(dict.fromkeys(pin.value for pin in self.pins))


def rows(report: Report) -> list[TableRow]:
    """All of them, in the order of the findings; what has no finding follows, by state and name."""
    listed = [_listed(consumer, report.target.version) for consumer in report.consumers]
    found = [
        _found(finding)
        for finding in report.findings
        if finding.rule.subject is Subject.REPOSITORY and finding.consumer
    ]
    places = {(str(one.code), str(one.consumer)): place for place, one in enumerate(report.findings)}
    last = len(report.findings)

    def rank(row: TableRow) -> tuple[int, int, str]:
        return places.get((row.state, row.name), last), _STATE_RANK.get(row.state, -1), row.name.casefold()

    return sorted([*listed, *found], key=rank)


def _listed(consumer: ConsumerResult, version: str) -> TableRow:
    expected = version or "unknown"
    return TableRow(str(consumer.name), str(consumer.state), consumer.pins, expected, consumer.note, consumer.url)


def _found(finding: Finding) -> TableRow:
    return TableRow(str(finding.consumer), str(finding.code), finding.related, "")
