"""Everything that the page shows, as values: from the newest report and the runs before it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import Code
from consumer_drift.model.history import SETTLED, UNKNOWN
from consumer_drift.model.report import Scope, State
from consumer_drift.page.spread import Since, late_since, spreads
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from consumer_drift.model.findings import Finding
    from consumer_drift.model.history import RecordedRun
    from consumer_drift.model.report import ConsumerResult, ExemptResult, Report
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.page.spread import ReleaseSpread

# The words for ages, and from how many days on; the last has no end.
AGES = (("less than a day", 0), ("1 to 3 days", 1), ("3 to 7 days", 3), ("1 to 4 weeks", 7), ("over 4 weeks", 28))
# The heartbeat goes by the last gaps between runs: schedules change.
_GAPS = 30


@dataclass(frozen=True, slots=True)
class Counts:
    """The listed consumers by what they are: the numbers add up to *listed*."""

    listed: int
    at_target: int
    late: int
    in_flight: int
    lagging: int
    ahead: int
    unknown: int
    archived: int


@dataclass(frozen=True, slots=True)
class ShownExemption:
    """An exempt repository, and the days until its exemption ends, None where it never does."""

    result: ExemptResult
    days_left: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of the page. *at* is when the newest full run was made.

    *runs* are all runs, oldest first; *ages* counts the late consumers by AGES. *interval* is the usual time
    between two full runs, None where there were not two.
    """

    report: Report
    at: datetime
    counts: Counts
    late: Mapping[RepositoryName, Since]
    unlisted: tuple[Finding, ...]
    exempt: tuple[ShownExemption, ...]
    runs: tuple[RecordedRun, ...]
    releases: tuple[ReleaseSpread, ...]
    ages: tuple[int, ...]
    interval: timedelta | None

    @property
    def compared_nothing(self) -> bool:
        """Whether no consumer was compared, so that the result proves nothing."""
        return self.counts.listed == self.counts.unknown + self.counts.archived

    @property
    def worst(self) -> str:
        """The class of the worst of those that are not at the target, which has their colour."""
        return "late" if self.counts.late else "lagging" if self.counts.lagging else "flight"

    @property
    def is_partial(self) -> bool:
        """Whether it is about a part of the list."""
        return self.report.scope is not Scope.FULL

    @property
    def verdict(self) -> str:
        """The result in a sentence."""
        return _verdict(self)


def figures(report: Report, at: datetime, runs: Sequence[RecordedRun]) -> Figures:
    """Return the figures of *report*, which was made *at*, with *runs*, oldest first, its own the last of them."""
    full = [run for run in runs if run.is_full]
    since = _since(report.consumers, late_since(full))
    return Figures(
        report=report,
        at=at,
        counts=count(report.consumers),
        late=since,
        unlisted=tuple(one for one in report.findings if one.code is Code.UNLISTED and one.consumer),
        exempt=tuple(_exemption(one, at) for one in report.exempt),
        runs=tuple(runs),
        releases=spreads(full),
        ages=_ages(since.values(), at),
        interval=_interval(full),
    )


def _since(
    consumers: Iterable[ConsumerResult], by_runs: Mapping[RepositoryName, Since]
) -> dict[RepositoryName, Since]:
    """Return since when each consumer is late: by the date of the oldest release that it lacks, or by the runs.

    A run that compared nothing has no late consumers, whatever the runs before it say.
    """
    late = [one for one in consumers if one.state not in SETTLED | UNKNOWN]
    dated = {one.name: Since(one.behind_since, open_start=False) for one in late if one.behind_since}
    return {one.name: since for one in late if (since := dated.get(one.name) or by_runs.get(one.name))}


def count(consumers: Iterable[ConsumerResult]) -> Counts:
    """Count *consumers* by what they are."""
    states = Counter(one.state for one in consumers)
    known = SETTLED | UNKNOWN | {State.IN_FLIGHT, State.LAGGING}
    return Counts(
        listed=states.total(),
        at_target=states[State.IN_SYNC],
        late=sum(number for state, number in states.items() if state not in known),
        in_flight=states[State.IN_FLIGHT],
        lagging=states[State.LAGGING],
        ahead=states[State.AHEAD],
        unknown=sum(states[state] for state in UNKNOWN),
        archived=states[State.ARCHIVED],
    )


def _ages(series: Iterable[Since], at: datetime) -> tuple[int, ...]:
    days = [(at - since.at) / timedelta(days=1) for since in series]
    limits = [*(limit for _, limit in AGES), float("inf")]
    return tuple(sum(low <= age < high for age in days) for low, high in pairwise(limits))


def _exemption(result: ExemptResult, at: datetime) -> ShownExemption:
    if not result.until:
        return ShownExemption(result, None)
    try:
        return ShownExemption(result, (date.fromisoformat(result.until) - at.astimezone(UTC).date()).days)
    except ValueError:
        return ShownExemption(result, None)


def _interval(runs: Sequence[RecordedRun]) -> timedelta | None:
    gaps = [(later.at - earlier.at).total_seconds() for earlier, later in pairwise(runs)][-_GAPS:]
    return timedelta(seconds=median(gaps)) if gaps else None


def _verdict(shown: Figures) -> str:
    number, target = shown.counts, shown.report.target.version
    if not target:
        return "Error: the target version is unknown, so nothing was compared."
    if not number.listed:
        return "Error: no consumer was checked."
    wrong = _wrong(shown)
    part = "; only a part of the list was checked" if shown.is_partial else ""
    everyone = number.at_target == number.listed
    pinned = f"{'all' if everyone else f'{number.at_target:,} of'} {counted(number.listed, 'consumer')}"
    head = f"{pinned} {'pins' if number.listed == 1 or number.at_target == 1 else 'pin'} {target}"
    return f"{_HEADS[shown.report.status]}: {head}{f'; {wrong}' if wrong else ''}{part}."


_HEADS = {
    Status.IN_SYNC: "In sync",
    Status.DRIFT: "Drift",
    Status.ERROR: "Error",
    Status.TOKEN_SCOPE: "Not proven",
}


def _wrong(shown: Figures) -> str:
    """Return what the result is about: the tiles below it have the rest."""
    number, unlisted = shown.counts, len(shown.unlisted)
    match shown.report.status:
        case Status.DRIFT:
            parts = [
                (number.late, f"{number.late:,} {_are(number.late)} late"),
                (number.ahead, f"{number.ahead:,} {_are(number.ahead)} ahead"),
                (unlisted, f"{counted(unlisted, 'repository', 'repositories')} {_are(unlisted)} unlisted"),
            ]
        case Status.ERROR:
            parts = [(number.unknown, f"{number.unknown:,} could not be compared")]
        case Status.TOKEN_SCOPE:
            parts = [(1, "the token cannot see every repository, so unlisted consumers may exist")]
        case _:
            have = "has" if number.in_flight == 1 else "have"
            parts = [
                (number.in_flight, f"{number.in_flight:,} {have} an open bump pull request"),
                (number.lagging, f"{number.lagging:,} {_are(number.lagging)} lagging, as the policy allows"),
            ]
    said = [words for there, words in parts if there]
    return " and ".join(filter(None, [", ".join(said[:-1]), *said[-1:]]))


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
