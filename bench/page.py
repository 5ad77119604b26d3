"""The parts of docs/performance.md: what one run of the bench measured, in tables."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from bench.blocks import table
from bench.budgets import Budget, budgets
from bench.cases import BUDGET_LATENCY, GITHUB, KINDS, Case, Figures
from bench.plot import Line, plot

if TYPE_CHECKING:
    from bench.results import Results


def blocks(results: Results) -> dict[str, str]:
    """Return the parts of docs/performance.md by their names, but those of which nothing was measured."""
    found = budgets(results)
    return {
        "gain": _gain(results),
        "machine": f"{_machine(results)}\n",
        "runs": _ours(results),
        "alternatives": _instead(results),
        "servers": _ceilings(results),
        "noise": f"{_noise(results)}\n",
        "budgets": _budgets(found) + _missed(found, results),
    }


def picture(results: Results) -> str:
    """The plot that goes with the page."""
    latency = _plotted(results)
    lines = []
    for kind in KINDS:
        cases = [results.case(kind, size, latency) for size in results.sizes]
        points = [(case.consumers, results.ours[case].wall) for case in cases if case in results.ours]
        lines.append(Line(str(kind), points))
    cases = [case for case in results.one_by_one if case.latency == latency and case.kind != GITHUB]
    gitea = [(case.consumers, results.one_by_one[case].wall) for case in cases if case.kind.batch_route]
    lines.append(Line("Gitea, one by one", gitea))
    script = [(size, found.wall) for (size, late), found in results.clones.items() if late == latency]
    lines.append(Line("a clone of each in turn", script))
    ideal = [
        (case.consumers, case.ideal(results.ours[case].requests))
        for case in results.ours
        if case.latency == latency and case.kind == KINDS[1]
    ]
    lines.append(Line("Gitea's ideal", ideal, dashed=True))
    title = f"Wall time at {latency} ms latency, {results.concurrency} requests at once"
    return plot([line for line in lines if line.points], title)


def _gain(results: Results) -> str:
    """Time and requests of a check beside a clone of each repository."""
    latency = _plotted(results)
    rows = []
    for size in results.sizes:
        cells = [_check(results, results.case(kind, size, latency)) for kind in KINDS]
        script = results.clones.get((size, latency))
        if script and any(cells):
            rows.append([f"{size:,}", *(cell or "–" for cell in cells), _clones(script)])
    return table(["consumers", "GitHub", "Gitea", "Forgejo, older Gitea", "clones"], rows)


def _check(results: Results, case: Case) -> str:
    found = results.ours.get(case)
    return f"{found.wall:,.1f} s, {found.requests:,} requests" if found else ""


def _clones(found: Figures) -> str:
    return f"{'~' if found.scaled > 1 else ''}{found.wall:,.1f} s"


def _plotted(results: Results) -> int:
    return BUDGET_LATENCY if BUDGET_LATENCY in results.latencies else max(results.latencies)


def _machine(results: Results) -> str:
    return (
        f"{os.cpu_count()} cores ({_cpu()}), {platform.system()} on {platform.machine()}, Python"
        f" {platform.python_version()}; {results.concurrency} requests at once; {results.seconds / 60:.0f} minutes"
        f" in total. The load average was {results.load:.1f} before the run and {os.getloadavg()[0]:.1f} after it."
    )


def _cpu() -> str:
    """The processor's own name, where the system tells it."""
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.exists() else []:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _budgets(found: list[Budget]) -> str:
    rows = []
    for one in found:
        limit = f"{'≥' if one.at_least else '≤'} {one.limit:,g}{one.unit}"
        measured = "–" if one.measured is None else f"{one.measured:,.4g}{one.unit}"
        ratio = "–" if one.ratio is None else f"{one.ratio:.2f}"
        rows.append([one.what, limit, measured, ratio, one.verdict])
    return table(["what", "budget", "measured", "measured / budget", ""], rows)


def _missed(found: list[Budget], results: Results) -> str:
    missed = [one for one in found if one.verdict == "**missed**"]
    if not missed:
        return ""
    why = [f"- {one.what}: {_why(one, results)}" for one in missed]
    return "\nMissed:\n\n" + "\n".join(why) + "\n"


