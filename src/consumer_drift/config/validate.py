"""From the tree to a document: check each key, and keep the valid part of a file that has mistakes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from consumer_drift.config.entry import Wrong, read
from consumer_drift.config.errors import ConfigMistake, key_path, quoted
from consumer_drift.config.models import ORIGIN_KINDS, PIN_KINDS, REGISTRY_KINDS, Document
from consumer_drift.config.yaml_tree import Scalar, Sequence, Table, descend, entries, plain, tables, without
from consumer_drift.support.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.config.entry import ConfigEntry, Misfit
    from consumer_drift.config.errors import Path
    from consumer_drift.config.yaml_tree import Node


@dataclass(frozen=True)
class TypedDocument:
    """*document* and *tree* have the same content: the file without its *mistakes*."""

    document: Document
    tree: Table
    mistakes: tuple[ConfigMistake, ...]

    @cached_property
    def damaged(self) -> frozenset[Path]:
        """The paths with mistakes at or below them: the document may be wrong there."""
        paths = (mistake.path for mistake in self.mistakes)
        return frozenset(path[:end] for path in paths for end in range(len(path) + 1))


def check_types(root: Table) -> TypedDocument:
    """Return the document in *root*, without the mistakes, so that the rest can be checked in the same run."""
    tree: Node = root
    mistakes: tuple[ConfigMistake, ...] | None = None
    while isinstance(tree, Table):
        document, misfits = read(Document, plain(tree))
        if not misfits:
            return TypedDocument(document, tree, mistakes or ())
        if mistakes is None:
            mistakes = tuple(mistake_of(misfit, tree) for misfit in misfits)
        tree = without(tree, {_blamed(misfit, tree) for misfit in misfits})
    raise AssertionError("an empty file has no mistakes")


def _blamed(misfit: Misfit, tree: Node) -> Path:
    """Return what to remove: the value, or for a missing key the mapping that lacks it."""
    return descend(tree, misfit.path[:-1] if misfit.wrong is Wrong.MISSING else misfit.path).path


_WANTED = {
    Wrong.NO_TEXT: "a text",
    Wrong.NO_LIST: "a list",
    Wrong.NO_MAPPING: "a mapping",
    Wrong.NO_FLAG: "true or false",
}
_SHORT = 40
# The lists that take no plain text.
_LISTS: dict[str | int, str] = {"pins": "- file: VERSION", "exempt": "- {name: …, reason: …}"}


def mistake_of(misfit: Misfit, root: Node) -> ConfigMistake:
    """Return *misfit* as a mistake at its place in *root*, the tree that was read."""
    path = misfit.path
    node = descend(root, path)
    if misfit.wrong is Wrong.UNKNOWN_KEY:
        holder = descend(root, path[:-1])
        at = holder.key_at(str(path[-1])) if isinstance(holder, Table) else holder.at
        return ConfigMistake((*holder.path, path[-1]), _unknown_key(path), at)
    if misfit.wrong is Wrong.MISSING:
        return ConfigMistake((*node.path, path[-1]), "is missing: it is required here", node.at)
    return ConfigMistake(node.path, _sentence(misfit), node.at)


def _sentence(misfit: Misfit) -> str:
    if misfit.value is None:
        return "has no value: write one, or remove it"
    if misfit.wrong in _WANTED:
        return f"must be {_WANTED[misfit.wrong]}, not {_what(misfit.value)}{_hint(misfit)}"
    return _choice(misfit.value, misfit.said) if misfit.wrong is Wrong.NO_CHOICE else misfit.said


def _hint(misfit: Misfit) -> str:
    value = misfit.value
    if misfit.wrong is Wrong.NO_LIST:
        if misfit.path[-1] in _LISTS:
            return f"; write a list, as in '{_LISTS[misfit.path[-1]]}'"
        if not isinstance(value, str):
            return "; start each entry with '- '"
        is_short = len(value) < _SHORT and value.isprintable() and '"' not in value
        return f'; write ["{value}"]' if is_short else "; write [one, another]"
    return f"; {_entry_at(misfit.path).hint}" if misfit.wrong is Wrong.NO_MAPPING else ""


def _choice(value: Any, expected: str) -> str:
    if not isinstance(value, str):
        return f"must be {expected}, not {_what(value)}"
    meant = did_you_mean(value, (word.strip("' ") for word in expected.replace(" or ", ",").split(",")))
    return f"must be {expected}, not {quoted(value)}" + (f"; did you mean {meant!r}?" if meant else "")


def _what(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a text"


def _unknown_key(path: Path) -> str:
    entry = _entry_at(path[:-1])
    known = tuple(_keys(entry))
    meant = did_you_mean(str(path[-1]), known)
    if meant:
        return f"unknown key; did you mean {meant!r}?"
    elsewhere = _elsewhere(str(path[-1]), entry)
    return f"unknown key; {elsewhere}" if elsewhere else f"unknown key; known here: {', '.join(known)}"


def _elsewhere(key: str, entry: type[ConfigEntry]) -> str:
    """Say where a key belongs that is unknown in *entry*."""
    if key in _keys(Document):
        return f"{key!r} belongs to the top of the file"
    owners = [name for name, kind in _children(Document).items() if key in _keys(kind) and kind is not entry]
    return f"{key!r} belongs under {' or '.join(repr(name) for name in owners)}" if owners else ""


def _entry_at(path: Path) -> type[ConfigEntry]:
    entry: type[ConfigEntry] = Document
    for part in path:
        entry = _children(entry).get(str(part), entry)
    return entry


def _keys(entry: type[ConfigEntry]) -> list[str]:
    return [key.key for key in entry.keys.values()]


def _children(entry: type[ConfigEntry]) -> dict[str, type[ConfigEntry]]:
    """Return the keys of *entry* whose values are mappings, and the types of these."""
    found = ((key.key, key.takes.entry) for key in entry.keys.values())
    return {key: kind for key, kind in found if kind is not None}


def cross_check(root: Table) -> Iterator[ConfigMistake]:
    """Yield a mistake for every rule across fields that the file breaks."""
    yield from _consumers(root)
    yield from _source(root)
    for pins in _pin_lists(root):
        for pin in tables(pins):
            yield from _at_most_one(pin, PIN_KINDS)
            yield from _empty_list(pin, "requirement", "name a package, or remove the key")
    if isinstance(land := root.get("land"), Table):
        yield from _empty_list(land, "checks", "name a check, or write 'checks: none' to merge bumps without any")
    if isinstance(reconcile := root.get("reconcile"), Table):
        yield from _empty_list(
            reconcile, "include", "nothing would be searched; to switch the search off, write reconcile: false"
        )


def _pin_lists(root: Table) -> Iterator[Node]:
    """Yield the top-level pins and those of single consumers."""
    for holder in (root, *tables(root.get("consumers"))):
        pins = holder.get("pins")
        if pins is not None:
            yield pins


def _consumers(root: Table) -> Iterator[ConfigMistake]:
    consumers = root.get("consumers")
    if consumers is None:
        yield ConfigMistake(("consumers",), "is missing: list the repositories that must follow", root.at)
        return
    if not isinstance(consumers, Sequence):
        return
    if not consumers.items:
        said = "the list is empty, so nothing would be checked: name at least one repository"
        yield ConfigMistake(consumers.path, said, root.key_at("consumers"))
        return
    if _is_empty(root, "pins") and all(_is_empty(consumer, "pins") for consumer in consumers.items):
        said = "there is no pin, neither here nor at a consumer: write one, as in 'file: VERSION'"
        yield ConfigMistake(("pins",), said, root.key_at("pins"))
        return
    yield from (_nothing_to_check(consumer) for consumer in consumers.items if _checks_nothing(root, consumer))


def _nothing_to_check(consumer: Node) -> ConfigMistake:
    return ConfigMistake(
        consumer.path, "has neither pins nor forbidden paths, so there is nothing to check", consumer.at
    )


def _checks_nothing(root: Table, consumer: Node) -> bool:
    def lacks(key: str) -> bool:
        overrides = isinstance(consumer, Table) and key in consumer.members
        return _is_empty(consumer if overrides else root, key)

    return isinstance(consumer, Scalar | Table) and lacks("pins") and lacks("forbid")


def _is_empty(node: Node, key: str) -> bool:
    value = node.get(key) if isinstance(node, Table) else None
    return value is None or (isinstance(value, Sequence) and not value.items)


def _empty_list(holder: Table, key: str, remedy: str) -> Iterator[ConfigMistake]:
    value = holder.get(key)
    if isinstance(value, Sequence) and not value.items:
        yield ConfigMistake(value.path, f"the list is empty: {remedy}", holder.key_at(key))


def _source(root: Table) -> Iterator[ConfigMistake]:
    source = root.get("source")
    yield from _empty_list(root, "source", "name a place that has the version, or remove the key")
    found = tuple(tables(source))
    for entry in found:
        yield from _at_most_one(entry, ORIGIN_KINDS)
        if "key" in entry.members and "file" not in entry.members:
            said = "needs the file that contains it: add 'file:'"
            yield ConfigMistake((*entry.path, "key"), said, entry.key_at("key"))
        if len(entries(source)) > 1 and entry.members.keys().isdisjoint(ORIGIN_KINDS):
            said = f"names no place that has the version: write one of {', '.join(ORIGIN_KINDS)}"
            yield ConfigMistake(entry.path, said, entry.at)
        yield from _one_registry(entry.get("published"))
    yield from _one_repository(found)
    yield from _commits_alone(root, found)


def _commits_alone(root: Table, found: tuple[Table, ...]) -> Iterator[ConfigMistake]:
    """Check that nothing beside ``branch`` is about releases: consumers pin either commits or releases."""
    branch = next((entry for entry in found if "branch" in entry.members), None)
    if branch is None:
        return
    if len(found) > 1:
        said = "is one of several places, and consumers pin either commits or releases: keep one place"
        yield ConfigMistake((*branch.path, "branch"), said, branch.key_at("branch"))
    for entry in found:
        for key in ("published", "retracted"):
            if key in entry.members:
                said = "is about releases, and next to 'branch' the target is a commit: remove it"
                yield ConfigMistake((*entry.path, key), said, entry.key_at(key))
    for pin in (one for pins in _pin_lists(root) for one in tables(pins)):
        if "image" in pin.members:
            said = "has a version in its tag, and next to 'source.branch' pins are commits: write 'regex' instead"
            yield ConfigMistake((*pin.path, "image"), said, pin.key_at("image"))


def _one_registry(found: Node | None) -> Iterator[ConfigMistake]:
    """Check that ``published`` names one registry, and no address beside a URL."""
    if not isinstance(found, Table):
        return
    present = [kind for kind in found.members if kind in REGISTRY_KINDS]
    if not present:
        said = f"names no registry: write one of {', '.join(REGISTRY_KINDS)}"
        yield ConfigMistake(found.path, said, found.at)
    for kind in present[1:]:
        said = f"is next to {present[0]!r}, and a source is published at one registry: remove one of them"
        yield ConfigMistake((*found.path, kind), said, found.key_at(kind))
    if "url" in present and "index" in found.members:
        said = "has no meaning next to 'url', which has an address of its own: remove it"
        yield ConfigMistake((*found.path, "index"), said, found.key_at("index"))


def _one_repository(found: tuple[Table, ...]) -> Iterator[ConfigMistake]:
    named = [(entry, node) for entry in found if isinstance(node := entry.get("repository"), Scalar) and node.text]
    for _, node in named[1:]:
        first = named[0][1]
        if (node.text or "").casefold() != (first.text or "").casefold():
            said = f"all entries read one repository, and {key_path(first.path)} names another: remove one of them"
            yield ConfigMistake(node.path, said, node.at)


def _at_most_one(entry: Table, kinds: tuple[str, ...]) -> Iterator[ConfigMistake]:
    present = [kind for kind in entry.members if kind in kinds]
    for kind in present[1:]:
        rule = f"an entry has at most one of {', '.join(kinds)}"
        said = f"is next to {present[0]!r}, and {rule}: split it into two entries"
        yield ConfigMistake((*entry.path, kind), said, entry.key_at(kind))
