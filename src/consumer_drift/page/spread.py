"""How fast each release spread: when a run first saw each consumer's pins at it, or at a later one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil
from typing import TYPE_CHECKING

from consumer_drift.model.report import State
from consumer_drift.model.versions import short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from consumer_drift.model.history import RecordedConsumer, RecordedRun
    from consumer_drift.model.repository import RepositoryName

# What compared a pin with the target: such a consumer is at the target, or above it.
_REACHED = frozenset({State.IN_SYNC, State.AHEAD})


@dataclass(frozen=True)
class ReleaseSpread:
    """A release that was a target. *start* is the first run that had it.

    *cohort* counts the consumers that the first run listed and that are listed still; *arrivals* has, ascending,
    how long after *start* each of them was first seen at the release or a later one. *is_oldest*: the history
    begins with this release, so nothing can be told of its start.
    """

    version: str
    start: datetime
    cohort: int
    arrivals: tuple[timedelta, ...]
    is_oldest: bool

    @property
    def percent(self) -> int:
        """How many of the cohort arrived, in percent, rounded down: 100 means all."""
        return 100 * len(self.arrivals) // self.cohort if self.cohort else 0

    @cached_property
    def median(self) -> timedelta | None:
        """How long it took until half of the cohort arrived, None where it has not."""
        return self._after(0.5)

    @cached_property
    def slowest_tenth(self) -> timedelta | None:
        """How long it took until nine of ten arrived (the 90th percentile), None where they have not."""
        return self._after(0.9)

    def _after(self, share: float) -> timedelta | None:
        needed = ceil(share * self.cohort)
        if self.is_oldest or not needed or len(self.arrivals) < needed:
            return None
        return self.arrivals[needed - 1]


def spreads(runs: Sequence[RecordedRun]) -> tuple[ReleaseSpread, ...]:
    """Return the spread of every target that *runs* (full ones, oldest first) had, the oldest first."""
    if not runs:
        return ()
    first = _first_runs(runs)
    order = {version: index for index, version in enumerate(first)}
    arrived = _arrivals(runs, order)
    still = {one.name for one in runs[-1].consumers}
    return tuple(
        _spread(version, run, arrived, still, order[version], is_oldest=run is runs[0])
        for version, run in first.items()
    )


def _first_runs(runs: Sequence[RecordedRun]) -> dict[str, RecordedRun]:
    """Return the first run with each target, in the order in which they became the target."""
    first: dict[str, RecordedRun] = {}
    for run in runs:
        first.setdefault(run.target, run)
    return first


def _spread(
    version: str,
    run: RecordedRun,
    arrived: Mapping[tuple[RepositoryName, int], datetime],
    still: set[RepositoryName],
    index: int,
    *,
    is_oldest: bool,
) -> ReleaseSpread:
    names = [one.name for one in run.consumers if one.state is not State.ARCHIVED]
    seen = {name: arrived.get((name, index)) for name in names}
    # A consumer that was removed before it arrived never will.
    cohort = [name for name in names if name in still or seen[name] is not None]
    times = sorted(max(at, run.at) - run.at for name in cohort if (at := seen[name]) is not None)
    return ReleaseSpread(version, run.at, len(cohort), tuple(times), is_oldest)


def _arrivals(runs: Sequence[RecordedRun], order: Mapping[str, int]) -> dict[tuple[RepositoryName, int], datetime]:
    """Return when each consumer was first seen at each release or a later one, by the release's index."""
    highest: dict[RepositoryName, int] = {}
    arrived: dict[tuple[RepositoryName, int], datetime] = {}
    for run in runs:
        for consumer in run.consumers:
            level = _level(consumer, run, order)
            before = highest.get(consumer.name, -1)
            for index in range(before + 1, level + 1):
                arrived[consumer.name, index] = run.at
            if level > before:
                highest[consumer.name] = level
    return arrived


def _level(consumer: RecordedConsumer, run: RecordedRun, order: Mapping[str, int]) -> int:
    """Return the index of the release that *consumer* is at, -1 where it is at none of them."""
    if consumer.state in _REACHED:
        return order[run.target]
    return min((_release_of(pin, tuple(order)) for pin in consumer.pins), default=-1)


@lru_cache(maxsize=100_000)
def _release_of(pin: str, versions: tuple[str, ...]) -> int:
    return next((index for index, version in enumerate(versions) if is_at(short(pin), version)), -1)


def is_at(pin: str, version: str) -> bool:
    """Whether the text of a pin is *version*, with what a tag writes before it or build metadata behind it."""
    return re.fullmatch(rf"(?:.*[^0-9.])?{re.escape(version)}(?:\+.*)?", pin, re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class Since:
    """*at* is the first moment of an unbroken series; *open_start*: it may have begun before."""

    at: datetime
    open_start: bool


def late_since(runs: Sequence[RecordedRun]) -> dict[RepositoryName, Since]:
    """Return since which run each consumer that is late in the newest of *runs* is late without a break.

    A run that could not read it, or did not have it, breaks nothing.
    """
    if not runs:
        return {}
    series: dict[RepositoryName, Since] = {}
    for run in runs:
        for consumer in _judged(run):
            if not consumer.is_late:
                series.pop(consumer.name, None)
            elif consumer.name not in series:
                series[consumer.name] = Since(run.at, run is runs[0])
    late = {consumer.name for consumer in runs[-1].consumers if consumer.is_late}
    return {name: since for name, since in series.items() if name in late}


def _judged(run: RecordedRun) -> Iterator[RecordedConsumer]:
    return (one for one in run.consumers if one.is_late or one.state not in _UNKNOWN)


_UNKNOWN = frozenset({State.UNREADABLE, State.NOT_COMPARED})
