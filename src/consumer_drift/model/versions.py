"""Versions of the two schemes, and how a version is found inside a pin's text."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from semver import Version as SemVer


_LONGEST = 256
# So many digits of a commit's id are shown, and are in a version of Go: https://go.dev/ref/mod#pseudo-versions
SHORT_COMMIT = 12
_COMMIT = re.compile(r"[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?")


def is_commit(text: str) -> bool:
    """Return whether *text* is a commit's full id: https://git-scm.com/docs/hash-function-transition"""
    return _COMMIT.fullmatch(text) is not None


def is_short_commit(text: str) -> bool:
    """Return whether *text* is what ``short`` makes of a commit's id, or looks like it."""
    return len(text) == SHORT_COMMIT and set(text) <= set("0123456789abcdef")


def short(text: str) -> str:
    """Return the first digits of the full id of a commit, and any other text as it is."""
    return text[:SHORT_COMMIT] if is_commit(text) else text


class Scheme(StrEnum):
    """How versions are written and ordered.

    https://semver.org/spec/v2.0.0.html and
    https://packaging.python.org/en/latest/specifications/version-specifiers/
    """

    SEMVER = "semver"
    PEP440 = "pep440"


class _Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


@functools.total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A version as it was written, ordered as its scheme says: ``1.4`` equals ``1.4.0`` in PEP 440."""

    text: str
    is_prerelease: bool
    order: _Ordered = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.order == other.order

    def __lt__(self, other: Version) -> bool:
        return self.order < other.order

    def __hash__(self) -> int:
        return hash(self.order)

    def __str__(self) -> str:
        return self.text


# A fleet has few versions and many places with them.
@functools.lru_cache(maxsize=1024)
def parse_version(text: str, scheme: Scheme) -> Version | None:
    """The version that *text* is, to the last character, or None.

    No leading ``v`` and no blanks: those belong to the pin, not to its version (``Dialect.locate``).
    """
    # Whoever writes a version longer than this does not mean one, and both parsers slow down on it.
    if not text or len(text) > _LONGEST or not text.isascii() or not (text[0].isdigit() and text.isprintable()):
        return None
    return _parse_semver(text) if scheme is Scheme.SEMVER else _parse_pep440(text)


def _parse_semver(text: str) -> Version | None:
    from semver import Version as SemVer  # noqa: PLC0415 - start-up pays for one scheme only

    try:
        parsed = SemVer.parse(text)
    except ValueError:
        return None
    return Version(text, parsed.prerelease is not None, _precedence(parsed))


def _precedence(parsed: SemVer) -> tuple[object, ...]:
    """What tuples order as the standard does: https://semver.org/spec/v2.0.0.html#spec-item-11

    A run compares every pin with its target, and the library's own comparison takes forty times as long.
    Build metadata has no place in the order, so it has none in equality either.
    """
    core = (parsed.major, parsed.minor, parsed.patch)
    if parsed.prerelease is None:
        return (*core, 1)
    # A number is below any word.
    parts = ((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parsed.prerelease.split("."))
    return (*core, 0, tuple(parts))


def _parse_pep440(text: str) -> Version | None:
    from packaging.version import InvalidVersion  # noqa: PLC0415
    from packaging.version import Version as Pep440  # noqa: PLC0415

    if text != text.strip():
        return None
    try:
        parsed = Pep440(text)
    except InvalidVersion:
        return None
    return Version(text, parsed.is_prerelease, parsed)


@dataclass(frozen=True, slots=True)
class Affixes:
    """What the source writes around a version in its tags: ``runtime-v{version}``."""

    prefix: str = ""
    suffix: str = ""

    @classmethod
    def of(cls, template: str) -> Affixes:
        """From a template with exactly one ``{version}``. Raises ValueError where there is not one."""
        prefix, found, suffix = template.partition("{version}")
        if not found or "{version}" in suffix:
            raise ValueError(f"{template!r} needs {{version}} exactly once, as in v{{version}}")
        return cls(prefix, suffix)

    def strip(self, text: str) -> str | None:
        """*text* without the affixes, or None where it does not have them."""
        if len(text) < len(self.prefix) + len(self.suffix):
            return None
        if not (text.startswith(self.prefix) and text.endswith(self.suffix)):
            return None
        return text[len(self.prefix) : len(text) - len(self.suffix)]


# What a version may have around it everywhere.
_USUAL = (Affixes(), Affixes("v"), Affixes("V"))


@dataclass(frozen=True, slots=True)
class FoundVersion:
    """A version inside a longer text: ``text[start:start + len(version.text)]``."""

    start: int
    version: Version


_SERIES = re.compile(r"(?:0|[1-9][0-9]{0,8})(?:\.(?:0|[1-9][0-9]{0,8}))?")
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)*")


@dataclass(frozen=True, slots=True)
class Series:
    """The versions that a moving tag follows: ``4`` every 4.x.y, ``4.2`` every 4.2.y. *text* is that number."""

    text: str

    def compare(self, version: Version) -> int | None:
        """Return -1 where the series is below *version*, 0 where it has it, 1 where it is above.

        None where that cannot be told: a moving tag does not follow pre-releases, and an epoch is not in it.
        """
        if version.is_prerelease or "!" in version.text:
            return None
        own, other = _numbers(self.text), _numbers(self.of(version).text)
        return (own > other) - (own < other)

    def of(self, version: Version) -> Series:
        """Return the series of as many numbers that has *version*."""
        length = len(_numbers(self.text))
        numbers = (*_numbers(version.text), 0, 0)[:length]
        return Series(".".join(map(str, numbers)))


def _numbers(text: str) -> tuple[int, ...]:
    found = _NUMBERS.match(text)
    return tuple(map(int, found.group().split("."))) if found else ()


class FloatingLevel(StrEnum):
    """How many numbers a moving tag may have that is accepted as a pin."""

    MAJOR = "major"  # v4
    MINOR = "minor"  # v4.2


@dataclass(frozen=True, slots=True)
class FoundSeries:
    """A series inside a longer text: ``text[start:start + len(series.text)]``."""

    start: int
    series: Series


@dataclass(frozen=True, slots=True)
class VersionFormat:
    """How versions are written: the scheme, the affixes of the source's tags, and the versions of known commits.

    *commits* leads from a commit's id, in lower case, to the version of the tag that is on it. *floating* says
    which moving tags are accepted. Where the target is the newest commit of a *branch*, a version is a commit of
    it and nothing else; *tags* leads from names of tags of *repository*, the source, to their commits, and is None
    where they are not known.
    """

    scheme: Scheme = Scheme.SEMVER
    affixes: tuple[Affixes, ...] = ()
    commits: Mapping[str, Version] = field(default_factory=dict, compare=False)
    floating: frozenset[FloatingLevel] = frozenset()
    branch: str = ""
    tags: Mapping[str, str] | None = field(default=None, compare=False)
    repository: str = ""

    def find_commit(self, commit: str) -> Version | None:
        """Return the version of a commit, by its id or the first twelve digits of it; None if it is not known."""
        commit = commit.lower()
        known = self.commits.get(commit)
        if known is not None or len(commit) != SHORT_COMMIT:
            return known
        return max((version for full, version in self.commits.items() if full.startswith(commit)), default=None)

    def find_version(self, text: str) -> FoundVersion | None:
        """The version in *text*, which may have a ``v`` or a tag's affixes and nothing else.

        ``0.3.44``, ``v0.3.44`` and ``runtime-v0.3.44`` (with that template) all hold ``0.3.44``,
        and a bump changes those characters alone. There is none where versions are commits.
        """
        if self.branch:
            return None
        for affixes in (*_USUAL, *self.affixes):
            inner = affixes.strip(text)
            version = parse_version(inner, self.scheme) if inner else None
            if version is not None:
                return FoundVersion(len(affixes.prefix), version)
        return None

    def find_series(self, text: str) -> FoundSeries | None:
        """The series of the moving tag *text*, in a ``v`` or a tag's affixes; None where it is not accepted."""
        if not self.floating or self.branch or len(text) > _LONGEST:
            return None
        for affixes in (*_USUAL, *self.affixes):
            inner = affixes.strip(text)
            if inner and _SERIES.fullmatch(inner):
                level = FloatingLevel.MINOR if "." in inner else FloatingLevel.MAJOR
                return FoundSeries(len(affixes.prefix), Series(inner)) if level in self.floating else None
        return None
