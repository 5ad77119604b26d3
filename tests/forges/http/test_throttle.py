"""When the next write may go."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.http.throttle import Quota, WriteThrottle, pause_before
from consumer_drift.model.result import Reason
from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock


@pytest.mark.parametrize(
    ("writes", "gap", "quotas", "now", "pause"),
    [
        ([], 1.0, [Quota(1, 60)], 5.0, 0.0),
        ([5.0], 1.0, [], 5.25, 0.75),
        ([5.0], 1.0, [], 7.0, 0.0),
        ([0.0, 1.0], 0.0, [Quota(2, 60)], 2.0, 58.0),
        ([0.0, 1.0], 0.0, [Quota(3, 60)], 2.0, 0.0),
        ([0.0, 1.0], 0.0, [Quota(2, 60), Quota(1, 100)], 2.0, 99.0),
        ([0.0, 59.5], 1.0, [Quota(2, 60)], 59.6, 0.9),
    ],
)
def test_the_latest_of_all_bounds_counts(writes, gap, quotas, now, pause) -> None:
    assert pause_before(writes, gap, quotas, now) == pytest.approx(pause)


@given(st.integers(1, 60), st.floats(0, 3), st.lists(st.floats(0, 5), min_size=1, max_size=200))
def test_no_window_ever_holds_more_than_its_quota(most, gap, idle) -> None:
    clock = VirtualClock()
    pace = WriteThrottle(gap, [Quota(most, 60.0)], Deadline(10**9, clock))
    moments = []
    for seconds in idle:
        clock.sleep(seconds)
        assert pace.wait() is None
        moments.append(clock.monotonic())
    assert all(later - earlier >= gap - 1e-6 for earlier, later in pairwise(moments))
    assert all(later - earlier >= 60 - 1e-6 for earlier, later in zip(moments, moments[most:], strict=False))


def test_what_is_due_after_the_runs_end_is_told_at_once() -> None:
    clock = VirtualClock()
    pace = WriteThrottle(1.0, [Quota(2, 3600.0)], Deadline(600, clock))
    assert [pace.wait(), pace.wait()] == [None, None]
    held = pace.wait()
    assert held is not None
    assert held.reason is Reason.RATE_LIMIT
    assert "the forge accepts 2 writes in 60 min, and the next one is allowed in 60 min" in held.said
    assert clock.slept == pytest.approx(1.0)
