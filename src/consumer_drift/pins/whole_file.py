"""A file that holds the version and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.pins import Found, Reading
from consumer_drift.pins.source_text import Fragment, SourceText
from consumer_drift.pins.version_text import EMPTY, read_version
from consumer_drift.support.decode import BOM, LFS_POINTER

if TYPE_CHECKING:
    from consumer_drift.model.pins import Occurrence
    from consumer_drift.model.versions import VersionFormat


@dataclass(frozen=True, slots=True)
class WholeFile:
    """``- file: .runtime-version``: a BOM, blanks and empty lines around the version are allowed."""

    file: str
    optional: bool = False

    def describe(self) -> str:
        """Empty: the file itself says it all."""
        return ""

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Always Found, with one occurrence."""
        return Found((_occurrence(SourceText(text, version_format)),))


def _occurrence(page: SourceText) -> Occurrence:
    whole = Fragment.at(page.text, 0)
    body = whole.stripped(BOM).stripped()
    if not body.text:
        return page.invalid(Fragment.at("", 0), EMPTY)
    first, *more = body.text.splitlines()
    if body.text.startswith(LFS_POINTER):
        return page.invalid(body.cut(0, len(first)), "is a Git LFS pointer, not the file itself")
    lines = 1 + sum(1 for line in more if line.strip())
    if lines > 1:
        return page.invalid(body.cut(0, len(first)), f"is the first of {lines} lines, and there should be one")
    return read_version(page, body)
