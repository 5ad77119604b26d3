"""poetry.lock. https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock

``[metadata]`` is behind the last package and holds a hash, so a file that has it is complete.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.locks import names
from consumer_drift.locks.base import Hit, LockError, LockFormat, LockProblem, Origin
from consumer_drift.locks.python_packages import (
    Package,
    of_name,
    packages,
    require_listed,
    version,
)
from consumer_drift.locks.toml_blocks import TomlFile

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSIONS = re.compile(r"(?:1\.[01]|2\.[0-9]+)")
_HASH = re.compile(r"[0-9a-f]{64}")
_ORIGINS = {
    "legacy": Origin.REGISTRY,
    "git": Origin.GIT,
    "url": Origin.URL,
    "file": Origin.LOCAL,
    "directory": Origin.LOCAL,
}


def read(text: str, package: str) -> Iterator[Hit]:
    """Every version of *package*."""
    file = TomlFile(text)
    found = packages(file)
    _require_complete(file)
    for one in of_name(file, found, package):
        require_listed(file, one)
        yield _hit(file, one)


def _hit(file: TomlFile, package: Package) -> Hit:
    text = version(file, package)
    block = package.parts.get("source")
    if block is None:
        return Hit(text.value, text.start, text.end, Origin.REGISTRY)
    kind = file.string(block, "type")
    if kind is None or kind.value not in _ORIGINS:
        raise LockError(LockProblem.DAMAGED, f"gives no known source for {package.name}", block.start)
    commit = file.string(block, "resolved_reference")
    return Hit(text.value, text.start, text.end, _ORIGINS[kind.value], commit.value if commit else "")


def _require_complete(file: TomlFile) -> None:
    metadata = next((block for block in file.blocks if block.header == "metadata"), None)
    if metadata is None:
        raise LockError(LockProblem.CUT, "lacks [metadata], with which Poetry ends it")
    stated = file.string(metadata, "lock-version")
    content = file.string(metadata, "content-hash")
    if content is None or not _HASH.fullmatch(content.value):
        raise LockError(LockProblem.CUT, "lacks the content-hash, with which Poetry ends it", metadata.start)
    if stated is None or not _VERSIONS.fullmatch(stated.value):
        shown = stated.value[:20] if stated else "that is not given"
        raise LockError(LockProblem.UNKNOWN_VERSION, f"is a poetry.lock of version {shown}", metadata.start)


FORMAT = LockFormat(
    name="Poetry",
    read=read,
    same_name=names.python,
    update="poetry update --lock {package}",
    has_end=True,
)
