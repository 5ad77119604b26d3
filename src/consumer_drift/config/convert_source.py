"""The entry of the source, to the model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.config.errors import ConfigMistake, quoted
from consumer_drift.config.models import DEFAULT_TAGS, REGISTRY_KINDS
from consumer_drift.config.published import published
from consumer_drift.config.yaml_tree import Node, Table, entries
from consumer_drift.model.config import (
    Config,
    FromBranch,
    FromFile,
    FromLiteral,
    FromRelease,
    FromTags,
    Origin,
    RegistryPackage,
    Retraction,
    Source,
)
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.versions import Scheme, VersionFormat, is_commit, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from consumer_drift.config.models import (
        SourceEntry,
    )
    from consumer_drift.config.validate import TypedDocument
    from consumer_drift.model.findings import Place


def make_source(
    typed: TypedDocument, owner: str, calling: RepositoryName | None, place: Place, mistakes: list[ConfigMistake]
) -> Source:
    """Return the source, and add its mistakes to *mistakes*."""
    found = typed.document.source
    nodes = entries(typed.tree.get("source"))
    origins = tuple(_origin(entry) for entry in found)
    for entry, node in zip(found, nodes, strict=False):
        mistakes.extend(_wrong_key(entry, node))
        if ("scheme",) not in typed.damaged:
            mistakes.extend(_wrong_version(entry, node, typed.document.scheme))
    named = next((entry.repository for entry in found if entry.repository is not None), None)
    repository = RepositoryName.parse(named, owner) if named is not None else calling
    return Source(
        repository, origins, place, tuple(_retracted(typed, mistakes)), _published(found, nodes, typed, mistakes)
    )


def _published(
    found: Sequence[SourceEntry], nodes: Sequence[Node], typed: TypedDocument, mistakes: list[ConfigMistake]
) -> RegistryPackage | None:
    """Return where the source's releases are published, by the first entry that says it."""
    for entry, node in zip(found, nodes, strict=False):
        place = node.get("published") if isinstance(node, Table) else None
        if entry.published is None or place is None or place.path in typed.damaged:
            continue
        if all(getattr(entry.published, kind) is None for kind in REGISTRY_KINDS):
            continue
        try:
            return published(entry.published)
        except ValueError as error:
            mistakes.append(ConfigMistake(place.path, str(error), place.at))
    return None


def lacks_repository(source: Source) -> bool:
    """Return whether the source must be read and its repository is not known."""
    return source.repository is None and not all(isinstance(origin, FromLiteral) for origin in source.origins)


def given_version(config: Config, text: str) -> Source:
    """Return the source with the version *text*, which has priority over what the file says.

    The templates of the tags follow it: consumers' pins are still written as those tags are.
    Raises ValueError, with a sentence for the user, where *text* is not a version.
    """
    if config.source.branch is not None:
        return _given_commit(config.source, config.source.branch, text)
    located = config.version_format.find_version(text)
    if located is None:
        raise ValueError(not_a_version(text, config.scheme))
    templates = [origin for origin in config.source.origins if isinstance(origin, FromTags)]
    origins: tuple[Origin, ...] = (FromLiteral(located.version.text, given=True), *templates)
    return replace(config.source, origins=origins)


def _given_commit(source: Source, branch: FromBranch, text: str) -> Source:
    if not is_commit(text):
        raise ValueError(f"{quoted(text)} is not the full id of a commit of {branch.branch}")
    return replace(source, origins=(replace(branch, commit=text.lower()),))


def not_a_version(text: str, scheme: Scheme) -> str:
    """Say why *text* is not a version, and how to write one."""
    within = VersionFormat(scheme).find_version(text)
    if within is not None:
        return f"{quoted(text)} is not the bare version: write {within.version}"
    other = next(one for one in Scheme if one is not scheme)
    if parse_version(text, other):
        return f"{quoted(text)} is a version of {other}, not of {scheme}: write another, or 'scheme: {other}'"
    return f"{quoted(text)} is not a version of {scheme}: write one as 1.4.0"


def _origin(entry: SourceEntry) -> Origin:
    if entry.version is not None:
        return FromLiteral(entry.version)
    if entry.file is not None:
        return FromFile(entry.file, entry.key or "")
    if entry.branch is not None:
        return FromBranch(entry.branch)
    if entry.release is not None:
        return FromRelease()
    return FromTags(entry.tags or DEFAULT_TAGS)


def _retracted(typed: TypedDocument, mistakes: list[ConfigMistake]) -> Iterator[Retraction]:
    scheme = typed.document.scheme
    for entry, node in zip(typed.document.source, entries(typed.tree.get("source")), strict=False):
        rows = entries(node.get("retracted") if isinstance(node, Table) else None)
        for one, row in zip(entry.retracted, rows, strict=False):
            version, use = parse_version(one.version, scheme), one.use and parse_version(one.use, scheme)
            if version is not None and (use or not one.use):
                yield Retraction(version, one.reason, use or None)
            elif ("scheme",) not in typed.damaged:
                key, text = ("version", one.version) if version is None else ("use", one.use or "")
                mistakes.append(_at(row, key, not_a_version(text, scheme)))


def _wrong_version(entry: SourceEntry, node: Node, scheme: Scheme) -> Iterator[ConfigMistake]:
    if entry.version is not None and parse_version(entry.version, scheme) is None:
        yield _at(node, "version", not_a_version(entry.version, scheme))


def _wrong_key(entry: SourceEntry, node: Node) -> Iterator[ConfigMistake]:
    if entry.file is None or entry.key is None:
        return
    from consumer_drift.pins.key import Key  # noqa: PLC0415 - loaded for the first such pin

    try:
        # The same keys are valid in a consumer's file and in the source's.
        Key(entry.file, entry.key, False)
    except ValueError as error:
        yield _at(node, "key", str(error))


def _at(node: Node, key: str, said: str) -> ConfigMistake:
    value = (node.get(key) if isinstance(node, Table) else None) or node
    return ConfigMistake(value.path, said, value.at)
