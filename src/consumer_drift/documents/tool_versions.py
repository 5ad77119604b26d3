"""The file .tool-versions of asdf and mise. https://asdf-vm.com/manage/configuration.html"""

from __future__ import annotations

import re

from consumer_drift.documents.node import Leaf, MapNode

_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(r"[^\s#]\S*+")


def parse(text: str, start: int) -> tuple[MapNode]:
    """Return a table with each tool's versions under its name: the first is used, the others stand in for it."""
    table = MapNode(start)
    for line in _LINE.finditer(text, start):
        end = _comment(text, *line.span())
        tool = _WORD.match(text, _indent(text, line.start(), end), end)
        for word in _WORD.finditer(text, tool.end(), end) if tool else ():
            table.add(tool.group() if tool else "", Leaf(word.group(), *word.span()))
    return (table,)


def _comment(text: str, start: int, end: int) -> int:
    """Where the comment of a line begins, or its end."""
    sign = text.find("#", start, end)
    return end if sign < 0 else sign


def _indent(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start
