"""Requirements in pyproject.toml, pixi.toml, Pipfile and the inline metadata of scripts.

https://packaging.python.org/en/latest/specifications/pyproject-toml/
https://packaging.python.org/en/latest/specifications/dependency-groups/
https://docs.astral.sh/uv/concepts/projects/dependencies/#dependency-sources
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Leaf, ListNode, MapNode, find, walk
from consumer_drift.locks.names import python as normalized
from consumer_drift.model.pins import Pinning
from consumer_drift.pins import dependency, pep508

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.documents.node import Node
    from consumer_drift.model.pins import Occurrence
    from consumer_drift.pins.source_text import SourceText

# Lists and tables under such keys hold requirements, so that a bare name is one too. Elsewhere a name alone may be
# anything (``known-first-party``), and only a requirement with a version or an address counts.
_REQUIREMENTS = re.compile(r"(?:.*-)?(?:dependencies|dependency-groups|requires|packages)", re.IGNORECASE)
# Lists of names by design, although the key sounds like requirements.
_NAMES_ALONE = re.compile(r"(?:dev|default)-groups|(?:no-)?(?:binary|build)(?:-isolation)?-package|packages")
_SOURCES = ("tool", "uv", "sources")


def in_toml(source: SourceText, text: str, wanted: frozenset[str]) -> Iterator[Occurrence]:
    """Yield the occurrences of the packages *wanted* in *text*, whose characters have the places of *source*'s."""
    for document in parse(text, Format.TOML):
        located = list(_uv_sources(source, document, wanted))
        yield from located
        for occurrence in _everywhere(source, document, wanted):
            # What uv takes from a repository has no version in its requirement.
            if not located or occurrence.pinning in {Pinning.EXACT, Pinning.SERIES}:
                yield occurrence


def _uv_sources(source: SourceText, document: Node, wanted: frozenset[str]) -> Iterator[Occurrence]:
    for table in find(document, _SOURCES):
        if isinstance(table, MapNode):
            for node in _named(table, wanted):
                # An index or a workspace says where from, and not which version.
                if isinstance(node, MapNode) and (node.leaf("index") or node.leaf("workspace")):
                    continue
                yield from dependency.occurrences(source, node)


def _everywhere(source: SourceText, document: Node, wanted: frozenset[str]) -> Iterator[Occurrence]:
    sources = {id(node) for node in find(document, _SOURCES)}
    for table in walk(document):
        if id(table) in sources:
            continue
        for key, nodes in table.entries.items():
            for node in nodes:
                yield from _under(source, key, node, wanted)


def _under(source: SourceText, key: str, node: Node, wanted: frozenset[str]) -> Iterator[Occurrence]:
    sure = _REQUIREMENTS.fullmatch(key) is not None
    if isinstance(node, ListNode):
        yield from _in_list(source, node, wanted, bare=sure and not _NAMES_ALONE.fullmatch(key))
    elif isinstance(node, MapNode) and sure:
        for name, children in node.entries.items():
            for child in children:
                if isinstance(child, ListNode) and _is_group(child):
                    # An extra may have the name of the package that it asks for.
                    yield from _in_list(source, child, wanted, bare=True)
                elif _is_wanted(name, wanted):
                    yield from dependency.occurrences(source, child)


def _is_group(listing: ListNode) -> bool:
    """Return whether it is a group of requirements, or an extra: Poetry's list for one package has only tables."""
    tables = [item for item in listing.items if isinstance(item, MapNode)]
    return len(tables) < len(listing.items) or all("include-group" in table.entries for table in tables)


def _in_list(source: SourceText, listing: ListNode, wanted: frozenset[str], *, bare: bool) -> Iterator[Occurrence]:
    for leaf in listing.items:
        if not isinstance(leaf, Leaf):
            continue
        fragment = source.scalar(leaf)
        if pep508.names(fragment.text, wanted) and (bare or pep508.has_version(fragment.text)):
            yield from pep508.judge(source, fragment)


def _named(table: MapNode, wanted: frozenset[str]) -> Iterator[Node]:
    for name, nodes in table.entries.items():
        if _is_wanted(name, wanted):
            yield from nodes


def _is_wanted(name: str, wanted: frozenset[str]) -> bool:
    return normalized(name) in wanted
