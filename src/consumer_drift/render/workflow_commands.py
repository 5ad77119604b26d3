"""Findings as workflow commands, which GitHub shows as annotations on the caller's configuration file.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.findings import Level
from consumer_drift.render.causes import merged
from consumer_drift.support.escape import inert
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from consumer_drift.model.findings import Code, Finding
    from consumer_drift.model.report import Report

# What the runner keeps of a step; past either it drops without a word.
PER_LEVEL = 10
MESSAGE = 4096
# Escapes and the closing sentence still fit below MESSAGE, also where the runner counts UTF-16 units.
_TOLD = 1500


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a runner shows at a place. All texts are one inert line; *line* is 0 where there is no place."""

    level: Level
    title: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0


def render(report: Report) -> str:
    """A command a line, one for each of ``chosen``."""
    return "".join(f"{_command(annotation)}\n" for annotation in chosen(report))


def chosen(report: Report) -> list[Annotation]:
    """Return as many findings of each level as a runner keeps, spread over their codes.

    They are in the report's order, and the last of a level says how many more there are.
    """
    findings = merged(report.findings)
    kept = []
    for level in Level:
        of_level = [finding for finding in findings if finding.level is level]
        spread = _spread(of_level)
        last = spread[-1] if len(of_level) > len(spread) else None
        kept += [(finding, len(of_level) - len(spread) if finding is last else 0) for finding in spread]
    positions = {id(finding): position for position, finding in enumerate(findings)}
    kept.sort(key=lambda one: positions[id(one[0])])
    return [_annotation(finding, more) for finding, more in kept]


def _spread(findings: list[Finding]) -> list[Finding]:
    """Return ``PER_LEVEL`` of *findings*, in their order: the first of each code, then the second of each."""
    seen: Counter[Code] = Counter()
    turns = []
    for position, finding in enumerate(findings):
        turns.append((seen[finding.code], position))
        seen[finding.code] += 1
    return [findings[position] for position in sorted(position for _, position in sorted(turns)[:PER_LEVEL])]


def _annotation(finding: Finding, more: int) -> Annotation:
    title = inert(f"{finding.code} {finding.consumer}" if finding.consumer else str(finding.code))
    message = _message(finding)
    if more:
        message += f" ({counted(more, 'more ' + finding.level)}: the log has all of them)"
    if finding.place is None:
        return Annotation(finding.level, title, message)
    place = finding.place
    return Annotation(finding.level, title, message, inert(place.file, 1000), place.line, place.column)


def properties(annotation: Annotation) -> list[tuple[str, str]]:
    """What goes beside the message, not yet escaped."""
    place = [("file", annotation.file), ("line", str(annotation.line)), ("col", str(annotation.column))]
    return [*(place if annotation.line else []), ("title", annotation.title)]


def _command(annotation: Annotation) -> str:
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties(annotation))
    return f"::{annotation.level} {shown}::{_data(annotation.message)}"


def _message(finding: Finding) -> str:
    """The finding in one line that still says which repository and which line where the properties are lost.

    It starts with our own word: nothing foreign is beside the separator.
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
