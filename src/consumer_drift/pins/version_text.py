"""Judging a text that should be a version, and saying what is wrong with it where it is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.model.versions import Scheme, is_commit

if TYPE_CHECKING:
    from consumer_drift.model.pins import Occurrence
    from consumer_drift.model.versions import FoundVersion, VersionFormat
    from consumer_drift.pins.source_text import Fragment, SourceText

RANGE = "allows more than one version"
PARTIAL = "is only part of a version"
MOVES = "is a moving tag"
ELSEWHERE = "is filled in elsewhere"
EMPTY = "is empty"

_TEMPLATE = re.compile(r"\$[\w{(]|\{\{|<%|\{%")
# A range has a number or a wildcard beside its operator: ``| a | b |`` is none.
_RANGE = re.compile(r"[\^~<>=][ =]*v?[0-9]|!=|[0-9x*] *(?:\|\||,| - )|\*|(?:^|[ .])[xX](?:$|[ .])")
_PARTIAL = re.compile(r"[=vV ]*[0-9]+(?:\.[0-9]+)?")
_MOVING = re.compile(
    r"latest|stable|current|next|lts(?:/\S*)?|main|master|trunk|develop|dev|head|nightly|edge|canary|beta|alpha|rc",
    re.IGNORECASE,
)
_TAGS = "refs/tags/"
# Longer texts are no version and no range, and are not worth the search.
_LONGEST = 256


def read_version(source: SourceText, fragment: Fragment) -> Occurrence:
    """The occurrence that *fragment* is: a version with a ``v`` or a tag's affixes, blanks around it allowed."""
    body = fragment.stripped()
    if source.version_format.branch and is_commit(body.text):
        return source.commit(body)
    located = source.version_format.find_version(body.text)
    return source.exact(body, located) if located else no_version(source, body)


def no_version(source: SourceText, fragment: Fragment) -> Occurrence:
    """The occurrence that *fragment* is, once it is known to be no version."""
    text = fragment.text
    if not text:
        return source.invalid(fragment, EMPTY)
    if len(text) > _LONGEST:
        return source.invalid(fragment, not_a_version(source.version_format))
    if _TEMPLATE.search(text):
        return source.floating(fragment, ELSEWHERE)
    if _RANGE.search(text):
        return source.floating(fragment, RANGE)
    if _PARTIAL.fullmatch(text):
        return source.floating(fragment, PARTIAL)
    if _MOVING.fullmatch(text):
        return source.floating(fragment, MOVES)
    return source.invalid(fragment, not_a_version(source.version_format))


def is_moving(word: str) -> bool:
    """Return whether *word* is one that projects move along by habit, as ``latest`` or ``main``."""
    return len(word) < _LONGEST and _MOVING.fullmatch(word) is not None


def not_a_version(version_format: VersionFormat) -> str:
    """Says which kind of version was expected."""
    if version_format.branch:
        return "is not the full id of a commit"
    return "is not a semantic version" if version_format.scheme is Scheme.SEMVER else "is not a PEP 440 version"


def locate_fixed(version_format: VersionFormat, text: str) -> FoundVersion | None:
    """The version in a tag's name, without those that are moved along by habit.

    ``1`` is a whole version to PEP 440, yet as an image's tag or an action's ref it follows every 1.x.
    """
    located = version_format.find_version(text)
    return None if located is None or located.version.text.isdecimal() else located


def read_tag(source: SourceText, ref: Fragment, lock: str = "") -> Occurrence | None:
    """Return the occurrence of a Git tag: a version, or a moving tag that the policy accepts; else None."""
    tag = ref.cut(len(_TAGS)) if ref.text.startswith(_TAGS) else ref
    moving = None if lock else source.moving(tag)
    if moving:
        return moving
    if source.version_format.branch and tag.text[:2].lstrip("v")[:1].isdigit():
        return source.invalid(ref, not_a_version(source.version_format))
    found = locate_fixed(source.version_format, tag.text)
    return source.exact(tag, found, lock) if found else None
