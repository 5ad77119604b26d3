"""The program reads the machine's date once, where a run starts, and the tests never do."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_commands import QUIET

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "consumer_drift"
# What tells the date, by the name it is called by.
DATES = {
    *("datetime.now", "datetime.today", "datetime.utcnow", "date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.asctime", "time.strftime"),
}
SECONDS = {
    *("time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns"),
    *("time.process_time", "time.process_time_ns", "time.thread_time", "time.thread_time_ns"),
}
PLACES = {
    # Ratios of processor time, and how long a person lets it run.
    "tests/fuzz/cost.py": SECONDS,
    "tests/fuzz/__main__.py": SECONDS,
    # How long a run takes, for a table: no test compares it.
    "tests/hostile.py": SECONDS,
    # Worlds that whole processes talk to.
    "tests/emulator/world.py": DATES,
    # They move the date of a process, and see that it has moved.
    "tests/shifted/sitecustomize.py": DATES,
    "tests/test_clock.py": DATES,
    # It compares ratios.
    "tests/growth.py": SECONDS,
}


def names(path: Path) -> set[str]:
    """Every dotted name in a module, by its last two parts; what is imported from `time` counts as used."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            owner = node.value
            of = (
                owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
            )
            found.add(f"{of}.{node.attr}")
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{(node.module or '').rpartition('.')[2]}.{one.name}" for one in node.names}
    return found


def modules(folder: Path) -> dict[str, set[str]]:
    """The names in each module below *folder*, by the module's path."""
    return {path.relative_to(ROOT).as_posix(): names(path) for path in sorted(folder.rglob("*.py"))}


def test_one_line_of_the_program_reads_the_date() -> None:
    asking = {path: used & DATES for path, used in modules(SOURCE).items() if used & DATES}
    assert asking == {"src/consumer_drift/support/clock.py": {"datetime.now"}}
    text = (SOURCE / "support" / "clock.py").read_text(encoding="utf-8")
    assert text.count("datetime.now(") == 1


def test_it_is_asked_where_a_run_starts_and_nowhere_else() -> None:
    asking = {path for path, used in modules(SOURCE).items() if "clock.utc_now" in used}
    assert asking == {"src/consumer_drift/cli/terminal.py", "src/consumer_drift/action/step.py"}
    for path in asking:
        assert (ROOT / path).read_text(encoding="utf-8").count("utc_now()") == 1


def test_a_wait_of_the_program_goes_by_the_clock_of_its_run() -> None:
    """So that a test gives it one that takes no time."""
    assert {path for path, used in modules(SOURCE).items() if "time.sleep" in used} == {
        "src/consumer_drift/support/clock.py"
    }


def test_no_test_reads_the_date_or_measures_seconds() -> None:
    """A fixed date passes, and a busy machine takes longer."""
    found = {
        path: wrong
        for path, used in modules(ROOT / "tests").items()
        if (wrong := used & (DATES | SECONDS) - PLACES.get(path, set()))
    }
    assert found == {}


@pytest.mark.skipif("TEST_CLOCK_SHIFT" not in os.environ, reason="the clock is not shifted: make test-shifted")
def test_a_shifted_run_and_its_processes_are_at_the_date_that_was_told(tmp_path: Path) -> None:
    """The file system keeps the machine's own date."""
    file = tmp_path / "now"
    file.touch()
    there = file.stat().st_mtime + float(os.environ["TEST_CLOCK_SHIFT"])
    code = "import time; print(time.time())"
    done = subprocess.run([sys.executable, "-c", code], env=QUIET, capture_output=True, text=True, check=True)
    for seen in (time.time(), float(done.stdout)):
        assert abs(seen - there) < 3600
