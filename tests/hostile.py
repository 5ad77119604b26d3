"""What a run takes against answers that are made to do harm: the peak of its memory, and how long it takes to end.

``python -m tests.hostile`` prints a table of every such answer on every forge.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.emulator import Emulator, World
from tests.processes import ROOT

if TYPE_CHECKING:
    from tests.emulator.tokens import Token

# Forgejo is read by the same code as Gitea.
FORGES = ("github", "gitea")
# Enough for every thread to get such an answer at the same time.
CONSUMERS = 40
CONFIG = (
    "owner: acme\nsource: {repository: acme/runtime}\npins: [{file: .runtime-version}]\nreconcile: true\n"
    "consumers:\n" + "".join(f"  - consumer-{index:02}\n" for index in range(CONSUMERS))
)
# By name: the fault and its options.
ANSWERS: dict[str, tuple[str, dict[str, Any]]] = {
    "two layers of gzip": ("layered-gzip", {}),
    "two layers of gzip, named once": ("layered-gzip", {"encoding": "gzip"}),
    "a gigabyte in gzip": ("gzip-bomb", {"size": 1024}),
    "JSON of a million values": ("json-amplification", {"values": 300_000}),
    "JSON of many million values": ("json-amplification", {"values": 5_000_000}),
    "JSON beyond every bound": ("json-amplification", {"values": 30_000_000}),
    "an endless body": ("endless-body", {}),
    "a dripping body": ("drip-body", {"seconds": 0.2}),
    "dripping headers": ("drip-headers", {"seconds": 0.2}),
    "silence": ("latency", {"seconds": 6000}),
}
_PROGRAM = """
import os, runpy, sys
try:
    runpy.run_module("consumer_drift", run_name="__main__", alter_sys=True)
finally:
    with open("/proc/self/status") as status, open(os.environ["PEAK"], "w") as peak:
        peak.write(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


@dataclass(frozen=True)
class Measured:
    """*peak*: MiB of memory at most. *seconds*: from the start of the process to its end. *output*: its report."""

    code: int
    peak: float
    seconds: float
    output: str
    errors: str


def world(forge: str) -> tuple[World, Token]:
    """A fleet at the target, and a token that reads it."""
    made = World()
    acme = made.organisation("acme")
    acme.repository("runtime", tags=["v1.4.0"])
    for index in range(CONSUMERS):
        acme.repository(f"consumer-{index:02}", files={".runtime-version": "1.4.0\n"})
    if forge == "github":
        return made, made.token("bot", kind="classic", scopes=["repo", "read:org"], sees="all")
    return made, made.token("bot", scopes=["read:repository", "read:organization"], sees="all")


def measured(forge: str, answer: str, folder: Path, *, max_time: int = 3, everywhere: bool = False) -> Measured:
    """The program against *answer* for everything but the tags, or *everywhere*."""
    fault, options = ANSWERS[answer]
    made, token = world(forge)
    (folder / "consumer-drift.yml").write_text(CONFIG, encoding="utf-8")
    command = ["check", "--format", "json", "--max-time", str(max_time), "--forge", forge, "--token-env", "TOKEN"]
    with Emulator(made, forge) as emulator:
        emulator.faults.add(
            fault,
            where=lambda request: everywhere or not ("/tags" in request.path or b"refs/tags/" in request.body),
            **options,
        )
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-P", "-c", _PROGRAM, *command, "--server", emulator.url],
            cwd=folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "PEAK": str(folder / "peak"),
                 "TOKEN": token.secret},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )  # fmt: skip
        seconds = time.monotonic() - begun
    peak = int((folder / "peak").read_text()) / 1024
    return Measured(done.returncode, peak, seconds, done.stdout, done.stderr)


def main() -> None:
    """Print the table."""
    for forge in FORGES:
        for answer in ANSWERS:
            with tempfile.TemporaryDirectory() as folder:
                one = measured(forge, answer, Path(folder))
            print(f"{forge:8} {answer:34} exit {one.code}  {one.peak:6.0f} MiB  {one.seconds:5.1f} s", flush=True)


if __name__ == "__main__":
    main()
