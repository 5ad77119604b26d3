"""A file's text as the pins read it: it makes occurrences, and knows their lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import islice
from typing import TYPE_CHECKING

from consumer_drift.model.pins import Absent, Damaged, Found, Occurrence, Reading, Span, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consumer_drift.model.versions import Dialect, Located
    from consumer_drift.pins.piece import Piece

# What is shown of a value that is no version: a line may be a megabyte long.
_SHOWN = 200
# An address in someone's requirements may carry a password, and reports travel.
_CREDENTIALS = re.compile(r"//[^/@\s]+@")
# More than any real file has. Judging just some of them could overlook the one that differs.
_MOST = 1000


class Page:
    """Makes occurrences of pieces of one text."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.dialect = dialect
        self._newlines: list[int] | None = None

    def line(self, offset: int) -> int:
        """The line (from 1) that the character at *offset* stands on."""
        if self._newlines is None:
            self._newlines = _newlines(self.text)
        return bisect_left(self._newlines, offset) + 1

    def exact(self, piece: Piece, located: Located, lock: str = "", lock_span: Span | None = None) -> Occurrence:
        """*piece* names the version that was located in it."""
        version = located.version
        span = piece.span(located.start, located.start + len(version.text))
        if span is None:
            return self.broken(piece, "is put together in a way that cannot be edited in place")
        return Occurrence(Standing.EXACT, version.text, span, self.line(span.start), version, "", lock, lock_span)

    def floating(self, piece: Piece, why: str) -> Occurrence:
        """*piece* asks for the thing without one exact version."""
        return self._loose(Standing.FLOATING, piece, why)

    def broken(self, piece: Piece, why: str) -> Occurrence:
        """*piece* stands where the version should, and is none."""
        return self._loose(Standing.BROKEN, piece, why)

    def _loose(self, standing: Standing, piece: Piece, why: str) -> Occurrence:
        span = piece.span() or Span(piece.origin, piece.origin)
        # A lone surrogate can come out of a JSON escape, and no output could encode it.
        shown = _CREDENTIALS.sub("//…@", piece.text[:_SHOWN]).encode("utf-8", "replace").decode()
        if len(piece.text) > _SHOWN:
            shown += "…"
        return Occurrence(standing, shown, span, self.line(span.start), why=why)


def reading(occurrences: Iterable[Occurrence], what: str) -> Reading:
    """Found with the occurrences in the file's order, each place once; Absent where there is none.

    Two ``FROM`` lines that take the same build argument have the version in one place.
    """
    kept = list(islice(occurrences, _MOST + 1))
    if len(kept) > _MOST:
        return Damaged(f"carries the pin more than {_MOST} times")
    places = {(o.span.start, o.span.end, o.standing, o.value): o for o in kept}
    if not places:
        return Absent(what)
    return Found(tuple(sorted(places.values(), key=lambda o: (o.span.start, o.span.end))))


def _newlines(text: str) -> list[int]:
    found = []
    offset = text.find("\n")
    while offset >= 0:
        found.append(offset)
        offset = text.find("\n", offset + 1)
    return found
