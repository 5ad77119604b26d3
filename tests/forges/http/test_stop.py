"""The end of a run, by a signal or by the clock."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from consumer_drift.forges.http.stop import Stop
from consumer_drift.model.answers import Reason


def test_a_run_that_goes_on_has_no_obstacle() -> None:
    """And time left."""
    stop = Stop(60)
    assert stop.obstacle() is None
    assert 59 < stop.remaining <= 60
    assert stop.signal == 0


@pytest.mark.parametrize("max_time", [0.0, -1.0])
def test_a_run_whose_time_is_up_says_so(max_time: float) -> None:
    """And what would help; what is left is never negative."""
    stop = Stop(max_time)
    obstacle = stop.obstacle()
    assert obstacle is not None
    assert obstacle.reason is Reason.OUT_OF_TIME
    assert "--max-time" in obstacle.remedy
    assert stop.remaining == 0.0


def test_an_interrupted_run_says_so_and_keeps_the_first_signal() -> None:
    """The exit code comes of it."""
    stop = Stop(60)
    stop.interrupt(15)
    stop.interrupt(2)
    obstacle = stop.obstacle()
    assert obstacle is not None
    assert obstacle.reason is Reason.INTERRUPTED
    assert stop.signal == 15


def test_a_wait_is_as_long_as_it_should_be() -> None:
    """Not shorter, and not much longer."""
    started = time.monotonic()
    Stop(60).wait(0.15)
    assert 0.15 <= time.monotonic() - started < 0.3


@pytest.mark.parametrize("end", ["clock", "signal"])
def test_a_wait_is_no_longer_than_the_run(end: str) -> None:
    """Nobody sleeps through its end."""
    stop = Stop(0.05 if end == "clock" else 60)
    if end == "signal":
        threading.Timer(0.05, stop.interrupt, [2]).start()
    started = time.monotonic()
    stop.wait(30)
    assert time.monotonic() - started < 0.4


def test_a_signal_may_come_at_any_moment_of_a_wait() -> None:
    """A handler runs in the middle of whatever the main thread does: a lock held there would never be free."""
    stop = Stop(60)
    arrived = 0

    def handle(number: int, _frame: object) -> None:
        nonlocal arrived
        arrived += 1
        if arrived == 400:
            stop.interrupt(number)

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.0002, 0.0002)
    try:
        while stop.obstacle() is None:
            stop.wait(0.0001)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert arrived >= 400
