"""``python -m bench``: measure, and write the tables of docs/performance.md and docs/scale.md."""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench import contenders, costs
from bench.blocks import filled
from bench.budgets import LARGE, budgets
from bench.cases import (
    BUDGET_LATENCY,
    BUDGET_SIZE,
    GITEA,
    GITHUB,
    KINDS,
    LATENCIES,
    OLD_GITEA,
    SIZES,
    Case,
    Kind,
    covers,
    times,
)
from bench.ceiling import bare, ceilings
from bench.page import blocks, picture
from bench.processes import ROOT, measured, median, server
from bench.results import Results

if TYPE_CHECKING:
    from bench.processes import Server

OUTPUT = ROOT / "docs" / "performance.md"


def main() -> None:
    """Every case that the options cover; what is done is told as it is done."""
    options = _options()
    begun = time.monotonic()
    results = Results(tuple(options.consumers), tuple(options.latency_ms), options.concurrency)
    if options.costs or options.large:
        if options.costs:
            costs.measure(results, _tell)
        if options.large:
            costs.measure_large(results, _tell)
        costs.write(results)
        sys.exit(_say_budgets(results))
    results.load = os.getloadavg()[0]
    _start(results, 1 if options.once else 5)
    for kind in options.servers:
        for size in results.sizes:
            _fleet(results, kind, size, options.level, once=options.once)
        _one_by_one(results, kind, options.level)
    if BUDGET_SIZE in results.sizes:
        _probe(results)
        costs.measure(results, _tell)
        if options.level == "full":
            costs.measure_large(results, _tell)
        costs.write(results)
    _clones(results, options.clones)
    results.seconds = time.monotonic() - begun
    drawn = options.output.with_suffix(".svg")
    drawn.write_text(picture(results), encoding="utf-8")
    page = OUTPUT.read_text(encoding="utf-8")
    options.output.write_text(filled(page, blocks(results)), encoding="utf-8")
    missed = _say_budgets(results)
    print(f"written to {options.output} in {results.seconds:.0f} s")
    sys.exit(missed)


def _say_budgets(results: Results) -> bool:
    """Print every budget; return whether one is missed."""
    found = budgets(results)
    for one in found:
        print(
            f"{one.verdict.strip('*'):12} {'' if one.measured is None else format(one.measured, ',.4g'):>8} "
            f"{'>=' if one.at_least else '<='} {one.limit:,g}  {one.what}"
        )
    return any("missed" in one.verdict for one in found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", dest="level", action="store_const", const="quick", help="small fleets, a minute")
    size.add_argument("--full", dest="level", action="store_const", const="full", help="every case, half an hour")
    parser.add_argument("--servers", type=_kind, nargs="+", default=list(KINDS), help=", ".join(_KINDS))
    parser.add_argument("--consumers", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--latency-ms", type=int, nargs="+", default=list(LATENCIES))
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument(
        "--costs", action="store_true", help="only patterns, kinds and lock files, into docs/scale.md"
    )
    parser.add_argument(
        "--large", action="store_true", help="only owners of many repositories, into docs/scale.md"
    )
    parser.add_argument("--once", action="store_true", help="measure each case once: to see that all of it runs")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.set_defaults(level="default")
    options = parser.parse_args()
    options.clones = 5 if options.level == "quick" else 20
    if options.level != "full":
        fits = {
            (size, late)
            for size in options.consumers
            for late in options.latency_ms
            if covers(options.level, size, late)
        }
        options.consumers = [size for size in options.consumers if any(size == one for one, _ in fits)]
        options.latency_ms = [late for late in options.latency_ms if any(late == one for _, one in fits)]
    return options


_KINDS = {"github": GITHUB, "gitea": GITEA, "old-gitea": OLD_GITEA}


def _kind(name: str) -> Kind:
    try:
        return _KINDS[name]
    except KeyError:
        raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(_KINDS)}") from None


def _start(results: Results, pairs: int) -> None:
    """The starts in turn, so that both see the same machine."""
    version = [sys.executable, "-m", "consumer_drift", "--version"]
    results.version = median(pairs, lambda: measured(version)[0])
    results.httpx = median(pairs, lambda: measured([sys.executable, "-c", "import httpx"])[0])
    _tell("--version", results.version.wall)


def _fleet(results: Results, kind: Kind, size: int, level: str, *, once: bool) -> None:
    latencies = [
        late
        for late in results.latencies
        if covers(level, size, late) and not (level == "default" and size > BUDGET_SIZE and not kind.batch_route)
    ]
    if not latencies:
        return
    with contenders.forge(kind, size) as at:
        if size == max((one for one in results.sizes if one <= BUDGET_SIZE), default=min(results.sizes)):
            seconds = 0.2 if level == "quick" else 1.0
            results.ceilings[kind] = ceilings(kind, at, seconds)
            if kind == GITEA:
                results.bare = bare(at, BUDGET_LATENCY, results.concurrency, 5 * seconds)
        for latency in latencies:
            case = results.case(kind, size, latency)
            found = results.ours[case] = contenders.check(case, at, 1 if once else times(case))
            if (kind, size, latency) == (GITEA, BUDGET_SIZE, BUDGET_LATENCY):
                results.plain = contenders.plain_httpx(case, at, found.requests)
            _tell(f"{kind}, {size} consumers, {latency} ms", results.ours[case].wall)


def _one_by_one(results: Results, kind: Kind, level: str) -> None:
    """A sample of the fleet; where the fleet is smaller, it is the sample."""
    sizes = [size for size in results.sizes if size <= BUDGET_SIZE or level == "full"]
    if not sizes:
        return
    sample = min(contenders.sample_of(kind), max(sizes))
    with contenders.forge(kind, sample) as at:
        for latency in results.latencies:
            cases = [results.case(kind, size, latency) for size in sizes if size >= sample]
            measured_here = [case for case in cases if case in results.ours]
            if not measured_here or (level == "default" and kind != GITEA and latency != 50):
                continue
            once = contenders.one_by_one(measured_here[0], at)
            for case in measured_here:
                factor = case.consumers / measured_here[0].consumers
                results.one_by_one[case] = replace(contenders.scaled(once, factor), scaled=case.consumers / sample)
            _tell(f"{kind}, one by one, {latency} ms", once.wall)


def _probe(results: Results) -> None:
    """One consumer is listed; the owner has a thousand, or ten thousand."""
    found = []
    for size in (BUDGET_SIZE, LARGE):
        case = replace(Case.of(GITHUB, size, 0, results.concurrency), listed=1)
        with contenders.forge(GITHUB, size) as at:
            found.append(contenders.check(case, at, 1))
    results.probe, results.listed = found


def _clones(results: Results, most: int) -> None:
    sample = min(most, max(results.sizes))
    with server("bench.gitserver", "--repositories", str(sample)) as at:
        for latency in results.latencies:
            once = _clone(results, at, sample, latency)
            for size in results.sizes:
                if any((case.consumers, case.latency) == (size, latency) for case in results.ours):
                    scaled = contenders.scaled(once, size / sample)
                    results.clones[size, latency] = replace(scaled, scaled=size / sample)


def _clone(results: Results, at: Server, sample: int, latency: int) -> contenders.Figures:
    found = contenders.clones(results.case(GITEA, sample, latency), at, sample)
    _tell(f"{sample} clones, {latency} ms", found.wall)
    return found


def _tell(what: str, seconds: float) -> None:
    print(f"{seconds:8.2f} s  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
