"""A pattern of the user's own."""

from __future__ import annotations

import functools
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from consumer_drift.pins.source_text import Fragment, SourceText, reading
from consumer_drift.pins.version_text import read_version
from consumer_drift.support.decode import BOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    import re2

    from consumer_drift.model.pins import Occurrence, Reading
    from consumer_drift.model.versions import VersionFormat
    from consumer_drift.pins.kind import PinOptions

_GROUP = "version"
_GROUP_OPENS = ("(?P<version>", "(?<version>")
_LINES = "(?m)"


@dataclass(frozen=True, slots=True)
class Regex:
    """``- regex: '^RUNTIME = (?P<version>\\S+)$'``, matched everywhere in the file, in linear time.

    https://github.com/google/re2/wiki/Syntax. ``^`` and ``$`` match at lines, whichever way these end.
    Raises ValueError, with a sentence for the user, where the pattern cannot be used.
    """

    kind: ClassVar[str] = "regex"
    file: str
    pattern: str
    optional: bool = False

    def __post_init__(self) -> None:
        _compiled(self.pattern)

    def at(self, path: str) -> Regex:
        """Return the pin in the file *path*."""
        return replace(self, file=path)

    def describe(self) -> str:
        """``regex ^RUNTIME = …``."""
        return f"regex {self.pattern}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """One occurrence for every match."""
        return reading(self._occurrences(SourceText(text, version_format)), f"no match for {self.describe()}")

    def _occurrences(self, source: SourceText) -> Iterator[Occurrence]:
        shown = _Unix(source.text)
        pattern = _compiled(self.pattern)
        group = pattern.groupindex[_GROUP]
        for match in pattern.finditer(shown.text):
            if match.end() == match.start():
                continue
            start, end = match.span(group)
            if start < 0:
                fragment = Fragment.at(match.group(), shown.original(match.start()))
                yield source.invalid(fragment, "fits the pattern without its version group")
                continue
            first = shown.original(start)
            yield read_version(source, Fragment.at(source.text[first : shown.original(end)], first))


def make(file: str, pattern: str, options: PinOptions) -> Regex:
    """Return the pin of an entry. Raises ValueError, with a sentence for the user, where it makes none."""
    return Regex(file, pattern, options.optional)


class _Unix:
    """A text without its BOM and with bare newlines, which is what ``^`` and ``$`` know."""

    def __init__(self, text: str) -> None:
        self._skipped = 1 if text.startswith(BOM) else 0
        # RE2 works on UTF-8, which has no lone surrogates. Each is replaced by one other character.
        body = text[self._skipped :].encode("utf-8", "replace").decode()
        lines = body.split("\r\n")
        self.text = "\n".join(lines)
        self._joints: list[int] = []
        offset = -1
        for line in lines[:-1]:
            offset += len(line) + 1
            self._joints.append(offset)

    def original(self, offset: int) -> int:
        """Where the character at *offset* of ``self.text`` is in the original."""
        return self._skipped + offset + bisect_left(self._joints, offset)


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str) -> re2._Regexp:
    import re2  # noqa: PLC0415 - loaded for the first pattern

    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(_LINES + pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise ValueError(_complaint(pattern, error)) from None
    if _GROUP not in compiled.groupindex:
        raise ValueError(f"the pattern {pattern!r} needs one group (?P<version>…) around the version")
    # RE2 takes a second group of the same name without a word, and then forgets it.
    if sum(pattern.count(opens) for opens in _GROUP_OPENS) > 1:
        raise ValueError(f"the pattern {pattern!r} has more than one group named version")
    if compiled.search("") is not None:
        raise ValueError(f"the pattern {pattern!r} fits an empty text: write + where it has *")
    return compiled


def _complaint(pattern: str, error: Exception) -> str:
    """RE2 names the part it cannot take, not where that is."""
    said = error.args[0] if error.args else ""
    said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    said = said.replace(_LINES, "")
    _, _, part = said.rpartition(": ")
    at = pattern.find(part) if part else -1
    where = f" at character {at + 1}" if at >= 0 else ""
    lookaround = any(sign in pattern for sign in ("(?=", "(?!", "(?<=", "(?<!"))
    hint = ". RE2 has no look-around and no back-references" if lookaround or "invalid escape" in said else ""
    return f"the pattern {pattern!r} is no RE2 expression{where}: {said}{hint}"
