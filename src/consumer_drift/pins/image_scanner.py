"""Full references to an image (``registry/name:tag[@digest]``) in any string of any file.

It serves the formats that need no reader of their own: devcontainer features, Quadlet, Tekton bundles, Cloud
Build, Bake, ``docker://``, Dockerfiles inside of YAML, custom resources, shell scripts.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from consumer_drift.documents.node import scalars
from consumer_drift.pins.image_reference import split_reference
from consumer_drift.pins.interpolation import expand
from consumer_drift.pins.source_text import Fragment

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from consumer_drift.documents.node import Leaf, Node
    from consumer_drift.pins.image_reference import Candidate
    from consumer_drift.pins.source_text import SourceText

_HUB = r"(?:(?:index\.|registry-1\.)?docker\.io/)?(?:library/)?"
# A tag, or what a template writes in its place; then a digest. Either must be there.
_TAG = r"(?::(?:[\w.-]|\$\{?\w+\}?|\{\{[^{}\n]{0,100}\}\})+)"
_DIGEST = r"@sha(?:256|512):[0-9a-fA-F]+"
_COMMENT_LINE = re.compile(r"^[ \t]*[#;][^\n]*", re.MULTILINE)
# HCL has three kinds of comments, and strings in which none of them begins.
_HCL = re.compile(
    r'"(?:[^"\\\n]++|\\(?:.|\Z))*(?:"|(?=\n)|\Z)|(?P<comment>/\*.*?(?:\*/|\Z)|//[^\n]*|#[^\n]*)', re.DOTALL
)
_HCL_SUFFIXES = (".hcl", ".tf", ".tofu", ".nomad", ".pkr")
# Behind any other scheme a name without a slash is a host or a user.
_SCHEMES = ("docker://", "docker-image://", "oci://")
_PORTS = range(1024, 65536)
_LONGEST_PORT = 5


def in_tree(source: SourceText, document: Node, wanted: str, known: Collection[int]) -> Iterator[Candidate]:
    """Yield the full references to *wanted* in the strings of *document*, keys included.

    Strings that begin at one of the offsets *known* are read already.
    """
    for leaf in scalars(document):
        raw = source.text[leaf.start : leaf.end]
        if leaf.start not in known and _may_hold(leaf, raw, wanted):
            yield from _in_fragment(_fragment(leaf, raw), wanted)


def in_text(text: str, file: str, wanted: str, known: Collection[int] = ()) -> Iterator[Candidate]:
    """Yield the full references to *wanted* in *text* outside of its comments, but for those at *known*."""
    if wanted in text.casefold():
        found = _in_fragment(Fragment.at(_without_comments(text, file), 0), wanted)
        yield from (candidate for candidate in found if candidate[0].origin not in known)


def _may_hold(leaf: Leaf, raw: str, wanted: str) -> bool:
    return wanted in leaf.value.casefold() or wanted in raw.casefold()


def _fragment(leaf: Leaf, raw: str) -> Fragment:
    """A block of several lines is read as it is written: each character then knows its place."""
    if "\n" in raw:
        return Fragment.at(_COMMENT_LINE.sub(_blank, raw), leaf.start)
    return expand(Fragment.of_literal(leaf.value, raw, leaf.start), {})


def _in_fragment(fragment: Fragment, wanted: str) -> Iterator[Candidate]:
    for match in _pattern(wanted).finditer(fragment.text):
        start, end = match.span("reference")
        if not _is_of_an_address(fragment.text, start, end):
            whole = fragment.cut(start, end)
            yield whole, split_reference(whole)


def _is_of_an_address(text: str, start: int, end: int) -> bool:
    """Return whether what reads as ``redis:6379`` is a host with its port, or a user with a password."""
    name, _, tag = text[start:end].partition(":")
    if "/" in name:
        return False
    if text.startswith("@", end):
        return True
    if text.endswith("://", 0, start) and not text.endswith(_SCHEMES, 0, start):
        return True
    return len(tag) <= _LONGEST_PORT and tag.isdecimal() and int(tag) in _PORTS


@functools.lru_cache(maxsize=64)
def _pattern(wanted: str) -> re.Pattern[str]:
    before = r"(?:(?<![\w./:@-])|(?<=://))"
    behind = rf"(?:{_TAG}(?:{_DIGEST})?|{_DIGEST})"
    return re.compile(rf"{before}(?P<reference>{_HUB}{re.escape(wanted)}{behind})", re.IGNORECASE)


def _without_comments(text: str, file: str) -> str:
    if file.lower().endswith(_HCL_SUFFIXES):
        return _HCL.sub(lambda match: _blank(match) if match["comment"] else match.group(), text)
    return _COMMENT_LINE.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    """Blanks of the same length, so that every other character keeps its place."""
    return re.sub(r"[^\n]", " ", match.group())
