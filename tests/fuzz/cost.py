"""What reading a text costs, in processor time, so that a busy machine does not change the answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.model.pins import Pin

# More than ten times what the slowest reader takes on a slow machine, in seconds.
ALLOWED_PER_CHARACTER = 60e-6
ALLOWED = 0.3
# A linear reader takes four times as long for four times the text, a quadratic one sixteen times.
ALLOWED_GROWTH = 9


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time that *work* takes in this thread."""
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def is_linear(read: Callable[[str], object], make: Callable[[int], str], size: int) -> bool:
    """Return whether *read* takes a bounded time for each character, and no more than in proportion to the text.

    What takes next to no time may grow as it likes. A machine that does much else may spoil one measurement, and
    not all three.
    """
    small, large = make(size), make(4 * size)

    def fits() -> bool:
        took = seconds(lambda: read(large))
        if took < ALLOWED:
            return True
        bounded = took < ALLOWED + ALLOWED_PER_CHARACTER * len(large)
        return bounded and took < ALLOWED_GROWTH * seconds(lambda: read(small))

    return any(fits() for _ in range(3))


def name_of(pin: Pin) -> str:
    """Return a name for a pin, for messages."""
    return f"{type(pin).__name__} {pin.file} {pin.describe()}"
