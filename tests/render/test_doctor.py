"""The table of doctor: what its signs mean, and what it costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consumer_drift.render import doctor
from tests.render.reports import judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.readiness import Readiness


@pytest.mark.parametrize(
    ("signs", "said"),
    [
        (["yes", "no"], ""),
        (["yes", "?"], "?: it cannot be known"),
        (["–", "no"], "–: not needed"),
        (["–", "?"], "?: it cannot be known; –: not needed"),
    ],
)
def test_only_the_signs_that_are_there_are_explained(signs: list[str], said: str) -> None:
    assert doctor.legend([["Consumer", "read", "pins"], ["–", *signs]]) == said


class Rows(tuple["Readiness", ...]):
    """Rows that count how often somebody reads all of them."""

    __slots__ = ()
    read = 0

    def __iter__(self) -> Iterator[Readiness]:
        Rows.read += 1
        return super().__iter__()


def test_the_columns_are_found_once_for_all_lines() -> None:
    """For each line again, four thousand consumers took twenty seconds."""
    report = judged()
    rows = Rows(report.doctor * 20)
    head, *lines = doctor.table(replace(report, doctor=rows), report.doctor * 20)
    assert (len(lines), len(lines[0])) == (60, len(head))
    assert Rows.read == 1
