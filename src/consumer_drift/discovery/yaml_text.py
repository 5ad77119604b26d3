"""Values, pins and consumers as the text of the configuration."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import yaml

from consumer_drift.config.yaml_tree import LOADER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.discovery.candidates import PinEntry
    from consumer_drift.discovery.suggestion import SuggestedConsumer

_PLAIN = re.compile(r"[A-Za-z0-9_.@/][A-Za-z0-9_.@/*+-]*")
_LONGEST_COMMENT = 400


def scalar(text: str) -> str:
    """Return *text* as a YAML scalar that every reader takes for that text: plain where it can be."""
    if _PLAIN.fullmatch(text) and yaml.load(text, Loader=LOADER) == text:  # noqa: S506 - the safe loader
        return text
    if text.isprintable() and "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=not text.isprintable())


def comment(text: str) -> str:
    """Return *text*, which may be foreign, as what may follow ``# `` on one line."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= _LONGEST_COMMENT else shown[: _LONGEST_COMMENT - 1] + "…"


def pin_lines(entry: PinEntry, indent: str, *, optional: bool, note: str = "") -> Iterator[str]:
    """Yield the lines of an entry of ``pins:`` in a block."""
    behind = f"  # {comment(note)}" if note else ""
    for index, (key, value) in enumerate(entry):
        yield f"{indent}{'  ' if index else '- '}{key}: {_value(value)}{'' if index else behind}"
    if optional:
        yield f"{indent}  optional: true"


def _value(value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return scalar(value)
    return f"[{', '.join(_flow(one) for one in value)}]"


def consumer_lines(consumer: SuggestedConsumer, indent: str) -> Iterator[str]:
    """Yield the lines of an entry of ``consumers:`` in a block."""
    note = f"  # {comment(consumer.note)}" if consumer.note else ""
    if not consumer.pins:
        yield f"{indent}- {scalar(consumer.name)}{note}"
        return
    yield f"{indent}- name: {scalar(consumer.name)}{note}"
    yield f"{indent}  pins:"
    for one in consumer.pins:
        yield from pin_lines(one, f"{indent}    ", optional=False)


def flow_pin(entry: PinEntry, *, optional: bool) -> str:
    """Return an entry of ``pins:`` inside of brackets."""
    members = [f"{key}: {_flow(value) if isinstance(value, str) else _value(value)}" for key, value in entry]
    return f"{{{', '.join([*members, *(['optional: true'] if optional else [])])}}}"


def _flow(text: str) -> str:
    """Return *text* as a scalar inside of brackets, where commas and braces end a plain one."""
    return scalar(text) if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=not text.isprintable())


def flow_consumer(consumer: SuggestedConsumer) -> str:
    """Return an entry of ``consumers:`` inside of brackets."""
    if not consumer.pins:
        return scalar(consumer.name)
    pins = ", ".join(flow_pin(one, optional=False) for one in consumer.pins)
    return f"{{name: {scalar(consumer.name)}, pins: [{pins}]}}"
