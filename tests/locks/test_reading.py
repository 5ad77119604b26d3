"""What holds for every format: a text that cannot be believed is told apart, and says why and where."""

from __future__ import annotations

import pytest

from consumer_drift.locks.base import Installed, LockProblem, UnreadableLock
from consumer_drift.locks.formats import lock_format
from consumer_drift.locks.reading import LARGEST, read_lock
from tests.locks.samples import SAMPLES, Sample


def _problem(sample: Sample, text: str, size: int | None = None) -> LockProblem:
    reading = sample.read(text, next(iter(sample.packages)), size)
    assert isinstance(reading, UnreadableLock)
    return reading.problem


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_an_empty_file_says_nothing(sample: Sample) -> None:
    for text in ("", "\n", " \r\n\t\n", "\ufeff"):
        assert _problem(sample, text) is LockProblem.EMPTY


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_a_merge_conflict_is_called_so_with_its_line(sample: Sample) -> None:
    first, rest = sample.text.split("\n", 1)
    text = f"{first}\n<<<<<<< HEAD\n{rest[:50]}\n=======\n>>>>>>> other\n{rest}"
    reading = sample.read(text, next(iter(sample.packages)))
    assert isinstance(reading, UnreadableLock)
    assert (reading.problem, reading.line) == (LockProblem.CONFLICT, 2)


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_more_or_fewer_bytes_than_the_server_says_are_a_cut(sample: Sample) -> None:
    size = len(sample.text.encode())
    assert isinstance(sample.read(sample.text, next(iter(sample.packages)), size), Installed)
    assert _problem(sample, sample.text, size + 1) is LockProblem.CUT
    assert _problem(sample, sample.text, size - 1) is LockProblem.CUT


def test_the_size_counts_bytes_and_not_characters() -> None:
    sample = SAMPLES["poetry"]
    text = sample.text.replace("Python", "Pythön", 1)
    assert isinstance(sample.read(text, "six", len(text.encode())), Installed)


def test_an_oversized_file_is_not_read() -> None:
    sample = SAMPLES["yarn-1"]
    text = sample.text + "# more\n" * (LARGEST // 7)
    assert _problem(sample, text) is LockProblem.TOO_LARGE


@pytest.mark.parametrize("name", ["uv", "pdm", "pnpm-10", "yarn-1", "yarn-4", "cargo-v4", "go-sum", "pip-compile"])
def test_a_last_line_without_an_end_is_a_cut(name: str) -> None:
    """``version: 2.1`` may be the beginning of ``version: 2.1.3``."""
    sample = SAMPLES[name]
    assert _problem(sample, sample.text.rstrip("\n")) is LockProblem.CUT


@pytest.mark.parametrize("name", ["npm-v3", "composer", "poetry", "bundler"])
def test_a_format_with_an_end_of_its_own_needs_no_last_line_end(name: str) -> None:
    sample = SAMPLES[name]
    assert isinstance(sample.read(sample.text.rstrip("\n"), next(iter(sample.packages))), Installed)


@pytest.mark.parametrize("name", SAMPLES)
def test_one_format_is_not_taken_for_another(name: str) -> None:
    """A file that was renamed, or written by another tool."""
    one = SAMPLES[name]
    family = name.partition("-")[0]
    for other, sample in SAMPLES.items():
        if other.partition("-")[0] == family or {name, other} <= {"pip-compile", "uv-pip-compile"}:
            continue
        reading = sample.read(one.text, next(iter(sample.packages)))
        assert isinstance(reading, UnreadableLock) or reading.versions == (), (name, other)


def test_more_copies_than_any_lock_has_are_not_judged_in_part() -> None:
    form = lock_format("composer.lock")
    assert form is not None
    entries = ",".join('{"name": "a/b", "version": "1.0.0"}' for _ in range(1001))
    reading = read_lock(form, f'{{"content-hash": "x", "packages": [{entries}]}}', "a/b")
    assert isinstance(reading, UnreadableLock)
    assert reading.problem is LockProblem.TOO_LARGE
