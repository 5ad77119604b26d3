"""The tree that every format is read into."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Deeper than any real file, and shallow enough for a parser that calls itself.
MAX_DEPTH = 100
TOO_DEEP = f"is nested more than {MAX_DEPTH} levels deep"

# The key of an XML element's text, if it also has attributes.
CONTENT = "#text"

# YAML's merge key: https://yaml.org/type/merge.html
_MERGE = "<<"


@dataclass(slots=True, eq=False)
class Leaf:
    """A scalar: its value, and the characters ``text[start:end]`` (without quotes) that write it.

    A YAML block is trimmed. An escape or a fold makes the two differ.
    """

    value: str
    start: int
    end: int


@dataclass(slots=True, eq=False)
class MapNode:
    """A mapping. A key that occurs twice has two nodes. *keys* are the keys themselves, with their places."""

    start: int
    entries: dict[str, list[Node]] = field(default_factory=dict)
    keys: list[Leaf] = field(default_factory=list)

    def add(self, key: str, node: Node) -> None:
        """One more node under *key*."""
        self.entries.setdefault(key, []).append(node)

    def leaf(self, key: str) -> Leaf | None:
        """The scalar under *key*, the first where there are several."""
        found = (_content(node) for node in self.entries.get(key, ()))
        return next((node for node in found if isinstance(node, Leaf)), None)


@dataclass(slots=True, eq=False)
class ListNode:
    """A sequence."""

    start: int
    items: list[Node] = field(default_factory=list)


# YAML's aliases make it a graph: a node may have several parents, or even hold itself.
Node = Leaf | MapNode | ListNode


class Every(Enum):
    """A step of a path that takes every child."""

    CHILD = "*"


@dataclass(frozen=True, slots=True)
class Where:
    """A step of a path that takes the tables whose scalar under *key* is *value*.

    They are the items of a listing, or the table itself: XML and HCL write a list as elements or blocks.
    """

    key: str
    value: str


Step = str | Every | Where


def find(root: Node, path: Sequence[Step]) -> list[Node]:
    """Return every node at *path*. Digits count from 0 in a listing."""
    level = [root]
    for key in path:
        # By identity: through aliases the same few nodes could be reached in exponentially many ways.
        merged: dict[int, list[Node]] = {}
        level = list({id(child): child for node in level for child in _children(node, key, merged)}.values())
    return [_content(node) for node in level]


def walk(root: Node) -> Iterator[MapNode]:
    """Every table in the tree, each once."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen or isinstance(node, Leaf):
            continue
        seen.add(id(node))
        if isinstance(node, MapNode):
            yield node
            waiting += [child for children in node.entries.values() for child in children]
        else:
            waiting += node.items


def scalars(root: Node) -> Iterator[Leaf]:
    """Yield every scalar of the tree, keys included, each once."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Leaf):
            yield node
        elif isinstance(node, MapNode):
            yield from node.keys
            waiting += [child for children in node.entries.values() for child in children]
        else:
            waiting += node.items


def _children(node: Node, key: Step, merged: dict[int, list[Node]]) -> list[Node]:
    if isinstance(key, Where):
        items = {id(item): item for item in node.items}.values() if isinstance(node, ListNode) else [node]
        return [item for item in items if isinstance(item, MapNode) and _is(item.leaf(key.key), key.value)]
    if isinstance(key, Every):
        return _every_child(node)
    if isinstance(node, ListNode):
        return _item(node, key)
    if isinstance(node, MapNode):
        return node.entries.get(key) or _merged(node, key, merged)
    return []


def _content(node: Node) -> Node:
    """The text of an XML element that has attributes, else *node* itself."""
    contents = node.entries.get(CONTENT) if isinstance(node, MapNode) else None
    return contents[0] if contents else node


def _is(leaf: Leaf | None, value: str) -> bool:
    return leaf is not None and leaf.value == value


def _every_child(node: Node) -> list[Node]:
    if isinstance(node, MapNode):
        return [child for children in node.entries.values() for child in children]
    return list(node.items) if isinstance(node, ListNode) else []


def _item(node: ListNode, key: str) -> list[Node]:
    if not (key.isascii() and key.isdecimal() and len(key) < 10):
        return []
    index = int(key)
    return node.items[index : index + 1]


def _merged(table: MapNode, key: str, known: dict[int, list[Node]]) -> list[Node]:
    """What the tables that are merged into *table* hold under *key*: the first that holds it counts.

    *known* keeps what each table holds, so that a chain of merges is followed once for all that begin in it.
    """
    stack: list[tuple[MapNode, Iterator[MapNode]]] = [(table, _bases(table))]
    known.setdefault(id(table), [])
    while stack:
        current, bases = stack[-1]
        base = None if known[id(current)] else next(bases, None)
        if base is None:
            stack.pop()
            if stack and not known[id(stack[-1][0])]:
                known[id(stack[-1][0])] = known[id(current)]
        elif id(base) in known:
            known[id(current)] = known[id(base)]
        else:
            known[id(base)] = base.entries.get(key, [])
            stack.append((base, _bases(base)))
    return known[id(table)]


def _bases(table: MapNode) -> Iterator[MapNode]:
    """Yield the tables that *table* merges, in their order."""
    for node in table.entries.get(_MERGE, ()):
        for one in node.items if isinstance(node, ListNode) else (node,):
            if isinstance(one, MapNode):
                yield one
