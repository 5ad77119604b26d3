"""What follows the version in an image's tag: a variant, a pre-release, or a word that may be either.

``1.4.0-slim`` is a variant of 1.4.0, ``1.4.0-rc.1`` is a version of its own, and only the project knows what
``1.4.0-dev`` is. A variant is never edited, so a bump keeps it byte for byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from consumer_drift.model.versions import FoundVersion, Scheme
from consumer_drift.pins.version_text import locate_fixed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.versions import VersionFormat

# The longest tag that registries allow: https://github.com/opencontainers/distribution-spec/blob/main/spec.md
_LONGEST_TAG = 128
_SEPARATOR = re.compile(r"[-_]")
_PRERELEASE = re.compile(
    r"(?:alpha|beta|rc|cr|pre|preview|prerelease|ea|eap|milestone)(?:[.]?[0-9]+)*|[abcm](?:[.]?[0-9]+)+",
    re.IGNORECASE,
)
_EITHER = re.compile(
    r"(?:canary|dev|develop|edge|experimental|insiders?|next|nightly|pr|snapshot|test|testing|unstable)"
    r"(?:[.]?[0-9]+)*",
    re.IGNORECASE,
)
_POSTRELEASE = re.compile(r"(?:post|r|rev)[.]?[0-9]*", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)*")


class Suffix(StrEnum):
    """What the configuration says of words that may be a variant or a pre-release."""

    UNKNOWN = ""
    VARIANT = "variant"
    PRERELEASE = "prerelease"


@dataclass(frozen=True, slots=True)
class Unclear:
    """The tag holds a version, and what *suffix* behind it means cannot be told."""

    suffix: str


def find_in_tag(
    version_format: VersionFormat, tag: str, suffix: Suffix = Suffix.UNKNOWN
) -> FoundVersion | Unclear | None:
    """Return the version in an image's tag, without the variant behind it.

    Returns Unclear where the configuration has to say what the suffix is, None where *tag* holds no version.
    """
    if len(tag) > _LONGEST_TAG:
        return None
    if suffix is Suffix.PRERELEASE:
        return locate_fixed(version_format, tag)
    for end in _ends(tag):
        found = locate_fixed(version_format, tag[:end])
        if found is None:
            continue
        if end == len(tag) or suffix is Suffix.VARIANT:
            return found
        return _by_suffix(version_format, tag, end, found)
    return None


def end_of_series(version_format: VersionFormat, tag: str, suffix: Suffix = Suffix.UNKNOWN) -> int | None:
    """Return where the numbers of a moving tag end that may have a variant: after ``4`` in ``4-slim``.

    Returns None where what follows is no variant, or may be something else.
    """
    separator = _SEPARATOR.search(tag)
    if separator is None:
        return len(tag)
    part = _part(tag, separator.end())
    is_post = version_format.scheme is Scheme.PEP440 and _POSTRELEASE.fullmatch(part)
    unclear = suffix is not Suffix.VARIANT and (is_post or _EITHER.fullmatch(part) or _PRERELEASE.fullmatch(part))
    return None if unclear or suffix is Suffix.PRERELEASE or not part else separator.start()


def _by_suffix(
    version_format: VersionFormat, tag: str, end: int, found: FoundVersion
) -> FoundVersion | Unclear | None:
    """*found* ends at *end*, where a separator is: decide what follows."""
    part = _part(tag, end + 1)
    if version_format.scheme is Scheme.PEP440 and _POSTRELEASE.fullmatch(part):
        return _extended(version_format, tag, end + 1 + len(part)) or Unclear(tag[end:])
    if _EITHER.fullmatch(part):
        return Unclear(tag[end:])
    if not _PRERELEASE.fullmatch(part):
        return found
    end += 1 + len(part)
    # In ``-rc-1`` the number belongs to the word.
    if not part[-1].isdigit() and end < len(tag) and _DIGITS.fullmatch(number := _part(tag, end + 1)):
        end += 1 + len(number)
    return _extended(version_format, tag, end) or Unclear(tag[found.start + len(found.version.text) :])


def _extended(version_format: VersionFormat, tag: str, end: int) -> FoundVersion | Unclear | None:
    """The version with its pre-release, which ends at *end*, where no further unclear word follows."""
    found = locate_fixed(version_format, tag[:end])
    if found is not None and end < len(tag) and _EITHER.fullmatch(_part(tag, end + 1)):
        return Unclear(tag[end:])
    return found


def _part(tag: str, start: int) -> str:
    """*tag* from *start* to the next separator."""
    separator = _SEPARATOR.search(tag, start)
    return tag[start : separator.start() if separator else len(tag)]


def _ends(tag: str) -> Iterator[int]:
    """Where the version may end, the shortest first."""
    yield from (separator.start() for separator in _SEPARATOR.finditer(tag) if separator.start())
    yield len(tag)
