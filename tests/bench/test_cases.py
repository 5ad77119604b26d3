"""What a run covers, and the least that its requests can take."""

from __future__ import annotations

import pytest

from bench.cases import GITEA, GITHUB, LATENCIES, OLD_GITEA, SIZES, Case, Kind, covers


@pytest.mark.parametrize(
    ("kind", "consumers", "chain"),
    [
        (GITHUB, 10, 3),  # tags, one page, the owner's count
        (GITHUB, 1000, 7),  # eleven pages: the first, then five from either end
        (GITHUB, 10_000, 9),  # and by creation time: the span, the counts, five pages
        (GITEA, 10, 5),  # tags, one page, a first consumer, the others, pull requests
        (GITEA, 1000, 6),  # and the other pages at once
        (OLD_GITEA, 1000, 8),  # and a branch, and a second file
    ],
)
def test_the_chain_counts_the_round_trips_that_wait_for_each_other(kind: Kind, consumers: int, chain: int) -> None:
    """No concurrency shortens them."""
    assert Case.of(kind, consumers, 50, 16).chain == chain


def test_the_ideal_is_the_even_split_or_the_chain() -> None:
    """Whichever is longer."""
    case = Case.of(GITEA, 1000, 50, 16)
    assert case.split(1600) == case.ideal(1600) == pytest.approx(5.0)
    assert case.ideal(16) == pytest.approx(0.3)


def test_a_full_run_covers_every_case_and_a_default_one_every_budget() -> None:
    """The others are for those who have less time."""
    assert all(covers("full", size, late) for size in SIZES for late in LATENCIES)
    assert all(covers("default", size, 50) for size in SIZES)
    assert not covers("quick", 1000, 50)
