"""Which runs of a long history stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.history.compact import compacted
from consumer_drift.model.report import Scope, State
from tests.history.runs import START, consumer, run

if TYPE_CHECKING:
    from datetime import datetime

    from consumer_drift.model.history import RecordedRun

LISTED = (consumer("core", "1.4.0"),)
# START is a Sunday, at three in the morning.
YEAR = 365.0


def staying(now: float, *runs: RecordedRun) -> list[int]:
    """The places of the runs that stay, so many days after START."""
    kept = compacted(runs, START + timedelta(days=now))
    return [place for place, one in enumerate(runs) if one in kept]


@pytest.mark.parametrize(
    ("now", "days", "stays"),
    [
        (0, [], []),
        (90, [0.0, 0.1, 0.2], [0, 1, 2]),
        (90.15, [0.0, 0.1, 0.2], [1, 2]),
        (91, [0.0, 0.1, 0.2], [2]),
        (91, [0.8, 0.9], [0, 1]),
        (92, [0.8, 0.9], [0, 1]),
        (YEAR + 1, [1.0, 2.0, 3.0], [0, 1, 2]),
        (YEAR + 1.1, [1.0, 2.0, 3.0], [0, 1, 2]),
        (YEAR + 2.1, [1.0, 2.0, 3.0], [1, 2]),
        (YEAR + 9, [1.0, 2.0, 3.0, 7.0], [3]),
        (YEAR + 9, [0.0, 1.0], [0, 1]),
        (-5, [0.0, 0.1], [0, 1]),
    ],
    ids=[
        "none", "ninety days all stay", "one is older than ninety days", "the last of a day",
        "midnight is in UTC", "each of its own day", "a year: one a day", "the first of a week is older",
        "two of a week are older", "the last of a week", "a week begins on Monday", "a clock that went back",
    ],
)  # fmt: skip
def test_one_of_a_period_stays(now: float, days: list[float], stays: list[int]) -> None:
    assert staying(now, *(run(day, "1.4.0", *LISTED) for day in days)) == stays


def test_a_full_run_stays_rather_than_a_later_part_of_one() -> None:
    full = run(0, "1.4.0", *LISTED)
    part = run(0.1, "1.4.0", *LISTED, scope=Scope.SELECTED)
    unread = run(0.2, "1.4.0", consumer("core", "", State.UNREADABLE))
    unknown = run(0.3, "", consumer("core", "1.4.0", State.NOT_COMPARED))
    assert staying(100, full, part, unread, unknown) == [0]
    assert staying(100, part, unread, unknown) == [1]
    assert staying(100, part, unknown) == [1]


def test_sources_are_not_mixed() -> None:
    one, other = run(0, "1.4.0", *LISTED), replace(run(0.1, "2.0.0", *LISTED), source="acme/other")
    assert staying(500, one, other) == [0, 1]


HISTORIES = st.lists(
    st.builds(
        lambda hours, scope: run(hours / 24, "1.4.0", *LISTED, scope=scope),
        st.integers(0, 24 * 600),
        st.sampled_from([Scope.FULL, Scope.SELECTED]),
    ),
    max_size=40,
    unique=True,
)
MOMENTS = st.integers(0, 24 * 1200).map(lambda hours: START + timedelta(hours=hours))


@given(HISTORIES, MOMENTS, MOMENTS)
def test_compacting_often_or_once_leaves_the_same(runs: list[RecordedRun], one: datetime, other: datetime) -> None:
    first, last = sorted((one, other))
    early = compacted(runs, first)
    assert early <= set(runs)
    assert compacted(early, first) == early
    assert compacted(early, last) == compacted(runs, last)


@given(HISTORIES, MOMENTS)
def test_every_period_that_had_a_run_has_one(runs: list[RecordedRun], now: datetime) -> None:
    kept = compacted(runs, now)
    assert {one.at.date() for one in runs if now - one.at <= timedelta(days=365)} == {
        one.at.date() for one in kept if now - one.at <= timedelta(days=365)
    }
    assert {one.at.isocalendar()[:2] for one in runs} == {one.at.isocalendar()[:2] for one in kept}
    assert {one for one in runs if now - one.at <= timedelta(days=90)} <= kept
