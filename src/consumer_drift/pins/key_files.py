"""The values at a key in a file with keys and values, and the packages that a key names there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.formats import Format, format_of, parse
from consumer_drift.documents.node import Every, Leaf, MapNode, find
from consumer_drift.pins import dependency
from consumer_drift.pins.key_path import split_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.documents.node import Node, Step
    from consumer_drift.model.pins import Occurrence
    from consumer_drift.pins.source_text import SourceText

# The tables of package.json, Cargo.toml, composer.json and pyproject.toml whose keys are packages.
_TABLES = frozenset(
    {
        *("dependencies", "devDependencies", "optionalDependencies", "dev-dependencies", "build-dependencies"),
        *("require", "require-dev", "sources"),
    }
)


def occurrences(source: SourceText, file: str, key: str) -> Iterator[Occurrence]:
    """Yield every value at *key*, in every document of the file. Raises MalformedError where it cannot be read."""
    path = split_path(key)
    for document in parse(source.text, format_of(file) or Format.JSON):
        for node in find(document, path):
            yield from dependency.occurrences(source, node)


def names_package(key: str) -> bool:
    """Whether *key* leads to a package in a table of dependencies."""
    return _package_path(key) is not None


def packages(text: str, file: str, key: str) -> Iterator[str]:
    """Yield the packages that *key* leads to in *text*, the content of *file*."""
    path, form = _package_path(key), format_of(file)
    if path is None or form is None:
        return
    try:
        documents = parse(text, form)
    except MalformedError:
        return
    for document in documents:
        for node in find(document, path):
            yield _real_name(str(path[-1]), node)


def _package_path(key: str) -> tuple[Step, ...] | None:
    """Return the path as far as the package's name: ``dependencies.acme`` of ``dependencies.acme.version``."""
    path = split_path(key)
    for index, step in enumerate(path[:-1]):
        name = path[index + 1]
        if (step in _TABLES or step is Every.CHILD) and isinstance(name, str) and not name.isdecimal():
            return path[: index + 2]
    return None


def _real_name(name: str, node: Node) -> str:
    """Return the package behind an alias of npm or Cargo."""
    if isinstance(node, Leaf) and node.value.startswith("npm:"):
        other = node.value.removeprefix("npm:")
        return other[: other.find("@", 1)] if "@" in other[1:] else other
    package = node.leaf("package") if isinstance(node, MapNode) else None
    return package.value if package else name
