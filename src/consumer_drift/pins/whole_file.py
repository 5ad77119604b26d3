"""A file that holds the version and nothing else, but for comments.

The version files of asdf and mise name a tool before its version: https://asdf-vm.com/manage/configuration.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from consumer_drift.model.pins import Found, Reading
from consumer_drift.pins.source_text import Fragment, SourceText
from consumer_drift.pins.version_text import EMPTY, read_version
from consumer_drift.support.decode import BOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.pins import Occurrence
    from consumer_drift.model.versions import VersionFormat

_LINE = re.compile(r"[^\r\n]+")
_COMMENT = re.compile(r"(?:^|[ \t])#.*")
_TOOL = re.compile(r"(?P<tool>[A-Za-z][\w.:@/-]*)[ \t]+(?P<version>\S+)")
# ruby-3.3.0 in .ruby-version, temurin-21.0.1 in .java-version
_IMPLEMENTATION = re.compile(r"[A-Za-z][A-Za-z0-9]*-(?=v?[0-9])")
_TOOL_VERSIONS = ".tool-versions"


@dataclass(frozen=True, slots=True)
class WholeFile:
    """``- file: .runtime-version``: a BOM, blanks, empty lines and ``#`` comments around the version are allowed.

    In ``.tool-versions`` the version is behind the tool's name.
    """

    kind: ClassVar[str] = ""
    file: str
    optional: bool = False

    def at(self, path: str) -> WholeFile:
        """Return the pin in the file *path*."""
        return replace(self, file=path)

    def describe(self) -> str:
        """Return an empty text: the file itself says it all."""
        return ""

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Return Found, with one occurrence, whatever *text* is."""
        return Found((_occurrence(SourceText(text, version_format), self.file.rpartition("/")[2].lower()),))


def _occurrence(source: SourceText, name: str) -> Occurrence:
    body = Fragment.at(source.text, 0).stripped(BOM).stripped()
    lines = list(_lines(body))
    if not lines:
        return source.invalid(Fragment.at("", 0), EMPTY)
    if len(lines) > 1:
        return source.invalid(lines[0], f"is the first of {len(lines)} lines, and there should be one")
    return read_version(source, _version(lines[0], name))


def _lines(body: Fragment) -> Iterator[Fragment]:
    """Yield the lines without their comments, the empty ones left out."""
    for match in _LINE.finditer(body.text):
        comment = _COMMENT.search(match.group())
        end = match.start() + (comment.start() if comment else len(match.group()))
        line = body.cut(match.start(), end).stripped()
        if line.text:
            yield line


def _version(line: Fragment, name: str) -> Fragment:
    tool = _TOOL.fullmatch(line.text) if name == _TOOL_VERSIONS else None
    if tool is not None:
        return line.cut(tool.start("version"))
    implementation = _IMPLEMENTATION.match(line.text) if name.endswith("-version") else None
    return line.cut(implementation.end()) if implementation else line
