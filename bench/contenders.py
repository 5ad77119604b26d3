"""The three ways to the same answer: this program, the same reads one after the other, and a script of clones.

The program is measured against the replayed answers of an emulated forge. Each of its runs comes with a start
right before it, so that both see the same machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.cases import GITHUB, Case, Figures, Kind
from bench.processes import ROOT, Server, measured, median, server

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# So often is a check recorded at the most until it asks nothing new.
_TRIES = 20
PINS = "pins:\n  - file: .runtime-version\n  - {file: requirements.txt, requirement: acme-runtime}\n"
# As the program itself asks for two files at once.
_BODY = '{"files":[".runtime-version","requirements.txt"]}'
PROGRAM = [sys.executable, "-m", "consumer_drift", "check", "--format", "json", "--config"]


@contextlib.contextmanager
def forge(kind: Kind, consumers: int, fleet: Sequence[str] = ()) -> Iterator[Server]:
    """The answers of an emulated forge with a fleet; *fleet*: the options of another than the plain one."""
    missing = [] if kind.batch_route else ["--no-batch-route"]
    options = ["--forge", kind.forge, "--consumers", str(consumers)]
    with (
        server("bench.forge", *options, *missing, *fleet) as emulated,
        server("bench.replay", "--upstream", str(emulated.address["port"])) as replayed,
    ):
        replayed.address = {**emulated.address, "url": f"http://127.0.0.1:{replayed.address['port']}"}
        yield replayed


@contextlib.contextmanager
def config(listed: int, pins: str = PINS) -> Iterator[Path]:
    """A configuration that lists the first *listed* of the fleet."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "consumer-drift.yml"
        names = "".join(f"  - template-{number:05}\n" for number in range(listed))
        file.write_text(f"source: {{repository: acme/runtime}}\nowner: acme\n{pins}consumers:\n{names}")
        yield file


def check(case: Case, at: Server, times: int, pins: str = PINS) -> Figures:
    """The program. Raises RuntimeError where it did not read every consumer, or asks something else each time."""
    with config(case.listed, pins) as file:
        command, environment = _command(case, at, file), _environment(at)
        alone = [*command, "--only", "template-00000", "--target", "0.3.43", "--no-reconcile"]

        def replayed() -> tuple[Figures, str, dict[str, float]]:
            # Which answer comes first decides some of the requests, so what is new is recorded in the run's own
            # time, and that run does not count.
            for _ in range(_TRIES):
                at.tell("record 0")
                # The program's own share: all is loaded, the list is read, and one consumer of it.
                began, _ = measured(alone, environment)
                new = at.tell(f"record {case.latency}")["new"]
                figures, printed = measured(command, environment)
                done = at.tell("tally")
                if not new + done["new"]:
                    return replace(figures, start=began.wall, start_cpu=began.cpu), printed, done
            raise RuntimeError("the requests of a check are others each time")

        def once() -> Figures:
            figures, printed, done = replayed()
            report = json.loads(printed)
            if report["coverage"]["read"] != case.listed or report["requests"] != done["requests"]:
                raise RuntimeError(f"not every consumer was read: {report['findings'][:1]}")
            return replace(
                figures, requests=int(done["requests"]), size=int(done["bytes"]), server=done["seconds"]
            )

        return median(times, once)


def _command(case: Case, at: Server, file: Path) -> list[str]:
    where = ["--forge", case.kind.forge, "--server", at.address["url"], "--token-env", "BENCH_TOKEN"]
    return [*PROGRAM, str(file), *where, "--concurrency", str(case.concurrency)]


def _environment(at: Server) -> dict[str, str]:
    return {**os.environ, "BENCH_TOKEN": at.address["token"], "NO_PROXY": "127.0.0.1"}


def plain_httpx(case: Case, at: Server, requests: int) -> Figures:
    """As many *requests* as a check sends, with httpx alone; its start is that of one for each thread.

    The forge *at* has recorded the request.
    """
    path = f"/api/v1/repos/acme/template-00000/file-contents?{urlencode({'ref': 'main', 'body': _BODY})}"

    def command(number: int) -> list[str]:
        address = f"{at.address['url']}{path}"
        return [sys.executable, "-m", "bench.plain_httpx", address, str(number), str(case.concurrency)]

    environment = _environment(at)
    at.tell("record 0")
    began, _ = measured(command(case.concurrency), environment, succeeds=True)
    at.tell(f"replay {case.latency}")
    found, _ = measured(command(requests), environment, succeeds=True)
    done = at.tell("tally")
    return replace(found, start=began.wall, start_cpu=began.cpu, requests=int(done["requests"]) - case.concurrency)


def one_by_one(case: Case, at: Server) -> Figures:
    """*case*, a sample of which the forge *at* has, at a concurrency of one."""
    most = at.address["consumers"] if case.consumers > at.address["consumers"] else case.consumers
    sample = case.sampled(most).one_by_one()
    return scaled(check(sample, at, 1), case.consumers / sample.consumers)


def clones(case: Case, at: Server, sample: int) -> Figures:
    """One clone after the other, of so many of the fleet."""
    at.tell(f"latency {case.latency}")
    number = min(sample, case.consumers)
    with tempfile.TemporaryDirectory() as folder:
        script = ["sh", str(ROOT / "bench" / "clones.sh"), at.address["url"], str(number), folder]
        environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        figures, _ = measured(script, environment, succeeds=True)
    done = at.tell("tally")
    figures = replace(figures, requests=int(done["requests"]), size=int(done["bytes"]))
    return scaled(figures, case.consumers / number)


def scaled(figures: Figures, factor: float) -> Figures:
    """What *figures* of a sample come to for the whole; the start is paid once."""
    return replace(
        figures,
        wall=figures.start + figures.net * factor,
        cpu=figures.start_cpu + (figures.cpu - figures.start_cpu) * factor,
        requests=round(figures.requests * factor),
        size=round(figures.size * factor),
        scaled=factor,
    )


def sample_of(kind: Kind) -> int:
    """How many consumers one after the other are enough to know what the rest would take."""
    return 1000 if kind == GITHUB else 100
