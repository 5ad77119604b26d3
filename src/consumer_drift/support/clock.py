"""Time: the moment that a run judges by, and the seconds that pass while it waits."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


def utc_now() -> datetime:
    """Return the date and time, in UTC.

    A run asks once, where it starts, and passes the answer on as `now`: all that it judges, it judges by one
    moment, and a test gives another. No other line of the program reads the machine's date.
    """
    return datetime.now(UTC)


def moment_text(moment: datetime) -> str:
    """Return *moment*, which has a zone, in UTC and to the second: ``2026-11-22T12:00:00Z`` (RFC 3339)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Clock(Protocol):
    """Seconds that pass."""

    def monotonic(self) -> float:
        """Return a number of seconds; only differences mean anything."""

    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""


class SystemClock:
    """The machine's clock."""

    def monotonic(self) -> float:
        """Return seconds that no change of the date moves."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Sleep for *seconds*."""
        time.sleep(seconds)
