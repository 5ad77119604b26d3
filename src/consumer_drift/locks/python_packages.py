"""What the lock files of uv, Poetry and PDM share: a list of tables with a name, a version and archives.

The name of each archive repeats the name and the version of its package. A lock in which the two disagree was
edited as text, or damaged: what gets installed is the archive, whatever the version says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from consumer_drift.locks.base import LockError, LockProblem
from consumer_drift.locks.names import python
from consumer_drift.locks.toml_blocks import require_known_arrays

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from consumer_drift.locks.toml_blocks import Block, Text, TomlFile

PACKAGE = "package"
# What lists the archives of a package; a package from one address may have it in its source.
_LISTS = frozenset({"sdist", "wheels", "files", "source", "url"})


def _archive(begins: str = "") -> re.Pattern[str]:
    """The name of an archive in a listing."""
    return re.compile(rf"[\"'/]({begins}[^\"'/\s?#]+\.(?:whl|tar\.gz|zip|tar\.bz2|tgz))(?=[\"'?#])", re.IGNORECASE)


_ARCHIVE = _archive()


@dataclass(slots=True)
class Package:
    """One ``[[package]]``, with its sub-tables by the last part of their header."""

    name: str
    block: Block
    parts: dict[str, Block] = field(default_factory=dict)


def packages(file: TomlFile, arrays: frozenset[str] = frozenset()) -> list[Package]:
    """Every package. *arrays* are the other lists of tables that the format has. Raises LockError."""
    # Poetry writes an empty list for none.
    if PACKAGE in file.blocks[0].values and file.raw(file.blocks[0], PACKAGE) != "[]":
        raise LockError(LockProblem.DAMAGED, "holds its packages in a way that no tool writes", 0)
    require_known_arrays(file.blocks, arrays | {PACKAGE}, PACKAGE)
    found: list[Package] = []
    for block in file.blocks:
        if block.header == PACKAGE:
            name = file.string(block, "name")
            if name is None:
                raise LockError(LockProblem.DAMAGED, "has a package without a name", block.start)
            found.append(Package(python(name.value), block))
        elif block.header.startswith("package.") and found:
            part = block.header.removeprefix("package.")
            if part in found[-1].parts:
                raise LockError(LockProblem.DAMAGED, f"has {block.header} twice in one package", block.start)
            found[-1].parts[part] = block
    return found


def version(file: TomlFile, package: Package) -> Text:
    """The version of *package*. Raises LockError where there is none."""
    text = file.string(package.block, "version")
    if text is None or not text.value:
        raise LockError(LockProblem.DAMAGED, f"gives no version for {package.name}", package.block.start)
    return text


def of_name(file: TomlFile, found: list[Package], package: str) -> Iterator[Package]:
    """Yield those of *found* that are *package*. Raises LockError where its archives do not agree."""
    wanted = python(package)
    require_archives_agree(file, found, wanted)
    yield from (one for one in found if one.name == wanted)


def require_archives_agree(file: TomlFile, found: list[Package], name: str) -> None:
    """Raise LockError where an archive of *name* is listed with another package or version, or the reverse."""
    for match, owner in _archives_of(file.text, name, _listings(found)):
        parsed = parse_archive(match[1])
        if parsed is None:
            continue
        if parsed.name != owner.name or not same_version(version(file, owner).value, parsed.version):
            raise LockError(LockProblem.DAMAGED, f"lists {match[1][:100]} under {owner.name}", match.start(1))


def _listings(found: list[Package]) -> Iterator[tuple[int, int, Package]]:
    """Where each package lists its archives. What it needs may have an address too, in other places."""
    for package in found:
        for key in _LISTS & package.block.values.keys():
            yield *package.block.values[key], package
        for part in _LISTS & package.parts.keys():
            for span in package.parts[part].values.values():
                yield *span, package


def _archives_of(
    text: str, name: str, listings: Iterable[tuple[int, int, Package]]
) -> Iterator[tuple[re.Match[str], Package]]:
    """The archives that *name* lists, and those of others that are called so."""
    called = _archive(rf"(?={'[-_.]+'.join(map(re.escape, name.split('-')))}-)")
    for start, end, package in listings:
        for match in (_ARCHIVE if package.name == name else called).finditer(text, start, end):
            yield match, package


@dataclass(frozen=True, slots=True)
class Archive:
    """What the name of an archive says."""

    name: str
    version: Version


def parse_archive(file_name: str) -> Archive | None:
    """The name and version in the name of a wheel or a source archive; None where they cannot be told."""
    file_name = unquote(file_name)
    try:
        if file_name.endswith(".whl"):
            name, found, *_ = parse_wheel_filename(file_name)
        elif file_name.endswith((".tar.gz", ".zip")):
            name, found = parse_sdist_filename(file_name)
        else:
            return None
    except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
        return None
    return Archive(python(name), found)


def same_version(text: str, other: Version) -> bool:
    """Whether *text* is the version *other*."""
    try:
        return Version(text) == other
    except InvalidVersion:
        return False


def require_listed(file: TomlFile, package: Package) -> None:
    """The same for the older form, which lists all archives of a name, or of a name and version, in one table.

    Raises LockError.
    """
    files = next((block for block in file.blocks if block.header == "metadata.files"), None)
    keys = (
        [key for key in files.values if python(key.strip("\"'").partition(" ")[0]) == package.name]
        if files
        else []
    )
    listed = "".join(file.raw(files, key) for key in keys) if files else ""
    archives = [parse_archive(match[1]) for match in _ARCHIVE.finditer(listed)]
    told = [archive for archive in archives if archive]
    text = version(file, package).value
    if told and not any(one.name == package.name and same_version(text, one.version) for one in told):
        raise LockError(
            LockProblem.DAMAGED, f"lists no archive of {package.name} {text[:100]}", package.block.start
        )
