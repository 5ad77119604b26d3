"""A budget is met, missed, or not measured, and never anything else."""

from __future__ import annotations

import pytest

from bench.budgets import Budget, budgets
from bench.cases import GITEA, Figures
from bench.results import Results


@pytest.mark.parametrize(
    ("measured", "at_least", "verdict"),
    [
        (9.0, False, "met"),
        (10.0, False, "met"),
        (10.1, False, "**missed**"),
        (9.9, True, "**missed**"),
        (10.0, True, "met"),
        (None, False, "not measured"),
        (None, True, "not measured"),
    ],
)
def test_a_budget_has_a_verdict(measured: float | None, at_least: bool, verdict: str) -> None:
    """A bound belongs to what is met."""
    assert Budget("what", measured, 10.0, at_least=at_least).verdict == verdict


def test_what_was_measured_goes_into_its_budget() -> None:
    """Time beyond the start, against the even split of the requests."""
    results = Results((1000,), (50,), concurrency=16)
    case = results.case(GITEA, 1000, 50)
    results.ours[case] = Figures(wall=4.1, cpu=1, memory=64, start=0.5, requests=1072)
    results.clones[1000, 50] = Figures(wall=270, cpu=1, memory=10)
    found = {one.what: one for one in budgets(results) if one.measured is not None}
    assert len(found) == 3
    assert [round(one.measured or 0, 2) for one in found.values()] == [
        1072,
        round(3.6 / 3.35, 2),
        round(270 / 4.1, 2),
    ]
    assert {one.verdict for one in found.values()} == {"met"}


def test_a_start_is_compared_with_that_of_the_http_library() -> None:
    """All that a check of a short list takes is its start."""
    results = Results((10,), (0,), concurrency=16)
    results.httpx, results.version = Figures(0.2, 0.2, 30), Figures(0.1, 0.1, 20)
    results.ours[results.case(GITEA, 10, 0)] = Figures(wall=0.31, cpu=0.3, memory=60, requests=13)
    found = {one.what: one.verdict for one in budgets(results) if "import httpx" in one.what}
    assert list(found.values()) == ["met", "**missed**"]


def test_a_request_is_compared_with_that_of_the_http_library_alone() -> None:
    """What all requests of both took, without the starts."""
    results = Results((1000,), (50,), concurrency=16)
    results.ours[results.case(GITEA, 1000, 50)] = Figures(4.1, 1.4, 64, start=0.5, start_cpu=0.4, requests=1000)
    results.plain = Figures(4.0, 0.8, 64, start=0.2, start_cpu=0.2, requests=1000)
    [found] = [one for one in budgets(results) if "httpx alone" in one.what]
    assert found.measured == pytest.approx(0.4)
    assert found.verdict == "**missed**"
