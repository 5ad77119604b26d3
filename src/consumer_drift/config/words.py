"""The type checker's errors, in words for whoever writes the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from consumer_drift.config.document import Document, Entry
from consumer_drift.config.mistakes import Mistake, did_you_mean, quoted
from consumer_drift.config.nodes import Table, descend

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from consumer_drift.config.mistakes import Path
    from consumer_drift.config.nodes import Node

_WANTED = {
    "string_type": "a text",
    "tuple_type": "a list",
    "model_type": "a mapping",
    "flag_type": "true or false",
}
_SHORT = 40


def in_words(error: ErrorDetails, root: Node) -> Mistake:
    """*error* at its place in the tree *root*, which was what pydantic saw."""
    loc, kind = error["loc"], error["type"]
    node = descend(root, loc)
    if kind == "extra_forbidden":
        holder = descend(root, loc[:-1])
        at = holder.key_at(str(loc[-1])) if isinstance(holder, Table) else holder.at
        return Mistake((*holder.path, loc[-1]), _unknown_key(loc), at)
    if kind == "missing":
        return Mistake((*node.path, loc[-1]), "is missing: it is required here", node.at)
    return Mistake(node.path, _sentence(error), node.at)


def _sentence(error: ErrorDetails) -> str:
    kind, value, context = error["type"], error["input"], error.get("ctx", {})
    if value is None:
        return "has no value: write one, or remove it"
    if kind == "value_error":
        return str(context["error"])
    if kind in _WANTED:
        return f"must be {_WANTED[kind]}, not {_what(value)}{_hint(error)}"
    if kind in {"enum", "literal_error"}:
        return _choice(value, context["expected"])
    return error["msg"]


def _hint(error: ErrorDetails) -> str:
    value = error["input"]
    if error["type"] == "tuple_type":
        if not isinstance(value, str):
            return "; start each entry with '- '"
        is_short = len(value) < _SHORT and value.isprintable() and '"' not in value
        return f'; write ["{value}"]' if is_short else "; write [one, another]"
    return f"; {_entry_at(error['loc']).hint}" if error["type"] == "model_type" else ""


def _choice(value: Any, expected: str) -> str:
    if not isinstance(value, str):
        return f"must be {expected}, not {_what(value)}"
    meant = did_you_mean(value, (word.strip("' ") for word in expected.replace(" or ", ",").split(",")))
    return f"must be {expected}, not {quoted(value)}" + (f"; did you mean {meant!r}?" if meant else "")


def _what(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a text"


def _unknown_key(loc: Path) -> str:
    entry = _entry_at(loc[:-1])
    known = tuple(_keys(entry))
    meant = did_you_mean(str(loc[-1]), known)
    if meant:
        return f"unknown key; did you mean {meant!r}?"
    elsewhere = _elsewhere(str(loc[-1]), entry)
    return f"unknown key; {elsewhere}" if elsewhere else f"unknown key; known here: {', '.join(known)}"


def _elsewhere(key: str, entry: type[Entry]) -> str:
    """Where a key that is unknown in *entry* would be known."""
    if key in _keys(Document):
        return f"{key!r} belongs to the top of the file"
    owners = [name for name, kind in _children(Document).items() if key in _keys(kind) and kind is not entry]
    return f"{key!r} belongs under {' or '.join(repr(name) for name in owners)}" if owners else ""


def _entry_at(loc: Path) -> type[Entry]:
    entry: type[Entry] = Document
    for part in loc:
        entry = _children(entry).get(str(part), entry)
    return entry


def _keys(entry: type[Entry]) -> list[str]:
    return [str(field.alias) for field in entry.model_fields.values()]


def _children(entry: type[Entry]) -> dict[str, type[Entry]]:
    """The keys of *entry* under which mappings stand, with what these are."""
    found = ((str(field.alias), _entry_in(field.annotation)) for field in entry.model_fields.values())
    return {key: kind for key, kind in found if kind is not None}


def _entry_in(annotation: Any) -> type[Entry] | None:
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return annotation
    return next((kind for kind in map(_entry_in, get_args(annotation)) if kind is not None), None)
