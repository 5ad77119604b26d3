"""Every figure of the page, computed from the JSON reports by plain loops that share no code with the page."""

from __future__ import annotations

import math
from datetime import datetime
from itertools import pairwise
from typing import Any

DAY = 86400


def seconds(text: str) -> int:
    """A moment of a report, as seconds."""
    return int(datetime.fromisoformat(text).timestamp())


def settled(state: str) -> bool:
    """At the target, or with nothing to reach."""
    return state in {"in-sync", "ahead", "archived"}


def unknown(state: str) -> bool:
    """Nothing is known of what it pins."""
    return state in {"unreadable", "not-compared"}


def is_at(value: str, version: str) -> bool:
    """``v1.4.0``, ``runtime-v1.4.0`` and ``1.4.0+linux`` are at 1.4.0; 11.4.0 and 1.4.0-rc.1 are not."""
    if "+" in value and value.split("+", 1)[0].endswith(version):
        value = value.split("+", 1)[0]
    before = value[: len(value) - len(version)]
    return value.endswith(version) and (not before or not (before[-1].isdigit() or before[-1] == "."))


def counts(report: dict[str, Any]) -> dict[str, int]:
    """The tiles."""
    states = [one["state"] for one in report["consumers"]]
    return {
        "n-listed": len(states),
        "n-at-target": states.count("in-sync"),
        "n-late": sum(not settled(s) and not unknown(s) and s not in {"in-flight", "lagging"} for s in states),
        "n-in-flight": states.count("in-flight"),
        "n-lagging": states.count("lagging"),
        "n-ahead": states.count("ahead"),
        "n-unknown": sum(map(unknown, states)),
        "n-unlisted": sum(one["code"] == "unlisted" for one in report["findings"]),
        "n-exempt": len(report["exempt"]),
    }


def compared(reports: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reports that are about every consumer and a known target, oldest first."""
    full = [one for one in reports if one["scope"] == "full" and one["target"]["version"] and one["consumers"]]
    return sorted(full, key=lambda one: seconds(one["at"]))


def late_days(reports: list[dict[str, Any]]) -> dict[str, float]:
    """For each consumer that is not at the target now: for how many days, going backwards from the newest run."""
    runs = compared(reports)
    now, found = seconds(runs[-1]["at"]), {}
    for one in runs[-1]["consumers"]:
        if settled(one["state"]) or unknown(one["state"]):
            continue
        since = seconds(one["behind_since"]) if one["behind_since"] else now
        for run in [] if one["behind_since"] else reversed(runs):
            state = next(
                (each["state"] for each in run["consumers"] if each["name"] == one["name"]), "not-compared"
            )
            if settled(state):
                break
            if not unknown(state):
                since = seconds(run["at"])
        found[one["name"]] = (now - since) / DAY
    return found


def ages(reports: list[dict[str, Any]]) -> dict[str, int]:
    """The table of ages."""
    days = late_days(reports).values()
    return {
        "less than a day": sum(age < 1 for age in days),
        "1 to 3 days": sum(1 <= age < 3 for age in days),
        "3 to 7 days": sum(3 <= age < 7 for age in days),
        "1 to 4 weeks": sum(7 <= age < 28 for age in days),
        "over 4 weeks": sum(age >= 28 for age in days),
    }


def trend(reports: list[dict[str, Any]]) -> tuple[int, int, int]:
    """How many were not at the target: in the first run, at most, in the last."""
    numbers = [
        sum(not settled(one["state"]) and not unknown(one["state"]) for one in run["consumers"])
        for run in compared(reports)
    ]
    return numbers[0], max(numbers), numbers[-1]


def releases(reports: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """For each target: how many of its first run's consumers arrived, and when half and 90 % had."""
    runs, found = compared(reports), {}
    order = list(dict.fromkeys(run["target"]["version"] for run in runs))
    now = {one["name"] for one in runs[-1]["consumers"]}
    for index, version in enumerate(order):
        later = order[index:]
        first = next(run for run in runs if run["target"]["version"] == version)
        start, waits = seconds(first["at"]), []
        for one in first["consumers"]:
            if one["state"] == "archived":
                continue
            wait = math.inf
            for run in runs:
                each = next((c for c in run["consumers"] if c["name"] == one["name"]), None)
                if each and arrived(each, run["target"]["version"], later):
                    wait = max(0, seconds(run["at"]) - start)
                    break
            if wait < math.inf or one["name"] in now:
                waits.append(wait)
        waits.sort()
        found[version] = {
            "arrived": sum(wait < math.inf for wait in waits),
            "of": len(waits),
            "median": waits[math.ceil(len(waits) * 0.5) - 1] if waits else math.inf,
            "90": waits[math.ceil(len(waits) * 0.9) - 1] if waits else math.inf,
            "oldest": first is runs[0],
        }
    return found


def arrived(one: dict[str, Any], target: str, later: list[str]) -> bool:
    """Whether a consumer is at one of the versions *later*."""
    if one["state"] in {"in-sync", "ahead"}:
        return target in later
    values = list(dict.fromkeys(pin["value"] for pin in one["pins"]))[:5]
    return bool(values) and all(any(is_at(value, version) for version in later) for value in values)


def strip(reports: list[dict[str, Any]]) -> list[tuple[str, float]]:
    """The class and the height of each bar, of 48: as much as was read, and never nothing."""
    kinds = {"in-sync": "ok", "drift": "late", "error": "unknown", "token-scope": "ahead"}
    found = []
    for one in sorted(reports, key=lambda one: seconds(one["at"]))[-120:]:
        seen = one["coverage"]
        share = seen["read"] / seen["listed"] if seen["listed"] else 0
        found.append((kinds[one["status"]], max(2.0, 48 * share)))
    return found


def days_left(report: dict[str, Any]) -> dict[str, str]:
    """What is left of each exemption, in words."""
    today, found = datetime.fromisoformat(report["at"]).date(), {}
    for one in report["exempt"]:
        left = (datetime.fromisoformat(one["until"]).date() - today).days if one["until"] else None
        ended = left is not None and left < 0
        days = f"{abs(left or 0)} day{'' if abs(left or 0) == 1 else 's'}"
        found[one["name"]] = "no end" if left is None else f"ended {days} ago" if ended else f"{days} left"
    return found


def interval(reports: list[dict[str, Any]]) -> int:
    """The usual time between two runs: the median of the last thirty gaps; 0 where there is none."""
    times = [seconds(one["at"]) for one in compared(reports)]
    gaps = sorted([later - earlier for earlier, later in pairwise(times)][-30:])
    if not gaps:
        return 0
    middle = len(gaps) // 2
    return gaps[middle] if len(gaps) % 2 else (gaps[middle - 1] + gaps[middle]) // 2


def words(number: float) -> str:
    """Seconds as the page says them."""
    if number == math.inf:
        return "not yet"
    hours = number / 3600
    if hours < 1:
        count, unit = max(1, int(number // 60)), "minute"
    else:
        count, unit = (int(hours), "hour") if hours < 48 else (int(hours // 24), "day")
    return f"{count:,} {unit}{'' if count == 1 else 's'}"
