"""Short texts that several messages need."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

# A message names this many of one kind and counts the rest.
_NAMED = 10


def first_of(words: Sequence[object]) -> str:
    """``a, b, c``, at most ten of them: ``a, b, … and 3 more``."""
    named = ", ".join(str(word) for word in words[:_NAMED])
    more = len(words) - _NAMED
    return f"{named} and {more} more" if more > 0 else named


def quoted(value: str) -> str:
    """A value as a message shows it: in quotes, and cut."""
    return repr(cut(value))


def cut(value: str) -> str:
    """*value*, at most 80 characters of it."""
    return value if len(value) <= 80 else value[:79] + "…"


def moment(when: datetime) -> str:
    """``2026-06-12 12:00 UTC``."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def day(when: datetime) -> str:
    """``2026-06-12``, in UTC."""
    return f"{when.astimezone(UTC):%Y-%m-%d}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 error``, ``1,204 errors``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
