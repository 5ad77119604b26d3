"""The small charts of the page, as numbers for SVG: no text of others goes through here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from consumer_drift.model.report import State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from consumer_drift.model.history import RecordedRun
    from consumer_drift.page.spread import ReleaseSpread

CURVE = (160, 36)
TREND = (640, 120)
STRIP = (640, 48)
# More bars than this are narrower than a hair.
LAST_RUNS = 120


@dataclass(frozen=True, slots=True)
class Bar:
    """A run in the strip, in the strip's own units. *percent* is how much of the list was read."""

    run: RecordedRun
    x: float
    width: float
    y: float
    height: float
    percent: float


def curve(spread: ReleaseSpread, horizon: timedelta) -> str:
    """Return the points of a step curve: the share of the cohort that arrived, over the time to *horizon*."""
    width, height = CURVE
    if not spread.cohort or not horizon:
        return ""
    points = [(0.0, 0.0)]
    for number, after in enumerate(spread.arrivals, 1):
        x, share = after / horizon, number / spread.cohort
        if points[-1][0] == x:
            points[-1] = (x, share)
        else:
            points += [(x, points[-1][1]), (x, share)]
    points.append((1.0, points[-1][1]))
    return " ".join(f"{x * width:.1f},{height - 1 - y * (height - 2):.1f}" for x, y in _unique(points))


def _unique(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return list(dict.fromkeys(points))


def horizon(shown: Sequence[ReleaseSpread], now: datetime) -> timedelta:
    """Return the time that all curves are drawn to: the last arrival, or *now* where some are missing."""
    ends = [
        spread.arrivals[-1] if spread.arrivals and len(spread.arrivals) == spread.cohort else now - spread.start
        for spread in shown
        if not spread.is_oldest
    ]
    return max(ends, default=timedelta())


def strip(runs: Sequence[RecordedRun]) -> list[Bar]:
    """Return a bar for each of the last *runs*: as high as the share of the list that was read."""
    last = runs[-LAST_RUNS:]
    width, height = STRIP
    step = width / max(len(last), 12)
    return [_bar(run, index * step, step, height) for index, run in enumerate(last)]


def _bar(run: RecordedRun, x: float, step: float, height: float) -> Bar:
    seen = run.coverage
    share = seen.read / seen.listed if seen.listed else 0.0
    # A run that read nothing is a bar too: otherwise it would not be seen.
    tall = max(2.0, share * height)
    return Bar(run, round(x, 2), round(step * 0.84, 2), round(height - tall, 2), round(tall, 2), 100 * share)


@dataclass(frozen=True, slots=True)
class Trend:
    """How many were not at the target, in each full run: *late* are points of a line, *most* is the top."""

    late: str
    area: str
    most: int
    first: int
    last: int
    start: datetime
    end: datetime


def trend(runs: Sequence[RecordedRun]) -> Trend | None:
    """Return the line of the full *runs*, None where there are not two."""
    if len(runs) < 2:
        return None
    numbers = [sum(one.is_late for one in run.consumers) for run in runs]
    width, height = TREND
    start, end = runs[0].at, runs[-1].at
    whole = (end - start) or timedelta(seconds=1)
    most = max(*numbers, 1)
    points = [
        (round((run.at - start) / whole * width, 1), round(height - 2 - number / most * (height - 6), 1))
        for run, number in zip(runs, numbers, strict=True)
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    return Trend(line, f"0,{height} {line} {width},{height}", max(numbers), numbers[0], numbers[-1], start, end)


def kind(state: State) -> str:
    """Return the class of a state on the page, which has its colour."""
    return _KINDS.get(state, "late")


_KINDS = {
    State.IN_SYNC: "ok",
    State.IN_FLIGHT: "flight",
    State.LAGGING: "lagging",
    State.AHEAD: "ahead",
    State.UNREADABLE: "unknown",
    State.NOT_COMPARED: "unknown",
    State.ARCHIVED: "off",
}
