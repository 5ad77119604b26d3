"""Findings as workflow commands, which GitHub shows as annotations on the caller's configuration file.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from consumer_drift.render.safe import inert
from consumer_drift.render.words import counted

if TYPE_CHECKING:
    from consumer_drift.model.findings import Finding
    from consumer_drift.model.report import Report

# What the runner keeps of a step; past either it drops without a word.
PER_LEVEL = 10
MESSAGE = 4096
# Escapes and the closing sentence still fit below MESSAGE, also where the runner counts UTF-16 units.
_TOLD = 1500


def render(report: Report) -> str:
    """A command a line for the worst findings of each level; the last of a level says how many more there are."""
    totals = Counter(finding.level for finding in report.findings)
    shown: Counter[str] = Counter()
    lines = []
    for finding in report.findings:
        shown[finding.level] += 1
        if shown[finding.level] > PER_LEVEL:
            continue
        more = totals[finding.level] - PER_LEVEL if shown[finding.level] == PER_LEVEL else 0
        lines.append(_command(finding, max(more, 0)))
    return "".join(f"{line}\n" for line in lines)


def _command(finding: Finding, more: int) -> str:
    message = _message(finding)
    if more:
        message += f" ({counted(more, 'more ' + finding.level)}: the log has all of them)"
    properties = ",".join(f"{name}={_property(value)}" for name, value in _properties(finding))
    return f"::{finding.level} {properties}::{_data(message)}"


def _properties(finding: Finding) -> list[tuple[str, str]]:
    title = f"{finding.code} {finding.consumer}" if finding.consumer else str(finding.code)
    place = finding.place
    if place is None:
        return [("title", inert(title))]
    where = [("file", inert(place.file, 1000)), ("line", str(place.line)), ("col", str(place.column))]
    return [*where, ("title", inert(title))]


def _message(finding: Finding) -> str:
    """The finding in one line that still says which repository and which line where the properties are lost.

    It starts with our own word: nothing foreign stands beside the separator.
    """
    parts = [f"{finding.code}:"]
    if finding.consumer and str(finding.consumer) not in finding.message:
        parts.append(f"{finding.consumer}:")
    parts.append(inert(finding.message, _TOLD))
    if finding.place:
        where = f"{finding.place.file}:{finding.place.line}"
        parts += [f"({inert(where)})"] if where not in finding.message else []
    return inert(" ".join(parts), 2 * _TOLD)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
