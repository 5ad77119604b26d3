"""`make test-shifted` runs every Python process at another date and in another zone."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scripts import shifted

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
# A process that starts another one, which tells its time and its zone.
TOLD = """\
import subprocess, sys
code = "import time; from datetime import datetime; print(time.time(), datetime.now().astimezone().utcoffset())"
raise SystemExit(subprocess.run([sys.executable, "-c", code]).returncode)
"""


@pytest.mark.parametrize(
    ("shift", "there"),
    [
        ("+40d", "2027-01-01"),
        ("-1d", "2026-11-21"),
        ("+3y", "2029-11-21"),
        ("2028-02-29", "2028-02-29"),
        ("2026-11-22", "2026-11-22"),
    ],
)
def test_a_shift_is_a_span_or_a_date(shift: str, there: str) -> None:
    moved = NOW + timedelta(seconds=shifted.seconds(shift, NOW))
    assert moved == datetime.combine(date.fromisoformat(there), NOW.time(), UTC)


@pytest.mark.parametrize("shift", ["", "40", "+40", "+3w", "tomorrow", "2027-02-29"])
def test_anything_else_is_an_error(shift: str) -> None:
    with pytest.raises(ValueError):
        shifted.seconds(shift, NOW)


@pytest.mark.parametrize(
    ("today", "leap"),
    [
        (date(2026, 11, 22), date(2028, 2, 29)),
        (date(2028, 2, 28), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2032, 2, 29)),
        (date(2096, 3, 1), date(2104, 2, 29)),
    ],
)
def test_the_next_leap_day_is_found(today: date, leap: date) -> None:
    assert shifted.next_leap_day(today) == leap


def test_each_day_draws_one_shift_and_one_zone() -> None:
    days = [date(2026, 11, 22) + timedelta(days=number) for number in range(200)]
    draws = {day: shifted.drawn(day) for day in days}
    assert draws == {day: shifted.drawn(day) for day in days}
    assert {"+40d", "+3y", "2028-02-29"} < {shift for shift, _ in draws.values()}
    assert {"UTC-11", "UTC+14"} < {zone for _, zone in draws.values()}
    for day, (shift, zone) in draws.items():
        assert shifted.seconds(shift, datetime.combine(day, NOW.time(), UTC)) > 0
        assert shifted.posix(zone) != zone


@pytest.mark.parametrize(
    ("zone", "variable"),
    [
        ("UTC-11", "<-1100>+11:00"),
        ("UTC+14", "<+1400>-14:00"),
        ("UTC+5:30", "<+0530>-5:30"),
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_needs_no_database(zone: str, variable: str) -> None:
    assert shifted.posix(zone) == variable


@pytest.mark.parametrize(("zone", "offset"), [("UTC+14", "14:00:00"), ("UTC-11", "-1 day, 13:00:00")])
def test_the_processes_of_a_process_are_at_the_other_date_too(zone: str, offset: str) -> None:
    """Whatever this process itself is told."""
    plain = {name: value for name, value in os.environ.items() if name not in {"TEST_CLOCK_SHIFT", "TZ"}}

    def told(*command: str) -> list[str]:
        done = subprocess.run(
            [*command, sys.executable, "-c", TOLD],
            cwd=ROOT,
            env=plain,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.strip().split("\n")

    before = float(told()[-1].split(" ", 1)[0])
    said, times = told(sys.executable, "-m", "scripts.shifted", "--shift", "+3y", "--zone", zone)
    seconds, seen = times.split(" ", 1)
    assert timedelta(days=3 * 365) <= timedelta(seconds=float(seconds) - before) < timedelta(days=3 * 365 + 1)
    assert seen == offset
    assert said.endswith(f"again: make test-shifted SHIFT=+3y ZONE={zone}")


def test_the_exit_code_is_the_commands() -> None:
    command = [sys.executable, "-m", "scripts.shifted", sys.executable, "-c", "raise SystemExit(7)"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 7
