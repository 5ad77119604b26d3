"""A file that holds the version and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.pins import Found, Reading
from consumer_drift.pins.decode import BOM, LFS_POINTER
from consumer_drift.pins.page import Page
from consumer_drift.pins.piece import Piece
from consumer_drift.pins.values import EMPTY, read_version

if TYPE_CHECKING:
    from consumer_drift.model.pins import Occurrence
    from consumer_drift.model.versions import Dialect


@dataclass(frozen=True, slots=True)
class WholeFile:
    """``- file: .runtime-version``: a BOM, blanks and empty lines around the version are allowed."""

    file: str
    optional: bool = False

    def describe(self) -> str:
        """Empty: the file itself says it all."""
        return ""

    def read(self, text: str, dialect: Dialect) -> Reading:
        """Always Found, with one occurrence."""
        return Found((_occurrence(Page(text, dialect)),))


def _occurrence(page: Page) -> Occurrence:
    whole = Piece.at(page.text, 0)
    body = whole.stripped(BOM).stripped()
    if not body.text:
        return page.broken(Piece.at("", 0), EMPTY)
    first, *more = body.text.splitlines()
    if body.text.startswith(LFS_POINTER):
        return page.broken(body.cut(0, len(first)), "is a Git LFS pointer, not the file itself")
    lines = 1 + sum(1 for line in more if line.strip())
    if lines > 1:
        return page.broken(body.cut(0, len(first)), f"is the first of {lines} lines, and there should be one")
    return read_version(page, body)
