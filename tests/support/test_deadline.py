"""The end of a run, by a signal or by the clock."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from consumer_drift.model.result import Reason
from consumer_drift.support.deadline import Deadline


def test_a_run_that_goes_on_has_no_obstacle() -> None:
    """And time left."""
    deadline = Deadline(60)
    assert deadline.failure() is None
    assert 59 < deadline.remaining <= 60
    assert deadline.signal == 0


@pytest.mark.parametrize("max_time", [0.0, -1.0])
def test_a_run_whose_time_is_up_says_so(max_time: float) -> None:
    """And what would help; what is left is never negative."""
    deadline = Deadline(max_time)
    failure = deadline.failure()
    assert failure is not None
    assert failure.reason is Reason.OUT_OF_TIME
    assert "--max-time" in failure.remedy
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
    """Not shorter, and not much longer."""
    started = time.monotonic()
    Deadline(60).wait(0.15)
    assert 0.15 <= time.monotonic() - started < 0.3


@pytest.mark.parametrize("end", ["clock", "signal"])
def test_a_wait_is_no_longer_than_the_run(end: str) -> None:
    """Nobody sleeps through its end."""
    deadline = Deadline(0.05 if end == "clock" else 60)
    if end == "signal":
        threading.Timer(0.05, deadline.interrupt, [2]).start()
    started = time.monotonic()
    deadline.wait(30)
    assert time.monotonic() - started < 0.4


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
