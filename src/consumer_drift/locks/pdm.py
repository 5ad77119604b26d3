"""pdm.lock. https://pdm-project.org/en/latest/usage/lockfile/

It has no end mark, and no list of what the project itself needs: a file that was cut between two packages reads as
a complete one with fewer packages. Compare its size with what the server says.
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

_VERSIONS = re.compile(r"[234](?:\.[0-9]+){0,2}")
_ARRAYS = frozenset({"metadata.targets"})


def read(text: str, package: str) -> Iterator[Hit]:
    """Every version of *package*."""
    file = TomlFile(text)
    found = packages(file, _ARRAYS)
    metadata = next((block for block in file.blocks if block.header == "metadata"), None)
    stated = file.string(metadata, "lock_version") if metadata else None
    if metadata is None or stated is None:
        raise LockError(LockProblem.FOREIGN, "is no pdm.lock: it has no lock_version")
    if not _VERSIONS.fullmatch(stated.value):
        raise LockError(LockProblem.UNKNOWN_VERSION, f"is a pdm.lock of version {stated.value[:20]}")
    # An extra of a package has an entry of its own beside it.
    for one in of_name(file, found, package):
        require_listed(file, one)
        yield _hit(file, one)


def _hit(file: TomlFile, package: Package) -> Hit:
    text = version(file, package)
    commit = file.string(package.block, "revision")
    return Hit(text.value, text.start, text.end, _origin(package), commit.value if commit else "")


def _origin(package: Package) -> Origin:
    keys = package.block.values
    if "git" in keys:
        return Origin.GIT
    if "path" in keys:
        return Origin.LOCAL
    return Origin.URL if "url" in keys else Origin.REGISTRY


FORMAT = LockFormat(
    name="PDM",
    read=read,
    same_name=names.python,
    update="pdm update --no-sync {package}",
)
