"""pnpm-lock.yaml. https://github.com/pnpm/spec/tree/master/lockfile

It has no end mark. It begins with what the projects of the workspace need, and says in full of each package what
that needs in turn: a package that is needed and missing shows a cut, or a changed name or version.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.locks import names
from consumer_drift.locks.base import Hit, LockError, LockFormat, LockProblem, Origin
from consumer_drift.locks.npm_names import concerns, is_git, is_local, require_agreement, split_pattern
from consumer_drift.locks.yaml_lines import YamlBlock, documents

if TYPE_CHECKING:
    from collections.abc import Iterator

# pnpm 7 could be told to write the form of version 6 for the projects.
_VERSION = re.compile(r"(5|6|9)(?:\.[0-9]+)?(?:-inlineSpecifiers)?")
_GROUPS = ("dependencies", "devDependencies", "optionalDependencies")
# A document of this kind says which pnpm and which of its plugins are used.
_ENVIRONMENT = ("configDependencies", "packageManagerDependencies")
_ADDRESS = re.compile(r"tarball: ['\"]?([^'\",}\s]+)")
_COMMIT = re.compile(r"[0-9a-f]{40}")


def read(text: str, package: str) -> Iterator[Hit]:
    """Every version of *package*."""
    found = documents(text)
    projects = 0
    for document in found:
        lock = _PnpmLock.of(document)
        lock.require_complete()
        projects += not lock.is_environment
        yield from lock.hits(text, package)
    if not projects:
        raise LockError(LockProblem.CUT, "lacks the projects that it is for")


class _PnpmLock:
    """One document."""

    def __init__(self, document: YamlBlock, major: int) -> None:
        self._major = major
        self._packages = document.under("packages")
        self._snapshots = document.under("snapshots")
        self._importers = document.under("importers") or {".": document}
        self._is_for_something = "importers" in document.members or any(
            group in document.members for group in _GROUPS
        )

    @classmethod
    def of(cls, document: YamlBlock) -> _PnpmLock:
        stated = document.members.get("lockfileVersion")
        if stated is None:
            raise LockError(LockProblem.FOREIGN, "is no pnpm-lock.yaml: it has no lockfileVersion")
        version = _VERSION.fullmatch(stated.value)
        if version is None:
            raise LockError(LockProblem.UNKNOWN_VERSION, f"is a pnpm-lock.yaml of version {stated.value[:20]}")
        return cls(document, int(version[1]))

    @property
    def is_environment(self) -> bool:
        return any(group in one.members for one in self._importers.values() for group in _ENVIRONMENT)

    def hits(self, text: str, package: str) -> Iterator[Hit]:
        for key, entry in self._packages.items():
            name, version = self._split(key, entry)
            address = _address(entry)
            if name == package or concerns(name, address, package):
                yield _installed(text, entry, name, version, address)
        for project in self._importers.values():
            for group in _GROUPS:
                needed = project.under(group).get(package)
                stated = _stated(needed) if needed else None
                if stated is not None and stated.value.startswith("link:"):
                    yield Hit("", *stated.value_span(text), Origin.LOCAL)

    def require_complete(self) -> None:
        """Raise LockError where something that is needed is missing."""
        known = self._snapshots if self._major == 9 else self._packages
        if not self._is_for_something:
            raise LockError(LockProblem.CUT, "lacks the projects that it is for")
        if self._major == 9:
            self._require_snapshots()
        for name, wanted in self._needs():
            if not self._is_known(name, wanted, known):
                raise LockError(LockProblem.CUT, f"lacks {name[:100]} {wanted[:100]}, which something in it needs")

    def _require_snapshots(self) -> None:
        plain = {key.partition("(")[0] for key in self._snapshots}
        for key in self._packages.keys() - plain:
            raise LockError(LockProblem.CUT, f"lacks what {key[:100]} needs")
        for key in plain - self._packages.keys():
            raise LockError(LockProblem.CUT, f"lacks the package {key[:100]}")

    def _needs(self) -> Iterator[tuple[str, str]]:
        for project in self._importers.values():
            # Until version 6 what a project asks for comes before what it gets.
            got = {name for group in _GROUPS for name in project.under(group)}
            for name in project.under("specifiers").keys() - got:
                raise LockError(LockProblem.CUT, f"lacks the version of {name[:100]}", project.at)
            for group in (*_GROUPS, *_ENVIRONMENT):
                for name, needed in project.under(group).items():
                    stated = _stated(needed)
                    if stated is None:
                        raise LockError(LockProblem.CUT, f"gives no version for {name[:100]}", needed.at)
                    yield name, stated.value
        for entry in (self._snapshots if self._major == 9 else self._packages).values():
            for group in ("dependencies", "optionalDependencies"):
                for name, needed in entry.under(group).items():
                    yield name, needed.value

    def _is_known(self, name: str, wanted: str, known: dict[str, YamlBlock]) -> bool:
        if wanted.startswith("link:") or wanted in known:
            return True
        if self._major == 9:
            return f"{name}@{wanted}" in known
        return f"/{name}{'/' if self._major == 5 else '@'}{wanted}" in known

    def _split(self, key: str, entry: YamlBlock) -> tuple[str, str]:
        """The name and version of a package. One that is not from a registry says them in its entry."""
        told_name, told_version = entry.members.get("name"), entry.members.get("version")
        if self._major == 5:
            name, _, version = key.removeprefix("/").rpartition("/")
            version = version.partition("(")[0].partition("_")[0]
        else:
            name, version = split_pattern(key.removeprefix("/").partition("(")[0])
        return told_name.value if told_name else name, told_version.value if told_version else version


def _stated(needed: YamlBlock) -> YamlBlock | None:
    """The version that a project gets; since version 6 it is beside what the project asked for."""
    return needed if needed.raw else needed.members.get("version")


def _address(entry: YamlBlock) -> str:
    resolution = entry.members.get("resolution")
    match = _ADDRESS.search(resolution.raw) if resolution else None
    return match[1] if match else ""


def _installed(text: str, entry: YamlBlock, name: str, version: str, address: str) -> Hit:
    resolution = entry.members.get("resolution")
    raw = resolution.raw if resolution else ""
    told = entry.members.get("version")
    start, end = told.value_span(text) if told else entry.key_span(text)
    if not told:
        start = text.find(version, start + len(name), end)
        end = start + len(version)
    origin, commit = _origin(entry.key, raw, address)
    if origin is Origin.REGISTRY:
        require_agreement(name, version, address, start)
    if "://" in version or is_local(version):
        version = ""
    return Hit(version, start, end, origin, commit)


def _origin(key: str, resolution: str, address: str) -> tuple[Origin, str]:
    if "type: git" in resolution or is_git(address) or "gitHosted: true" in resolution:
        commit = _COMMIT.search(resolution) or _COMMIT.search(key)
        return Origin.GIT, commit[0] if commit else ""
    _, wanted = split_pattern(key)
    if (
        "type: directory" in resolution
        or is_local(address)
        or wanted.startswith("file:")
        or key.startswith("file:")
    ):
        return Origin.LOCAL, ""
    return (Origin.URL, "") if "://" in key else (Origin.REGISTRY, "")


FORMAT = LockFormat(
    name="pnpm",
    read=read,
    same_name=names.exact,
    update="pnpm update --lockfile-only --recursive {package}",
)
