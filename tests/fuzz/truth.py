"""What a reading may say of a text, decided without the readers: a version is only what is in the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.model.pins import Damaged, Found, Pinning
from consumer_drift.model.versions import Scheme, parse_version
from consumer_drift.pins.edit import write
from consumer_drift.pins.submodule import Submodule

if TYPE_CHECKING:
    from consumer_drift.model.pins import Occurrence, Pin
    from consumer_drift.model.versions import VersionFormat

# https://semver.org/spec/v2.0.0.html#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string
_NUMBER = r"(?:0|[1-9][0-9]*)"
_IDENTIFIER = r"[0-9A-Za-z-]+"
_SEMVER = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-{_IDENTIFIER}(?:\.{_IDENTIFIER})*)?(?:\+{_IDENTIFIER}(?:\.{_IDENTIFIER})*)?"
)
# https://packaging.python.org/en/latest/specifications/version-specifiers/
_PEP440 = re.compile(
    r"(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*(?:[-_.]?(?:alpha|a|beta|b|preview|pre|c|rc)[-_.]?[0-9]*)?"
    r"(?:-[0-9]+|[-_.]?(?:post|rev|r)[-_.]?[0-9]*)?(?:[-_.]?dev[-_.]?[0-9]*)?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?",
    re.IGNORECASE,
)
OTHER = "7.7.7"


def untrue(pin: Pin, text: str, version_format: VersionFormat) -> str:
    """Return what is wrong with what *pin* reads in *text*, or an empty text.

    An exact occurrence is a version by its characters in the file, and after a bump of all of them nothing else
    differs and the file reads as the new version.
    """
    found = pin.read(text, version_format)
    if isinstance(found, Damaged) and not 0 <= found.line <= text.count("\n") + 1:
        return f"names line {found.line}"
    if not isinstance(found, Found):
        return ""
    for one in found.occurrences:
        said = _line(pin, one, text) or _occurrence(one, text, version_format)
        if said:
            return said
    return _bumped(pin, text, found, version_format)


def _line(pin: Pin, one: Occurrence, text: str) -> str:
    """A submodule's commit is in no file, so it has no line."""
    line = 0 if isinstance(pin, Submodule) else text.count("\n", 0, one.span.start) + 1
    return "" if one.line == line else f"names line {one.line} for {one.span}"


def _occurrence(one: Occurrence, text: str, version_format: VersionFormat) -> str:
    if not 0 <= one.span.start <= one.span.end <= len(text):
        return f"points out of the text, at {one.span}"
    if (one.pinning is Pinning.EXACT) != (one.version is not None) or (one.version is None) != bool(one.why):
        return f"has no reason for {one}"
    if one.version is None:
        return ""
    shown = text[one.span.start : one.span.end]
    pattern = _SEMVER if version_format.scheme is Scheme.SEMVER else _PEP440
    if (
        shown != one.value
        or not pattern.fullmatch(shown)
        or parse_version(shown, version_format.scheme) != one.version
    ):
        return f"reads {shown!r} as {one.version}"
    before, behind = text[one.span.start - 1 : one.span.start], text[one.span.end : one.span.end + 1]
    if before.isdigit() or behind.isdigit():
        return f"reads a part of {before}{shown}{behind}"
    return ""


def _bumped(pin: Pin, text: str, found: Found, version_format: VersionFormat) -> str:
    """After the bump of every exact occurrence each of them has the new version, and the rest is as it was."""
    exact = [one for one in found.occurrences if one.pinning is Pinning.EXACT]
    kept = [one for one in found.occurrences if one.pinning is not Pinning.EXACT]
    try:
        after = write(text, found, OTHER)
    except ValueError:
        return ""
    again = pin.read(after, version_format)
    if not exact or not isinstance(again, Found):
        return ""
    old = [one for one in again.occurrences if one.version is not None and str(one.version) != OTHER]
    return f"still reads {old[0].value} after a bump" if old and not kept else ""
