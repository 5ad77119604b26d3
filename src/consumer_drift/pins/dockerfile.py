"""The images that a Dockerfile builds on. https://docs.docker.com/reference/dockerfile/"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from itertools import dropwhile, islice
from typing import TYPE_CHECKING

from consumer_drift.pins.interpolation import expand
from consumer_drift.pins.source_text import Fragment
from consumer_drift.support.decode import BOM

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIRECTIVE = re.compile(r"[ \t]*#[ \t]*([A-Za-z]+)[ \t]*=[ \t]*(\S*)[^\n]*(?:\n|$)")
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_INSTRUCTION = re.compile(r"\s*(?:ONBUILD\s+)?(FROM|ARG|COPY|RUN|ADD)\s+", re.IGNORECASE)
_HEREDOC = re.compile(r"(?:^|(?<=\s))[0-9]*<<(-?)([\"']?)([A-Za-z_][\w.]*)\2(?=\s|$)")
_WORD = re.compile(r"\S+")
_NAME = re.compile(r"[A-Za-z_]\w*")
_MOUNT_FROM = re.compile(r"--mount=(?:[^\s,]+,)*from=([^\s,]+)")
_COPY_FROM = re.compile(r"--from=(\S+)")


def images(text: str) -> Iterator[Fragment]:
    """Every reference to an image, in ``FROM``, ``COPY --from=`` and ``RUN --mount=…,from=``.

    Names of earlier stages are none. A build argument has its default as its value.
    """
    yield from _frontend(text)
    reader = _Reader()
    for instruction in _instructions(text):
        yield from reader.images(instruction)


def _directives(text: str) -> Iterator[re.Match[str]]:
    """Yield the parser directives, which stand before everything else."""
    at = 1 if text.startswith(BOM) else 0
    while match := _DIRECTIVE.match(text, at):
        yield match
        at = match.end()


def _frontend(text: str) -> Iterator[Fragment]:
    """The image of ``# syntax=docker/dockerfile:1.7.0``: https://docs.docker.com/build/buildkit/frontend/"""
    for match in _directives(text):
        if match[1].lower() == "syntax" and match[2]:
            yield Fragment.at(match[2], match.start(2))


@dataclass(slots=True)
class _Reader:
    arguments: dict[str, Fragment] = field(default_factory=dict)
    stages: set[str] = field(default_factory=set)
    in_stage: bool = False

    def images(self, line: Fragment) -> Iterator[Fragment]:
        """The images that one instruction names."""
        head = _INSTRUCTION.match(line.text)
        if head is None:
            return
        word, rest = head[1].upper(), line.cut(head.end())
        if word == "FROM":
            yield from self._base(rest)
        elif word == "ARG" and not self.in_stage:
            self._declare(rest)
        elif word == "COPY":
            yield from self._named(rest, _COPY_FROM)
        elif word == "RUN":
            yield from self._named(rest, _MOUNT_FROM)

    def _base(self, rest: Fragment) -> Iterator[Fragment]:
        self.in_stage = True
        all_words = (rest.cut(*match.span()) for match in _WORD.finditer(rest.text))
        words = list(islice(dropwhile(lambda word: word.text.startswith("--"), all_words), 3))
        if not words:
            return
        image = expand(words[0], self.arguments).stripped("\"'")
        if image.text.lower() not in self.stages:
            yield image
        if len(words) == 3 and words[1].text.lower() == "as":
            self.stages.add(words[2].text.lower())

    def _declare(self, rest: Fragment) -> None:
        for start, end in _words(rest.text):
            name = _NAME.match(rest.text, start, end)
            if name is None or rest.text[name.end() : name.end() + 1] != "=" or name.end() >= end:
                continue
            value = rest.cut(name.end() + 1, end)
            if value.text[:1] in ("'", '"') and len(value.text) > 1:
                value = value.cut(1, len(value.text) - 1)
            self.arguments[name.group()] = expand(value, self.arguments)

    def _named(self, rest: Fragment, pattern: re.Pattern[str]) -> Iterator[Fragment]:
        for match in _WORD.finditer(rest.text):
            if not match.group().startswith("--"):
                return
            found = pattern.match(match.group())
            if found is None:
                continue
            start = match.start()
            image = rest.cut(start + found.start(1), start + found.end(1)).stripped("\"'")
            if image.text.lower() not in self.stages:
                yield image


def _words(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each word begins and ends; blanks between quotes or braces do not end one.

    One pass over the characters: a pattern with quotes in it takes quadratic time where one is never closed.
    """
    start, quote, depth, skip = -1, "", 0, False
    for at, sign in enumerate(text):
        if start < 0 and not sign.isspace():
            start = at
        if skip:
            skip = False
        elif sign == "\\":
            skip = True
        elif quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign in "{}":
            depth = max(0, depth + (1 if sign == "{" else -1))
        elif sign.isspace() and start >= 0 and not depth:
            yield start, at
            start = -1
    if start >= 0:
        yield start, len(text)


def _instructions(text: str) -> Iterator[Fragment]:
    """Logical lines: comments and continuations become blanks, heredocs are passed over."""
    continued = re.compile(re.escape(_escape(text)) + r"[ \t]*\r?\n\Z")
    parts: list[str] = []
    start = 0
    ends: deque[tuple[str, bool]] = deque()
    for line in _LINE.finditer(text):
        if ends:
            if _closes(line.group(), *ends[0]):
                ends.popleft()
            start = line.end()
            continue
        shown = _blanked(line.group())
        goes_on = continued.search(shown)
        if goes_on:
            shown = shown[: goes_on.start()] + " " * (goes_on.end() - goes_on.start())
        parts.append(shown)
        if goes_on or (len(parts) > 1 and not shown.strip()):
            continue
        whole = Fragment.at("".join(parts), start)
        parts, start = [], line.end()
        yield whole
        ends = deque(_heredocs(whole.text))
    if parts:
        yield Fragment.at("".join(parts), start)


def _blanked(line: str) -> str:
    """A comment or a BOM as blanks, so that every other character keeps its place."""
    if line.lstrip("\ufeff \t").startswith("#"):
        return " " * len(line)
    return line.replace("\ufeff", " ")


def _heredocs(line: str) -> list[tuple[str, bool]]:
    head = _INSTRUCTION.match(line)
    if head is None or head[1].upper() not in ("RUN", "COPY", "ADD"):
        return []
    return [(match[3], bool(match[1])) for match in _HEREDOC.finditer(line)]


def _closes(line: str, word: str, tabs: bool) -> bool:
    shown = line.rstrip("\r\n")
    return (shown.lstrip("\t") if tabs else shown) == word


def _escape(text: str) -> str:
    """The character that continues a line, which a directive at the top can change."""
    escapes = (match[2] for match in _directives(text) if match[1].lower() == "escape")
    return "`" if "`" in escapes else "\\"
