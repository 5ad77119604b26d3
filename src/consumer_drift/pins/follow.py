"""The lock files of a manifest that pins a package: what is installed is what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.documents import Every, Leaf, MalformedError, MapNode, find, format_of, parse
from consumer_drift.locks import locks_above, locks_beside
from consumer_drift.pins.key import Key, split_path
from consumer_drift.pins.locked import Locked
from consumer_drift.pins.module import Module
from consumer_drift.pins.requirement import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.documents import Node, Step
    from consumer_drift.model.pins import Pin

# The tables of package.json, Cargo.toml, composer.json and pyproject.toml whose keys are packages.
_TABLES = frozenset(
    {
        *("dependencies", "devDependencies", "optionalDependencies", "dev-dependencies", "build-dependencies"),
        *("require", "require-dev", "sources"),
    }
)
# Directives of a go.mod that the kind for modules reads as well.
_OF_GO = frozenset({"go", "toolchain"})


def lock_files(pin: Pin) -> tuple[str, ...]:
    """Return the paths of the lock files that may be for the file of *pin*, none where it names no package."""
    return tuple(path for level in _levels(pin) for path in level)


def locked_pins(pin: Pin, text: str) -> tuple[tuple[Locked, ...], ...]:
    """Return what is to be looked for in those lock files; *text* is the manifest.

    First in those beside it; where there are none, in those of the next folder above, and so on. One above may be
    of a workspace that the manifest does not belong to: there the package is optional.
    """
    names = tuple(dict.fromkeys(_names(pin, text)))
    if not names:
        return ()
    return tuple(
        tuple(Locked(file, names, optional=above > 0, manifest=pin.file) for file in level)
        for above, level in enumerate(_levels(pin))
    )


def _levels(pin: Pin) -> tuple[tuple[str, ...], ...]:
    if not _may_name_a_package(pin) or not locks_beside(pin.file):
        return ()
    return (locks_beside(pin.file), *locks_above(pin.file))


def _may_name_a_package(pin: Pin) -> bool:
    if isinstance(pin, Key):
        return _package_path(pin) is not None
    return isinstance(pin, Requirement) or (isinstance(pin, Module) and pin.module not in _OF_GO)


def _names(pin: Pin, text: str) -> Iterator[str]:
    if isinstance(pin, Requirement):
        yield from pin.names
    elif isinstance(pin, Module):
        yield pin.module
    elif isinstance(pin, Key):
        path, form = _package_path(pin), format_of(pin.file)
        if path is None or form is None:
            return
        try:
            documents = parse(text, form)
        except MalformedError:
            return
        for document in documents:
            for node in find(document, path):
                yield _real_name(str(path[-1]), node)


def _package_path(pin: Key) -> tuple[Step, ...] | None:
    """Return the path as far as the package's name: ``dependencies.acme`` of ``dependencies.acme.version``."""
    path = split_path(pin.key)
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
