"""Processes measured from outside, and servers that are told things while they run."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.cases import Figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parent.parent


class Server:
    """A process that answers each line of its input with a line of JSON."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.address: dict[str, Any] = self._line()

    def tell(self, what: str) -> dict[str, Any]:
        """Raises RuntimeError where it has ended."""
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args} ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextlib.contextmanager
def server(*arguments: str) -> Iterator[Server]:
    """``python -m`` *arguments* while the context lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Server(process)
    finally:
        process.terminate()
        process.communicate()


def measured(
    command: Sequence[str], environment: dict[str, str] | None = None, *, succeeds: bool = False
) -> tuple[Figures, str]:
    """Run *command* to its end; what it cost, and what it printed. *succeeds*: another end raises RuntimeError."""
    with tempfile.TemporaryFile("w+") as out:
        begun = time.perf_counter()
        child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read()
    if succeeds and child.returncode:
        raise RuntimeError(f"{command[0]} ended with {child.returncode}")
    # Linux tells kibibytes, macOS bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Figures(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit), printed


def median(number: int, once: Callable[[], Figures]) -> Figures:
    """The run with the median net time of *number* runs, and how far their wall times lie apart."""
    runs = sorted((once() for _ in range(number)), key=lambda figures: figures.net)
    walls = [one.wall for one in runs]
    return replace(runs[len(runs) // 2], fastest=min(walls), slowest=max(walls))
