"""The path of a key, as the configuration writes it: ``a."b.c".0``, ``a[name=b].c`` and ``*.c``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.documents.node import Every, Where

if TYPE_CHECKING:
    from consumer_drift.documents.node import Step

_SEGMENT = re.compile(r'"((?:[^"\\]|\\["\\])*)"|([^."\[\]]+)')
_WHERE = re.compile(r'\[([^\[\]=".]+)=(?:"((?:[^"\\]|\\["\\])*)"|([^\[\]"]+))\]')


def split_path(path: str) -> tuple[Step, ...]:
    """Return the steps of ``a."b.c".0``, ``a[name=b].c`` and ``*.c``. Raises ValueError, with a sentence."""
    steps: list[Step] = []
    at = 0
    while True:
        match = _SEGMENT.match(path, at)
        if match is None:
            raise ValueError(f'{path!r} is not a path of keys at character {at + 1}: write a.b, or a."b.c".0')
        quoted, bare = match.groups()
        steps.append(Every.CHILD if bare == "*" else bare if quoted is None else _unquoted(quoted))
        at = match.end()
        while where := _WHERE.match(path, at):
            field, quoted, bare = where.groups()
            steps.append(Where(field, bare if quoted is None else _unquoted(quoted)))
            at = where.end()
        if at == len(path):
            return tuple(steps)
        if path[at] == "[":
            raise ValueError(f"{path!r} is not a path of keys at character {at + 1}: write [field=value]")
        if path[at] != ".":
            raise ValueError(f"{path!r} is not a path of keys at character {at + 1}: a dot was expected")
        at += 1


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
