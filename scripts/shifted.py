"""Run a command at another date and in another time zone.

    python -m scripts.shifted --shift +3y --zone UTC-11 python -m pytest

Only Python processes see the other date (`tests/shifted/sitecustomize.py`), all see the zone. libfaketime would
reach others too, but up to 0.9.10 it breaks `time.sleep` of Python 3.11 and later, or lets timed locks hang.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

SHIFTED = Path(__file__).resolve().parent.parent / "tests" / "shifted"
DAYS = {"d": 1, "y": 365}
_SPAN = re.compile(r"([+-]\d+)([dy])")
_ZONE = re.compile(r"UTC([+-])(\d{1,2})(?::([0-5]\d))?")


def next_leap_day(today: date) -> date:
    """The first 29 February after *today*."""
    years = range(today.year, today.year + 9)
    leaps = (date(year, 3, 1) - timedelta(days=1) for year in years)
    return next(day for day in leaps if day.day == 29 and day > today)


def drawn(today: date) -> tuple[str, str]:
    """The shift and the zone of the day: another one each day, and the same one all day."""
    dice = random.Random(today.toordinal())
    shift = dice.choice(["+40d", "+3y", next_leap_day(today).isoformat(), f"+{dice.randint(1, 1500)}d"])
    return shift, dice.choice(["UTC-11", "UTC+14", f"UTC{dice.randint(-11, 14):+d}:30"])


def seconds(shift: str, now: datetime) -> float:
    """The seconds from *now* to the moment that *shift* names, at the same time of the day.

    *shift* is a number of days or of years of 365 days (``+40d``, ``+3y``), or a date (``2028-02-29``). Raises
    ValueError for another text.
    """
    span = _SPAN.fullmatch(shift)
    days = int(span[1]) * DAYS[span[2]] if span else (date.fromisoformat(shift) - now.date()).days
    return timedelta(days=days).total_seconds()


def posix(zone: str) -> str:
    """*zone* for the variable TZ: ``UTC+14`` without the help of a zone database, any other name as it is.

    POSIX counts westwards: https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html
    """
    found = _ZONE.fullmatch(zone)
    if found is None:
        return zone
    sign, hours, minutes = found.groups(default="00")
    west = "-" if sign == "+" else "+"
    return f"<{sign}{hours:0>2}{minutes}>{west}{hours}:{minutes}"


def environment(shift: float, zone: str, temporary: str) -> dict[str, str]:
    """The variables of a command whose clock is moved by *shift* seconds.

    pytest keeps its folders in *temporary*: by this clock those of a run beside it are old enough to be removed.
    """
    path = [str(SHIFTED), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "PYTHONPATH": os.pathsep.join(path),
        "TEST_CLOCK_SHIFT": str(shift),
        "TZ": posix(zone),
        "PYTEST_DEBUG_TEMPROOT": temporary,
    }


def inherited() -> dict[str, str]:
    """Return the variables by which a command with an environment of its own sees the date of this process."""
    if "TEST_CLOCK_SHIFT" not in os.environ:
        return {}
    return {name: os.environ[name] for name in ("PYTHONPATH", "TEST_CLOCK_SHIFT", "TZ") if name in os.environ}


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    now = datetime.now(UTC)
    shift, zone = drawn(now.date())
    parser = argparse.ArgumentParser(prog="python -m scripts.shifted", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--shift", default=shift, help="+40d, +3y, 2028-02-29 (default: drawn from the date)")
    parser.add_argument("--zone", default=zone, help="UTC-11, UTC+14, Asia/Tokyo (default: drawn from the date)")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    chosen = parser.parse_args(arguments)
    moved = seconds(chosen.shift, now)
    there = now + timedelta(seconds=moved)
    again = f"make test-shifted SHIFT={chosen.shift} ZONE={chosen.zone}"
    print(f"The date is {there:%Y-%m-%d %H:%M} UTC, the zone {chosen.zone}; again: {again}", flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        variables = environment(moved, chosen.zone, temporary)
        return subprocess.run(chosen.command, env=os.environ | variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
