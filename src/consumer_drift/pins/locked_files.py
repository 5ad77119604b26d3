"""The versions of a package that a lock file installs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.locks.base import InstalledVersion, Origin, UnreadableLock
from consumer_drift.locks.formats import lock_format
from consumer_drift.locks.reading import read_lock
from consumer_drift.model.pins import IN_LOCK_FILE, Damaged
from consumer_drift.pins.go_version import commit_of
from consumer_drift.pins.source_text import Fragment, SourceText, no_commit, reading
from consumer_drift.pins.version_text import not_a_version

if TYPE_CHECKING:
    from consumer_drift.model.pins import Occurrence, Reading
    from consumer_drift.model.versions import VersionFormat
    from consumer_drift.pins.locked import Locked

_LOCAL = "is a folder of the repository itself"
_NO_VERSION = "is an archive whose version the lock file does not say"


def read(pin: Locked, text: str, version_format: VersionFormat) -> Reading:
    """Read every installed version. A lock file that cannot be believed is damaged, with a remedy."""
    form = lock_format(pin.file, text)
    assert form is not None  # noqa: S101 - the pin requires it
    found: list[tuple[InstalledVersion, str]] = []
    for name in pin.names:
        answer = read_lock(form, text, name)
        if isinstance(answer, UnreadableLock):
            remedy = f"write it again with {form.name}, and commit it"
            return Damaged(answer.why, answer.line, remedy, unknown=True)
        found += ((one, name) for one in answer.versions)
    source = SourceText(text, version_format)
    return reading((_occurrence(source, *one) for one in found), f"no {pin.describe()}")


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
