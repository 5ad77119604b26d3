"""The modules that a go.mod or a go.work asks for. https://go.dev/ref/mod#go-mod-file"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.model.pins import Occurrence, Pinning
from consumer_drift.pins.go_version import INCOMPATIBLE, MAJOR, commit_in, commit_of, fits
from consumer_drift.pins.source_text import Fragment
from consumer_drift.pins.version_text import MOVES, locate_fixed, no_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.pins.source_text import SourceText

_LINE = re.compile(r"[^\n]+")
_TOKEN = re.compile(r"//.*+|\"(?P<quoted>[^\"\n]*+)\"|`(?P<raw>[^`\n]*+)`|=>|[()]|(?P<word>(?:(?!//)[^\s()\"`])+)")
_DIRECTIVES = ("go", "toolchain")
_ARROW = "=>"
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class _Directive:
    """One line of the file: ``require``, ``replace`` and so on, and its words without comments."""

    verb: str
    words: tuple[Fragment, ...]

    def word(self, index: int) -> str:
        """Return the text of a word, empty where there is none."""
        return self.words[index].text if index < len(self.words) else ""

    @property
    def replaced_by(self) -> tuple[Fragment, ...]:
        """The words behind the arrow."""
        arrow = next((at for at, word in enumerate(self.words) if word.text == _ARROW), len(self.words))
        return self.words[arrow + 1 :]


def in_go_mod(source: SourceText, wanted: str, *, workspace: bool = False) -> Iterator[Occurrence]:
    """Yield what the file says of the module *wanted*, in whichever major version, or of Go itself.

    The ``replace`` of a go.work (*workspace*) counts for every go.mod that it uses, so it needs no ``require``.
    """
    directives = list(_directives(source.text))
    if wanted in _DIRECTIVES:
        yield from (_toolchain(source, one) for one in directives if one.verb == wanted and one.words)
        return
    replacements = {
        (one.word(0), "" if one.word(1) == _ARROW else one.word(1)): one.replaced_by
        for one in directives
        if one.verb == "replace" and one.replaced_by
    }
    excluded = {(one.word(0), one.word(1)) for one in directives if one.verb == "exclude"}
    for one in directives:
        path, version = one.word(0), one.word(1)
        if one.verb != "require" or not _is(path, wanted):
            continue
        other = replacements.get((path, version)) or replacements.get((path, ""))
        if other is not None:
            yield _replaced(source, other, wanted)
        elif (path, version) in excluded:
            yield source.invalid(one.words[1], "is excluded by the same file")
        else:
            yield _required(source, path, one.words[1:])
    for (path, _), other in replacements.items():
        if _is(path, wanted):
            if workspace:
                yield _replaced(source, other, wanted)
        elif _is(other[0].text, wanted) and len(other) > 1:
            yield _required(source, other[0].text, other[1:])


def _directives(text: str) -> Iterator[_Directive]:
    block = ""
    for line in _LINE.finditer(text):
        words = tuple(_words(line.group(), line.start()))
        if not words:
            continue
        if block:
            if words[0].text == ")":
                block = ""
            else:
                yield _Directive(block, words)
        elif len(words) > 1 and words[1].text == "(":
            block = words[0].text
        else:
            yield _Directive(words[0].text, words[1:])


def _words(line: str, start: int) -> Iterator[Fragment]:
    for match in _TOKEN.finditer(line):
        group = match.lastgroup or 0
        if not match.group().startswith("//"):
            yield Fragment.at(match[group], start + match.start(group))


def _is(path: str, wanted: str) -> bool:
    return _base(path) == _base(wanted)


def _base(path: str) -> str:
    major = MAJOR.fullmatch(path) if len(path) < _LONGEST else None
    return major["base"] if major else path


def _toolchain(source: SourceText, directive: _Directive) -> Occurrence:
    word = directive.words[0]
    if word.text in ("default", "local"):
        return source.floating(word, MOVES)
    body = word.cut(2) if word.text.startswith("go") else word
    found = locate_fixed(source.version_format, body.text)
    return source.exact(body, found) if found else no_version(source, body)


def _replaced(source: SourceText, other: tuple[Fragment, ...], wanted: str) -> Occurrence:
    if len(other) == 1:
        return source.floating(other[0], "is a folder that replaces the module")
    if not _is(other[0].text, wanted):
        return source.invalid(other[0], "is another module, which replaces it")
    return _required(source, other[0].text, other[1:])


def _required(source: SourceText, path: str, versions: tuple[Fragment, ...]) -> Occurrence:
    if not versions:
        return source.invalid(Fragment.at("", 0), "is a module without a version")
    incompatible = versions[0].text.endswith(INCOMPATIBLE)
    body = versions[0].cut(0, len(versions[0].text) - len(INCOMPATIBLE)) if incompatible else versions[0]
    commit = commit_in(body.text)
    if source.version_format.branch:
        return _of_branch(source, path, versions[0])
    if commit:
        return _pseudo(source, body, commit)
    found = locate_fixed(source.version_format, body.text)
    if found is None:
        return no_version(source, body)
    if not incompatible and not fits(path, found.version.text):
        return source.invalid(body, f"is not a version of {path}, whose path names another major version")
    return source.exact(body, found)


def _of_branch(source: SourceText, path: str, version: Fragment) -> Occurrence:
    """A version as a commit: that of its tag, or the one that a pseudo-version ends in."""
    commit = commit_of(version.text, path, source.version_format)
    if not commit or not fits(path, version.text.removeprefix("v")):
        return source.invalid(version, f"is neither a pseudo-version nor a tag of {path}")
    return replace(
        source.of_commit(version.cut(1) if version.text.startswith("v") else version, commit), module=path
    )


def _pseudo(source: SourceText, body: Fragment, commit: str) -> Occurrence:
    """A pseudo-version is a commit: of a release only where a release's tag is on it."""
    known = source.version_format.find_commit(commit)
    if known is None:
        return replace(source.invalid(body, "is a commit of no known release"), commit=commit)
    version = body.cut(1) if body.text.startswith("v") else body
    span = version.span()
    if span is None:
        return source.invalid(body, "is put together in a way that cannot be edited in place")
    return Occurrence(Pinning.EXACT, version.text, span, source.line(span.start), known)
