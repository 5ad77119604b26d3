"""Where the entries of a configuration's lists begin and end in its text, for insertions that change no line.

Positions count characters. https://pyyaml.org/wiki/PyYAMLDocumentation#events
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from consumer_drift.config.yaml_tree import LOADER

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a list: its characters are ``text[start:end]``, without a comment behind it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A list under a key of the file. *indent* is how far its dashes are from the margin, *key_at* is the key.

    *flow*: it is written in brackets.
    """

    entries: tuple[Entry, ...]
    flow: bool
    indent: int
    key_at: int


def list_places(text: str) -> dict[str, ListPlace]:
    """Return every list directly under a key of *text*, a valid configuration. An alias is left out."""
    reader = _ListReader(yaml.parse(text, Loader=LOADER), text)
    return {key: place for key, place in reader.members() if place is not None}


class _ListReader:
    """One pass over the parser's events."""

    def __init__(self, events: Iterator[yaml.Event], text: str) -> None:
        self._events = events
        self._text = text

    def members(self) -> Iterator[tuple[str, ListPlace | None]]:
        while not isinstance(next(self._events), yaml.DocumentStartEvent):
            pass
        next(self._events)
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key, key_at = getattr(event, "value", ""), _at(event)
            self._end(event)
            event = next(self._events)
            if isinstance(event, yaml.SequenceStartEvent):
                yield key, self._list(event, key_at)
            else:
                self._end(event)
                yield key, None

    def _list(self, event: yaml.SequenceStartEvent, key_at: int) -> ListPlace:
        mark, entries = event.start_mark, []
        while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
            entries.append(Entry(_at(item), self._end(item)))
        return ListPlace(tuple(entries), bool(event.flow_style), mark.column if mark else 0, key_at)

    def _end(self, event: yaml.Event) -> int:
        """Read the rest of the node that *event* begins, and return where its last character is."""
        if not isinstance(event, yaml.CollectionStartEvent):
            return _end_of(event, self._text)
        end = _at(event)
        while not isinstance(inner := next(self._events), yaml.CollectionEndEvent):
            end = max(end, self._end(inner))
        return _end_of(inner, self._text) if event.flow_style else end


def _at(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def _end_of(event: yaml.Event, text: str) -> int:
    """Return the end of a scalar, an alias or a bracket. A block of text ends before its last line breaks."""
    end = event.end_mark.index if event.end_mark else 0
    return len(text[:end].rstrip()) if getattr(event, "style", None) in {"|", ">"} else end
