"""The rows of a report's table: the listed consumers and the unlisted repositories, worst first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.model.findings import Code, Subject
from consumer_drift.model.report import State
from consumer_drift.model.versions import short

if TYPE_CHECKING:
    from consumer_drift.model.findings import Finding
    from consumer_drift.model.report import ConsumerResult, Report
    from consumer_drift.model.repository import Location, RepositoryName

_STATE_RANK = {state.value: rank for rank, state in enumerate(State)}
# What a consumer without any pin could still be compared with.
_EXPECTS_A_PIN = frozenset({State.MISSING_PIN, State.INVALID_PIN, State.UNREADABLE, State.NOT_COMPARED})


@dataclass(frozen=True, slots=True)
class TableRow:
    """A repository in the table.

    *places* are the pins, those first that its state is about; a place without a value has none. *expected* is the
    version it should pin, empty where there is nothing to pin or where it should be listed.
    """

    name: str
    state: str
    places: tuple[Location, ...]
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
        return tuple(dict.fromkeys(short(place.value) for place in self.places))


def rows(report: Report) -> list[TableRow]:
    """All of them, in the order of the findings; what has no finding follows, by state and name."""
    told = {(one.code.value, one.consumer): one for one in reversed(report.findings)}
    listed = [
        _listed(consumer, told.get((consumer.state.value, consumer.name)), report.target.version)
        for consumer in report.consumers
    ]
    found = [
        _found(finding)
        for finding in report.findings
        if finding.rule.subject is Subject.REPOSITORY and finding.consumer
    ]
    places: dict[str, int] = {}
    for place, finding in enumerate(report.findings):
        places.setdefault(str(finding.consumer), place)
    last = len(report.findings)

    def rank(row: TableRow) -> tuple[int, int, str]:
        return places.get(row.name, last), _STATE_RANK.get(row.state, -1), row.name.casefold()

    return sorted([*listed, *found], key=rank)


def _listed(consumer: ConsumerResult, finding: Finding | None, version: str) -> TableRow:
    places = places_of(finding) if finding else ()
    if consumer.state is not State.FORBIDDEN_PATH:
        seen = {(place.path, place.line, place.value) for place in places}
        places += tuple(pin for pin in consumer.pins if (pin.path, pin.line, pin.value) not in seen)
    expected = version or "unknown"
    if not consumer.pins and consumer.state not in _EXPECTS_A_PIN:
        expected = ""
    return TableRow(str(consumer.name), str(consumer.state), places, expected, consumer.note, consumer.url)


def _found(finding: Finding) -> TableRow:
    return TableRow(str(finding.consumer), str(finding.code), places_of(finding), "", "", page_of(finding))


def places_of(finding: Finding) -> tuple[Location, ...]:
    """Return the places that a finding is about. A forbidden path is a place, and nothing is pinned there."""
    if finding.code is Code.FORBIDDEN_PATH:
        return tuple(replace(one, path=one.value or one.path, value="") for one in finding.related)
    return finding.related


def page_of(finding: Finding) -> str:
    """Return the address of the repository that *finding* is about: the start of those of its places."""
    urls = (one.url for one in finding.related if one.url and one.repository == finding.consumer)
    return next((page for url in urls if (page := _page(url, finding.consumer))), "")


def _page(url: str, name: RepositoryName | None) -> str:
    before, found, _ = url.partition(f"/{name}/")
    return before + found.rstrip("/")
