"""A fast reader of the YAML that pnpm and Yarn write: mappings by indentation, one line for each key.

https://yaml.org/spec/1.2.2/

It knows no anchors, tags or values over several lines other than blocks: package managers write none, and a text
that has one is refused. The reader with a tree for any YAML takes seconds for a lock file of 3 MB.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.locks.base import LockError, LockProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each choice is decided by its first characters, so a line is matched in one way only.
_SINGLE = r"'[^'\n]*+(?:''[^'\n]*+)*'"
_DOUBLE = r'"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*"'
_PLAIN_START = r"(?:[^\s'\"#&*!|>%@`{}\[\],?:\n-]|[?:-](?=[^\s]))"
_PLAIN_KEY = rf"{_PLAIN_START}(?:[^\s:]|:(?=[^\s])|[ ]++(?=[^\s#]))*"
_FLOW_START = r"[^\s'\"#&*!|>%@`{}\[\],:]"
_FLOW_SCALAR = rf"(?:{_SINGLE}|{_DOUBLE}|{_FLOW_START}[^'\"{{}}\[\],\r\n]*+)"
_FLOW_KEY = rf"(?:{_SINGLE}|{_DOUBLE}|{_FLOW_START}[^'\"{{}}\[\],:\r\n]*+)"


def _flow(depth: int) -> str:
    inner = _FLOW_SCALAR if depth == 1 else rf"(?:{_flow(depth - 1)}|{_FLOW_SCALAR})"
    pairs = rf"\{{[ ]*+(?:{_FLOW_KEY}:[ ]*+{inner}[ ]*+(?:,[ ]*+|(?=\}})))*\}}"
    items = rf"\[[ ]*+(?:{inner}[ ]*+(?:,[ ]*+|(?=\])))*\]"
    return rf"(?:{pairs}|{items})"


# The lines of a block are those that are deeper than its key, and empty ones.
_BLOCK = r"[|>][-+0-9]*+[ \t\r]*+(?:\n(?:(?P=indent)[ ]++[^\s][^\n]*+|[ \t\r]*+(?=\n)))*"
_VALUE = rf"(?:{_SINGLE}|{_DOUBLE}|{_flow(2)}|{_PLAIN_KEY})"
_LINE = re.compile(
    rf"(?P<indent>[ ]*+)(?P<inside>[:-][ ](?![ ]*{_VALUE}[ \t]*+(?:\r?\n|\Z)))?(?:"
    rf"(?P<key>{_SINGLE}|{_DOUBLE}|{_PLAIN_KEY}):(?:[ ]++(?:(?P<block>{_BLOCK})|(?P<value>{_VALUE})[ \t]*+))?"
    rf"|-[ ]++(?P<item>{_VALUE})[ \t]*+"
    rf"|\?[ ]++(?P<long>{_SINGLE}|{_DOUBLE}|{_PLAIN_KEY})"
    rf"|(?P<colon>:)"
    rf"|(?P<comment>\#[^\n]*+)"
    rf"|(?P<marker>---)"
    rf"|(?P<blank>[ \t]*+)"
    rf")(?:\r?\n|\Z)"
)
_KEYS = frozenset({"key", "value", "block", "long"})
_NESTED = frozenset({"item", "colon"})
_ESCAPE = re.compile(r"\\(.)")
_MARKS = {"n": "\n", "t": "\t"}


# Shared by all that have none: a lock has a hundred thousand keys.
_NO_MEMBERS: dict[str, YamlBlock] = {}


class YamlBlock:
    """A key with its value or its members.

    *raw* is the value as it is written, empty where members or nothing follow. *at* is where its line begins; the
    exact places are matched again where somebody asks for them.
    """

    __slots__ = ("at", "deeper", "has_items", "indent", "key", "members", "raw")

    def __init__(self, key: str, raw: str, indent: int, at: int) -> None:
        self.key = key
        self.raw = raw
        self.indent = indent
        self.at = at
        self.members = _NO_MEMBERS
        # The indentation of the members, once there is one.
        self.deeper = -1
        self.has_items = False

    def under(self, key: str) -> dict[str, YamlBlock]:
        """The members of the member under *key*; empty where there is none."""
        inner = self.members.get(key)
        return inner.members if inner else _NO_MEMBERS

    @property
    def value(self) -> str:
        """The scalar without its quotes."""
        return unquoted(self.raw)

    def key_span(self, text: str) -> tuple[int, int]:
        """Where the key is written, without its quotes."""
        return self._span(text, ("key", "long"))

    def value_span(self, text: str) -> tuple[int, int]:
        """Where the scalar is written, without its quotes; the end of the key where there is none."""
        return self._span(text, ("value",)) if self.raw else (self.key_span(text)[1],) * 2

    def _span(self, text: str, groups: tuple[str, ...]) -> tuple[int, int]:
        match = _LINE.match(text, self.at)
        for group in groups:
            if match and match[group]:
                quote = 1 if match[group][0] in "'\"" else 0
                start, end = match.span(group)
                return start + quote, end - quote
        return self.at, self.at


def documents(text: str) -> list[YamlBlock]:
    """The documents of *text*. Raises LockError where a line is not understood, or is not at its place."""
    return [document for document in _documents(text) if document.members]


def unquoted(raw: str) -> str:
    """A scalar as it reads."""
    if raw.startswith("'"):
        return raw[1:-1].replace("''", "'")
    if raw.startswith('"'):
        inner = raw[1:-1]
        return _ESCAPE.sub(lambda escape: _MARKS.get(escape[1], escape[1]), inner) if "\\" in inner else inner
    return raw


def _documents(text: str) -> Iterator[YamlBlock]:
    at = 1 if text.startswith("\ufeff") else 0
    stack = [YamlBlock("", "", -1, at)]
    for match in iter(_LINE.scanner(text, at).match, None):  # type: ignore[attr-defined]
        kind = match.lastgroup
        if kind in _KEYS:
            _place(stack, match)
        elif kind == "marker":
            _require_value(stack[-1])
            yield stack[0]
            stack = [YamlBlock("", "", -1, at)]
        elif kind in _NESTED:
            _nested(stack, match)
        at = match.end()
    if at < len(text):
        raise LockError(LockProblem.DAMAGED, "has a line that no package manager writes", at)
    _require_value(stack[-1])
    yield stack[0]


def _require_value(last: YamlBlock) -> None:
    """A package manager writes ``{}`` for nothing, so a key with nothing behind it is where the file was cut."""
    if not (last.raw or last.members or last.has_items) and last.indent >= 0:
        raise LockError(LockProblem.CUT, f"ends behind {last.key[:100]}", last.at)


def _place(stack: list[YamlBlock], match: re.Match[str]) -> None:
    """Put the key of *match* into the mapping that its indentation belongs to."""
    blanks, inside, key, block, value, long = match.group("indent", "inside", "key", "block", "value", "long")
    indent = len(blanks)
    if inside:
        # A mapping that begins behind ``- `` or ``: `` on the same line.
        if inside == "- ":
            _nested(stack, match)
            stack.append(YamlBlock("-", "", indent, match.start()))
        indent += 2
    while stack[-1].indent >= indent:
        stack.pop()
    parent = stack[-1]
    members = parent.members
    if parent.deeper != indent:
        if parent.raw or members:
            raise LockError(LockProblem.DAMAGED, "has a line that is indented as no other", match.start())
        members = parent.members = {}
        parent.deeper = indent
    key = key or long
    if key[0] in "'\"":
        key = unquoted(key)
    if key in members:
        raise LockError(LockProblem.DAMAGED, f"has {key[:100]!r} twice", match.start())
    branch = members[key] = YamlBlock(key, value or block or "", indent, match.start())
    stack.append(branch)


def _nested(stack: list[YamlBlock], match: re.Match[str]) -> None:
    """An item, or the colon behind a long key, belongs to a key that has no value of its own."""
    indent = len(match["indent"])
    while len(stack) > 1 and (stack[-1].indent > indent or stack[-1].key == "-"):
        stack.pop()
    if stack[-1].raw or len(stack) == 1:
        raise LockError(LockProblem.DAMAGED, "has a line that belongs to nothing", match.start())
    stack[-1].has_items = match.lastgroup != "colon"
