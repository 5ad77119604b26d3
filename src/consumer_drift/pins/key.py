"""A key in a file with keys and values: JSON, YAML, TOML, HCL, XML, .tool-versions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.documents import Every, Format, MalformedError, Where, find, format_of, parse
from consumer_drift.model.pins import Damaged
from consumer_drift.pins.dependency import occurrences
from consumer_drift.pins.kind import PinKind
from consumer_drift.pins.source_text import SourceText, reading

if TYPE_CHECKING:
    from consumer_drift.documents import Step
    from consumer_drift.model.pins import Reading
    from consumer_drift.model.versions import VersionFormat

_SEGMENT = re.compile(r'"((?:[^"\\]|\\["\\])*)"|([^."\[\]]+)')
_WHERE = re.compile(r'\[([^\[\]=".]+)=(?:"((?:[^"\\]|\\["\\])*)"|([^\[\]"]+))\]')


@dataclass(frozen=True, slots=True)
class Key:
    """``- key: dependencies.acme``: a path of keys with dots between them.

    A key with dots in it is in double quotes, digits count the items of a list from 0, ``[name=runtime]`` takes
    the items of a list by one of their fields, and ``*`` takes every key or item. Raises
    ValueError, with a sentence for the user, for another path or a file whose name tells no format.
    """

    file: str
    key: str
    optional: bool = False

    def __post_init__(self) -> None:
        split_path(self.key)
        if format_of(self.file) is None:
            raise ValueError(
                f"the name of {self.file!r} tells no format: key reads .json, .yml, .yaml, .toml, .tf, .hcl,"
                " .xml, .csproj and .props files and well-known names such as .tool-versions; use regex for others"
            )

    def at(self, path: str) -> Key:
        """Return the pin in the file *path*."""
        return replace(self, file=path)

    def describe(self) -> str:
        """``key dependencies.acme``."""
        return f"key {self.key}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Read every value at the path, in every document of the file."""
        form = format_of(self.file) or Format.JSON
        try:
            documents = parse(text, form)
        except MalformedError as error:
            return Damaged(error.why, error.line)
        path = split_path(self.key)
        source = SourceText(text, version_format)
        nodes = [node for document in documents for node in find(document, path)]
        return reading((o for node in nodes for o in occurrences(source, node)), f"no {self.describe()}")


KIND = PinKind(
    "key",
    "The key of the version in a JSON, YAML, TOML, HCL or XML file, with dots between its parts. `[name=runtime]`"
    " takes the items of a list by one of their fields, `*` takes every key or item.",
    lambda file, key, options: Key(file, key, options.optional),
)


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
