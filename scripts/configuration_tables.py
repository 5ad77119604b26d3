"""The reference of the configuration's keys, as Markdown made of the JSON Schema."""

from __future__ import annotations

import json
from typing import Any

from consumer_drift.config.json_schema import json_schema

# A longer default does not fit in a table.
_LONGEST_DEFAULT = 60
_BELOW = "see below"


def reference() -> str:
    """One table for the top of the file and one for each mapping under it."""
    schema = json_schema()
    sections = [_table("The top of the file", schema)]
    for name, key in _SECTIONS.items():
        definition = schema["definitions"][name]
        sections.append(_table(f"`{key}`", definition, definition["description"]))
        sections += _long_defaults(key, definition)
    return "\n".join(sections)


_SECTIONS = {
    "SourceEntry": "source",
    "RetractedEntry": "source.retracted[]",
    "PublishedEntry": "source.published",
    "PinEntry": "pins[]",
    "ConsumerEntry": "consumers[]",
    "ExemptEntry": "exempt[]",
    "ReconcileEntry": "reconcile",
    "PolicyEntry": "policy",
    "FloatingEntry": "policy.floating",
    "PropagateEntry": "propagate",
    "LandEntry": "land",
    "StopEntry": "land.stop",
    "TrackingEntry": "tracking",
}


def _table(title: str, schema: dict[str, Any], description: str = "") -> str:
    rows = ["| key | type | default | what it does |", "|---|---|---|---|"]
    for key, value in schema["properties"].items():
        default = "**required**" if key in schema.get("required", ()) else _default(value)
        rows.append(f"| `{key}` | {_type(value)} | {default} | {value['description']} |")
    head = f"### {title}\n\n" + (f"{description}\n\n" if description else "")
    return head + "\n".join(rows) + "\n"


def _default(value: dict[str, Any]) -> str:
    if "default" not in value:
        return ""
    shown = value["default"] if isinstance(value["default"], str) else json.dumps(value["default"])
    return f"`{shown}`" if len(shown) <= _LONGEST_DEFAULT and "\n" not in shown else _BELOW


def _long_defaults(path: str, schema: dict[str, Any]) -> list[str]:
    return [
        f"The default of `{path}.{key}` is:\n\n```text\n{value['default'].rstrip()}\n```\n"
        for key, value in schema["properties"].items()
        if _default(value) == _BELOW
    ]


def _type(value: dict[str, Any]) -> str:
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_type(part) for part in value["anyOf"]))
    if "$ref" in value:
        return "mapping"
    if "const" in value:
        return f"`{value['const']}`"
    if "enum" in value:
        return _words(value["enum"])
    if value["type"] == "array" and "enum" in value["items"]:
        return f"list of {_type(value['items'])}"
    if value["type"] == "array":
        return "list of " + " or ".join(f"{part}s" for part in _type(value["items"]).split(" or "))
    return {"boolean": "`true`, `false`", "integer": "number"}.get(str(value["type"]), "text")


def _words(enum: list[Any]) -> str:
    # `yes` and similar words mean the same as the ones shown.
    words = [json.dumps(word) if isinstance(word, bool) else word for word in enum if word not in _SYNONYMS]
    return ", ".join(f"`{word}`" for word in words) or "`true`, `false`"


_SYNONYMS = ("yes", "no", "on", "off")
