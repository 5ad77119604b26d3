"""Tables that the documentation shows, made from what the program itself goes by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from consumer_drift.commands import Command
from consumer_drift.model.exit_codes import EXITS
from consumer_drift.model.findings import RULES
from consumer_drift.model.outcome import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def exit_codes() -> str:
    """The exit codes as a Markdown table."""
    return _table(("code", "status", "when"), ((row.code, f"`{row.status}`", row.when) for row in EXITS))


def command_exit_codes() -> str:
    """What the exit codes mean for the commands that do not compare, as a Markdown table."""
    rows = (
        (f"`{command}`", *(own.get(row.status, "as for `check`") for row in EXITS))
        for command in Command
        if (own := command.spec.exit_codes)
    )
    return _table(("command", *(row.code for row in EXITS)), rows)


def findings(links: Iterable[str] = ()) -> str:
    """The codes of findings as a Markdown table; each leads to its page, *links* where given."""
    pages = list(links) or [f"findings/{code}.md" for code in RULES]
    rows = (
        (f"[`{rule.code}`]({page})", rule.level, rule.counts_as or "nothing", rule.when)
        for rule, page in zip(RULES.values(), pages, strict=True)
    )
    return _table(("code", "level", "counts as", "when"), rows)


def outcomes() -> str:
    """The outcomes of propagate as a Markdown table."""
    rows = ((f"`{rule.outcome}`", "yes" if rule.is_in_flight else "no", rule.when) for rule in OUTCOMES.values())
    return _table(("outcome", "in-flight", "when"), rows)


def fields(schema: Mapping[str, Any]) -> str:
    """Every field that a JSON Schema describes, as a Markdown table with dotted paths."""
    rows = ((f"`{path}`", kind, text) for path, kind, text in _fields(schema, schema, ""))
    return _table(("field", "type", "what it says"), rows)


def _fields(schema: Mapping[str, Any], node: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str, str]]:
    for name, raw in node.get("properties", {}).items():
        inner, nullable = _resolved(schema, raw)
        items, _ = _resolved(schema, inner.get("items", {}))
        path = f"{prefix}{name}" + ("[]" if items else "")
        text = raw.get("description") or inner.get("description", "")
        yield path, _kind(inner, items) + (" or null" if nullable else ""), text
        yield from _fields(schema, items or inner, f"{path}.")


def _resolved(schema: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """What a reference, or a choice between something and null, means; and whether it may be null."""
    choices = node.get("anyOf", [node])
    nullable = any(choice.get("type") == "null" for choice in choices)
    inner = next(choice for choice in choices if choice.get("type") != "null")
    if "$ref" in inner:
        inner = schema["$defs"][inner["$ref"].rpartition("/")[2]]
    return inner, nullable


def _kind(node: Mapping[str, Any], items: Mapping[str, Any]) -> str:
    if items:
        return f"list of {items['type']}s"
    kinds = [node["type"]] if isinstance(node["type"], str) else node["type"]
    return " or ".join(kinds)


def _table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    names = [str(name) for name in head]
    lines = [names, ["---"] * len(names), *([str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
