"""Sections within a budget of bytes: whole lines, a count of what was dropped, no section starved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.render.budget import Section, fit

LINES = [f"line {number} é\n" for number in range(100)]


def test_everything_is_shown_where_there_is_space() -> None:
    text = fit("start\n", [Section("A\n", LINES, 0.5), Section("B\n", LINES[:2], 1, "end\n")], 10_000)
    assert text == "start\n\nA\n" + "".join(LINES) + "\nB\n" + "".join(LINES[:2]) + "end\n"


def test_what_is_dropped_is_counted() -> None:
    text = fit("", [Section("A\n", LINES, 1, "end\n")], 200)
    shown = text.count("line")
    assert 0 < shown < 100
    assert text.endswith(f"\n{shown} of 100 shown: the log has all of them.\nend\n")


def test_a_section_without_lines_is_left_out() -> None:
    assert fit("start\n", [Section("A\n", [], 1)], 100) == "start\n"


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_long_section_leaves_space_for_the_next(share: float) -> None:
    text = fit("", [Section("A\n", LINES, share), Section("B\n", LINES, 1)], 1_000)
    assert "line" in text.split("B\n")[1]


@given(st.integers(0, 3_000), st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_no_budget_is_exceeded(limit: int, shares: list[float]) -> None:
    sections = [Section("### head é\n", LINES, share, "</details>\n") for share in shares]
    assert len(fit("start\n", sections, max(limit, 6)).encode()) <= max(limit, 6)


def test_the_start_is_whole_whatever_the_limit() -> None:
    assert fit("the verdict\n", [Section("A\n", LINES, 1)], 3) == "the verdict\n"
