"""Entries of ``source:`` → where the target version comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.config.document import DEFAULT_TAGS
from consumer_drift.config.mistakes import Mistake, quoted
from consumer_drift.config.nodes import Table, entries
from consumer_drift.model.config import FromFile, FromLiteral, FromRelease, FromTags, Origin, Source
from consumer_drift.model.names import RepositoryName
from consumer_drift.model.versions import Dialect, Scheme, parse_version
from consumer_drift.pins import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.config.document import SourceEntry
    from consumer_drift.config.nodes import Node
    from consumer_drift.config.typed import Typed
    from consumer_drift.model.config import Config
    from consumer_drift.model.findings import Place


def make_source(
    typed: Typed, owner: str, calling: RepositoryName | None, place: Place, mistakes: list[Mistake]
) -> Source:
    """The source. What is wrong with it is added to *mistakes*."""
    found = typed.document.source
    nodes = entries(typed.tree.get("source"))
    origins = tuple(_origin(entry) for entry in found)
    for entry, node in zip(found, nodes, strict=False):
        mistakes.extend(_wrong_key(entry, node))
        if ("scheme",) not in typed.damaged:
            mistakes.extend(_wrong_version(entry, node, typed.document.scheme))
    named = next((entry.repository for entry in found if entry.repository is not None), None)
    repository = RepositoryName.parse(named, owner) if named is not None else calling
    return Source(repository, origins, place)


def lacks_repository(source: Source) -> bool:
    """Whether the source must be read and nobody said where it is."""
    return source.repository is None and not all(isinstance(origin, FromLiteral) for origin in source.origins)


def given_version(config: Config, text: str) -> Source:
    """The source with the version *text* from the command line, which wins over whatever the file says.

    The templates of the tags stay behind it: consumers' pins are still written as those tags are.
    Raises ValueError, with a sentence for the user, where *text* is no version.
    """
    located = config.dialect.locate(text)
    if located is None:
        raise ValueError(not_a_version(text, config.scheme))
    templates = [origin for origin in config.source.origins if isinstance(origin, FromTags)]
    origins: tuple[Origin, ...] = (FromLiteral(located.version.text), *templates)
    return Source(config.source.repository, origins, config.source.place)


def not_a_version(text: str, scheme: Scheme) -> str:
    """Why *text* is no version, and what would be one."""
    within = Dialect(scheme).locate(text)
    if within is not None:
        return f"{quoted(text)} is not the bare version: write {within.version}"
    other = next(one for one in Scheme if one is not scheme)
    if parse_version(text, other):
        return f"{quoted(text)} is a version of {other}, not of {scheme}: write another, or 'scheme: {other}'"
    return f"{quoted(text)} is no version of {scheme}: write one as 1.4.0"


def _origin(entry: SourceEntry) -> Origin:
    if entry.version is not None:
        return FromLiteral(entry.version)
    if entry.file is not None:
        return FromFile(entry.file, entry.key or "")
    if entry.release is not None:
        return FromRelease()
    return FromTags(entry.tags or DEFAULT_TAGS)


def _wrong_version(entry: SourceEntry, node: Node, scheme: Scheme) -> Iterator[Mistake]:
    if entry.version is not None and parse_version(entry.version, scheme) is None:
        yield _at(node, "version", not_a_version(entry.version, scheme))


def _wrong_key(entry: SourceEntry, node: Node) -> Iterator[Mistake]:
    if entry.file is None or entry.key is None:
        return
    try:
        # What makes a key readable is the same in a consumer's file and in the source's.
        Key(entry.file, entry.key, False)
    except ValueError as error:
        yield _at(node, "key", str(error))


def _at(node: Node, key: str, said: str) -> Mistake:
    value = (node.get(key) if isinstance(node, Table) else None) or node
    return Mistake(value.path, said, value.at)
