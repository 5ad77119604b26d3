"""Columns hold a total width, in terminal cells and not in characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from consumer_drift.render import columns

cells = st.text(st.characters(exclude_categories=("C", "Z", "M")), max_size=60).map(
    lambda text: text[:30] + " " + text[30:]
)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=5), st.integers(40, 120))
def test_no_line_is_wider_than_asked_and_no_character_is_lost(table, total: int) -> None:
    wide = columns.widths(table, total)
    for row in table:
        lines = list(columns.lines(row, wide))
        assert all(cell_len(columns.joined(line)) <= total for line in lines)
        for number, cell in enumerate(row):
            assert "".join("".join(line[number] for line in lines).split()) == "".join(cell.split())


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 8, ["one two ", "three   "]),
        ("abcdefghij", 8, ["abcdefgh", "ij      "]),
        ("日本語日本語", 8, ["日本語日", "本語    "]),
        ("", 3, ["   "]),
    ],
)
def test_a_cell_that_does_not_fit_goes_on_in_the_next_line(text: str, width: int, expected: list[str]) -> None:
    assert list(columns.lines([text], [width])) == [[line] for line in expected]


def test_the_widest_column_gives_way_first() -> None:
    assert columns.widths([["a" * 5, "b" * 50]], 40) == [5, 33]
