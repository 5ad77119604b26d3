"""How runners read a line of a log: what each of them takes for a command."""

from __future__ import annotations

import re
from dataclasses import dataclass

# act and the runners made from it: both greedy, so the last separator counts.
_ACT = (re.compile(r"^::([^ ]+)( (.+))?::([^\r\n]*)$"), re.compile(r"^##\[([^ ]+)( (.+))?]([^\r\n]*)$"))


@dataclass(frozen=True)
class Command:
    """A command as a runner understood it, its escapes undone."""

    name: str
    properties: dict[str, str]
    data: str


def github(line: str) -> Command | None:
    """GitHub's runner: "::" after leading blanks, its first recurrence ends the properties; "##[" anywhere."""
    trimmed = line.lstrip()
    if trimmed.startswith("::") and (end := trimmed.find("::", 2)) >= 0:
        name, _, properties = trimmed[2:end].strip().partition(" ")
        return Command(name, _pairs(properties, ","), _undone(trimmed[end + 2 :]))
    start = line.find("##[")
    if start >= 0 and (end := line.find("]", start)) >= 0:
        name, _, properties = line[start + 3 : end].strip().partition(" ")
        return Command(name, _pairs(properties, ";"), line[end + 1 :])
    return None


def act(line: str) -> Command | None:
    """act, and Gitea's and Forgejo's runners."""
    for pattern, separator in zip(_ACT, ",;", strict=True):
        if found := pattern.match(line):
            return Command(found[1], _pairs(found[3] or "", separator), _undone(found[4]))
    return None


def _pairs(text: str, separator: str) -> dict[str, str]:
    pairs = (pair.strip().partition("=") for pair in text.split(separator) if "=" in pair)
    return {name: _undone(value.replace("%3A", ":").replace("%2C", ",")) for name, _, value in pairs}


def _undone(text: str) -> str:
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def lines(text: str) -> list[str]:
    """*text* as every runner and every reader of a log may split it."""
    return text.splitlines()
