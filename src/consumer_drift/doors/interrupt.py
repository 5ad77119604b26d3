"""Ctrl-C, a runner's cancel and ``docker stop``: the run ends early and still says what is known."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from consumer_drift.forges.http.stop import Stop


@contextlib.contextmanager
def ended_by_signals(stop: Stop) -> Iterator[None]:
    """SIGINT and SIGTERM end the run with what is known; the same again ends the process."""

    def end(number: int, _frame: FrameType | None) -> None:
        if stop.signal:
            os._exit(128 + number)
        stop.interrupt(number)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
