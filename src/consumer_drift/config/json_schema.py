"""The configuration file's JSON Schema, made of the types that load it.

Draft 7, which all editors know: https://json-schema.org/draft-07
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from consumer_drift import links
from consumer_drift.config.entry import (
    Choice,
    ConfigEntry,
    ListOf,
    ListOrNone,
    Nested,
    NestedOrFlag,
    NestedOrText,
    OneOrMany,
    TextValue,
)
from consumer_drift.config.models import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.config.entry import EntryKey, Type


def json_schema() -> dict[str, Any]:
    """Return the schema, which is the same on every call."""
    definitions = {entry.__name__: _mapping(entry) for entry in _below(Document)}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": links.SCHEMA,
        "title": "consumer-drift configuration",
        **_mapping(Document),
        "description": "Which repositories must pin the source's current version, and where they pin it.",
        "definitions": dict(sorted(definitions.items())),
    }


def _below(entry: type[ConfigEntry]) -> Iterator[type[ConfigEntry]]:
    """Yield every entry that is somewhere in *entry*."""
    for key in entry.keys.values():
        if key.takes.entry is not None:
            yield key.takes.entry
            yield from _below(key.takes.entry)


def _mapping(entry: type[ConfigEntry]) -> dict[str, Any]:
    required = [key.key for key in entry.keys.values() if key.required]
    mapping = {
        "additionalProperties": False,
        "description": inspect.getdoc(entry),
        "properties": {key.key: _property(key) for key in entry.keys.values()},
        "type": "object",
        **({"required": required} if required else {}),
        **entry.rules,
    }
    return dict(sorted(mapping.items()))


def _property(key: EntryKey[Any]) -> dict[str, Any]:
    shown = list(key.shown) if isinstance(key.shown, tuple) else key.shown
    default = {} if shown is None else {"default": shown}
    return dict(sorted({**_type(key.takes), "description": key.description, **default}.items()))


def _type(takes: Type[Any]) -> dict[str, Any]:
    """Return what a value of this type is; the narrower types come first."""
    match takes:
        case TextValue():
            return takes.schema
        case Choice():
            return {"enum": list(takes.words)}
        case OneOrMany():
            return {"anyOf": [_type(takes.item), _list(takes)]}
        case ListOf():
            return _list(takes)
        case ListOrNone():
            return {"anyOf": [{"enum": ["none"]}, _list(takes.many)]}
        case NestedOrText():
            return {"anyOf": [_type(takes.short.takes), _reference(takes)]}
        case NestedOrFlag():
            return {"anyOf": [*takes.flag.schema["anyOf"], _reference(takes.nested)]}
        case Nested():
            return _reference(takes)
    raise AssertionError(f"{takes} has no schema")


def _list(takes: ListOf[Any]) -> dict[str, Any]:
    least = {"minItems": takes.least} if takes.least else {}
    return {"items": _type(takes.item), **least, "type": "array"}


def _reference(takes: Nested[Any]) -> dict[str, Any]:
    return {"$ref": f"#/definitions/{takes.entry.__name__}"}
