"""A container image, in a Dockerfile or in the YAML of Compose, Kubernetes, Helm, Kustomize and CI systems."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.documents import Leaf, Listing, MalformedError, Table, format_of, parse, walk
from consumer_drift.model.pins import Damaged
from consumer_drift.pins.dockerfile import images as in_dockerfile
from consumer_drift.pins.image_reference import ImageReference, image_name, judge, split_reference
from consumer_drift.pins.interpolation import expand
from consumer_drift.pins.source_text import Fragment, SourceText, reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.documents import Node
    from consumer_drift.model.pins import Occurrence, Reading
    from consumer_drift.model.versions import VersionFormat

_NAME = re.compile(r"[A-Za-z0-9._:/-]+")
# GitHub's and Gitea's ``container:`` takes a bare reference, GitLab's ``services:`` a list of them.
_KEYS = ("image", "container")
_LISTS = ("services",)
# Helm writes the tag beside the repository, Kustomize beside the name, older charts beside the image.
_NAME_KEYS = ("repository", "newName", "name", "image")
_TAG_KEYS = ("tag", "newTag", "imageTag")
_DIGEST_KEYS = ("digest", "sha")

_Candidate = tuple[Fragment, ImageReference]


@dataclass(frozen=True, slots=True)
class Image:
    """``- image: ghcr.io/acme/runtime``: a reference such as ``ghcr.io/acme/runtime:1.4.0-slim@sha256:…``.

    A file whose name tells no other format is read as a Dockerfile. Raises ValueError, with a sentence
    for the user, where *image* is no image's bare name.
    """

    file: str
    image: str
    optional: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.image) or self.image.startswith("/") or self.image.endswith(("/", ":")):
            raise ValueError(f"{self.image!r} is no image's name: write registry/name, without a digest")
        if ":" in self.image.rpartition("/")[2]:
            raise ValueError(f"{self.image!r} carries a tag: write the image without it")

    def describe(self) -> str:
        """``image ghcr.io/acme/runtime``."""
        return f"image {self.image}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Every reference to the image."""
        page = SourceText(text, version_format)
        try:
            candidates = list(_in_tree(page, self.file) if format_of(self.file) else _in_dockerfile(text))
        except MalformedError as error:
            return Damaged(error.why, error.line)
        return reading(self._occurrences(page, candidates), f"no {self.describe()}")

    def _occurrences(self, page: SourceText, candidates: list[_Candidate]) -> Iterator[Occurrence]:
        wanted = image_name(self.image)
        for whole, reference in candidates:
            if reference.name == wanted:
                yield judge(page, whole, reference)


def _in_dockerfile(text: str) -> Iterator[_Candidate]:
    for piece in in_dockerfile(text):
        yield piece, split_reference(piece)


def _in_tree(page: SourceText, file: str) -> Iterator[_Candidate]:
    form = format_of(file)
    for document in parse(page.text, form) if form else ():
        for table in walk(document):
            paired = list(_pairs(page, table))
            yield from paired
            if not paired:
                yield from _scalars(page, table)


def _scalars(page: SourceText, table: Table) -> Iterator[_Candidate]:
    for leaf in _leaves(table):
        piece = _piece(page, leaf)
        yield piece, split_reference(piece)


def _leaves(table: Table) -> Iterator[Leaf]:
    for key in _KEYS:
        for node in table.entries.get(key, ()):
            yield from _bare_or_named(node)
    for key in _LISTS:
        for node in table.entries.get(key, ()):
            for item in node.items if isinstance(node, Listing) else ():
                yield from _bare_or_named(item)


def _bare_or_named(node: Node) -> Iterator[Leaf]:
    """``image: x:1``, or GitLab's ``image: {name: x:1}``."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Table) and not any(key in node.entries for key in _TAG_KEYS):
        name = node.leaf("name")
        if name is not None:
            yield name


def _pairs(page: SourceText, table: Table) -> Iterator[_Candidate]:
    """References whose tag stands under a key of its own."""
    tags = [leaf for key in _TAG_KEYS if (leaf := table.leaf(key))]
    if not tags:
        return
    tag = _piece(page, tags[0])
    version, digest, _ = tag.text.partition("@")
    beside = any((leaf := table.leaf(key)) and leaf.value for key in _DIGEST_KEYS)
    for key in _NAME_KEYS:
        leaf = table.leaf(key)
        if leaf is None:
            continue
        name = _piece(page, leaf)
        named = split_reference(name)
        if named.tag is not None:
            continue
        reference = replace(named, tag=tag.cut(0, len(version)), has_digest=bool(digest) or beside)
        whole = tag if tag.text else name
        yield whole, reference
        registry = table.leaf("registry")
        if registry is not None and registry.value:
            yield whole, replace(reference, name=image_name(f"{registry.value}/{leaf.value}"))


def _piece(page: SourceText, leaf: Leaf) -> Fragment:
    piece = Fragment.of_literal(leaf.value, page.text[leaf.start : leaf.end], leaf.start).stripped()
    # Compose fills in ${TAG:-1.4.0}: the default is what a checkout of the file gets.
    return expand(piece, {})
