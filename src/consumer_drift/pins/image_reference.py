"""References to images: ``registry:5000/acme/runtime:1.4.0-slim@sha256:…``.

https://github.com/distribution/reference/blob/main/reference.go
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.pins.suffix import Suffix, Unclear, end_of_series, find_in_tag
from consumer_drift.pins.version_text import ELSEWHERE, MOVES, PARTIAL, is_moving

if TYPE_CHECKING:
    from consumer_drift.model.pins import Occurrence
    from consumer_drift.pins.source_text import Fragment, SourceText

LOCK = "digest"

_HUB = ("docker.io/", "index.docker.io/", "registry-1.docker.io/")
_TEMPLATED = re.compile(r"[${]|<%|@[A-Z_]+@")
_SAY_WHICH = "write `suffix: variant` or `suffix: prerelease` beside `image` in the configuration"
_PARTIAL = re.compile(r"v?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class ImageReference:
    """An image's name as it compares, its tag (None where there is none), and whether a digest follows."""

    name: str
    tag: Fragment | None
    has_digest: bool


# The text that holds a reference, and its parts.
Candidate = tuple["Fragment", ImageReference]


def split_reference(fragment: Fragment) -> ImageReference:
    """The parts of *fragment*."""
    before, digest, _ = fragment.text.partition("@")
    colon = before.rfind(":")
    if colon <= before.rfind("/"):
        return ImageReference(image_name(before), None, bool(digest))
    return ImageReference(image_name(before[:colon]), fragment.cut(colon + 1, len(before)), bool(digest))


def image_name(text: str) -> str:
    """``docker.io/library/python`` and ``python`` are one image, and so is any case of it."""
    name = text.casefold()
    for host in _HUB:
        name = name.removeprefix(host)
    return name.removeprefix("library/")


def judge(
    source: SourceText, whole: Fragment, reference: ImageReference, suffix: Suffix = Suffix.UNKNOWN
) -> Occurrence:
    """Return the occurrence of *reference*, which *whole* holds."""
    tag = reference.tag
    if tag is None or not tag.text:
        return source.floating(whole, "has a digest and no tag" if reference.has_digest else "has no tag")
    if _TEMPLATED.search(tag.text):
        return source.floating(whole, ELSEWHERE)
    # A digest fixes one image, and the tag beside it does not tell which.
    end = None if reference.has_digest else end_of_series(source.version_format, tag.text, suffix)
    moving = source.moving(tag, end) if end is not None else None
    if moving:
        return moving
    found = find_in_tag(source.version_format, tag.text, suffix)
    if found is None:
        return source.floating(whole, PARTIAL if _PARTIAL.fullmatch(tag.text.split("-")[0]) else _loose(tag.text))
    if isinstance(found, Unclear):
        why = f"ends in {found.suffix!r}, which may be a variant or a pre-release"
        return replace(source.invalid(whole, why), remedy=_SAY_WHICH)
    return source.exact(tag, found, LOCK if reference.has_digest else "")


def _loose(tag: str) -> str:
    return MOVES if is_moving(tag.split("-", maxsplit=1)[0]) else "has a tag that names no full version"
