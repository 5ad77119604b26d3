"""YAML, from PyYAML's events: they have places, and scalars keep their text (``1.20`` stays ``1.20``).

https://yaml.org/spec/1.1/ and https://pyyaml.org/wiki/PyYAMLDocumentation
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.node import MAX_DEPTH, TOO_DEEP, Leaf, ListNode, MapNode, Node

if TYPE_CHECKING:
    from typing import Protocol

    from yaml.events import Event

    class _Mark(Protocol):
        @property
        def index(self) -> int: ...
        @property
        def line(self) -> int: ...


# Only where PyYAML was built without libyaml is the slow one all there is.
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str, start: int) -> tuple[Node, ...]:
    """The trees of all documents that begin at *start*. Raises MalformedError.

    *start* is behind a BOM: the C loader would count all places one too low.
    """
    # libyaml takes UTF-8, which has no lone surrogates.
    body = text[start:].encode("utf-8", "replace").decode()
    builder = _Builder(body, start)
    try:
        for event in yaml.parse(body, Loader=_LOADER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise MalformedError(_why(error), _line(body, mark)) from None
    except yaml.YAMLError as error:
        raise MalformedError(
            f"is no valid YAML: {getattr(error, 'reason', 'a character that may not stand there')}"
        ) from None
    return tuple(builder.documents)


def _why(error: yaml.MarkedYAMLError) -> str:
    """What *error* says of the file. libyaml 0.2.6 and newer read ahead, and refuse more than 1,000 levels."""
    problem = error.problem or error.context or ""
    return TOO_DEEP if "nesting depth" in problem else f"is no valid YAML: {problem}"


class _Builder:
    """Makes nodes of events."""

    def __init__(self, body: str, shift: int) -> None:
        self.documents: list[Node] = []
        self._body = body
        self._shift = shift
        self._stack: list[MapNode | ListNode] = []
        self._keys: list[str | None] = []
        self._anchors: dict[str, Node] = {}

    def take(self, event: Event) -> None:
        """The next event of the stream."""
        if isinstance(event, ScalarEvent):
            self._add(_leaf(self._body, self._shift, event), event.anchor)
        elif isinstance(event, MappingStartEvent):
            self._open(MapNode(self._shift + _index(event.start_mark)), event)
        elif isinstance(event, SequenceStartEvent):
            self._open(ListNode(self._shift + _index(event.start_mark)), event)
        elif isinstance(event, CollectionEndEvent):
            self._stack.pop()
            self._keys.pop()
        elif isinstance(event, AliasEvent):
            self._add(self._anchored(event), None)
        elif isinstance(event, DocumentStartEvent):
            self._anchors.clear()

    def _anchored(self, event: AliasEvent) -> Node:
        if event.anchor not in self._anchors:
            raise MalformedError(
                f"is no valid YAML: no anchor &{event.anchor}", _line(self._body, event.start_mark)
            )
        return self._anchors[event.anchor]

    def _open(self, node: MapNode | ListNode, event: MappingStartEvent | SequenceStartEvent) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise MalformedError(TOO_DEEP, _line(self._body, event.start_mark))
        self._add(node, event.anchor)
        self._stack.append(node)
        self._keys.append(None)

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._stack:
            self.documents.append(node)
            return
        parent = self._stack[-1]
        if isinstance(parent, ListNode):
            parent.items.append(node)
            return
        key = self._keys[-1]
        if key is None:
            # A key that is no scalar cannot be named in a path; what it leads to still counts for walks.
            self._keys[-1] = node.value if isinstance(node, Leaf) else ""
            if isinstance(node, Leaf):
                parent.keys.append(node)
            return
        parent.add(key, node)
        self._keys[-1] = None


def _leaf(body: str, shift: int, event: ScalarEvent) -> Leaf:
    """The scalar without its anchor, tag, quotes and block header, which the marks include."""
    start, end = _index(event.start_mark), _index(event.end_mark)
    value = event.value
    if event.style in ("|", ">"):
        value = value.strip()
        header = body.find("\n", start, end)
        start = end - len(body[header if header >= 0 else start : end].lstrip())
        return Leaf(value, shift + start, shift + start + len(body[start:end].rstrip()))
    if event.style in ("'", '"'):
        end -= 1
        start = body.find(event.style, start, end) + 1
    # Behind an anchor or a tag; a value that is written with escapes is longer than it reads.
    literal = end - len(value)
    if literal >= start and body.startswith(value, literal):
        start = literal
    return Leaf(value, shift + start, shift + end)


def _index(mark: _Mark | None) -> int:
    return mark.index if mark else 0


def _line(body: str, mark: _Mark | None) -> int:
    """By newlines, as everywhere: YAML ends lines at U+2028 too, and counts one more at the end."""
    return body.count("\n", 0, mark.index) + 1 if mark else 0
