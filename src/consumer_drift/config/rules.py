"""What the keys of the file must be to each other, judged on the tree alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.config.document import ORIGIN_KINDS, PIN_KINDS
from consumer_drift.config.mistakes import Mistake, key_path
from consumer_drift.config.nodes import Scalar, Sequence, Table, entries, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.config.nodes import Node


def broken_rules(root: Table) -> Iterator[Mistake]:
    """Every rule that the file breaks."""
    yield from _consumers(root)
    yield from _source(root)
    for pins in _pin_lists(root):
        for pin in tables(pins):
            yield from _at_most_one(pin, PIN_KINDS)
            yield from _empty_list(pin, "requirement", "name a package, or remove the key")
    if isinstance(reconcile := root.get("reconcile"), Table):
        yield from _empty_list(
            reconcile, "include", "nothing would be looked at; write reconcile: false to mean that"
        )


def _pin_lists(root: Table) -> Iterator[Node]:
    """The common pins and those of single consumers."""
    for holder in (root, *tables(root.get("consumers"))):
        pins = holder.get("pins")
        if pins is not None:
            yield pins


def _consumers(root: Table) -> Iterator[Mistake]:
    consumers = root.get("consumers")
    if consumers is None:
        yield Mistake(("consumers",), "is missing: list the repositories that must follow", root.at)
        return
    if not isinstance(consumers, Sequence):
        return
    if not consumers.items:
        said = "the list is empty, so nothing would be checked: name at least one repository"
        yield Mistake(consumers.path, said, root.key_at("consumers"))
        return
    if _is_empty(root, "pins") and all(_is_empty(consumer, "pins") for consumer in consumers.items):
        said = "there is no pin, neither here nor at a consumer: write one, as in 'file: VERSION'"
        yield Mistake(("pins",), said, root.key_at("pins"))
        return
    yield from (_nothing_to_check(consumer) for consumer in consumers.items if _checks_nothing(root, consumer))


def _nothing_to_check(consumer: Node) -> Mistake:
    return Mistake(
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


def _empty_list(holder: Table, key: str, remedy: str) -> Iterator[Mistake]:
    value = holder.get(key)
    if isinstance(value, Sequence) and not value.items:
        yield Mistake(value.path, f"the list is empty: {remedy}", holder.key_at(key))


def _source(root: Table) -> Iterator[Mistake]:
    source = root.get("source")
    yield from _empty_list(root, "source", "name a place of the version, or remove the key")
    found = tuple(tables(source))
    for entry in found:
        yield from _at_most_one(entry, ORIGIN_KINDS)
        if "key" in entry.members and "file" not in entry.members:
            said = "needs the file that it stands in: write 'file:' beside it"
            yield Mistake((*entry.path, "key"), said, entry.key_at("key"))
        if len(entries(source)) > 1 and entry.members.keys().isdisjoint(ORIGIN_KINDS):
            said = f"names no place of the version: write one of {', '.join(ORIGIN_KINDS)}"
            yield Mistake(entry.path, said, entry.at)
    yield from _one_repository(found)


def _one_repository(found: tuple[Table, ...]) -> Iterator[Mistake]:
    named = [(entry, node) for entry in found if isinstance(node := entry.get("repository"), Scalar) and node.text]
    for _, node in named[1:]:
        first = named[0][1]
        if (node.text or "").casefold() != (first.text or "").casefold():
            said = f"all entries read one repository, and {key_path(first.path)} names another: remove one of them"
            yield Mistake(node.path, said, node.at)


def _at_most_one(entry: Table, kinds: tuple[str, ...]) -> Iterator[Mistake]:
    present = [kind for kind in entry.members if kind in kinds]
    for kind in present[1:]:
        rule = f"an entry has at most one of {', '.join(kinds)}"
        said = f"stands beside {present[0]!r}, and {rule}: make two entries of it"
        yield Mistake((*entry.path, kind), said, entry.key_at(kind))
