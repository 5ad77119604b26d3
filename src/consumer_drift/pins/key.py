"""A key in a JSON, YAML or TOML file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.documents import Format, Leaf, Listing, MalformedError, Table, find, format_of, parse
from consumer_drift.model.pins import Damaged
from consumer_drift.pins.source_text import Fragment, SourceText, reading
from consumer_drift.pins.version_text import no_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.documents import Node
    from consumer_drift.model.pins import Occurrence, Reading
    from consumer_drift.model.versions import VersionFormat

_SEGMENT = re.compile(r'"((?:[^"\\]|\\["\\])*)"|([^."]+)')
# Where a dependency is a table, what names its version: Cargo, Poetry, uv.
_IN_TABLE = ("version", "tag", "rev")
_EQUALS = re.compile(r"={1,3}[ \t]*")
# npm:@acme/runtime@1.4.0, github:acme/runtime#v1.4.0, git::https://…?ref=v1.4.0, acme/runtime:1.4.0
_TAIL = re.compile(r"[^\s<>^~*|,;$]+(?:[@#:]|[?&](?:ref|tag)=)(?P<version>[^\s@#:=&?]+)")
_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Key:
    """``- key: dependencies.acme``: a path of keys with dots between them.

    A key that holds dots stands in double quotes, digits count the items of a list from 0. Raises
    ValueError, with a sentence for the user, for another path or a file whose name tells no format.
    """

    file: str
    key: str
    optional: bool = False

    def __post_init__(self) -> None:
        split_path(self.key)
        if format_of(self.file) is None:
            raise ValueError(
                f"the name of {self.file!r} tells no format: key reads .json, .jsonc, .yml, .yaml and .toml files"
                " and well-known names such as Cargo.lock; use regex for others"
            )

    def describe(self) -> str:
        """``key dependencies.acme``."""
        return f"key {self.key}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Every value that stands at the path, in every document of the file."""
        form = format_of(self.file) or Format.JSON
        try:
            documents = parse(text, form)
        except MalformedError as error:
            return Damaged(error.why, error.line)
        path = split_path(self.key)
        page = SourceText(text, version_format)
        nodes = [node for document in documents for node in find(document, path)]
        return reading((o for node in nodes for o in _occurrences(page, node)), f"no {self.describe()}")


def split_path(path: str) -> tuple[str, ...]:
    """The segments of ``a."b.c".0``. Raises ValueError with a sentence for the user."""
    segments: list[str] = []
    at = 0
    while True:
        match = _SEGMENT.match(path, at)
        if match is None:
            raise ValueError(f'{path!r} is no path of keys at character {at + 1}: write a.b, or a."b.c".0')
        quoted, bare = match.groups()
        segments.append(bare if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        at = match.end()
        if at == len(path):
            return tuple(segments)
        if path[at] != ".":
            raise ValueError(f"{path!r} is no path of keys at character {at + 1}: a dot was expected")
        at += 1


def _occurrences(page: SourceText, node: Node) -> Iterator[Occurrence]:
    if isinstance(node, Leaf):
        yield _scalar(page, node)
    elif isinstance(node, Table):
        yield _table(page, node)
    else:
        yield from _listing(page, node)


def _table(page: SourceText, table: Table) -> Occurrence:
    for key in _IN_TABLE:
        leaf = table.leaf(key)
        if leaf is not None:
            return _scalar(page, leaf)
    return page.floating(Fragment.at("{…}", table.start).cut(0, 0), "is a table that names no version")


def _listing(page: SourceText, listing: Listing) -> Iterator[Occurrence]:
    """Poetry lists tables, one for each Python; another list is no version."""
    tables = [item for item in listing.items if isinstance(item, Table)]
    if not tables or len(tables) < len(listing.items):
        yield page.invalid(Fragment.at("", listing.start), "is a list, not a version")
        return
    for table in tables:
        yield _table(page, table)


def _scalar(page: SourceText, leaf: Leaf) -> Occurrence:
    piece = Fragment.of_literal(leaf.value, page.text[leaf.start : leaf.end], leaf.start).stripped()
    equals = _EQUALS.match(piece.text)
    body = piece.cut(equals.end()) if equals else piece
    located = page.version_format.find_version(body.text)
    if located:
        return page.exact(body, located)
    tail = _TAIL.fullmatch(piece.text) if len(piece.text) < _LONGEST else None
    if tail is not None:
        body = piece.cut(*tail.span("version"))
        located = page.version_format.find_version(body.text)
        if located:
            return page.exact(body, located)
    return no_version(page, piece)
