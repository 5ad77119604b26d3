"""Parts of a page are replaced by their names, and nothing else of it."""

from __future__ import annotations

import pytest

from bench.blocks import filled, table

PAGE = "# A\n\n<!-- bench: one -->\n\nold\n\n<!-- end -->\n\nkept\n\n<!-- bench: two -->\n\nold\n\n<!-- end -->\n"


def test_a_block_is_replaced_and_the_others_stay() -> None:
    new = filled(PAGE, {"two": "new\n"})
    assert new == PAGE[::-1].replace("old"[::-1], "new"[::-1], 1)[::-1]
    assert filled(new, {"two": "new\n"}) == new


def test_a_block_without_its_place_is_a_defect_of_the_page() -> None:
    with pytest.raises(ValueError, match="no place for three"):
        filled(PAGE, {"one": "new\n", "three": "new\n"})


def test_a_table_has_its_head() -> None:
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"
