"""A text that remembers where in the file each of its characters stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.pins import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Piece:
    """*offsets* has one entry for each character of *text*: its place in the file, or ``NOWHERE``.

    *origin* is where the piece as a whole begins, for messages, also when it has no characters.
    """

    text: str
    offsets: Sequence[int]
    origin: int

    @classmethod
    def at(cls, text: str, start: int) -> Piece:
        """A text that stands in the file as it is, from *start*."""
        return cls(text, range(start, start + len(text)), start)

    @classmethod
    def of_literal(cls, value: str, raw: str, start: int) -> Piece:
        """*value*, which the file writes as *raw* (between its quotes) at *start*.

        Up to the first difference each character stands for itself: an escape is never shorter than
        what it means. Behind it nothing is certain.
        """
        if raw == value:
            return cls.at(value, start)
        same = _common_prefix_length(value, raw)
        return cls(value, (*range(start, start + same), *[NOWHERE] * (len(value) - same)), start)

    def cut(self, start: int, end: int | None = None) -> Piece:
        """The part ``text[start:end]``."""
        offsets = self.offsets[start:end]
        origin = offsets[0] if offsets and offsets[0] != NOWHERE else self.origin
        return Piece(self.text[start:end], offsets, origin)

    def stripped(self, blanks: str | None = None) -> Piece:
        """Without the blanks around it."""
        kept = self.text.strip(blanks)
        start = len(self.text) - len(self.text.lstrip(blanks))
        return self.cut(start, start + len(kept))

    def span(self, start: int = 0, end: int | None = None) -> Span | None:
        """Where ``text[start:end]`` stands, or None where it does not stand in the file in one run."""
        offsets = self.offsets[start:end]
        if not offsets:
            return None
        first = offsets[0]
        if first == NOWHERE or any(offset != first + index for index, offset in enumerate(offsets)):
            return None
        return Span(first, first + len(offsets))


def _common_prefix_length(one: str, other: str) -> int:
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))
