"""On the runner's own Python wheels are kept in its tool cache, and no job trusts what another left there."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.composite.shell import Host

if TYPE_CHECKING:
    from pathlib import Path

# A Python whose pip writes down what it is asked for. "good" is the wheel that the lock file names.
PYTHON = """
case "$*" in
    *" -c "*) exec "{python}" "$@" ;;
    *" --version"*) exit 0 ;;
    *" venv "*) exit 0 ;;
    *" download "*)
        echo download >>"{log}"
        while [ "$1" != --dest ]; do shift; done
        [ "{offline}" = True ] || echo good >"$2/wheel"
        [ "{offline}" = False ]
        ;;
    *" --no-index "*)
        while [ "$1" != --find-links ]; do shift; done
        grep -q good "$2/wheel" && echo kept >>"{log}"
        ;;
    *" install "*) echo index >>"{log}" ;;
esac
"""


@dataclass(frozen=True)
class Runner:
    host: Host
    log: Path
    cache: Path

    @classmethod
    def at(cls, folder: Path) -> Runner:
        return cls(Host.slim(folder), folder / "log", folder / "cache")

    def job(self, *, offline: bool = False, **variables: str) -> list[str]:
        """Run the step, and return what its pip did."""
        folder = self.host.temporary / "consumer-drift.x"
        (folder / "venv" / "bin").mkdir(parents=True, exist_ok=True)
        interpreter = self.host.temporary / "python"
        scripts = {
            interpreter: PYTHON.format(python=sys.executable, log=self.log, offline=offline),
            folder / "venv" / "bin" / "python": "exit 0",
        }
        for path, script in scripts.items():
            path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            path.chmod(0o755)
        self.log.write_text("")
        done = self.host.step("python.sh", PYTHON=str(interpreter), FOLDER=str(folder), **variables)
        assert done.code == 0, done.err
        return self.log.read_text().split()

    def job_with_cache(self, *, offline: bool = False) -> list[str]:
        return self.job(offline=offline, RUNNER_TOOL_CACHE=str(self.cache))


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner.at(tmp_path)


def test_without_a_tool_cache_everything_comes_from_the_index(runner: Runner) -> None:
    assert [runner.job(), runner.job()] == [["index"], ["index"]]


def test_the_second_job_downloads_nothing(runner: Runner) -> None:
    assert [runner.job_with_cache(), runner.job_with_cache()] == [["download", "kept"], ["kept"]]


def test_wheels_that_are_not_those_of_the_lock_file_are_replaced(runner: Runner) -> None:
    runner.job_with_cache()
    (wheel,) = runner.cache.rglob("wheel")
    wheel.write_text("another program")
    assert runner.job_with_cache() == ["download", "kept"]


def test_a_failed_download_leaves_no_wheels_behind(runner: Runner) -> None:
    assert runner.job_with_cache(offline=True) == ["download", "index"]
    assert [path for path in runner.cache.rglob("*") if path.is_file()] == []
    assert runner.job_with_cache() == ["download", "kept"]


def test_a_tool_cache_that_cannot_be_written_fails_nothing(runner: Runner) -> None:
    runner.cache.write_text("a file, where the folder would be")
    assert runner.job_with_cache() == ["index"]
