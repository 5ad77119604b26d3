"""``python -m bench``: one check as a process against an emulated forge, beside its ideal.

The ideal is requests × latency / concurrency; the start of the program (its imports) is measured beside it, by
a run that reads nothing. The forge is a process of its own, and its ceiling is shown: a ratio that stays the
same when the latency falls to nothing measures the emulator, not the program.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PINS = "pins:\n  - file: .runtime-version\n  - {file: requirements.txt, requirement: acme-runtime}\n"


@dataclass(frozen=True)
class Case:
    """What is measured. *latency* is in milliseconds."""

    forge: str
    consumers: int
    latency: int
    concurrency: int
    batch_route: bool = True

    def __str__(self) -> str:
        route = "" if self.batch_route or self.forge != "gitea" else " (no batch route)"
        return f"{self.forge}{route}"


@dataclass(frozen=True)
class Figures:
    """Of one process. Seconds, and MiB of resident memory at its peak."""

    wall: float
    cpu: float
    memory: float
    requests: int = 0


@contextmanager
def emulator(case: Case) -> Iterator[dict[str, Any]]:
    """A forge in a process of its own."""
    command = [
        sys.executable, "-m", "tests.emulator", "--json", "--world", "fleet", "--forge", case.forge,
        "--consumers", str(case.consumers), "--latency-ms", str(case.latency),
        *([] if case.batch_route else ["--no-batch-route"]), *(["--ghes"] if case.forge == "github" else []),
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline())
    finally:
        server.terminate()
        server.communicate()


def measured(command: list[str], environment: dict[str, str]) -> Figures:
    """Run *command* to its end. Raises RuntimeError where it gave no report."""
    with tempfile.TemporaryFile("w+") as out:
        begun = time.perf_counter()
        child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read()
    report = json.loads(printed) if printed.startswith("{") else {}
    if report and report["coverage"]["read"] != report["coverage"]["listed"]:
        raise RuntimeError(f"not every consumer was read: {report['findings'][:1]}")
    # Linux tells kibibytes, macOS bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Figures(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, report.get("requests", 0))


def run(case: Case, times: int) -> tuple[list[Figures], float]:
    """*times* checks, and the seconds that the program takes to start."""
    names = "".join(f"  - template-{number:05}\n" for number in range(case.consumers))
    with tempfile.TemporaryDirectory() as folder, emulator(case) as server:
        config = Path(folder) / "consumer-drift.yml"
        config.write_text(f"source: {{repository: acme/runtime}}\nowner: acme\n{PINS}consumers:\n{names}")
        environment = {**os.environ, "BENCH_TOKEN": server["tokens"]["bot"], "NO_PROXY": "127.0.0.1"}
        program = [sys.executable, "-m", "consumer_drift", "check", "--format", "json"]
        check = [
            *program, "--config", str(config), "--forge", case.forge, "--server", server["url"],
            "--token-env", "BENCH_TOKEN", "--concurrency", str(case.concurrency),
        ]  # fmt: skip
        # Imports everything that a check does, and reads one folder that is not there.
        start = [*program, "--root", folder, "--config", str(config), "--version", "1.0.0", "--no-reconcile"]
        starts = [_wall(start, environment) for _ in range(times)]
        return [measured(check, environment) for _ in range(times)], min(starts)


def _wall(command: list[str], environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - begun


def main() -> None:
    """Print a row for every case."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--consumers", type=int, nargs="+", default=[1000])
    parser.add_argument("--latency-ms", type=int, nargs="+", default=[50])
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    print(
        "| forge | consumers | latency | requests | wall | ideal | start | (wall - start) / ideal | CPU | memory |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for consumers in options.consumers:
        for latency in options.latency_ms:
            for forge, batch_route in (("github", True), ("gitea", True), ("gitea", False)):
                case = Case(forge, consumers, latency, options.concurrency, batch_route)
                print(row(case, *run(case, options.times)), flush=True)


def row(case: Case, runs: list[Figures], start: float) -> str:
    """The median run, by wall time."""
    middle = sorted(runs, key=lambda one: one.wall)[len(runs) // 2]
    ideal = middle.requests * case.latency / 1000 / case.concurrency
    ratio = f"{(middle.wall - start) / ideal:.2f}" if ideal else "-"
    return (
        f"| {case} | {case.consumers:,} | {case.latency} ms | {middle.requests:,} | {middle.wall:.2f} s |"
        f" {ideal:.2f} s | {start:.2f} s | {ratio} | {middle.cpu:.2f} s | {middle.memory:.0f} MiB |"
    )


if __name__ == "__main__":
    main()
