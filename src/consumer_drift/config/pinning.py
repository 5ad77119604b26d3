"""Entries of ``pins:`` → pins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.config.document import PIN_KINDS
from consumer_drift.config.mistakes import Mistake, key_path
from consumer_drift.config.nodes import Table, entries
from consumer_drift.pins import Image, Key, Regex, Requirement, Uses, WholeFile

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from consumer_drift.config.document import PinEntry
    from consumer_drift.config.mistakes import Path
    from consumer_drift.config.nodes import Node
    from consumer_drift.model.pins import Pin


def make_pins(
    found: Sequence[PinEntry], node: Node | None, damaged: Collection[Path], mistakes: list[Mistake]
) -> tuple[Pin, ...]:
    """The pins of one list, whose tree is *node*. What is wrong with them is added to *mistakes*.

    Entries at *damaged* paths are passed over: their mistakes are known, and what is left of them misleads.
    """
    pins: list[Pin] = []
    first_of: dict[PinEntry, Path] = {}
    for entry, place in zip(found, entries(node), strict=True):
        if place.path in damaged or entry.requirement == ():
            continue
        alike = entry.model_copy(update={"optional": False})
        if alike in first_of:
            said = f"is the same pin as {key_path(first_of[alike])}: keep one of them"
            mistakes.append(Mistake(place.path, said, place.at))
            continue
        first_of[alike] = place.path
        try:
            pins.append(make_pin(entry))
        except ValueError as error:
            mistakes.append(_blame(entry, place, str(error)))
    return tuple(pins)


def make_pin(entry: PinEntry) -> Pin:
    """The pin of one entry. Raises ValueError with a sentence for the user."""
    file, optional = entry.file, entry.optional
    if entry.requirement is not None:
        return Requirement(file, entry.requirement, optional)
    if entry.image is not None:
        return Image(file, entry.image, optional)
    if entry.uses is not None:
        return Uses(file, entry.uses, optional)
    if entry.key is not None:
        return Key(file, entry.key, optional)
    if entry.regex is not None:
        return Regex(file, entry.regex, optional)
    return WholeFile(file, optional)


def _blame(entry: PinEntry, node: Node, said: str) -> Mistake:
    kind = next((kind for kind in PIN_KINDS if getattr(entry, kind) is not None), "file")
    value = node.get(kind) if isinstance(node, Table) else None
    blamed = value or node
    return Mistake(blamed.path, said, blamed.at)
