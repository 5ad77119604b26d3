"""One dependency's value in a manifest: a version, an address with one, or a table that says where it is from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.documents.node import Leaf, MapNode
from consumer_drift.model.versions import is_commit
from consumer_drift.pins.source_text import Fragment, SourceText
from consumer_drift.pins.version_text import ELSEWHERE, RANGE, no_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.documents.node import ListNode, Node
    from consumer_drift.model.pins import Occurrence

# What a package manager takes wins over what is beside it: Cargo builds a git tag, whatever ``version`` says.
# https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html#multiple-locations
_GIT_REFS = ("tag", "rev", "branch", "ref")
_REGISTRY = ("version",)
_WITHOUT_VERSION = {
    "path": "is taken from a folder",
    "git": "is a repository without a tag",
    "workspace": ELSEWHERE,
}
_EQUALS = re.compile(r"={1,3}[ \t]*")
# npm:@acme/runtime@1.4.0, github:acme/runtime#v1.4.0, git::https://…?ref=v1.4.0, acme/runtime:1.4.0
_TAIL = re.compile(r"[^\s<>^~*|,;$]+(?:[@#:]|[?&](?:ref|tag)=)(?P<version>[^\s@#:=&?]+)")
# The one version that Maven and NuGet allow for it: [1.4.0]
_ALONE = re.compile(r"\[[ \t]*([^\[\](), \t]+)[ \t]*\]")
# mise's and asdf's ways to ask for the newest of several: https://mise.jdx.dev/configuration.html
_NEWEST = re.compile(r"(?:latest|prefix|sub-[^:]*):", re.IGNORECASE)
# pnpm's and yarn's ways to take the version from another place.
_ELSEWHERE = re.compile(r"(?:catalog|workspace|link|file|portal|patch):", re.IGNORECASE)
_LONGEST = 1000


def occurrences(source: SourceText, node: Node) -> Iterator[Occurrence]:
    """Yield the occurrences that the value *node* of a dependency is."""
    if isinstance(node, Leaf):
        yield scalar(source, node)
    elif isinstance(node, MapNode):
        yield from _table(source, node)
    else:
        yield from _listing(source, node)


def _table(source: SourceText, table: MapNode) -> Iterator[Occurrence]:
    refs = [leaf for key in _GIT_REFS if (leaf := table.leaf(key))]
    if refs:
        yield scalar(source, refs[0])
        return
    for key, why in _WITHOUT_VERSION.items():
        leaf = table.leaf(key)
        if leaf is not None and leaf.value != "false":
            yield source.floating(source.scalar(leaf), why)
            return
    versions = [leaf for key in _REGISTRY if (leaf := table.leaf(key))]
    if versions:
        yield scalar(source, versions[0])
        return
    yield source.floating(Fragment.at("{…}", table.start).cut(0, 0), "is a table that names no version")


def _listing(source: SourceText, listing: ListNode) -> Iterator[Occurrence]:
    """Poetry lists tables, one for each Python; another list is no version."""
    # Through aliases one table may be an item a thousand times.
    items = list({id(item): item for item in listing.items}.values())
    tables = [item for item in items if isinstance(item, MapNode)]
    if not tables or len(tables) < len(items):
        yield source.invalid(Fragment.at("", listing.start), "is a list, not a version")
        return
    for table in tables:
        yield from _table(source, table)


def scalar(source: SourceText, leaf: Leaf) -> Occurrence:
    """Return the occurrence that a scalar is."""
    fragment = source.scalar(leaf)
    equals = _EQUALS.match(fragment.text)
    body = fragment.cut(equals.end()) if equals else fragment
    alone = _ALONE.fullmatch(body.text) if len(body.text) < _LONGEST else None
    body = body.cut(*alone.span(1)) if alone else body
    if is_commit(body.text):
        return source.commit(body)
    found = source.version_format.find_version(body.text)
    if found:
        return source.exact(body, found)
    if _NEWEST.match(fragment.text):
        return source.floating(fragment, RANGE)
    tail = _TAIL.fullmatch(fragment.text) if len(fragment.text) < _LONGEST else None
    if tail is not None:
        body = fragment.cut(*tail.span("version"))
        found = source.version_format.find_version(body.text)
        if found:
            return source.exact(body, found)
        if is_commit(body.text):
            return source.commit(body)
    if _ELSEWHERE.match(fragment.text):
        return source.floating(fragment, ELSEWHERE)
    return no_version(source, fragment)
