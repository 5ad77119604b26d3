"""The history in a file: a run appends one line, and reading passes over what is damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.history import line
from consumer_drift.history.line import InvalidLine
from consumer_drift.model.history import History
from consumer_drift.support.files import append_file, read_limited
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from consumer_drift.model.history import RecordedRun

# Ten years of daily runs over 5,000 consumers take less.
LARGEST = 512 * 1024 * 1024


def warning(history: History, name: str) -> str:
    """Return what to say of the damaged lines of *history*, which is in *name*; empty if there are none."""
    if not history.damaged:
        return ""
    number, why = history.damaged[0]
    return (
        f"{name}: {counted(len(history.damaged), 'line')} passed over, the first in line {number}: {why}."
        " The other runs are used"
    )


def parse(data: bytes) -> History:
    """Return the runs in *data*; lines are in any order. The same line twice is one run."""
    runs: dict[RecordedRun, None] = {}
    damaged: list[tuple[int, str]] = []
    for number, raw in enumerate(data.split(b"\n"), 1):
        if not raw.strip():
            continue
        try:
            runs[line.read(raw.decode("ascii"))] = None
        except InvalidLine as error:
            damaged.append((number, str(error)))
        except UnicodeDecodeError:
            damaged.append((number, "it is not ASCII"))
    return History(tuple(sorted(runs, key=lambda run: run.at)), tuple(damaged))


def read(path: Path) -> History:
    """Return the history in *path*, an empty one if there is no such file. Raises OSError."""
    try:
        return parse(read_limited(path, LARGEST))
    except FileNotFoundError:
        return History()


def append(path: Path, run: RecordedRun) -> None:
    """Add *run* to *path* as its last line. Raises OSError as ``append_file`` does."""
    append_file(path, text([run]))


def text(runs: Iterable[RecordedRun]) -> bytes:
    """Return *runs* as the lines of a file."""
    return "".join(f"{line.write(run)}\n" for run in runs).encode("ascii")
