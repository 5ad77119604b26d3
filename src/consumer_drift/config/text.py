"""The bytes of the configuration to text: their size, their encoding, and what YAML's own parser says is wrong."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.config.errors import ConfigMistake, fatal
from consumer_drift.model.findings import Place

if TYPE_CHECKING:
    import yaml

MOST_BYTES = 1024 * 1024

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(r"\r\n|\r|\n")
# https://yaml.org/spec/1.2.2/#51-character-set, what is not in it: one set of all would take long to compile.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]|[\ud800-\udfff]|\ufeff|\ufffe|\uffff")


@dataclass(frozen=True, slots=True)
class ConfigText:
    """The file's text. *starts* has the index of each line's first character."""

    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> ConfigText:
        """Return *text* with its lines counted as editors count them."""
        return cls(text, (0, *(end.end() for end in _LINE_END.finditer(text))))

    def place(self, file: str, at: int) -> Place:
        """Return the place of the character *at*; a place after the end is that of the last visible character."""
        last = max(len(self.text.rstrip()) - 1, 0)
        index = min(max(at, 0), last)
        line = bisect.bisect_right(self.starts, index)
        return Place(file, line, index - self.starts[line - 1] + 1)


def decode_config(data: bytes) -> str:
    """Return *data* as text, whatever it contains, without its BOM: the places of mistakes refer to it."""
    return data[: MOST_BYTES + len(_BOM)].removeprefix(_BOM).decode("utf-8", "replace")


def check(data: bytes, text: str) -> None:
    """Raise FatalMistakeError unless *data*, read as *text*, is UTF-8, small enough, and allowed in YAML."""
    if len(data) > MOST_BYTES:
        raise fatal(f"the file has more than {MOST_BYTES:,} bytes, and at most 1 MiB is read", 0)
    if "\0" in text:
        raise fatal("the file is binary, or UTF-16: save it as a UTF-8 text", text.index("\0"))
    body = data.removeprefix(_BOM)
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        at = len(body[: error.start].decode("utf-8"))
        said = f"the byte 0x{body[error.start]:02x} is not UTF-8: save the file as a UTF-8 text"
        raise fatal(said, at) from None
    found = _UNPRINTABLE.search(text)
    if found:
        code = f"U+{ord(found.group()):04X}"
        raise fatal(f"the control character {code} is not allowed in a YAML file: remove it", found.start())


MOST_LEVELS = 32


TOO_DEEP = f"more than {MOST_LEVELS} levels: no key of this file is that deep"


# What may be before the brace of a mapping, the start of the file with it.
_BETWEEN = (*" \t\r\n[{,:", "")
_HINTS = (
    ("expected node content", "a value is missing here, or a bracket is not closed"),
    ("expected <document start>", "write 'key: value'"),
    ("incompatible YAML document", "remove the %YAML line"),
    ("mapping values are not allowed", "indent the line as its neighbours, or quote a text that has ': ' in it"),
    ("alphabetic or numeric character", "quote a text that starts with '*' or '&'"),
    ("expected ',' or", "close the bracket, and separate the entries by commas"),
    ("tag handle", "remove the tag: the file needs none"),
    ("escape", "in double quotes write '\\\\' for a backslash, or use single quotes"),
    ("expected '-' indicator", "indent the line as its neighbours, and start it with '- '"),
    ("expected key", "indent the line as its neighbours, or quote the text"),
    ("could not find expected ':'", "write 'key: value'"),
)


def _has_braces(text: str, at: int) -> bool:
    """Whether the parser stopped at a brace of a plain text, as in ``v{version}``."""
    return text[at : at + 1] == "{" and text[at - 1 : at] not in _BETWEEN


def explain(error: yaml.YAMLError, text: str) -> ConfigMistake:
    """Return the parser's *error* in *text* as a mistake."""
    mark, start = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    at = mark.index if mark else 0
    problem = getattr(error, "problem", None) or "it contains what is not allowed in a YAML file"
    # libyaml 0.2.6 and newer read ahead, and stop at 1,000 levels before the first event is out.
    if "nesting depth" in problem:
        return ConfigMistake((), TOO_DEEP, at)
    if "unexpected end of stream" in problem and start:
        return ConfigMistake((), "the quote that starts here is never closed", start.index)
    if "cannot start any token" in problem and text[at : at + 1] == "\t":
        return ConfigMistake((), "YAML does not allow a tab here: indent with spaces", at)
    if "cannot start any token" in problem:
        return ConfigMistake(
            (), f"plain text may not start with {text[at : at + 1]!r}: put the text in quotes", at
        )
    if _has_braces(text, at):
        return ConfigMistake((), "put a text with { or } in quotes", at)
    hint = next((hint for part, hint in _HINTS if part in problem), "check the indentation, quotes and brackets")
    context = getattr(error, "context", None)
    line = text.count("\n", 0, start.index) + 1 if start else 0
    said = f"{context} that starts in line {line}: {problem}" if context and line else problem
    return ConfigMistake((), f"this is not valid YAML ({said}): {hint}", at)
