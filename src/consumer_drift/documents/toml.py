"""TOML, read for the places of its values. https://toml.io/en/v1.0.0

Lenient where a file's own tools will complain (a date that is none, a key that occurs twice),
strict where it would lose its place. The standard library's parser tells no places, calls itself for
every bracket, and takes quadratic time and memory on a long dotted key.
"""

from __future__ import annotations

import re

from consumer_drift.documents.cursor import Cursor
from consumer_drift.documents.node import Leaf, ListNode, MapNode, Node

# Groups repeat greedily and not possessively: before Python 3.11.5 a possessive group that holds a choice matches
# too little (https://github.com/python/cpython/issues/106052).
_BLANK = re.compile(r"[ \t]*+")
_TRIVIA = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*")
_LINE_END = re.compile(r"[ \t]*+(?:#[^\n]*+)?(?:\r?\n|\r?\Z)")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]++")
_STRING = re.compile(
    r'"{3}(?:\r?\n)?(?P<mb>[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*"{0,2}?)"{3}(?!")'
    r"|'{3}(?:\r?\n)?(?P<ml>.*?)'{3}(?!')"
    r'|"(?P<basic>[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*)"'
    r"|'(?P<literal>[^'\n]*+)'",
    re.DOTALL,
)
_WORD = re.compile(
    r"true|false|[+-]?(?:inf|nan)|[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9][0-9:.Z+-]*+|[+-]?[0-9][0-9A-Za-z_.:+-]*+"
)
_ESCAPE = re.compile(
    r"\\(?:([btnfre\"\\])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([ \t]*\r?\n\s*))"
)
_SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}


def parse(text: str, start: int) -> tuple[MapNode]:
    """The tree of the document that begins at *start*. Raises MalformedError."""
    return (_TomlParser(text, start).document(),)


class _TomlParser(Cursor):
    language = "TOML"

    def document(self) -> MapNode:
        root = current = MapNode(self._at)
        while True:
            self._skip(_TRIVIA)
            if self._at >= len(self._text):
                return root
            if self._text[self._at] == "[":
                current = self._header(root)
            else:
                self._pair(current, 0)
            if not (end := _LINE_END.match(self._text, self._at)):
                self._fail("the end of the line")
            self._at = end.end()

    def _header(self, root: MapNode) -> MapNode:
        start = self._at
        several = self._text.startswith("[[", start)
        self._at += 2 if several else 1
        *parents, last = self._key()
        self._expect("]]" if several else "]")
        parent = self._descend(root, parents, start)
        if not several:
            return self._descend(parent, [last], start)
        nodes = parent.entries.get(last)
        listing = nodes[-1] if nodes else None
        if not isinstance(listing, ListNode):
            listing = ListNode(start)
            parent.add(last, listing)
        table = MapNode(start)
        listing.items.append(table)
        return table

    def _pair(self, table: MapNode, depth: int) -> None:
        start = self._at
        *parents, last = self._key()
        self._expect("=")
        self._skip(_BLANK)
        self._descend(table, parents, start).add(last, self._value(depth))

    def _descend(self, table: MapNode, keys: list[str], start: int) -> MapNode:
        """The table at *keys* below *table*, made where it is not there; of a list of tables the last."""
        for key in keys:
            nodes = table.entries.get(key)
            node = nodes[-1] if nodes else None
            if isinstance(node, ListNode) and node.items:
                node = node.items[-1]
            if node is None:
                node = MapNode(start)
                table.add(key, node)
            if not isinstance(node, MapNode):
                self._fail("a key that is no value yet")
            table = node
        return table

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip(_BLANK)
            parts.append(self._key_part())
            self._require_depth(len(parts))
            self._skip(_BLANK)
            if not self._takes("."):
                return parts

    def _key_part(self) -> str:
        if self._text.startswith(('"', "'"), self._at):
            return self._string().value
        return self._word(_BARE_KEY, "a key")

    def _value(self, depth: int) -> Node:
        self._require_depth(depth)
        opening = self._text[self._at : self._at + 1]
        if opening == "[":
            return self._array(depth)
        if opening == "{":
            return self._inline(depth)
        if opening in ('"', "'"):
            return self._string()
        start = self._at
        return Leaf(self._word(_WORD, "a value"), start, self._at)

    def _array(self, depth: int) -> ListNode:
        listing = ListNode(self._at)
        self._at += 1
        while not self._closed("]"):
            listing.items.append(self._value(depth + 1))
            self._separator("]")
        return listing

    def _inline(self, depth: int) -> MapNode:
        table = MapNode(self._at)
        self._at += 1
        while not self._closed("}"):
            self._pair(table, depth + 1)
            self._separator("}")
        return table

    def _closed(self, bracket: str) -> bool:
        self._skip(_TRIVIA)
        return self._takes(bracket)

    def _separator(self, bracket: str) -> None:
        self._skip(_TRIVIA)
        if not self._takes(",") and not self._text.startswith(bracket, self._at):
            self._fail("a comma or a closing bracket")

    def _string(self) -> Leaf:
        match = _STRING.match(self._text, self._at)
        if match is None or match.lastgroup is None:
            self._fail("the end of a string")
        self._at = match.end()
        raw = match[match.lastgroup]
        start, end = match.span(match.lastgroup)
        escaped = match.lastgroup in ("mb", "basic") and "\\" in raw
        return Leaf(_ESCAPE.sub(_meaning, raw) if escaped else raw, start, end)

    def _expect(self, sign: str) -> None:
        self._skip(_BLANK)
        if not self._takes(sign):
            self._fail(repr(sign))


def _meaning(escape: re.Match[str]) -> str:
    short, *codes, _ = escape.groups()
    if short:
        return _SHORT[short]
    code = next((code for code in codes if code), None)
    if code is None:
        return ""
    number = int(code, 16)
    return chr(number) if number <= 0x10FFFF else "\ufffd"
