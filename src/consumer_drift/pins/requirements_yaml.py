"""Requirements in a conda environment file.

https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html#create-env-file-manually
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Every, Leaf, MapNode, find
from consumer_drift.locks.names import python as normalized
from consumer_drift.pins import pep508
from consumer_drift.pins.version_text import no_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.documents.node import Node
    from consumer_drift.model.pins import Occurrence
    from consumer_drift.pins.source_text import Fragment, SourceText

# https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html#package-match-specifications
_MATCH = re.compile(
    r"(?:[\w./-]+::)?(?P<name>[\w.-]+)[ \t]*(?P<operator>={1,2})[ \t]*(?P<version>[^=\s]+)(?P<build>=\S+)?"
)
_CONDA_NAME = re.compile(r"(?:[\w./-]+::)?(?P<name>[\w.-]+)")


def in_environment(source: SourceText, wanted: frozenset[str]) -> Iterator[Occurrence]:
    """Yield the occurrences of the packages *wanted*, conda's and pip's."""
    for document in parse(source.text, Format.YAML):
        for node in find(document, ("dependencies", Every.CHILD)):
            if isinstance(node, Leaf):
                yield from _conda(source, source.scalar(node), wanted)
            elif isinstance(node, MapNode):
                yield from _pip(source, node, wanted)


def _pip(source: SourceText, table: Node, wanted: frozenset[str]) -> Iterator[Occurrence]:
    for leaf in find(table, ("pip", Every.CHILD)):
        fragment = source.scalar(leaf) if isinstance(leaf, Leaf) else None
        if fragment is not None and pep508.names(fragment.text, wanted):
            yield from pep508.judge(source, fragment)


def _conda(source: SourceText, fragment: Fragment, wanted: frozenset[str]) -> Iterator[Occurrence]:
    name = _CONDA_NAME.match(fragment.text)
    if name is None or normalized(name["name"]) not in wanted:
        return
    match = _MATCH.fullmatch(fragment.text)
    if match is None:
        yield from pep508.judge(source, fragment.cut(name.start("name")))
        return
    body = fragment.cut(*match.span("version"))
    found = source.version_format.find_version(body.text)
    yield source.exact(body, found, "build" if match["build"] else "") if found else no_version(source, body)
