"""Gemfile.lock. https://bundler.io/man/bundle-lock.1.html

Every gem comes before ``DEPENDENCIES``, so a file that has that line lists all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consumer_drift.locks import names
from consumer_drift.locks.base import Hit, LockError, LockFormat, LockProblem, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

_ORIGINS = {
    "GEM": Origin.REGISTRY,
    "GIT": Origin.GIT,
    "SVN": Origin.GIT,
    "PATH": Origin.LOCAL,
    "PLUGIN SOURCE": Origin.URL,
}
_AFTER = frozenset({"PLATFORMS", "DEPENDENCIES", "CHECKSUMS", "RUBY VERSION", "BUNDLED WITH"})
_NAME = r"[A-Za-z0-9_.-]+"
_LINE = re.compile(
    rf"(?:(?P<section>[A-Z][A-Z ]*[A-Z])"
    rf"|[ ]{{2}}(?P<option>[a-z_]+):(?:[ ](?P<value>[^\n\r]*))?"
    rf"|[ ]{{4}}(?P<gem>{_NAME})(?: \((?P<version>[^()\s]+)\))?(?P<mark>!)?"
    rf"|[ ]{{6}}(?P<need>{_NAME})(?: \([^()\n]*\))?(?P<need_mark>!)?"
    rf"|[ ]{{2}}(?P<item>{_NAME})(?: \((?P<wanted>[^()\n]*)\))?!?(?P<sum> [^\n\r]*)?"
    rf"|[ ]{{3}}(?P<other>[^\s][^\n\r]*)"
    rf"|(?P<blank>))[ \t]*(?:\r?\n|\Z)"
)


@dataclass(slots=True)
class _GemfileLock:
    gems: list[tuple[re.Match[str], Origin, str]] = field(default_factory=list)
    needed: set[str] = field(default_factory=set)
    checksums: list[re.Match[str]] = field(default_factory=list)
    sections: set[str] = field(default_factory=set)


def read(text: str, package: str) -> Iterator[Hit]:
    """Every version of *package*; the variants for several platforms of one version are one."""
    lock = _parse(text)
    if not lock.sections & _ORIGINS.keys() and "DEPENDENCIES" not in lock.sections:
        raise LockError(LockProblem.FOREIGN, "is no Gemfile.lock: it has no section of one")
    if "DEPENDENCIES" not in lock.sections:
        raise LockError(LockProblem.CUT, "ends before DEPENDENCIES")
    seen = set()
    for match, origin, revision in lock.gems:
        version = _plain(match["version"])
        if match["gem"] != package or version in seen:
            continue
        seen.add(version)
        if package not in lock.needed:
            raise LockError(LockProblem.DAMAGED, f"holds {package}, which nothing in it needs", match.start("gem"))
        start = match.start("version")
        yield Hit(version, start, start + len(version), origin, revision)
    _require_same_sums(lock, package, seen)


def _parse(text: str) -> _GemfileLock:
    lock = _GemfileLock()
    section = revision = ""
    at = 1 if text.startswith("\ufeff") else 0
    while at < len(text):
        match = _LINE.match(text, at)
        if match is None or (match["gem"] and section in _ORIGINS and not match["version"]):
            raise LockError(LockProblem.DAMAGED, "has a line that Bundler does not write", at)
        if match["section"]:
            section, revision = _section(lock, match), ""
        elif match["option"] == "revision":
            revision = match["value"] or ""
        elif section in _ORIGINS and match["gem"]:
            lock.gems.append((match, _ORIGINS[section], revision))
        else:
            _collect(lock, section, match)
        at = match.end()
    return lock


def _section(lock: _GemfileLock, match: re.Match[str]) -> str:
    name = match["section"]
    if name not in _ORIGINS and name not in _AFTER:
        raise LockError(LockProblem.DAMAGED, f"has an unknown section {name[:40]!r}", match.start())
    if name in _ORIGINS and lock.sections & _AFTER:
        raise LockError(LockProblem.DAMAGED, f"has {name} behind the gems", match.start())
    lock.sections.add(name)
    return name


def _collect(lock: _GemfileLock, section: str, match: re.Match[str]) -> None:
    if match["need"]:
        lock.needed.add(match["need"])
    elif match["item"] and section == "DEPENDENCIES":
        lock.needed.add(match["item"])
    elif match["item"] and section == "CHECKSUMS":
        lock.checksums.append(match)


def _require_same_sums(lock: _GemfileLock, package: str, versions: set[str]) -> None:
    """``CHECKSUMS`` repeats every version."""
    for match in lock.checksums:
        if match["item"] == package and match["wanted"] and _plain(match["wanted"]) not in versions:
            raise LockError(
                LockProblem.DAMAGED, f"has a checksum for {package} {match['wanted'][:100]}", match.start()
            )


def _plain(version: str) -> str:
    """Without the platform: ``1.16.0-x86_64-linux``. No version of a gem has a dash."""
    return version.partition("-")[0]


FORMAT = LockFormat(
    name="Bundler",
    read=read,
    same_name=names.exact,
    update="bundle lock --update {package}",
    has_end=True,
)
