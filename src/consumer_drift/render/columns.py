"""Columns of a total width that break nothing. Rich's own table takes three seconds for 10,000 rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_GAP = 2
# A path in fewer cells than this no longer says which file it is, and names are rarely shorter.
SHORTEST = 24


def widths(table: Sequence[Sequence[str]], total: int, narrower: Iterable[int]) -> list[int] | None:
    """The columns' widths in terminal cells, as wide as their content; those of *narrower* may be less wide.

    They give way in that order. None where the table does not fit into *total* cells even so.
    """
    wide = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    over = sum(wide) + _GAP * (len(wide) - 1) - total
    for column in narrower:
        given = min(max(0, wide[column] - SHORTEST), max(0, over))
        wide[column] -= given
        over -= given
    return None if over > 0 else wide


def padded(row: Sequence[str], wide: Sequence[int]) -> list[str]:
    """*row* with every cell as wide as its column."""
    return [cell + " " * (width - cell_len(cell)) for cell, width in zip(row, wide, strict=True)]


def joined(cells: Sequence[str]) -> str:
    """A line of cells without trailing blanks."""
    return (" " * _GAP).join(cells).rstrip()


def shortened(text: str, width: int, kept: str = "") -> str:
    """*text* and *kept* in at most *width* cells, cut in the middle of *text*: a path's end names the file."""
    if cell_len(text) + cell_len(kept) <= width:
        return text + kept
    space = max(2, width - cell_len(kept) - 1)
    end = _last(text, space - space // 3)
    return f"{_first(text, space // 3)}…{end}{kept}"


def _first(text: str, width: int) -> str:
    return chop_cells(text, width)[0] if width else ""


def _last(text: str, width: int) -> str:
    return chop_cells(text[::-1], width)[0][::-1]
