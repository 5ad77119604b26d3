"""Requirements in Python files: the arguments of ``setup()``, and the inline metadata of a script.

The file is parsed, never run. https://packaging.python.org/en/latest/specifications/inline-script-metadata/
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

from consumer_drift.documents.errors import MalformedError
from consumer_drift.pins import pep508
from consumer_drift.pins.requirements_toml import in_toml
from consumer_drift.pins.source_text import Fragment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.pins import Occurrence
    from consumer_drift.pins.source_text import SourceText

_BEGINNING = re.compile(r"^# /// script[ \t]*+\r?\n", re.MULTILINE)
_COMMENTS = re.compile(r"(?:#(?: [^\r\n]*+)?\r?(?:\n|\Z))*")
_END = re.compile(r"^# ///[ \t]*+\r?$", re.MULTILINE)
_HASH = re.compile(r"^#", re.MULTILINE)
_ARGUMENTS = frozenset({"install_requires", "setup_requires", "tests_require", "extras_require"})
_PREFIX = re.compile(r"[A-Za-z]{0,2}(?P<quotes>\"\"\"|'''|\"|')")
# More is no setup.py, and Python's parser takes its time.
_LONGEST = 256 * 1024


def in_python(source: SourceText, wanted: frozenset[str]) -> Iterator[Occurrence]:
    """Yield the occurrences of the packages *wanted*. Raises MalformedError where *source* is not Python."""
    block = _block(source.text)
    if block is not None:
        start, end = block
        content = _HASH.sub(" ", source.text[start:end])
        # Everything else becomes blank, so that each character of the block keeps its place.
        blank = re.sub(r"[^\n]", " ", source.text[:start])
        yield from in_toml(source, blank + content, wanted)
    if any(argument in source.text for argument in _ARGUMENTS):
        yield from _in_setup(source, wanted)


def _block(text: str) -> tuple[int, int] | None:
    """Return where the metadata of a script begins and ends: up to the last end in the comment that it opens."""
    at = 0
    while beginning := _BEGINNING.search(text, at):
        comments = _COMMENTS.match(text, beginning.end())
        at = comments.end() if comments else beginning.end()
        ends = [end.start() for end in _END.finditer(text, beginning.end(), at)]
        if ends:
            return beginning.end(), ends[-1]
    return None


def _in_setup(source: SourceText, wanted: frozenset[str]) -> Iterator[Occurrence]:
    if len(source.text) > _LONGEST:
        raise MalformedError(f"is longer than {_LONGEST // 1024} KiB, so it is not read as Python")
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise MalformedError("is not valid Python", getattr(error, "lineno", 0) or 0) from None
    places = _Places(source.text)
    for node in _strings(tree):
        fragment = places.fragment(node)
        if pep508.names(fragment.text, wanted):
            yield from pep508.judge(source, fragment)


def _strings(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield the strings that requirements are written as, in a call or in a variable that one is given."""
    assigned = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    seen: set[int] = set()
    for name, argument in _arguments(tree):
        if name in _ARGUMENTS:
            value = assigned.get(argument.id, argument) if isinstance(argument, ast.Name) else argument
            if id(value) not in seen:
                seen.add(id(value))
                yield from _literals(value)


def _arguments(tree: ast.Module) -> Iterator[tuple[object, ast.expr]]:
    """Yield the names and values of calls, and of tables: ``setup(**kwargs)`` takes its arguments from one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((keyword.arg, keyword.value) for keyword in node.keywords)
        elif isinstance(node, ast.Dict):
            names = (key.value if isinstance(key, ast.Constant) else None for key in node.keys)
            yield from zip(names, node.values, strict=True)


def _literals(value: ast.expr) -> Iterator[ast.expr]:
    inside: set[int] = set()
    for node in ast.walk(value):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            yield node
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node


class _Places:
    """From the positions of the syntax tree, lines and bytes, to characters of the text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0]
        for line in re.split(r"(?<=\n)", text):
            self._starts.append(self._starts[-1] + len(line))
        self._bytes: dict[int, list[int]] = {}

    def fragment(self, node: ast.expr) -> Fragment:
        """The content of a string, without its quotes."""
        start = self._offset(node.lineno, node.col_offset)
        end = self._offset(node.end_lineno or node.lineno, node.end_col_offset or 0)
        raw = self._text[start:end]
        prefix = _PREFIX.match(raw)
        if prefix is None:
            return Fragment.at(raw, start)
        start, end = start + prefix.end(), end - len(prefix["quotes"])
        raw = self._text[start:end]
        if isinstance(node, ast.Constant):
            return Fragment.of_literal(str(node.value), raw, start).stripped()
        # What an f-string fills in stays visible as its braces.
        return Fragment.at(raw, start).stripped()

    def _offset(self, line: int, column: int) -> int:
        start = self._starts[line - 1]
        if line not in self._bytes:
            sizes = (len(sign.encode("utf-8", "replace")) for sign in self._text[start : self._starts[line]])
            self._bytes[line] = list(accumulate(sizes, initial=0))
        return start + bisect_left(self._bytes[line], column)
