"""What a lock file installs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.locks import (
    InstalledVersion,
    Origin,
    UnreadableLock,
    lock_format,
    lock_names,
    read_lock,
    update_command,
)
from consumer_drift.model.pins import IN_LOCK_FILE, Damaged
from consumer_drift.pins.go_version import commit_of
from consumer_drift.pins.kind import PinKind
from consumer_drift.pins.source_text import Fragment, SourceText, no_commit, reading
from consumer_drift.pins.version_text import not_a_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.pins import Occurrence, Reading
    from consumer_drift.model.versions import VersionFormat

_LOCAL = "is a folder of the repository itself"
_NO_VERSION = "is an archive whose version the lock file does not say"


@dataclass(frozen=True, slots=True)
class Locked:
    """``- locked: acme-runtime``: every version of the package that the lock file installs.

    Several *names* are one package that was renamed. *manifest* is the file that asks for the package, where the
    lock file is read because it is beside that. Raises ValueError, with a sentence for the user, where the name
    of *file* is not a lock file's.
    """

    file: str
    names: tuple[str, ...]
    optional: bool = False
    manifest: str = ""

    def __post_init__(self) -> None:
        form = lock_format(self.file)
        if form is None:
            raise ValueError(
                f"{self.file!r} is not a lock file: locked reads {', '.join(_names())} and requirements files"
            )
        if form.keeps_unused and not self.manifest:
            raise ValueError(
                f"{self.file!r} also lists versions that are not in use any more: write module, and the go.mod"
            )

    def at(self, path: str) -> Locked:
        """Return the pin in the file *path*."""
        return replace(self, file=path)

    def describe(self) -> str:
        """Return ``package acme-runtime``."""
        return f"package {' or '.join(self.names)}"

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Read every installed version. A lock file that cannot be believed is damaged, with a remedy."""
        form = lock_format(self.file, text)
        assert form is not None  # noqa: S101 - __post_init__ requires it
        found: list[tuple[InstalledVersion, str]] = []
        for name in self.names:
            answer = read_lock(form, text, name)
            if isinstance(answer, UnreadableLock):
                remedy = f"write it again with {form.name}, and commit it"
                return Damaged(answer.why, answer.line, remedy, unknown=True)
            found += ((one, name) for one in answer.versions)
        source = SourceText(text, version_format)
        return reading((_occurrence(source, *one) for one in found), f"no {self.describe()}")

    def update_command(self, text: str, version: str) -> str:
        """Return the package manager's command that brings the lock file to *version*; *text* is the lock file."""
        form = lock_format(self.file, text)
        if form is None:
            return ""
        manifest = self.manifest or self.file.removesuffix(".txt") + ".in"
        return update_command(form, self.names[0], version, manifest, self.file)


KIND = PinKind(
    "locked",
    "A package that a lock file installs, in every version that is in there. The lock file beside a manifest that"
    " pins the package is compared without being named here.",
    lambda file, names, options: Locked(file, names, options.optional),
    many=True,
)


def _names() -> Iterator[str]:
    """The lock files that say by themselves what is installed."""
    for name in lock_names():
        form = lock_format(name)
        if form and not form.keeps_unused:
            yield name


def _occurrence(source: SourceText, one: InstalledVersion, package: str) -> Occurrence:
    fragment = Fragment.at(source.text[one.start : one.end], one.start)
    return replace(_judged(source, fragment, one, package), lock=IN_LOCK_FILE, lock_span=None)


def _judged(source: SourceText, fragment: Fragment, one: InstalledVersion, package: str) -> Occurrence:
    if one.origin is Origin.LOCAL:
        return source.floating(fragment, _LOCAL)
    if one.origin is Origin.GIT:
        known = source.version_format.commits.get(one.commit)
        if known is None:
            why = f"{no_commit(source.version_format)} ({one.commit[:12]})"
            return replace(source.invalid(fragment, why), commit=one.commit)
        if source.version_format.branch:
            return source.of_commit(fragment, one.commit)
        found = source.version_format.find_version(fragment.text)
        occurrence = source.exact(fragment, found) if found else source.invalid(fragment, _NO_VERSION)
        return occurrence if found is None else replace(occurrence, version=known)
    if not one.version:
        return source.invalid(fragment, _NO_VERSION)
    commit = commit_of(one.version, package, source.version_format) if source.version_format.branch else ""
    if commit:
        return source.of_commit(fragment, commit)
    found = source.version_format.find_version(one.version)
    if found is None:
        return source.invalid(fragment, not_a_version(source.version_format))
    return source.exact(fragment, found)
