"""The budgets, each with what was measured: met, missed, or not measured in this run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench import costs
from bench.cases import BUDGET_LATENCY, BUDGET_SIZE, GITEA, GITHUB, KINDS, OLD_GITEA, Figures, Kind
from bench.costs import COSTS, LOCK_FACTOR, Cost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.results import Results

LARGE = 10_000


@dataclass(frozen=True)
class Budget:
    """*measured* and *limit* in the same unit; *at_least*: more is better. None: not measured in this run."""

    what: str
    measured: float | None
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        """What was measured as a part of the limit."""
        return None if self.measured is None else self.measured / self.limit

    @property
    def verdict(self) -> str:
        """In a word."""
        if self.measured is None:
            return "not measured"
        met = self.measured >= self.limit if self.at_least else self.measured <= self.limit
        return "met" if met else "**missed**"


def budgets(results: Results) -> list[Budget]:
    """All of them, in the order in which they are promised."""
    return [
        *_counts(results),
        *_times(results),
        *_per_request(results),
        *_growth(results),
        *_large(results),
        *_start(results),
    ]


def _requests(results: Results, kind: Kind) -> int | None:
    cases = [case for case in results.ours if case.kind == kind and case.consumers == BUDGET_SIZE]
    return max((results.ours[case].requests for case in cases), default=None)


def _counts(results: Results) -> Iterator[Budget]:
    name = "{}: requests for 1,000 consumers of two pins each, with what is in flight"
    yield Budget(name.format("GitHub"), _requests(results, GITHUB), 50)
    # The target, the one listed consumer, and the releases that it lacks take a request each, and are none of the
    # listing's.
    probe = results.probe.requests - 3 if results.probe else None
    yield Budget("GitHub: requests to list and probe an owner of 1,000 repositories", probe, 12)
    yield Budget(
        "GitHub: requests to list and probe an owner of 10,000 repositories",
        results.listed and results.listed.requests,
        130,
    )
    yield Budget(name.format("Gitea"), _requests(results, GITEA), 1100)
    yield Budget(name.format("Gitea without the batch route"), _requests(results, OLD_GITEA), 2100)
    for kind in KINDS:
        for cost in COSTS:
            yield from _cost(kind, cost, results.costs.get((kind, cost)))


def _cost(kind: Kind, cost: Cost, found: Figures | None) -> Iterator[Budget]:
    what = f"{kind}: requests for 1,000 consumers of {cost.what}"
    yield Budget(what, found and found.requests, cost.requests[kind])
    if cost.follows:
        factor = found and found.size / (BUDGET_SIZE * cost.lock_bytes)
        yield Budget(f"{kind}: bytes of those, against the lock files' own", factor, LOCK_FACTOR, "×")


def _times(results: Results) -> Iterator[Budget]:
    for kind in KINDS:
        against = "its longest bound" if kind == GITHUB else "requests × latency / concurrency"
        for size in (BUDGET_SIZE, LARGE):
            found = results.ours.get(case := results.case(kind, size, BUDGET_LATENCY))
            if size == LARGE and found is None and kind == OLD_GITEA:
                continue
            yield Budget(
                f"{kind}: time beyond the start for {size:,} consumers at 50 ms, against {against}",
                found and found.net / case.ideal(found.requests),
                1.15 if kind == GITHUB else 1.1,
                "×",
            )
    for kind in KINDS:
        case = results.case(kind, BUDGET_SIZE, BUDGET_LATENCY)
        script = results.clones.get((BUDGET_SIZE, BUDGET_LATENCY))
        faster = script.wall / results.ours[case].wall if script and case in results.ours else None
        yield Budget(f"{kind}: faster than a clone of each in turn, at 50 ms", faster, 30, "×", at_least=True)


def _per_request(results: Results) -> Iterator[Budget]:
    check = results.ours.get(results.case(GITEA, BUDGET_SIZE, BUDGET_LATENCY))
    both = check and results.plain and (check.cpu_of_a_request - results.plain.cpu_of_a_request) * 1000
    what = "Gitea: processor time of a check for each request, beyond that of httpx alone"
    yield Budget(what, both, 0.3, " ms")


def _growth(results: Results) -> Iterator[Budget]:
    for kind in KINDS:
        small, large = (results.case(kind, size, BUDGET_LATENCY) for size in (BUDGET_SIZE, LARGE))
        here = large in results.ours
        if not here and kind == OLD_GITEA:
            continue
        both = here and small in results.ours
        grown = results.ours[large].wall / results.ours[small].wall if both else None
        yield Budget(f"{kind}: time for 10,000 consumers against 1,000, at 50 ms", grown, 11, "×")
        memory = results.ours[large].memory * 2**20 / 1e6 if here else None
        yield Budget(f"{kind}: peak memory with 10,000 consumers", memory, 200, " MB")


def _large(results: Results) -> Iterator[Budget]:
    small, large = (results.large.get(number) for number in costs.LARGE)
    grown = large.net / small.net if small and large else None
    yield Budget("GitHub: time for 50,000 repositories, 10,000 of them consumers, against 10,000", grown, 5.5, "×")
    memory = large and large.memory * 2**20 / 1e6
    yield Budget("GitHub: peak memory with 50,000 repositories", memory, 250, " MB")


def _start(results: Results) -> Iterator[Budget]:
    httpx = results.httpx and results.httpx.wall
    check = results.ours.get(results.case(GITEA, 10, 0))
    for what, found, limit in (
        ("`consumer-drift --version`", results.version, 2),
        ("`consumer-drift check` of 10 consumers without latency", check, 1.5),
    ):
        yield Budget(
            f'{what} against `python -c "import httpx"`',
            found.wall / httpx if found and httpx else None,
            limit,
            "×",
        )
