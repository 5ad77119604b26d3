"""JSON, with the comments and trailing commas that JSONC allows.

https://datatracker.ietf.org/doc/html/rfc8259 and https://jsonc.org/
"""

from __future__ import annotations

import re
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import NoReturn

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.node import MAX_DEPTH, TOO_DEEP, Leaf, ListNode, MapNode, Node

_SKIP = re.compile(r"(?:[ \t\r\n]++|//[^\n]*+|/\*.*?\*/)*", re.DOTALL)
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*"|[{}\[\],:]|[^\s{}\[\],:"/]++', re.DOTALL)
_WORD = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")


def parse(text: str, start: int) -> tuple[Node]:
    """The tree of the document that begins at *start*. Raises MalformedError."""
    return (_JsonParser(text, start).document(),)


class _JsonParser:
    """Keeps its own stack: how deep a stranger's file goes must not matter."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._next = start
        self._start = start
        self._lexeme = ""

    def document(self) -> Node:
        self._advance()
        root = self._value()
        stack = [] if isinstance(root, Leaf) else [root]
        while stack:
            inner = stack[-1]
            if self._closes(inner):
                self._advance()
                stack.pop()
                if stack:
                    self._separator(stack[-1])
                continue
            node = self._member(inner)
            if isinstance(node, Leaf):
                self._separator(inner)
            elif len(stack) >= MAX_DEPTH:
                raise MalformedError(TOO_DEEP, self._line())
            else:
                stack.append(node)
        if self._lexeme:
            self._fail("nothing more")
        return root

    def _member(self, parent: MapNode | ListNode) -> Node:
        """Reads one value, with its key where *parent* is a table, into *parent*."""
        if isinstance(parent, ListNode):
            node = self._value()
            parent.items.append(node)
            return node
        if not self._lexeme.startswith('"'):
            self._fail("a key in quotes")
        key = self._string()
        parent.keys.append(key)
        self._advance()
        if self._lexeme != ":":
            self._fail("a colon")
        self._advance()
        node = self._value()
        parent.add(key.value, node)
        return node

    def _value(self) -> Node:
        """Reads a scalar to its end, or a container's opening bracket."""
        start, lexeme = self._start, self._lexeme
        if lexeme in ("{", "["):
            self._advance()
            return MapNode(start) if lexeme == "{" else ListNode(start)
        if lexeme.startswith('"'):
            leaf = self._string()
        elif _WORD.fullmatch(lexeme):
            leaf = Leaf(lexeme, start, start + len(lexeme))
        else:
            self._fail("a value")
        self._advance()
        return leaf

    def _closes(self, node: MapNode | ListNode) -> bool:
        """Whether the bracket that closes *node* is next."""
        return self._lexeme == ("}" if isinstance(node, MapNode) else "]")

    def _separator(self, container: MapNode | ListNode) -> None:
        """Steps over the comma behind a member; the last member may do without, and need not."""
        if self._lexeme == ",":
            self._advance()
        elif not self._closes(container):
            self._fail("a comma or a closing bracket")

    def _string(self) -> Leaf:
        raw = self._lexeme[1:-1]
        value = raw
        if "\\" in raw:
            try:
                value, _ = scanstring(self._text, self._start + 1, False)
            except JSONDecodeError:
                self._fail("an escape that JSON knows")
        return Leaf(value, self._start + 1, self._start + 1 + len(raw))

    def _advance(self) -> None:
        skipped = _SKIP.match(self._text, self._next)
        self._start = skipped.end() if skipped else self._next
        match = _TOKEN.match(self._text, self._start)
        if match is None and self._start < len(self._text):
            self._fail("the end of a string or of a comment" if self._text[self._start] in '"/' else "a value")
        self._lexeme = match.group() if match else ""
        self._next = self._start + len(self._lexeme)

    def _line(self) -> int:
        return self._text.count("\n", 0, self._start) + 1

    def _fail(self, expected: str) -> NoReturn:
        raise MalformedError(f"is no valid JSON: {expected} was expected", self._line())
