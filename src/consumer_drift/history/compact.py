"""Which runs of a long history stay: all of three months, then one a day, after a year one a week."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable
    from datetime import datetime

    from consumer_drift.model.history import RecordedRun

EVERY_RUN = timedelta(days=90)
ONE_A_DAY = timedelta(days=365)


def compacted(runs: Iterable[RecordedRun], now: datetime) -> frozenset[RecordedRun]:
    """Return the runs that stay at *now*: of several in one period the last that read the full list.

    Days and weeks are those of UTC, and weeks begin on Monday. Sources do not stand for one another.
    """
    kept: dict[Hashable, RecordedRun] = {}
    for run in runs:
        period = _period(run, now)
        before = kept.get(period)
        if before is None or _worth(run) > _worth(before):
            kept[period] = run
    return frozenset(kept.values())


def _period(run: RecordedRun, now: datetime) -> Hashable:
    """Return what only one run stays of; the run itself where it is young."""
    age = now - run.at
    if age <= EVERY_RUN:
        return run
    day = run.at.date()
    return run.source, day if age <= ONE_A_DAY else day.isocalendar()[:2]


def _worth(run: RecordedRun) -> tuple[bool, bool, datetime]:
    """Return what a run is chosen by: it compared the full list, it read all of it, and it is the last."""
    return run.is_full, run.coverage.read == run.coverage.listed, run.at
