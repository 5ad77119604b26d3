"""From YAML text to nodes with positions, within limits that no real configuration reaches.

Aliases are followed and counted. Tags, merge keys and a second document are mistakes.
https://yaml.org/spec/1.2.2/
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from consumer_drift.config.errors import ConfigMistake, FatalMistakeError, fatal, quoted
from consumer_drift.config.text import MOST_LEVELS, TOO_DEEP, explain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from consumer_drift.config.errors import Path


MOST_ALIASED = 10_000

# The C parser is ten times faster; a Python built without libyaml has only the other one.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_HARMLESS_TAGS = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"})
_STANDARD_TAG = "tag:yaml.org,2002:"


def read_tree(text: str, loader: Any = LOADER) -> tuple[Node | None, tuple[ConfigMistake, ...]]:
    """Return the file's one document and the mistakes in its YAML; None where it is empty or cannot be read."""
    composer = _Composer(yaml.parse(text, Loader=loader), text)
    return composer.document(), tuple(composer.mistakes)


def _index(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.index if mark else 0


class _Composer:
    """One pass over the parser's events. Recursion is bounded by ``MOST_LEVELS``."""

    def __init__(self, events: Iterator[yaml.Event], text: str) -> None:
        self.mistakes: list[ConfigMistake] = []
        self._text = text
        self._events = events
        # None: the value of the anchor is still being read.
        self._anchors: dict[str, Node | None] = {}
        self._aliased = 0

    def document(self) -> Node | None:
        """Return the root, or None."""
        try:
            return self._document()
        except yaml.YAMLError as error:
            self.mistakes.append(explain(error, self._text))
        except FatalMistakeError as error:
            self.mistakes.append(error.mistake)
        return None

    def _document(self) -> Node | None:
        root: Node | None = None
        for event in self._events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if root is not None:
                said = "a second document starts here: keep one, and remove the '---' before the other"
                self.mistakes.append(ConfigMistake((), said, _index(event)))
                break
            root = self._node((), next(self._events))
        return root

    def _node(self, path: Path, event: yaml.Event) -> Node:
        at = _index(event)
        if len(path) > MOST_LEVELS:
            raise fatal(TOO_DEEP, at)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(path, event)
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)  # noqa: S101 - the parser's grammar
        self._check_tag(path, event)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        node = self._value(path, event)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _value(self, path: Path, event: yaml.Event) -> Node:
        at = _index(event)
        if isinstance(event, yaml.ScalarEvent):
            is_null = event.implicit[0] and not event.style and event.value in _NULLS
            return Scalar(path, at, None if is_null else event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
                items.append(self._node((*path, len(items)), event))
            return Sequence(path, at, tuple(items))
        return self._table(path, at)

    def _table(self, path: Path, at: int) -> Table:
        members: dict[str, Member] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(path, event)
            value = self._node((*path, key or ""), next(self._events))
            if key is None:
                continue
            key_at = _index(event)
            if key not in members:
                members[key] = Member(key_at, value)
                continue
            line = self._text.count("\n", 0, members[key].key_at) + 1
            said = f"written twice, the first time in line {line}: keep one of them"
            self.mistakes.append(ConfigMistake((*path, key), said, key_at))
        return Table(path, at, members)

    def _key(self, path: Path, event: yaml.Event) -> str | None:
        """Return the key's text, or None where it is not a valid key, which is a mistake."""
        at = _index(event)
        if not isinstance(event, yaml.ScalarEvent):
            self._node((*path, ""), event)
            self.mistakes.append(
                ConfigMistake(path, "a key must be a plain text, not a list, a mapping or an alias", at)
            )
            return None
        self._check_tag(path, event)
        if event.anchor is not None:
            self._anchors[event.anchor] = Scalar(path, at, event.value)
        if event.value == "<<" and not event.style:
            said = "merge keys ('<<') are not supported: write the keys out, or alias the full entry"
            self.mistakes.append(ConfigMistake(path, said, at))
            return None
        return event.value

    def _check_tag(self, path: Path, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag is None or event.tag in _HARMLESS_TAGS:
            return
        shown = event.tag.replace(_STANDARD_TAG, "!!", 1)
        said = f"the tag {quoted(shown)} has no meaning here: remove it"
        self.mistakes.append(ConfigMistake(path, said, _index(event)))

    def _alias(self, path: Path, event: yaml.AliasEvent) -> Node:
        at, name = _index(event), event.anchor
        if name not in self._anchors:
            said = f"no anchor '&{name}' precedes this alias: put a text that starts with '*' in quotes"
            raise fatal(said, at, path)
        node = self._anchors[name]
        if node is None:
            raise fatal(f"the alias '*{name}' is inside its own anchor: write the value out", at, path)
        return self._copy(node, path, at, at)

    def _copy(self, node: Node, path: Path, at: int, alias_at: int) -> Node:
        """Return *node* with another *path*: its place is that of the alias, its content keeps its places."""
        self._aliased += 1
        if self._aliased > MOST_ALIASED:
            raise fatal(f"the aliases expand to more than {MOST_ALIASED:,} values: write them out", alias_at)
        if len(path) > MOST_LEVELS:
            raise fatal(TOO_DEEP, alias_at)
        if isinstance(node, Scalar):
            return Scalar(path, at, node.text)
        if isinstance(node, Sequence):
            items = (self._copy(item, (*path, n), item.at, alias_at) for n, item in enumerate(node.items))
            return Sequence(path, at, tuple(items))
        members = {
            key: Member(member.key_at, self._copy(member.value, (*path, key), member.value.at, alias_at))
            for key, member in node.members.items()
        }
        return Table(path, at, members)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as it is written in the file: ``1.20`` is not ``1.2``. None for an empty value or ``null``."""

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
        """Return the value of *key*."""
        member = self.members.get(key)
        return member.value if member else None

    def key_at(self, key: str) -> int:
        """Return the place of *key*, or of the mapping where it has no such key."""
        member = self.members.get(key)
        return member.key_at if member else self.at


Node = Scalar | Sequence | Table


def plain(node: Node) -> Any:
    """Return *node* as texts, lists, dictionaries and None."""
    match node:
        case Scalar():
            return node.text
        case Sequence():
            return [plain(item) for item in node.items]
        case Table():
            return {key: plain(member.value) for key, member in node.members.items()}


def descend(root: Node, path: Path) -> Node:
    """Return the node at *path*; steps that a shorthand leaves out are skipped."""
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
    """Return *node* without what is at *paths*. The rest keeps its paths and places."""
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
    """Return the items of a list; a single value counts as a list of one."""
    if node is None:
        return ()
    return node.items if isinstance(node, Sequence) else (node,)


def tables(node: Node | None) -> Iterator[Table]:
    """Return the mappings among the ``entries`` of *node*."""
    return (entry for entry in entries(node) if isinstance(entry, Table))
