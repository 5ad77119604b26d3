"""The configuration as a tree in which every value knows its place and the keys that lead to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from consumer_drift.config.mistakes import Path


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as it stands in the file: ``1.20`` is not ``1.2``. None where nothing (or ``null``) stands."""

    path: Path
    at: int
    text: str | None


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    path: Path
    at: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A key's place and its value."""

    key_at: int
    value: Node


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping."""

    path: Path
    at: int
    members: Mapping[str, Member]

    def get(self, key: str) -> Node | None:
        """The value under *key*."""
        member = self.members.get(key)
        return member.value if member else None

    def key_at(self, key: str) -> int:
        """Where *key* stands, or the mapping's own place where it does not."""
        member = self.members.get(key)
        return member.key_at if member else self.at


Node = Scalar | Sequence | Table


def plain(node: Node) -> Any:
    """*node* as texts, lists, dictionaries and None."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node.items]
        case Table():
            return {key: plain(member.value) for key, member in node.members.items()}


def descend(root: Node, path: Path) -> Node:
    """The node under *path*; steps that the file does not spell out (a shorthand's) are passed over."""
    node = root
    for part in path:
        node = _step(node, part) or node
    return node


def _step(node: Node, part: str | int) -> Node | None:
    if isinstance(node, Table) and isinstance(part, str):
        return node.get(part)
    if isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
        return node.items[part]
    return None


def without(node: Node, paths: Collection[Path]) -> Node:
    """*node* less what stands under *paths*. What stays keeps its path and its place."""
    match node:
        case Scalar():
            return node
        case Sequence():
            items = (without(item, paths) for item in node.items if item.path not in paths)
            return Sequence(node.path, node.at, tuple(items))
        case Table():
            kept = {key: member for key, member in node.members.items() if member.value.path not in paths}
            return Table(
                node.path,
                node.at,
                {key: Member(member.key_at, without(member.value, paths)) for key, member in kept.items()},
            )


def entries(node: Node | None) -> tuple[Node, ...]:
    """The items of a list; what stands alone where a list may stand counts as a list of one."""
    if node is None:
        return ()
    return node.items if isinstance(node, Sequence) else (node,)


def tables(node: Node | None) -> Iterator[Table]:
    """The mappings among the ``entries`` of *node*."""
    return (entry for entry in entries(node) if isinstance(entry, Table))
