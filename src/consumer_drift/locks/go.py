"""go.sum and go.mod. https://go.dev/ref/mod

go.mod selects the versions, and go.sum lists the hashes of what was ever selected: the version of a module that is
built must be in there, and older ones may stay in it. Neither has an end mark. Compare their size with what the
server says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.locks import names
from consumer_drift.locks.base import Hit, LockError, LockFormat, LockProblem, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

_SUM = re.compile(
    r"(?P<path>[^\s]++) (?P<version>v[^\s/]++)(?P<mod>/go\.mod)? h1:[A-Za-z0-9+/]{43}=[ \t]*+(?:\r?\n|\Z)"
)
_TOKEN = re.compile(r"//[^\n]*+|\"[^\"\n]*+\"|`[^`]*+`|=>|[()\n]|[^\s()\"`]++")
_KEYWORDS = frozenset(
    {"module", "go", "toolchain", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore"}
)
_VERSION = re.compile(r"v[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]*)?")


def read_sum(text: str, module: str) -> Iterator[Hit]:
    """Every version of *module* whose source code has a hash. Not all of them need to be in use."""
    wanted = names.go_module(module)
    sources: list[re.Match[str]] = []
    with_mod: set[tuple[str, str]] = set()
    at = 1 if text.startswith("\ufeff") else 0
    for match in iter(_SUM.scanner(text, at).match, None):  # type: ignore[attr-defined]
        at = match.end()
        if wanted in match["path"] and names.go_module(match["path"]) == wanted:
            if match["mod"]:
                with_mod.add((match["path"], match["version"]))
            else:
                sources.append(match)
    if at < len(text):
        raise LockError(LockProblem.DAMAGED, "has a line that is no hash of a module", at)
    for match in sources:
        if (match["path"], match["version"]) not in with_mod:
            raise LockError(
                LockProblem.CUT,
                f"lacks the hash of the go.mod of {module[:100]} {match['version']}",
                match.start(),
            )
        yield Hit(match["version"], *match.span("version"), Origin.REGISTRY)


def read_mod(text: str, module: str) -> Iterator[Hit]:
    """The version of *module* that go.mod requires, or that it puts in its place."""
    lines = list(_directives(text))
    if not any(line[0].group() == "module" for line in lines):
        raise LockError(LockProblem.FOREIGN, "is no go.mod: it has no module")
    wanted = names.go_module(module)
    replaced = [_Replacement(line) for line in lines if line[0].group() == "replace"]
    for line in lines:
        if line[0].group() != "require":
            continue
        if len(line) != 3 or not _VERSION.fullmatch(line[2].group()):
            raise LockError(LockProblem.DAMAGED, "has a requirement without a version", line[0].start())
        path, version = _plain(line[1]), line[2].group()
        instead = next((one for one in replaced if one.covers(path, version)), None)
        if instead and (names.go_module(path) == wanted or names.go_module(instead.path) == wanted):
            yield instead.hit(path)
        elif names.go_module(path) == wanted:
            yield Hit(version, *line[2].span(), Origin.REGISTRY)


class _Replacement:
    """``replace old [version] => new [version]``."""

    def __init__(self, line: list[re.Match[str]]) -> None:
        words = [_plain(token) for token in line]
        arrow = words.index("=>") if "=>" in words else 0
        if arrow not in (2, 3) or len(words) - arrow not in (2, 3):
            raise LockError(LockProblem.DAMAGED, "has a replacement without a target", line[0].start())
        self._old = words[1]
        self._only = words[2] if arrow == 3 else ""
        self.path = words[arrow + 1]
        self._target = line[-1]
        self._is_local = len(words) - arrow == 2

    def covers(self, path: str, version: str) -> bool:
        return path == self._old and self._only in ("", version)

    def hit(self, path: str) -> Hit:
        if self._is_local:
            return Hit("", *self._target.span(), Origin.LOCAL)
        origin = Origin.REGISTRY if names.go_module(path) == names.go_module(self.path) else Origin.URL
        return Hit(self._target.group(), *self._target.span(), origin)


def _directives(text: str) -> Iterator[list[re.Match[str]]]:
    """Each directive with its arguments; one line of a block is a directive of its own."""
    line: list[re.Match[str]] = []
    opened: re.Match[str] | None = None
    for token in _TOKEN.finditer(text, 1 if text.startswith("\ufeff") else 0):
        word = token.group()
        if word == "(" and len(line) == 1 and not opened:
            opened, line = line[0], []
        elif word == ")" and opened and not line:
            opened = None
        elif word == "\n":
            if line:
                yield _checked([opened, *line] if opened else line)
            line = []
        elif not word.startswith("//"):
            line.append(token)
    if opened or line:
        raise LockError(LockProblem.CUT, "ends in the middle", len(text))


def _checked(line: list[re.Match[str]]) -> list[re.Match[str]]:
    if line[0].group() not in _KEYWORDS:
        raise LockError(LockProblem.DAMAGED, f"has an unknown directive {line[0].group()[:40]!r}", line[0].start())
    return line


def _plain(token: re.Match[str]) -> str:
    return token.group().strip('"`')


SUM = LockFormat(
    name="Go",
    read=read_sum,
    same_name=names.go_module,
    update="go get {package}@v{version} && go mod tidy",
    keeps_unused=True,
)
MOD = LockFormat(
    name="Go",
    read=read_mod,
    same_name=names.go_module,
    update="go get {package}@v{version} && go mod tidy",
)
