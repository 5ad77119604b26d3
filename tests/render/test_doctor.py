"""The table of doctor: what its signs mean, and what it costs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from consumer_drift.model.readiness import Ability, Remedy
from consumer_drift.render import doctor, markdown, text
from tests.growth import grows_linearly
from tests.render.reports import judged, no, readiness, unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.model.report import Report


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


def doctored(consumers: int) -> Report:
    """What doctor found for so many: one remedy and one doubt for all of them."""
    lacks = no("it may only be read", Remedy("give write access", ""), of_token=True)
    answers = {Ability.BRANCH: lacks, Ability.BRANCH_NAME: unknown("administrators alone see it")}
    return replace(judged(), doctor=tuple(readiness(f"app-{one}", one, answers) for one in range(consumers)))


@pytest.mark.parametrize("render", [text.render, markdown.render])
def test_a_report_grows_with_its_consumers(render: Callable[[Report], str]) -> None:
    """With a search for the columns or for a name in each line, four thousand took twenty seconds."""
    assert grows_linearly(lambda size: partial(render, doctored(size)), 50)
