"""The door that lets so many requests through at once as the server bears."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

from consumer_drift.forges.http.bearing import Bearing, Done, Sign, after

if TYPE_CHECKING:
    from collections.abc import Iterator


class Slot:
    """One request's place. Whoever has it says how the request went."""

    def __init__(self, era: int) -> None:
        self.era = era
        self.done = Done(era, Sign.NOTHING)
        self._begun = 0.0

    def begin(self) -> None:
        """The request goes out now."""
        self._begun = time.monotonic()

    def end(self, sign: Sign, route: str) -> None:
        """Its answer is here. *route*: see ``Done``."""
        self.done = Done(self.era, sign, route, time.monotonic() - self._begun)


class Slots:
    """May be used from many threads at once. Never more than *most* are taken."""

    def __init__(self, most: int) -> None:
        self._bearing = Bearing.full(most)
        self._turn = threading.Condition()
        self._taken = 0

    @property
    def width(self) -> int:
        """How many may be taken at this moment."""
        return int(self._bearing.width)

    @contextlib.contextmanager
    def take(self) -> Iterator[Slot]:
        """Wait for a place, and give it back."""
        with self._turn:
            while self._taken >= self.width:
                self._turn.wait()
            self._taken += 1
            slot = Slot(self._bearing.era)
        try:
            yield slot
        finally:
            with self._turn:
                self._taken -= 1
                self._bearing = after(self._bearing, slot.done)
                self._turn.notify(max(0, self.width - self._taken))
