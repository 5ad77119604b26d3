"""uv.lock. https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile

It has no end mark. Its packages are exactly what the members need, so one that is needed and missing shows a cut.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.locks import names
from consumer_drift.locks.base import Hit, LockError, LockFormat, LockProblem, Origin
from consumer_drift.locks.python_packages import Package, of_name, packages, version
from consumer_drift.locks.toml_blocks import TomlFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPENDENCY = re.compile(r"\{\s*+name\s*+=\s*+\"([^\"]*+)\"(?:\s*+,\s*+version\s*+=\s*+\"([^\"]*+)\")?")
_NAME = re.compile(r"\"([^\"]*+)\"")
_ORIGINS = {
    "registry": Origin.REGISTRY,
    "git": Origin.GIT,
    "url": Origin.URL,
    "path": Origin.LOCAL,
    "directory": Origin.LOCAL,
    "editable": Origin.LOCAL,
    "virtual": Origin.LOCAL,
}
_ARRAYS = frozenset({"manifest.dependency-metadata"})
_NEEDS = ("optional-dependencies", "dev-dependencies", "dependency-groups")


def read(text: str, package: str) -> Iterator[Hit]:
    """Every version of *package*."""
    file = TomlFile(text)
    top = file.blocks[0]
    if "version" not in top.values:
        raise LockError(LockProblem.FOREIGN, "is no uv.lock: it has no version")
    if file.raw(top, "version") != "1":
        raise LockError(LockProblem.UNKNOWN_VERSION, f"is a uv.lock of version {file.raw(top, 'version')}")
    found = packages(file, _ARRAYS)
    _require_complete(file, found)
    for one in of_name(file, found, package):
        yield _hit(file, one)


def _hit(file: TomlFile, package: Package) -> Hit:
    source = file.strings(package.block, "source")
    kind = next((kind for kind in _ORIGINS if kind in source), None)
    if kind is None:
        raise LockError(LockProblem.DAMAGED, f"gives no known source for {package.name}", package.block.start)
    origin = _ORIGINS[kind]
    if origin is Origin.LOCAL and "version" not in package.block.values:
        # A member whose build computes the version.
        start, end = package.block.values["name"]
        return Hit("", start + 1, end - 1, origin)
    text = version(file, package)
    commit = source["git"].rpartition("#")[2] if origin is Origin.GIT else ""
    return Hit(text.value, text.start, text.end, origin, commit)


def _require_complete(file: TomlFile, found: list[Package]) -> None:
    known = {(one.name, "") for one in found}
    for one in found:
        text = file.string(one.block, "version")
        if text:
            known.add((one.name, text.value))
    roots = list(_roots(file))
    if not roots and not any(_is_root(file, one) for one in found):
        raise LockError(LockProblem.CUT, "lacks the project that it is for")
    for name, wanted in (*roots, *_needs(file, found)):
        if (names.python(name), wanted) not in known:
            raise LockError(LockProblem.CUT, f"lacks {name[:100]}, which something in it needs")


def _roots(file: TomlFile) -> Iterator[tuple[str, str]]:
    """What the manifest lists: members of a workspace, and requirements of a script or a group."""
    for block in file.blocks:
        if block.header != "manifest" and not block.header.startswith("manifest."):
            continue
        if "members" in block.values:
            yield from ((name, "") for name in _NAME.findall(file.raw(block, "members")))
        groups = block.values if block.header == "manifest.dependency-groups" else ("requirements",)
        for key in groups:
            yield from _DEPENDENCY.findall(file.raw(block, key))


def _needs(file: TomlFile, found: list[Package]) -> Iterator[tuple[str, str]]:
    for one in found:
        yield from _DEPENDENCY.findall(file.raw(one.block, "dependencies"))
        for part in _NEEDS:
            if part in one.parts:
                for key in one.parts[part].values:
                    yield from _DEPENDENCY.findall(file.raw(one.parts[part], key))


def _is_root(file: TomlFile, package: Package) -> bool:
    source = file.raw(package.block, "source")
    return "registry" not in source and bool(re.search(r"=\s*\"\.\"", source))


FORMAT = LockFormat(
    name="uv",
    read=read,
    same_name=names.python,
    update="uv lock --upgrade-package {package}",
)
