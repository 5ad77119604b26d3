"""How Go writes a commit as a version of a module, and which commit a version of a module is.

https://go.dev/ref/mod#pseudo-versions and https://go.dev/ref/mod#vcs-version
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from consumer_drift.model.versions import Scheme, Version, parse_version, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.model.source_branch import BranchHistory
    from consumer_drift.model.versions import VersionFormat

# https://go.dev/ref/mod#major-version-suffixes, and gopkg.in's own
MAJOR = re.compile(r"(?P<base>.+?)(?:/v(?P<major>[2-9]|[1-9][0-9]+)|(?<=[^/])\.v(?P<dotted>[0-9]+))")
# https://go.dev/ref/mod#incompatible-versions
INCOMPATIBLE = "+incompatible"
# On no tag of the major version, above a pre-release, or above a release.
_PSEUDO = re.compile(
    r"v?[0-9]+\.(?:0\.0-|[0-9]+\.[0-9]+-(?:[^+]*\.)?0\.)[0-9]{14}-(?P<commit>[0-9a-f]{12})(?:\+[0-9A-Za-z.-]+)?"
)
_LONGEST = 300


def commit_in(version: str) -> str:
    """Return the first twelve digits of the commit that a pseudo-version ends in, empty for another version."""
    pseudo = _PSEUDO.fullmatch(version) if len(version) < _LONGEST else None
    return pseudo["commit"] if pseudo else ""


def commit_of(version: str, path: str, version_format: VersionFormat) -> str:
    """Return the commit of a *version* of the module *path*, of which a pseudo-version has the first digits.

    Empty for a version that has no tag, and the version itself where the tags are not known.
    """
    tag = f"{_folder(path, version_format.repository)}v{version.removeprefix('v').removesuffix(INCOMPATIBLE)}"
    if version_format.tags is None:
        return commit_in(version) or version
    return commit_in(version) or version_format.tags.get(tag, "")


def fits(path: str, version: str) -> bool:
    """Return whether the module's path has the suffix that the major version of *version* wants.

    A module without a go.mod has none, whatever its major version: then it is ``+incompatible``.
    """
    major = version.partition(".")[0]
    suffix = MAJOR.fullmatch(path) if len(path) < _LONGEST else None
    if version.endswith(INCOMPATIBLE):
        return suffix is None and major not in ("0", "1")
    if suffix is None:
        return major in ("0", "1")
    if suffix["major"]:
        return major == suffix["major"]
    # Go itself wrote the second for a while.
    return major == suffix["dotted"] or (suffix["dotted"] == "1" and version.startswith("0.0.0-"))


def version_of(
    target: Version, path: str, history: BranchHistory, repository: str, *, incompatible: bool = False
) -> str:
    """Return the version of the module *path* at the commit *target*, without its ``v``; empty if it is not known.

    A commit with a tag has the tag's version. Any other has a pseudo-version, which is above the highest tag
    before it. *incompatible*: the module has no go.mod, so tags of every major version are its own.
    """
    commit = next((one for one in history.commits if history.versions[one.id] == target), None)
    if commit is None or commit.date is None:
        return ""
    before = history.ancestors(commit.id) | history.older
    tags = [one for one in _tags(path, history, repository, incompatible=incompatible) if one.commit in before]
    here = [one for one in tags if one.commit == commit.id and one.is_canonical]
    if here:
        highest = max(here, key=_order)
        return f"{highest.version.text}{highest.build}"
    tail = f"{commit.date.astimezone(UTC):%Y%m%d%H%M%S}-{short(commit.id)}"
    base = max(tags, key=_order, default=None)
    return f"{_major(path)}.0.0-{tail}" if base is None else _above(base, tail)


@dataclass(frozen=True, slots=True)
class _ModuleTag:
    """A tag of a module. *build* ends the module's version; a tag with build metadata of its own is not canonical.

    Such a tag is no version of the module, and pseudo-versions are above it all the same.
    """

    version: Version
    commit: str
    build: str
    is_canonical: bool


def _order(tag: _ModuleTag) -> Version:
    return tag.version


def _above(base: _ModuleTag, tail: str) -> str:
    text = base.version.text
    if base.version.is_prerelease:
        return f"{text}.0.{tail}{base.build}"
    major, minor, patch = text.split(".")
    return f"{major}.{minor}.{int(patch) + 1}-0.{tail}{base.build}"


def candidates(history: BranchHistory) -> Iterator[str]:
    """Yield commits with tags that the listing of *history* does not show, and that a pseudo-version may need.

    The highest few of each module and each major version.
    """
    groups: dict[tuple[str, str], list[tuple[Version, str]]] = {}
    for name, commit in history.tags.items():
        folder, slash, tag = name.rpartition("/")
        version = _canonical(tag)
        if version is not None and not commit_in(name):
            major = version.text.partition(".")[0]
            groups.setdefault((folder + slash, "" if major in ("0", "1") else major), []).append((version, commit))
    for group in groups.values():
        for _, commit in sorted(group, key=lambda row: row[0], reverse=True)[:_MOST_TAGS]:
            if commit in history.versions:
                break
            yield commit


_MOST_TAGS = 3


def _tags(path: str, history: BranchHistory, repository: str, *, incompatible: bool) -> Iterator[_ModuleTag]:
    """Yield the tags of the module."""
    folder = _folder(path, repository)
    for name, commit in history.tags.items():
        tag = name.removeprefix(folder)
        version = _canonical(tag) if name.startswith(folder) else None
        # Go takes a pseudo-version for none where it follows a folder.
        if version is None or commit_in(name):
            continue
        is_canonical = tag == f"v{version.text}"
        if fits(path, version.text):
            yield _ModuleTag(version, commit, "", is_canonical)
        elif incompatible and not folder and fits(path, f"{version.text}{INCOMPATIBLE}"):
            yield _ModuleTag(version, commit, INCOMPATIBLE, is_canonical)


def _canonical(tag: str) -> Version | None:
    """Return the version of a tag as Go takes it: whole, with a ``v``, and without its build metadata."""
    version = parse_version(tag[1:].partition("+")[0], Scheme.SEMVER)
    return version if tag.startswith("v") and parse_version(tag[1:], Scheme.SEMVER) is not None else None


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
