"""A fast reader of the TOML that package managers write: tables and the places of their values.

https://toml.io/en/v1.0.0

The reader with a tree takes seconds for a lock file of 3 MB. This one reads the whole text too, so a mistake or
a cut anywhere is found, but takes values apart only where somebody asks for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Leaf, MapNode, find
from consumer_drift.locks.base import LockError, LockProblem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from consumer_drift.documents.node import Node

# Groups repeat greedily and not possessively: before Python 3.11.5 a possessive group that holds a choice matches
# too little (https://github.com/python/cpython/issues/106052). Each choice is decided by its first character, so
# no match is tried in two ways.
_STRING = (
    r'"{3}[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*"{3,5}(?!")'
    r"|'{3}(?:[^']|'(?!''))*'{3,5}(?!')"
    r'|"(?!"")[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*"'
    r"|'(?!'')[^'\n]*+'"
)
_KEY_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*"|'[^'\n]*+')"""
_KEY = rf"{_KEY_PART}(?:[ \t]*+\.[ \t]*+{_KEY_PART})*"
_BLANK = r"[ \t]*+"
_TRIVIA = r"(?:[ \t\r\n]++|#[^\n]*+)*"
# Package managers nest a source in a dependency in a list; two more levels are for what they add.
_DEPTH = 5


def _value(depth: int) -> str:
    scalar = rf"{_STRING}|[+\-0-9a-zA-Z][0-9A-Za-z_.:+-]*+"
    if depth == 0:
        return rf"(?:{scalar})"
    inner = _value(depth - 1)
    array = rf"\[{_TRIVIA}(?:{inner}{_TRIVIA}(?:,{_TRIVIA}|(?=\])))*\]"
    pair = rf"{_KEY}{_BLANK}={_BLANK}{inner}"
    table = rf"\{{{_TRIVIA}(?:{pair}{_TRIVIA}(?:,{_TRIVIA}|(?=\}})))*\}}"
    return rf"(?:{scalar}|{array}|{table})"


@cache
def _statement() -> re.Pattern[str]:
    """Compiled when the first lock file is read: that takes a tenth of the program's start."""
    return re.compile(
        rf"{_TRIVIA}(?:"
        rf"\[\[{_BLANK}(?P<array>{_KEY}){_BLANK}\]\]"
        rf"|\[{_BLANK}(?P<table>{_KEY}){_BLANK}\]"
        rf"|(?P<key>{_KEY}){_BLANK}={_BLANK}(?P<value>{_value(_DEPTH)})"
        rf"){_BLANK}(?:#[^\n]*+)?(?:\r?\n|\Z)",
        re.DOTALL,
    )


_REST = re.compile(rf"{_TRIVIA}\Z")
_SIMPLE = re.compile(r'"([^"\\\n]*+)"')


@dataclass(slots=True)
class Block:
    """A table: its header (empty for the top of the file) and the span of each of its values."""

    header: str
    is_array: bool
    start: int
    values: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Text:
    """A string: its value, and the characters between its quotes."""

    value: str
    start: int
    end: int


class TomlFile:
    """The blocks of a text. Raises LockError where the text is not TOML, or ends in the middle."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.blocks = list(_blocks(text))

    def string(self, block: Block, key: str) -> Text | None:
        """The string under *key*, or None where there is no string."""
        span = block.values.get(key)
        if span is None:
            return None
        simple = _SIMPLE.fullmatch(self.text, *span)
        if simple:
            return Text(simple[1], *simple.span(1))
        leaf = self._tree(span)
        if not isinstance(leaf, Leaf) or self.text[span[0]] not in "\"'":
            return None
        return Text(leaf.value, span[0] + leaf.start, span[0] + leaf.end)

    def strings(self, block: Block, key: str) -> dict[str, str]:
        """The scalars of the inline table under *key*; empty where there is none."""
        span = block.values.get(key)
        table = self._tree(span) if span else None
        if not isinstance(table, MapNode):
            return {}
        return {key: leaf.value for key in table.entries if (leaf := table.leaf(key))}

    def raw(self, block: Block, key: str) -> str:
        """The value under *key* as it is written; empty where there is none."""
        span = block.values.get(key)
        return self.text[slice(*span)] if span else ""

    def _tree(self, span: tuple[int, int]) -> Node | None:
        # The value is read as the only one of a document, at the same distance from its start.
        start, end = span
        try:
            document = parse("x=" + self.text[start:end], Format.TOML)[0]
        except MalformedError as error:
            raise LockError(LockProblem.DAMAGED, error.why, start) from None
        value = next(iter(find(document, ("x",))), None)
        if isinstance(value, Leaf):
            return Leaf(value.value, value.start - 2, value.end - 2)
        return value


def _blocks(text: str) -> Iterator[Block]:
    block = Block("", is_array=False, start=0)
    at = 1 if text.startswith("\ufeff") else 0
    statement = _statement()
    while match := statement.match(text, at):
        at = match.end()
        if match.lastgroup == "value":
            _add(block, match)
            continue
        yield block
        header = match["array"] or match["table"]
        block = Block(header, match.lastgroup == "array", match.start(match.lastgroup or 0))
    yield block
    if not _REST.match(text, at):
        raise _no_statement(text, at)


def _add(block: Block, match: re.Match[str]) -> None:
    key = match["key"]
    if key in block.values:
        raise LockError(LockProblem.DAMAGED, f"says {key} twice in one table", match.start("key"))
    block.values[key] = match.span("value")


def _no_statement(text: str, at: int) -> LockError:
    start = at + len(text[at:]) - len(text[at:].lstrip())
    return LockError(LockProblem.DAMAGED, "is no valid TOML", start)


def require_known_arrays(blocks: Sequence[Block], known: frozenset[str], package: str) -> None:
    """Raise LockError where a list of tables is unknown, or *package* is a table of its own.

    A header with one wrong character would otherwise hide a package.
    """
    for block in blocks:
        if block.is_array and block.header not in known and not block.header.startswith(f"{package}."):
            raise LockError(LockProblem.DAMAGED, f"holds a list of tables {block.header!r}", block.start)
        if block.header == package and not block.is_array:
            raise LockError(LockProblem.DAMAGED, f"holds {package} as one table", block.start)
