"""References to images that a YAML, JSON or TOML file splits over several keys, or writes without a tag."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.documents.node import Leaf, ListNode, MapNode, walk
from consumer_drift.pins.image_reference import image_name, split_reference
from consumer_drift.pins.interpolation import expand
from consumer_drift.pins.source_text import Fragment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.documents.node import Node
    from consumer_drift.pins.image_reference import Candidate
    from consumer_drift.pins.source_text import SourceText

# GitHub's and Gitea's ``container:`` takes a bare reference, GitLab's ``services:`` a list of them.
_KEYS = ("container",)
_LISTS = ("services",)
# Helm writes the tag beside the repository, Kustomize beside the name, older charts beside the image.
_NAME_KEYS = ("repository", "newName", "name", "image", "imageRepository")
_TAG_KEYS = ("tag", "newTag", "imageTag")
# ``version`` is a tag only where the name's key can mean nothing but an image.
_VERSIONED_NAME_KEYS = ("repository", "imageRepository")
# A name has 255 characters at most, a tag 128, a digest 135; each may be an escape or a variable.
_LONGEST = 4096
# https://yaml.org/type/null.html
_NULL = frozenset({"null", "Null", "NULL", "~"})
_DIGEST_KEYS = ("digest", "sha")
_REGISTRY_KEYS = ("registry", "imageRegistry")


def references(source: SourceText, document: Node) -> Iterator[Candidate]:
    """Yield the references that tables of *document* write."""
    registries = _global_registries(document)
    seen: set[int] = set()
    for table in walk(document):
        paired = list(_pairs(source, table, registries))
        yield from paired
        if not paired:
            yield from _scalars(source, table, seen)


def _global_registries(document: Node) -> tuple[str, ...]:
    """Helm's ``global.imageRegistry``, which is put before every repository of the chart."""
    # Of two such keys, which no YAML may have, Helm takes the last.
    tables = document.entries.get("global", [])[-1:] if isinstance(document, MapNode) else []
    leaves = (table.leaf(key) for table in tables if isinstance(table, MapNode) for key in _REGISTRY_KEYS)
    return tuple(leaf.value for leaf in leaves if leaf is not None and leaf.value)


def _scalars(source: SourceText, table: MapNode, seen: set[int]) -> Iterator[Candidate]:
    for leaf in _leaves(table, seen):
        fragment = fragment_of(source, leaf)
        yield fragment, split_reference(fragment)


def _leaves(table: MapNode, seen: set[int]) -> Iterator[Leaf]:
    for key, nodes in table.entries.items():
        if key in _KEYS or key.lower().endswith("image") or key in _VERSIONED_NAME_KEYS:
            for node in _unseen(nodes, seen):
                yield from _bare_or_named(node)
        elif key in _LISTS:
            for node in _unseen(nodes, seen):
                for item in _unseen(node.items, seen) if isinstance(node, ListNode) else ():
                    yield from _bare_or_named(item)


def _unseen(nodes: list[Node], seen: set[int]) -> Iterator[Node]:
    """Yield each node once: through aliases it may stand in a thousand places."""
    for node in nodes:
        if id(node) not in seen:
            seen.add(id(node))
            yield node


def _bare_or_named(node: Node) -> Iterator[Leaf]:
    """``image: x:1``, GitLab's ``image: {name: x:1}``, or an image volume's ``image: {reference: x:1}``."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, MapNode) and not any(key in node.entries for key in _TAG_KEYS):
        for key in ("name", "reference"):
            leaf = node.leaf(key)
            if leaf is not None:
                yield leaf


def _pairs(source: SourceText, table: MapNode, registries: tuple[str, ...]) -> Iterator[Candidate]:
    """References whose tag has a key of its own."""
    tags = [leaf for key in _TAG_KEYS if (leaf := table.leaf(key))]
    name_keys: tuple[str, ...] = _NAME_KEYS
    if not tags and (version := table.leaf("version")):
        tags, name_keys = [version], _VERSIONED_NAME_KEYS
    if not tags:
        return
    tag = fragment_of(source, tags[0])
    tag = tag.cut(0, 0) if tag.text in _NULL else tag
    version_text, digest, _ = tag.text.partition("@")
    beside = any((leaf := table.leaf(key)) and leaf.value for key in _DIGEST_KEYS)
    for key in name_keys:
        leaf = table.leaf(key)
        if leaf is None:
            continue
        name = fragment_of(source, leaf)
        named = split_reference(name)
        if named.tag is not None:
            continue
        has_digest = bool(digest) or beside or named.has_digest
        reference = replace(named, tag=tag.cut(0, len(version_text)), has_digest=has_digest)
        whole = tag if tag.text else name
        yield whole, reference
        own = [one.value for one in (table.leaf(key) for key in _REGISTRY_KEYS) if one is not None and one.value]
        for registry in (*own, *registries):
            yield whole, replace(reference, name=image_name(f"{registry}/{leaf.value}"))


def fragment_of(source: SourceText, leaf: Leaf) -> Fragment:
    """Return the scalar with its variables' defaults: Compose fills in ``${TAG:-1.4.0}``.

    What is too long for a reference is empty.
    """
    if max(len(leaf.value), leaf.end - leaf.start) > _LONGEST:
        return Fragment.at("", leaf.start)
    return expand(source.scalar(leaf), {})
