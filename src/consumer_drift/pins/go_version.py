"""How Go writes a commit as a version of a module, and which commit a version of a module is.

https://go.dev/ref/mod#pseudo-versions and https://go.dev/ref/mod#vcs-version
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import TYPE_CHECKING

from consumer_drift.model.versions import Scheme, Version, parse_version, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.source_branch import BranchHistory
    from consumer_drift.model.versions import VersionFormat

# https://go.dev/ref/mod#major-version-suffixes, and gopkg.in's own
MAJOR = re.compile(r"(?P<base>.+?)(?:/v(?P<major>[2-9]|[1-9][0-9]+)|(?<=[^/])\.v(?P<dotted>[0-9]+))")
_PSEUDO = re.compile(r"v?[0-9.]+-(?:[0-9A-Za-z.-]+\.)?[0-9]{14}-(?P<commit>[0-9a-f]{12})")
_LONGEST = 300


def commit_in(version: str) -> str:
    """Return the first twelve digits of the commit that a pseudo-version ends in, empty for another version."""
    pseudo = _PSEUDO.fullmatch(version) if len(version) < _LONGEST else None
    return pseudo["commit"] if pseudo else ""


def commit_of(version: str, path: str, version_format: VersionFormat) -> str:
    """Return the commit of a *version* of the module *path*, of which a pseudo-version has the first digits.

    Empty for a version that has no tag, and the version itself where the tags are not known.
    """
    tag = f"{_folder(path, version_format.repository)}v{version.removeprefix('v')}"
    if version_format.tags is None:
        return commit_in(version) or version
    return commit_in(version) or version_format.tags.get(tag, "")


def fits(path: str, version: str) -> bool:
    """Return whether the module's path has the suffix that the major version of *version* wants."""
    major = version.partition(".")[0]
    suffix = MAJOR.fullmatch(path) if len(path) < _LONGEST else None
    if suffix is None:
        return major in ("0", "1")
    return major == suffix["major"] if suffix["major"] else major == suffix["dotted"] or major == "0"


def version_of(target: Version, path: str, history: BranchHistory, repository: str) -> str:
    """Return the version of the module *path* at the commit *target*, without its ``v``; empty if it is not known.

    A commit with a tag has the tag's version. Any other has a pseudo-version, which is above the highest tag
    before it.
    """
    commit = next((one for one in history.commits if history.versions[one.id] == target), None)
    if commit is None or commit.date is None:
        return ""
    before = history.ancestors(commit.id) | history.older
    tags = dict(_tags(path, history, repository))
    here = [version for version, of in tags.items() if of == commit.id]
    if here:
        return max(here).text
    tail = f"{commit.date.astimezone(UTC):%Y%m%d%H%M%S}-{short(commit.id)}"
    base = max((version for version, of in tags.items() if of in before), default=None)
    if base is None:
        return f"{_major(path)}.0.0-{tail}"
    if base.is_prerelease:
        return f"{base.text}.0.{tail}"
    major, minor, patch = base.text.split(".")
    return f"{major}.{minor}.{int(patch) + 1}-0.{tail}"


def candidates(history: BranchHistory) -> Iterator[str]:
    """Yield commits with tags that the listing of *history* does not show, and that a pseudo-version may need.

    The highest few of each module and each major version.
    """
    groups: dict[tuple[str, str], list[tuple[Version, str]]] = {}
    for name, commit in history.tags.items():
        folder, slash, tag = name.rpartition("/")
        version = _canonical(tag)
        if version is not None:
            major = version.text.partition(".")[0]
            groups.setdefault((folder + slash, "" if major in ("0", "1") else major), []).append((version, commit))
    for group in groups.values():
        for _, commit in sorted(group, key=lambda row: row[0], reverse=True)[:_MOST_TAGS]:
            if commit in history.versions:
                break
            yield commit


_MOST_TAGS = 3


def _tags(path: str, history: BranchHistory, repository: str) -> Iterator[tuple[Version, str]]:
    """Yield the versions of the module that tags name, and their commits."""
    folder = _folder(path, repository)
    for name, commit in history.tags.items():
        version = _canonical(name.removeprefix(folder)) if name.startswith(folder) else None
        if version is not None and fits(path, version.text):
            yield version, commit


def _canonical(tag: str) -> Version | None:
    """Return the version of a tag as Go takes it: whole, with a ``v``, without build metadata."""
    if not tag.startswith("v") or "+" in tag or commit_in(tag):
        return None
    return parse_version(tag[1:], Scheme.SEMVER)


def _major(path: str) -> str:
    suffix = MAJOR.fullmatch(path)
    return (suffix["major"] or suffix["dotted"]) if suffix else "0"


def _folder(path: str, repository: str) -> str:
    """Return the folder of a module in its repository, which begins the names of its tags, with a final slash.

    A path that does not contain the repository's name is that of the repository's root.
    """
    suffix = MAJOR.fullmatch(path) if len(path) < _LONGEST else None
    base = suffix["base"] if suffix and suffix["major"] else path
    _, found, rest = f"{base}/".casefold().partition(f"/{repository.casefold()}/")
    return base[len(base) + 1 - len(rest) :] + "/" if found and rest else ""
