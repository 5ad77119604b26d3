"""Clocks for a run whose waits take no time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumer_drift.support.deadline import Deadline
    from tests.emulator import World


class VirtualClock:
    """Time that passes only where somebody sleeps, for the emulated world as well where one is given."""

    def __init__(self, world: World | None = None) -> None:
        self.slept = 0.0
        self._world = world
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        """Seconds slept so far."""
        return self.slept

    def sleep(self, seconds: float) -> None:
        """No time at all on the wall."""
        with self._lock:
            self.slept += seconds
        if self._world is not None:
            self._world.advance(seconds=seconds)


class InterruptingClock(VirtualClock):
    """Interrupts the run of *deadline*, as a signal does, once more than *after* seconds were slept."""

    deadline: Deadline

    def __init__(self, after: float = 0.0) -> None:
        super().__init__()
        self._after = after

    def sleep(self, seconds: float) -> None:
        """Sleep, and interrupt."""
        super().sleep(seconds)
        if self.slept > self._after:
            self.deadline.interrupt(2)


class HeldClock(VirtualClock):
    """Holds every sleeper until `go` is set; `sleepers` counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.sleepers = threading.Semaphore(0)
        self.go = threading.Event()

    def sleep(self, seconds: float) -> None:
        """Sleep when that is allowed."""
        self.sleepers.release()
        assert self.go.wait(60)
        super().sleep(seconds)
