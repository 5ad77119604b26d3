"""YAML text → nodes, within limits that no honest configuration reaches.

Aliases are followed and counted. Tags, merge keys and a second document are refused.
https://yaml.org/spec/1.2.2/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from consumer_drift.config.mistakes import FatalMistakeError, Mistake, fatal, quoted
from consumer_drift.config.nodes import Member, Node, Scalar, Sequence, Table
from consumer_drift.config.yaml_errors import MOST_LEVELS, TOO_DEEP, explain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.config.mistakes import Path

MOST_ALIASED = 10_000

# The C parser is ten times faster; a Python built without libyaml has only the other one.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_HARMLESS_TAGS = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"})
_STANDARD_TAG = "tag:yaml.org,2002:"


def read_tree(text: str, loader: Any = LOADER) -> tuple[Node | None, tuple[Mistake, ...]]:
    """The file's one document with the mistakes seen on the way; None where none is there or can be read."""
    composer = _Composer(yaml.parse(text, Loader=loader), text)
    return composer.document(), tuple(composer.mistakes)


def _index(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.index if mark else 0


class _Composer:
    """One pass over the parser's events. Recursion is bounded by ``MOST_LEVELS``."""

    def __init__(self, events: Iterator[yaml.Event], text: str) -> None:
        self.mistakes: list[Mistake] = []
        self._text = text
        self._events = events
        # None marks an anchor whose value is still being read.
        self._anchors: dict[str, Node | None] = {}
        self._aliased = 0

    def document(self) -> Node | None:
        """The root, or None."""
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
                self.mistakes.append(Mistake((), said, _index(event)))
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
            self.mistakes.append(Mistake((*path, key), said, key_at))
        return Table(path, at, members)

    def _key(self, path: Path, event: yaml.Event) -> str | None:
        """The key's text, or None, with a mistake noted, where it is no key for us."""
        at = _index(event)
        if not isinstance(event, yaml.ScalarEvent):
            self._node((*path, ""), event)
            self.mistakes.append(
                Mistake(path, "a key must be a plain text, not a list, a mapping or an alias", at)
            )
            return None
        self._check_tag(path, event)
        if event.anchor is not None:
            self._anchors[event.anchor] = Scalar(path, at, event.value)
        if event.value == "<<" and not event.style:
            said = "merge keys ('<<') are not read here: write the keys out, or alias the whole entry"
            self.mistakes.append(Mistake(path, said, at))
            return None
        return event.value

    def _check_tag(self, path: Path, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag is None or event.tag in _HARMLESS_TAGS:
            return
        shown = event.tag.replace(_STANDARD_TAG, "!!", 1)
        said = f"the tag {quoted(shown)} means nothing here: remove it"
        self.mistakes.append(Mistake(path, said, _index(event)))

    def _alias(self, path: Path, event: yaml.AliasEvent) -> Node:
        at, name = _index(event), event.anchor
        if name not in self._anchors:
            said = f"no anchor '&{name}' stands before this alias: put a text that starts with '*' in quotes"
            raise fatal(said, at, path)
        node = self._anchors[name]
        if node is None:
            raise fatal(f"the alias '*{name}' stands inside its own anchor: write the value out", at, path)
        return self._copy(node, path, at, at)

    def _copy(self, node: Node, path: Path, at: int, alias_at: int) -> Node:
        """*node* under another *path*: its own place is the alias, what is inside it stays where it is."""
        self._aliased += 1
        if self._aliased > MOST_ALIASED:
            raise fatal(f"the aliases stand for more than {MOST_ALIASED:,} values: write them out", alias_at)
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
