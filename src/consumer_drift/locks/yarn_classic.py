"""yarn.lock of Yarn 1. https://classic.yarnpkg.com/lang/en/docs/yarn-lock/

It has no end mark, and no list of what the projects need: a file that was cut between two packages may read as a
complete one with fewer packages. Compare its size with what the server says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.locks import names
from consumer_drift.locks.base import Hit, LockError, LockFormat, LockProblem, Origin
from consumer_drift.locks.npm_names import (
    commit_of,
    concerns,
    is_git,
    is_local,
    real_name,
    require_agreement,
    split_pattern,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = re.compile(r"^# yarn lockfile v([0-9]+)[ \t\r]*$", re.MULTILINE)
_STRING = r'"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*"'
_PATTERN = rf"(?:{_STRING}|[^\s\",:#][^\s\",:]*+)"
_VALUE = rf"(?:{_STRING}|[^\s\"][^\s]*+)"
# npm updates a yarn.lock that is there, and npm 8 quotes the keys.
_KEY = r"(?:[A-Za-z]++|\"[A-Za-z]++\")"
_ENTRY = re.compile(
    rf"(?:[ \t]*+\r?\n|#[^\n]*+\n)*"
    rf"(?P<head>{_PATTERN}(?:, {_PATTERN})*):[ \t]*+\r?\n"
    rf"(?P<body>(?:[ ]{{2}}{_KEY}(?::| {_VALUE})[ \t]*+\r?\n|[ ]{{4}}{_PATTERN} {_VALUE}[ \t]*+\r?\n)+)"
)
_REST = re.compile(r"(?:[ \t]*+\r?\n|#[^\n]*+\n)*\Z")
_FIELD = re.compile(
    r"^  \"?(?P<key>version|resolved)\"? (?P<value>\"?)(?P<text>[^\"\n]*+)\"?[ \t\r]*$", re.MULTILINE
)
_NEED = re.compile(r"^    \"?([^\"\s]+)\"? ", re.MULTILINE)


def read(text: str, package: str) -> Iterator[Hit]:
    """Every version of *package*."""
    header = HEADER.search(text)
    if header is None:
        raise LockError(LockProblem.FOREIGN, "is no yarn.lock: it has no header")
    if header[1] != "1":
        raise LockError(LockProblem.UNKNOWN_VERSION, f"is a yarn.lock of version {header[1][:20]}")
    known: set[str] = set()
    needed: set[str] = set()
    for entry in _entries(text):
        patterns = [pattern.strip('"') for pattern in re.findall(_PATTERN, entry["head"])]
        known |= {split_pattern(pattern)[0] for pattern in patterns}
        needed |= set(_NEED.findall(entry["body"]))
        yield from _hits(entry, patterns, package)
    # A member of the workspace may be needed too, and is not in the file. The entries are sorted, so only one
    # behind the last can have been cut off.
    last = max(known, default="")
    for name in needed - known:
        if name > last:
            raise LockError(LockProblem.CUT, f"lacks {name[:100]}, which something in it needs")


def _entries(text: str) -> Iterator[re.Match[str]]:
    at = 1 if text.startswith("\ufeff") else 0
    for match in iter(_ENTRY.scanner(text, at).match, None):  # type: ignore[attr-defined]
        yield match
        at = match.end()
    if not _REST.match(text, at):
        start = at + len(text[at:]) - len(text[at:].lstrip())
        raise LockError(LockProblem.DAMAGED, "has a line that Yarn does not write", start)


def _hits(entry: re.Match[str], patterns: list[str], package: str) -> Iterator[Hit]:
    asked = _asked(patterns)
    if package not in asked and package not in entry["body"]:
        return
    fields = {field["key"]: field for field in _FIELD.finditer(entry.string, *entry.span("body"))}
    address = fields["resolved"]["text"] if "resolved" in fields else ""
    if package not in asked and not concerns("", address, package):
        return
    version = fields.get("version")
    if version is None or not version["text"]:
        raise LockError(LockProblem.DAMAGED, f"gives no version for {package[:100]}", entry.start("head"))
    if len(asked) > 1 or package not in asked:
        raise LockError(LockProblem.DAMAGED, f"installs one package as {patterns[0][:100]}", entry.start("head"))
    require_agreement(package, version["text"], address, version.start("text"))
    wanted = split_pattern(patterns[0])[1]
    yield Hit(version["text"], *version.span("text"), *_origin(address, wanted))


def _asked(patterns: list[str]) -> set[str]:
    """The packages that the patterns of one entry ask for.

    ``resolutions`` may put another package in the place of one, and the entry has the patterns of both.
    """
    split = [split_pattern(pattern) for pattern in patterns]
    replaced = {name for name, wanted in split if real_name(name, wanted) != name}
    return {real_name(*one) for one in split if one[0] not in replaced or one[1].startswith("npm:")}


def _origin(address: str, wanted: str) -> tuple[Origin, str]:
    if is_git(address):
        return Origin.GIT, commit_of(address)
    if is_local(address) or is_local(wanted):
        return Origin.LOCAL, ""
    return (Origin.URL, "") if wanted.startswith(("http:", "https:")) else (Origin.REGISTRY, "")


FORMAT = LockFormat(
    name="Yarn 1",
    read=read,
    same_name=names.exact,
    update="yarn install",
)
