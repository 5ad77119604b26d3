"""The file of a history: appended to by any number of runs, read whatever became of it."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

import pytest

from consumer_drift.history import file, line
from consumer_drift.model.report import State
from tests.history.runs import behind, consumer, run

if TYPE_CHECKING:
    from pathlib import Path

RUNS = [run(day, "1.4.0", consumer("core", "1.4.0"), behind("shop", "1.3.0")) for day in range(4)]


def kept(path: Path) -> list:
    """The runs in *path*."""
    return list(file.read(path).runs)


def test_a_run_is_one_line_and_they_come_back_in_the_order_of_time(tmp_path: Path) -> None:
    path = tmp_path / "new" / "history.jsonl"
    for one in (RUNS[2], RUNS[0], RUNS[1]):
        file.append(path, one)
    assert len(path.read_text().splitlines()) == 3
    assert kept(path) == RUNS[:3]


def test_without_a_file_the_history_is_empty(tmp_path: Path) -> None:
    assert file.read(tmp_path / "none.jsonl") == file.History()


@pytest.mark.parametrize("end", [1, 40, -2])
def test_a_half_line_of_a_run_that_was_killed_takes_no_other_with_it(tmp_path: Path, end: int) -> None:
    path = tmp_path / "history.jsonl"
    file.append(path, RUNS[0])
    with path.open("ab") as stream:
        stream.write(file.text([RUNS[1]])[:end])
    file.append(path, RUNS[2])
    read = file.read(path)
    assert list(read.runs) == [RUNS[0], RUNS[2]]
    assert [number for number, _ in read.damaged] == [2]
    assert "1 line passed over, the first in line 2" in file.warning(read, "history.jsonl")


def test_a_line_without_its_end_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(file.text(RUNS[:1])[:-1])
    file.append(path, RUNS[1])
    assert kept(path) == RUNS[:2]


@pytest.mark.parametrize(
    "junk", [b"\xff\xfe\n", b"{}\n", b"not json\n", b"\x00" * 50 + b"\n", b"[" * 9999 + b"\n"]
)
def test_damaged_lines_are_passed_over_and_counted(junk: bytes) -> None:
    read = file.parse(file.text(RUNS[:1]) + junk + b"\n\r\n" + file.text(RUNS[1:2]))
    assert list(read.runs) == RUNS[:2]
    assert len(read.damaged) == 1


def test_a_line_that_is_there_twice_is_one_run() -> None:
    assert list(file.parse(file.text(RUNS) + file.text(RUNS)).runs) == RUNS


def _append(path: Path, day: int) -> None:
    file.append(path, run(day, "1.4.0", *(consumer(f"consumer-{number}", "1.4.0") for number in range(300))))


def test_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.starmap(_append, [(path, day) for day in range(20)])
    assert len(kept(path)) == 20
    assert file.read(path).damaged == ()


def test_what_a_line_says_must_fit_itself() -> None:
    wrong = line.write(run(0, "1.4.0", consumer("core", "1.4.0"))).replace('"listed":1', '"listed":2')
    assert "checksum" in file.parse(wrong.encode()).damaged[0][1]


def test_a_fleet_in_sync_takes_little_more_than_its_names() -> None:
    names = [f"template-{number:05}" for number in range(5000)]
    size = len(file.text([run(0, "1.4.0", *(consumer(name, "1.4.0", State.IN_SYNC) for name in names))]))
    assert size < 2 * sum(map(len, names))
