"""Add to a list that there is: every old line stays where it is, byte for byte."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.config import load
from consumer_drift.config.text import decode_config
from consumer_drift.config.yaml_tree import Table, plain, read_tree
from consumer_drift.discovery.places import list_places
from consumer_drift.discovery.yaml_text import comment, consumer_lines, flow_consumer, flow_pin, pin_lines
from consumer_drift.model.config import Config
from consumer_drift.support.decode import BOM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from consumer_drift.discovery.candidates import PinEntry
    from consumer_drift.discovery.places import ListPlace
    from consumer_drift.discovery.suggestion import SharedPin, SuggestedConsumer
    from consumer_drift.model.repository import RepositoryName

_LINE_END = re.compile(r"\r\n|\r|\n")
_MARK = "consumer-drift init:"


@dataclass(frozen=True, slots=True)
class Changes:
    """What to add. *gone* says of listed consumers, by their place in the list, why they should be removed."""

    pins: tuple[SharedPin, ...] = ()
    consumers: tuple[SuggestedConsumer, ...] = ()
    gone: Mapping[int, str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What each change is called, to know it again."""
        return (
            *(f"pin {one.candidate.file} {one.candidate.what}" for one in self.pins),
            *(f"consumer {one.name}" for one in self.consumers),
            *(f"gone {why}" for why in (self.gone or {}).values()),
        )


@dataclass(frozen=True, slots=True)
class _Insertion:
    at: int
    text: str


def updated(data: bytes, changes: Changes, calling: RepositoryName | None) -> bytes | None:
    """Return *data*, a valid configuration, with *changes*; None where they do not fit into its text.

    *calling* is what it was loaded with.
    What is added is checked by loading the result: it differs from the old configuration in *changes* alone.
    """
    text = decode_config(data)
    insertions = sorted(_insertions(text, changes), key=lambda one: one.at)
    pieces, start = [BOM if data.startswith(BOM.encode()) else ""], 0
    for one in insertions:
        pieces += [text[start : one.at], one.text]
        start = one.at
    new = "".join([*pieces, text[start:]]).encode()
    return new if _is_right(data, new, changes, calling) else None


def pin_entries(data: bytes) -> tuple[PinEntry, ...]:
    """Return the entries of ``pins:`` as the file has them, one for each pin of the configuration."""
    tree, _ = read_tree(decode_config(data))
    node = tree.get("pins") if isinstance(tree, Table) else None
    pins = [] if node is None else plain(node)
    return tuple(
        tuple((key, tuple(value) if isinstance(value, list) else value) for key, value in entry.items())
        if isinstance(entry, dict)
        else (("file", entry),)
        for entry in pins
    )


def _insertions(text: str, changes: Changes) -> Iterator[_Insertion]:
    places = list_places(text)
    ending = found[0] if (found := _LINE_END.search(text)) else "\n"
    pins, consumers = places.get("pins"), places.get("consumers")
    if pins is not None:
        lines = [[*pin_lines(one.candidate.entry, " " * pins.indent, optional=True)] for one in changes.pins]
        flow = [flow_pin(one.candidate.entry, optional=True) for one in changes.pins]
        yield from _appended(text, pins, lines, flow, ending)
    if consumers is not None:
        lines = [[*consumer_lines(one, " " * consumers.indent)] for one in changes.consumers]
        flow = [flow_consumer(one) for one in changes.consumers]
        yield from _appended(text, consumers, lines, flow, ending)
        yield from _proposals(text, consumers, changes.gone or {}, ending)


def _appended(
    text: str, place: ListPlace, lines: Sequence[Sequence[str]], flow: Sequence[str], ending: str
) -> Iterator[_Insertion]:
    """Yield the new entries: behind the last one's line, or in its brackets."""
    if not lines or not place.entries:
        return
    last = place.entries[-1].end
    if place.flow:
        yield _Insertion(last, "".join(f", {one}" for one in flow))
        return
    block = [line for entry in lines for line in entry]
    line_end = _LINE_END.search(text, last)
    if line_end is None:
        yield _Insertion(len(text), "".join(f"{ending}{line}" for line in block))
    else:
        yield _Insertion(line_end.end(), "".join(f"{line}{ending}" for line in block))


def _proposals(text: str, place: ListPlace, gone: Mapping[int, str], ending: str) -> Iterator[_Insertion]:
    """Yield a comment above each entry that is gone, unless it is there already."""
    lines = {line.strip() for line in _LINE_END.split(text)}
    for index, why in sorted(gone.items()):
        said = f"# {_MARK} {comment(why)}"
        if said in lines:
            continue
        at = place.key_at if place.flow else place.entries[index].start
        start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
        # In brackets there is no line of its own for the comment; a key in the first column has one above it.
        if place.flow and start != at:
            continue
        indent = "" if place.flow else " " * place.indent
        yield _Insertion(start, f"{indent}{said}{ending}")


def _is_right(old: bytes, new: bytes, changes: Changes, calling: RepositoryName | None) -> bool:
    before, after = load(old, "old", calling), load(new, "old", calling)
    if not isinstance(before, Config) or not isinstance(after, Config):
        return False
    pins = (*before.pins, *(one.candidate.pin(optional=True) for one in changes.pins))
    kept = after.consumers[: len(before.consumers)]
    added = [one.name for one in after.consumers[len(before.consumers) :]]
    return (
        after.pins == pins
        and [one.name for one in kept] == [one.name for one in before.consumers]
        and [name.name for name in added] == [one.name.rpartition("/")[2] for one in changes.consumers]
        and _rest(after) == _rest(before)
    )


def _rest(config: Config) -> tuple[object, ...]:
    """Return what must not change, without places."""
    return (
        config.source.repository,
        config.source.origins,
        config.scheme,
        config.owner,
        config.policy,
        config.propagate,
        tuple((one.name, one.reason, one.until) for one in config.exempt),
    )