def _why(one: Budget, results: Results) -> str:
    for case, found in results.ours.items():
        said = f"{case.kind}: time beyond the start for {case.consumers:,} consumers at {case.latency} ms"
        if one.what.startswith(said):
            return (
                f"{found.net:.2f} s, and the ideal is {case.ideal(found.requests):.2f} s. The program used"
                f" {found.cpu - found.start_cpu:.2f} s of processor time beyond its start, and the server"
                f" {found.server:.2f} s on the same cores."
            )
    return f"by {abs((one.ratio or 1) - 1):.0%} in this run."


def _ours(results: Results) -> str:
    rows = []
    for case, found in sorted(results.ours.items(), key=lambda item: _order(item[0])):
        ideal, net = case.ideal(found.requests), found.net
        spread = f"{found.fastest:.2f}–{found.slowest:.2f}" if found.slowest > found.fastest else ""
        rows.append(
            [
                *_names(case),
                f"{found.wall:.2f} s",
                spread,
                f"{found.start:.2f} s",
                f"{case.split(found.requests):.2f} s",
                f"{ideal:.2f} s",
                f"{net / ideal:.2f}" if ideal else "–",
                *_costs(found, case.consumers),
                f"{found.server:.2f} s",
            ]
        )
    head = ["wall", "spread", "start", "split", "ideal", "(wall − start) / ideal", *COSTS, "server"]
    return table(["forge", "consumers", "latency", *head], rows)


COSTS = ("CPU", "memory", "requests", "bytes / consumer")


def _costs(found: Figures, consumers: int) -> list[str]:
    return [
        f"{found.cpu:.2f} s",
        f"{found.memory:.0f} MiB",
        f"{found.requests:,}",
        f"{found.size / consumers:,.0f}",
    ]


def _instead(results: Results) -> str:
    rows = []
    for (consumers, latency), found in sorted(results.clones.items()):
        best = [
            results.ours[case].wall
            for case in (results.case(kind, consumers, latency) for kind in KINDS)
            if case in results.ours
        ]
        compared = f"{found.wall / max(best):.0f}–{found.wall / min(best):.0f} ×" if best else "–"
        rows.append([consumers, latency, "clones", found, compared])
    for case, found in results.one_by_one.items():
        compared = f"{found.wall / results.ours[case].wall:.1f} ×" if case in results.ours else "–"
        rows.append([case.consumers, case.latency, f"one by one, {case.kind}", found, compared])
    rows.sort(key=lambda row: (row[0], row[1], row[2]))
    shown = [
        [
            f"{consumers:,}",
            f"{latency} ms",
            name,
            _clones(found),
            compared,
            *_costs(found, consumers),
        ]
        for consumers, latency, name, found, compared in rows
    ]
    return table(["consumers", "latency", "way", "wall", "slower than consumer-drift", *COSTS], shown)


def _ceilings(results: Results) -> str:
    rows = [
        [str(kind), name, f"{rate:,.0f}"]
        for kind, rates in results.ceilings.items()
        for name, rate in rates.items()
    ]
    return table(["server", "request", "responses per second"], rows) + (_bare(results) if results.bare else "")


def _bare(results: Results) -> str:
    possible = results.concurrency * 1000 / BUDGET_LATENCY
    return (
        f"\n{results.concurrency} bare sockets that ignore the responses get {results.bare:.0f} responses per"
        f" second at {BUDGET_LATENCY} ms, of {possible:.0f} possible ones. So a factor of"
        f" {possible / results.bare:.2f} in the tables comes from this machine and the server.\n"
    )


def _noise(results: Results) -> str:
    spreads = [
        found.slowest / found.fastest
        for found in results.ours.values()
        if found.fastest and found.fastest < found.slowest
    ]
    if not spreads:
        return "Each case was measured once."
    return (
        f"Of the cases that were measured several times, the slowest run took at most {max(spreads):.2f} times as"
        f" long as the fastest, {sorted(spreads)[len(spreads) // 2]:.2f} times in the median: smaller differences"
        " mean nothing. Client, server and everything else share the cores of the machine."
    )


def _order(case: Case) -> tuple[int, int, int]:
    return KINDS.index(case.kind), case.consumers, case.latency


def _names(case: Case) -> list[str]:
    return [str(case.kind), f"{case.consumers:,}", f"{case.latency} ms"]
