"""The table of what patterns, kinds and lock files cost, and the fleets that it is measured with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench import contenders
from bench.budgets import budgets
from bench.cases import GITEA, GITHUB, KINDS, Figures
from bench.costs import COSTS, costs
from bench.results import Results
from bench.worlds import FLEETS, TARGET, lock
from consumer_drift.locks.base import Installed
from consumer_drift.locks.formats import lock_format
from consumer_drift.locks.reading import read_lock
from tests.emulator import Emulator
from tests.running import check

if TYPE_CHECKING:
    from pathlib import Path

    from bench.costs import Cost


@pytest.mark.parametrize("size", [one.lock_bytes for one in COSTS if one.follows])
def test_a_lock_file_has_about_its_size_and_is_one(size: int) -> None:
    text = lock(size)
    assert size * 0.95 < len(text) < size * 1.05
    form = lock_format("package-lock.json", text)
    assert form is not None
    found = read_lock(form, text, "acme-runtime")
    assert isinstance(found, Installed)
    assert [one.version for one in found.versions] == [TARGET]


@pytest.mark.parametrize("cost", COSTS, ids=lambda cost: cost.what)
def test_the_fleets_have_what_the_pins_are_for(cost: Cost, tmp_path: Path) -> None:
    """Every consumer is read and in sync."""
    world = FLEETS[cost.fleet](2, min(cost.lock_bytes, 3000))
    text = f"{cost.pins}consumers: [template-00000, template-00001]\n"
    [token] = [one.secret for one in world.tokens.values() if one.name == "bot"]
    with Emulator(world, "gitea") as emulator:
        result = check(emulator, text, tmp_path, token)
    assert (result.codes, result.report.coverage.read) == ([], 2)
    assert set(cost.requests) == set(KINDS)


def test_the_start_is_paid_once_in_time_and_in_processor_time() -> None:
    """On a busy machine the start takes much longer than its processor time."""
    found = contenders.scaled(Figures(20.0, 3.0, 60.0, start=12.0, start_cpu=1.0, requests=22, size=1000), 50)
    assert (found.wall, found.cpu, found.requests, found.size) == (412.0, 101.0, 1100, 50_000)


def test_what_was_measured_is_in_the_table() -> None:
    results = Results((1000,), (50,), concurrency=16)
    results.costs[GITHUB, COSTS[0]] = Figures(2.0, 1.0, 60.0, requests=30, size=900_000)
    results.costs[GITEA, COSTS[-1]] = Figures(120.0, 80.0, 200.0, requests=1022, size=4_000_000_000, scaled=50.0)
    assert costs(results).splitlines()[2:] == [
        "| GitHub | a pattern and a file | 30 | 900 kB | 2 s | 1 s | 60 MiB |",
        "| Gitea | a manifest and a lock file of 3 MB | ~1,022 | ~4,000 MB | ~120 s | ~80 s | 200 MiB |",
    ]
    budgets_of_both = [one for one in budgets(results) if one.measured is not None]
    assert [one.verdict for one in budgets_of_both] == ["met", "met", "met"]
