"""The rows of a report's table: the listed consumers and those that nobody listed, worst first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.findings import Code
from consumer_drift.model.report import State

if TYPE_CHECKING:
    from consumer_drift.model.findings import Finding
    from consumer_drift.model.report import ConsumerResult, Report
    from consumer_drift.model.repository import Location

# Found by reconcile: these repositories are in no list, so they are in no result either.
_FOUND = (Code.UNLISTED, Code.EXPIRED_EXEMPTION)

# From worst to best; the found ones follow what is wrong with listed consumers.
_ORDER: tuple[str, ...] = (
    *(state for state in State if state not in {State.UNJUDGED, State.IN_FLIGHT, State.ARCHIVED, State.IN_SYNC}),
    *_FOUND,
    *(State.UNJUDGED, State.IN_FLIGHT, State.ARCHIVED, State.IN_SYNC),
)
_RANK = {str(state): rank for rank, state in enumerate(_ORDER)}


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
    """All of them, worst first, then by name."""
    listed = [_listed(consumer, report.target.version) for consumer in report.consumers]
    found = [_found(finding) for finding in report.findings if finding.code in _FOUND and finding.consumer]
    return sorted([*listed, *found], key=lambda row: (_RANK[row.state], row.name.casefold()))


def _listed(consumer: ConsumerResult, version: str) -> TableRow:
    expected = version or "unknown"
    return TableRow(str(consumer.name), str(consumer.state), consumer.pins, expected, consumer.note, consumer.url)


def _found(finding: Finding) -> TableRow:
    return TableRow(str(finding.consumer), str(finding.code), finding.related, "")
