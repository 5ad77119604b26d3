"""Columns of a fixed total width. Rich's own table takes three seconds for 10,000 rows, this a fraction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, chop_cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_GAP = 2
_NARROWEST = 8


def widths(table: Sequence[Sequence[str]], total: int) -> list[int]:
    """The columns' widths in terminal cells: as wide as their content, the widest cut until *total* holds them."""
    wide = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    while sum(wide) + _GAP * (len(wide) - 1) > total and max(wide) > _NARROWEST:
        wide[wide.index(max(wide))] -= 1
    return wide


def lines(row: Sequence[str], wide: Sequence[int]) -> Iterator[list[str]]:
    """*row* as lines of cells padded to *wide*; a cell that does not fit goes on in the next line."""
    folded = [_fold(cell, width) for cell, width in zip(row, wide, strict=True)]
    for number in range(max(map(len, folded))):
        cells = (column[number] if number < len(column) else "" for column in folded)
        yield [cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, wide, strict=True)]


def joined(cells: Sequence[str]) -> str:
    """A line of cells without trailing blanks."""
    return (" " * _GAP).join(cells).rstrip()


def _fold(text: str, width: int) -> list[str]:
    if cell_len(text) <= width:
        return [text]
    folded: list[str] = []
    for word in text.split(" "):
        if folded and cell_len(folded[-1]) + 1 + cell_len(word) <= width:
            folded[-1] += f" {word}"
        else:
            folded += chop_cells(word, width) or [""]
    return folded
