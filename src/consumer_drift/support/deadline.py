"""The end of a run: a signal or the time limit."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.support.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from consumer_drift.support.clock import Clock


# How often, in seconds, a waiting thread checks whether the run was stopped.
POLL_SECONDS = 0.1


class Deadline:
    """The end that all threads share. Once it is reached, every request not yet sent results in its failure."""

    def __init__(self, max_time: float, clock: Clock | None = None) -> None:
        """*max_time*: seconds that the whole run may take, by *clock* (None: the machine's)."""
        self._max_time = max_time
        self._clock = clock or SystemClock()
        self._end = self._clock.monotonic() + max_time
        self._interrupted_at: float | None = None
        self.signal = 0

    def interrupt(self, signal: int) -> None:
        """End the run because the process got *signal* (its number). Safe in a signal's handler.

        A handler runs between any two steps of the main thread, which may hold the lock of an Event at that
        moment: so there is no lock here, only values.
        """
        self.signal = self.signal or signal
        if self._interrupted_at is None:
            self._interrupted_at = self._clock.monotonic()

    def monotonic(self) -> float:
        """Return the seconds of the run's clock; only differences mean anything."""
        return self._clock.monotonic()

    @property
    def remaining(self) -> float:
        """Seconds until the run's own time is up; never negative."""
        return max(0.0, self._end - self._clock.monotonic())

    def failure(self) -> Failure | None:
        """Why nothing is asked any more, or None while the run goes on."""
        if self._interrupted_at is not None:
            return Failure(Reason.INTERRUPTED, "the run was interrupted before this was read", "run it again")
        if self.remaining <= 0:
            return Failure(
                Reason.OUT_OF_TIME,
                f"the run's time of {self._max_time:.0f} s was up before this was read",
                Sentence(
                    *("raise ", Setting.MAX_TIME, ", raise ", Setting.CONCURRENCY),
                    *(", or split the list with ", Setting.SHARD),
                ),
            )
        return None

    def later(self, seconds: float) -> LaterDeadline:
        """Return the same end, so much later: for what has begun and needs a moment to be complete."""
        return LaterDeadline(self, seconds)

    @property
    def overdue(self) -> float:
        """Seconds since the run was to end, negative before."""
        now = self._clock.monotonic()
        ended = self._end if self._interrupted_at is None else min(self._end, self._interrupted_at)
        return now - ended

    def wait(self, seconds: float) -> None:
        """Sleep, but no longer than the run lasts."""
        end = self._clock.monotonic() + seconds
        while (left := end - self._clock.monotonic()) > 0 and self.failure() is None:
            self._clock.sleep(min(left, self.remaining, POLL_SECONDS))


class LaterDeadline:
    """The end of a run for something that may end a little after it."""

    def __init__(self, deadline: Deadline, seconds: float) -> None:
        self._deadline = deadline
        self._seconds = seconds

    def failure(self) -> Failure | None:
        """Why this is not waited for any more, or None while it is."""
        return self._deadline.failure() if self._deadline.overdue >= self._seconds else None


@contextlib.contextmanager
def ended_by_signals(deadline: Deadline) -> Iterator[None]:
    """SIGINT and SIGTERM end the run with what is known; the same again ends the process."""

    def end(number: int, _frame: FrameType | None) -> None:
        if deadline.signal:
            os._exit(128 + number)
        deadline.interrupt(number)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
