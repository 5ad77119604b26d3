"""XML, read for the places of its values: Maven's pom.xml, MSBuild's projects. https://www.w3.org/TR/xml/

Elements and attributes are keys alike, as MSBuild takes both. Nothing is expanded: an entity stays as it is
written, and a document that declares some is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.node import CONTENT, MAX_DEPTH, TOO_DEEP, Leaf, MapNode, Node

_NAME = r"[^\s<>/='\"!?&]++"
_OPENING = re.compile(rf"<({_NAME})")
_CLOSING = re.compile(rf"</({_NAME})\s*+>")
_ATTRIBUTE = re.compile(rf"\s++({_NAME})\s*+=\s*+(?:\"([^\"<]*+)\"|'([^'<]*+)')")
_TAG_END = re.compile(r"\s*+(/?)>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*+>")
# What is passed over, and what ends it.
_SKIPPED = {"<!--": "-->", "<?": "?>"}
_CDATA = "<![CDATA["


def parse(text: str, start: int) -> tuple[MapNode]:
    """Return the tree of the document that begins at *start*, its root element under its name.

    Raises MalformedError.
    """
    return (_XmlParser(text, start).document(),)


@dataclass(slots=True)
class _Element:
    """An element that is not closed yet. *chunks* are the places of its text that is not blank."""

    name: str
    table: MapNode
    chunks: list[tuple[int, int]] = field(default_factory=list)

    def node(self, text: str, at: int) -> Node:
        """Return the element closed at *at*: a leaf where it has nothing but text."""
        value = "".join(text[start:end] for start, end in self.chunks)
        start, end = (self.chunks[0][0], self.chunks[-1][1]) if self.chunks else (at, at)
        leaf = Leaf(value, start, end)
        if not self.table.entries:
            return leaf
        if self.chunks:
            self.table.add(CONTENT, leaf)
        return self.table


class _XmlParser:
    """Keeps its own stack: how deep a stranger's file goes must not matter."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._at = start
        self._root = MapNode(start)
        self._stack = [_Element("", self._root)]

    def document(self) -> MapNode:
        while self._at < len(self._text):
            if self._text[self._at] != "<":
                self._chunk(self._at, self._find("<"), 0)
            elif not self._skipped():
                self._markup()
        if len(self._stack) > 1:
            self._fail(f"the end of {self._stack[-1].name!r}")
        if not self._root.entries:
            self._fail("an element")
        return self._root

    def _find(self, sign: str) -> int:
        found = self._text.find(sign, self._at)
        return len(self._text) if found < 0 else found

    def _skipped(self) -> bool:
        """Step over a comment or a processing instruction."""
        for opening, closing in _SKIPPED.items():
            if self._text.startswith(opening, self._at):
                self._at = self._past(closing, len(opening))
                return True
        return False

    def _past(self, closing: str, opened: int) -> int:
        end = self._text.find(closing, self._at + opened)
        if end < 0:
            self._fail(repr(closing))
        return end + len(closing)

    def _markup(self) -> None:
        if self._text.startswith(_CDATA, self._at):
            start, end = self._at + len(_CDATA), self._past("]]>", len(_CDATA))
            self._chunk(start, end - 3, 3)
        elif self._text.startswith("<!", self._at):
            doctype = _DOCTYPE.match(self._text, self._at)
            if doctype is None:
                self._fail("a document without declarations of its own")
            self._at = doctype.end()
        elif self._text.startswith("</", self._at):
            self._close()
        else:
            self._open()

    def _chunk(self, start: int, end: int, behind: int) -> None:
        """Take the text from *start* to *end*, which *behind* characters of markup follow."""
        raw = self._text[start:end]
        body = raw.strip()
        if body:
            if len(self._stack) == 1:
                self._fail("no text outside of the root element")
            start += len(raw) - len(raw.lstrip())
            self._stack[-1].chunks.append((start, start + len(body)))
        self._at = end + behind

    def _open(self) -> None:
        opening = _OPENING.match(self._text, self._at)
        if opening is None:
            self._fail("an element's name")
        if len(self._stack) > MAX_DEPTH:
            raise MalformedError(TOO_DEEP, self._line())
        element = _Element(opening[1], MapNode(self._at))
        self._at = opening.end()
        while attribute := _ATTRIBUTE.match(self._text, self._at):
            group = 2 if attribute[2] is not None else 3
            element.table.add(attribute[1], Leaf(attribute[group], *attribute.span(group)))
            self._at = attribute.end()
        end = _TAG_END.match(self._text, self._at)
        if end is None:
            self._fail(f"the end of the tag {opening[1]!r}")
        self._at = end.end()
        if end[1]:
            self._finish(element)
        else:
            self._stack.append(element)

    def _close(self) -> None:
        closing = _CLOSING.match(self._text, self._at)
        if closing is None or closing[1] != self._stack[-1].name:
            self._fail(f"the end of {self._stack[-1].name!r}" if len(self._stack) > 1 else "an element")
        self._finish(self._stack.pop())
        self._at = closing.end()

    def _finish(self, element: _Element) -> None:
        parent = self._stack[-1]
        if parent.table is self._root and self._root.entries:
            self._fail("one root element")
        parent.table.add(element.name, element.node(self._text, self._at))

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _fail(self, expected: str) -> NoReturn:
        raise MalformedError(f"is no valid XML: {expected} was expected", self._line())
