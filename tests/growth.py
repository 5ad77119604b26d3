"""How work grows with its input, measured so that neither a slow nor a busy machine changes the answer."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


def calls(work: Callable[[], object]) -> int:
    """The number of functions, of Python and of C, that *work* calls in this thread: the same on each machine."""
    count = 0

    def counting(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def grows_linearly(work: Callable[[int], Callable[[], object]], size: int) -> bool:
    """Whether four times the input takes about four times the calls; *work* prepares one of a size."""
    return calls(work(4 * size)) < 6 * calls(work(size))


def reads_linearly(
    read: Callable[[str], object],
    text: Callable[[int], str],
    size: int,
    clock: Callable[[], float] = time.thread_time,
) -> bool:
    """Whether a text of four times the *size* takes less than eight times the processor time.

    For work that C does, of which no calls are seen. *clock* counts the seconds of it. A quadratic step takes
    sixteen times as long. What takes next to no time may grow as it likes, and a busy machine may spoil one
    measurement, but not all three.
    """

    def took(characters: int) -> float:
        given = text(characters)
        begun = clock()
        read(given)
        return clock() - begun

    return any(took(4 * size) < 0.2 + 8 * took(size) for _ in range(3))
