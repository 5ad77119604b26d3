"""The files of a history on a branch: what a run changes in them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from consumer_drift.history import branch, line
from consumer_drift.history.file import text
from tests.history.runs import START, consumer, run

if TYPE_CHECKING:
    from datetime import datetime

    from consumer_drift.model.history import RecordedRun

CORE = consumer("core", "1.4.0")
FIRST, SECOND, THIRD = (run(day, "1.4.0", CORE) for day in range(3))
SOON = START + timedelta(days=5)


def added(files: dict[str, str], *runs: RecordedRun, now: datetime = SOON) -> dict[str, str]:
    """*files* after *runs*."""
    for one in runs:
        changes = branch.changes(files, one, now)
        files = {name: kept for name, kept in {**files, **changes}.items() if kept is not None}
    return files


def test_each_run_is_a_line_of_one_file() -> None:
    files = added({}, FIRST, SECOND)
    assert files == {"history.jsonl": text([FIRST, SECOND]).decode()}
    assert branch.runs_of(files).runs == (FIRST, SECOND)


def test_a_run_that_is_there_changes_nothing() -> None:
    files = added({}, FIRST, SECOND)
    assert branch.changes(files, FIRST, SOON) == {}


def test_a_full_file_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branch, "FULL", len(line.write(FIRST)))
    files = added({}, FIRST, SECOND, THIRD)
    assert list(files) == ["history.jsonl", "history-0002.jsonl", "history-0003.jsonl"]
    assert branch.changes(files, run(3, "1.4.0", CORE), SOON).keys() == {"history-0004.jsonl"}
    assert branch.runs_of(files).runs == (FIRST, SECOND, THIRD)
    assert branch.changes(files, SECOND, SOON) == {}


def test_old_lines_go_and_an_empty_file_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branch, "FULL", len(line.write(FIRST)))
    later = run(0.1, "1.4.0", CORE)
    files = added({}, FIRST, later)
    new = run(100, "1.4.0", CORE)
    changes = branch.changes(files, new, new.at)
    assert changes == {"history.jsonl": None, "history-0003.jsonl": text([new]).decode()}
    assert branch.runs_of(added(files, new, now=new.at)).runs == (later, new)


def test_a_damaged_line_stays_and_is_told() -> None:
    half = text([FIRST]).decode()[:50]
    files = added({"history.jsonl": f"{half}\n"}, SECOND)
    assert files["history.jsonl"] == f"{half}\n{text([SECOND]).decode()}"
    read = branch.runs_of(files)
    assert read.runs == (SECOND,)
    assert [number for number, _ in read.damaged] == [1]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("history.jsonl", 1), ("history-0002.jsonl", 2), ("history-12345.jsonl", 12345),
        ("history-2.jsonl", 0), ("index.html", 0), ("history.json", 0), ("a/history.jsonl", 0),
    ],
)  # fmt: skip
def test_only_its_own_files_count(name: str, number: int) -> None:
    assert branch.number_of(name) == number
