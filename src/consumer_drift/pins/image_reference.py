"""References to images: ``registry:5000/acme/runtime:1.4.0-slim@sha256:…``.

https://github.com/distribution/reference/blob/main/reference.go
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.versions import Scheme
from consumer_drift.pins.version_text import ELSEWHERE, MOVES, locate_fixed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.pins import Occurrence
    from consumer_drift.model.versions import FoundVersion, VersionFormat
    from consumer_drift.pins.source_text import Fragment, SourceText

LOCK = "digest"

_HUB = ("docker.io/", "index.docker.io/", "registry-1.docker.io/")
# What begins a pre-release, where other words begin a variant of the image: -slim, -bookworm, -cuda12.
_PRERELEASE = frozenset(
    {"a", "alpha", "b", "beta", "c", "canary", "cr", "dev", "ea", "eap", "edge", "experimental", "insiders", "m"}
    | {"milestone", "next", "nightly", "pr", "pre", "preview", "prerelease", "rc", "snapshot", "test", "unstable"}
)
_POSTRELEASE = frozenset({"post", "r", "rev"})
_SEPARATOR = re.compile(r"[-_]")
_WORD = re.compile(r"[A-Za-z]+")
# The longest tag that registries allow: https://github.com/opencontainers/distribution-spec/blob/main/spec.md
_LONGEST_TAG = 128


@dataclass(frozen=True, slots=True)
class ImageReference:
    """An image's name as it compares, its tag (None where there is none), and whether a digest follows."""

    name: str
    tag: Fragment | None
    has_digest: bool


def split_reference(piece: Fragment) -> ImageReference:
    """The parts of *piece*."""
    before, digest, _ = piece.text.partition("@")
    colon = before.rfind(":")
    if colon <= before.rfind("/"):
        return ImageReference(image_name(before), None, bool(digest))
    return ImageReference(image_name(before[:colon]), piece.cut(colon + 1, len(before)), bool(digest))


def image_name(text: str) -> str:
    """``docker.io/library/python`` and ``python`` are one image, and so is any case of it."""
    name = text.casefold()
    for host in _HUB:
        name = name.removeprefix(host)
    return name.removeprefix("library/")


def judge(page: SourceText, whole: Fragment, reference: ImageReference) -> Occurrence:
    """The occurrence that *reference*, which stands in *whole*, is."""
    tag = reference.tag
    if tag is None or not tag.text:
        return page.floating(
            whole, "has a digest and no tag" if reference.has_digest else "has no tag, so it moves"
        )
    located = locate_tag(page.version_format, tag.text)
    if located:
        return page.exact(tag, located, LOCK if reference.has_digest else "")
    return page.floating(whole, ELSEWHERE if "$" in tag.text or "{" in tag.text else MOVES)


def locate_tag(version_format: VersionFormat, tag: str) -> FoundVersion | None:
    """The version in an image's tag, without the variant behind it: ``1.4.0`` in ``1.4.0-slim-bookworm``."""
    if len(tag) > _LONGEST_TAG:
        return None
    for head in _heads(version_format, tag):
        located = locate_fixed(version_format, head)
        if located:
            return located
    return None


def _heads(version_format: VersionFormat, tag: str) -> Iterator[str]:
    """*tag* up to each place where a variant can begin, the shortest first, then the whole."""
    known = _PRERELEASE if version_format.scheme is Scheme.SEMVER else _PRERELEASE | _POSTRELEASE
    for separator in _SEPARATOR.finditer(tag):
        word = _WORD.match(tag, separator.end())
        if word and word.group().lower() not in known:
            yield tag[: separator.start()]
    yield tag
