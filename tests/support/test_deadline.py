"""The end of a run, by a signal or by the clock."""

from __future__ import annotations

import signal

import pytest

from consumer_drift.model.result import Reason
from consumer_drift.support.clock import SystemClock
from consumer_drift.support.deadline import Deadline
from tests.clocks import InterruptingClock, VirtualClock


def test_a_run_that_goes_on_has_no_obstacle() -> None:
    """And time left."""
    deadline = Deadline(60, VirtualClock())
    assert deadline.failure() is None
    assert deadline.remaining == 60
    assert deadline.signal == 0


@pytest.mark.parametrize("max_time", [0.0, -1.0])
def test_a_run_whose_time_is_up_says_so(max_time: float) -> None:
    """And what would help; what is left is never negative."""
    deadline = Deadline(max_time)
    failure = deadline.failure()
    assert failure is not None
    assert failure.reason is Reason.OUT_OF_TIME
    assert "raise max-time" in failure.remedy
    assert deadline.remaining == 0.0


def test_an_interrupted_run_says_so_and_keeps_the_first_signal() -> None:
    """The exit code comes of it."""
    deadline = Deadline(60)
    deadline.interrupt(15)
    deadline.interrupt(2)
    failure = deadline.failure()
    assert failure is not None
    assert failure.reason is Reason.INTERRUPTED
    assert deadline.signal == 15


def test_a_wait_is_as_long_as_it_should_be() -> None:
    clock = VirtualClock()
    Deadline(60, clock).wait(1.5)
    assert clock.slept == pytest.approx(1.5)


def test_a_wait_is_no_longer_than_the_run() -> None:
    clock = VirtualClock()
    Deadline(5, clock).wait(30)
    assert clock.slept == pytest.approx(5)


def test_a_signal_ends_a_wait() -> None:
    clock = InterruptingClock(after=2)
    clock.deadline = Deadline(60, clock)
    clock.deadline.wait(30)
    assert 2 < clock.slept < 2.2


def test_the_machines_clock_waits_and_goes_on() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    Deadline(60).wait(0.01)
    assert clock.monotonic() > before


def test_a_signal_may_come_at_any_moment_of_a_wait() -> None:
    """A handler runs in the middle of whatever the main thread does: a lock held there would never be free."""
    deadline = Deadline(60)
    arrived = 0

    def handle(number: int, _frame: object) -> None:
        nonlocal arrived
        arrived += 1
        if arrived == 400:
            deadline.interrupt(number)

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
    try:
        while deadline.failure() is None:
            deadline.wait(0.0001)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert arrived >= 400
