"""Columns hold a total width, in terminal cells and not in characters, and break nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from consumer_drift.render import columns

cells = st.text(st.characters(exclude_categories=("C", "Z", "M")), max_size=60)


@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=5), st.integers(40, 200))
def test_no_line_is_wider_than_asked_and_one_column_alone_is_cut(table, total: int) -> None:
    wide = columns.widths(table, total, narrower=[1])
    if wide is None:
        return
    for first, path, last in table:
        row = [first, columns.shortened(path, wide[1]), last]
        line = columns.padded(row, wide)
        assert sum(map(cell_len, line)) + 4 <= total
        assert (line[0].rstrip(), line[2].rstrip()) == (first, last)


def test_a_table_that_does_not_fit_has_no_widths() -> None:
    table = [["acme/a-long-name-of-a-consumer", "0123456789" * 4]]
    assert columns.widths(table, 72, narrower=[1]) == [30, 40]
    assert columns.widths(table, 56, narrower=[1]) == [30, 24]
    assert columns.widths(table, 55, narrower=[1]) is None
    assert columns.widths(table, 53, narrower=[1, 0]) == [27, 24]
    assert columns.widths(table, 49, narrower=[1, 0]) is None


@pytest.mark.parametrize(
    ("text", "width", "kept", "expected"),
    [
        ("charts/web/values.yaml:12", 25, "", "charts/web/values.yaml:12"),
        ("charts/web/values.yaml:12", 20, "", "charts…alues.yaml:12"),
        ("charts/web/values.yaml:12", 30, " and 3 more", "charts…alues.yaml:12 and 3 more"[:30]),
        ("日本語日本語日本語", 11, "", "日…日本語"),
        ("", 5, "", ""),
    ],
)
def test_a_path_is_cut_in_the_middle(text: str, width: int, kept: str, expected: str) -> None:
    shown = columns.shortened(text, width, kept)
    assert cell_len(shown) <= width
    if not kept:
        assert shown == expected
    assert shown.endswith(kept)
