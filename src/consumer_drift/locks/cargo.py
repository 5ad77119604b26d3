"""Cargo.lock. https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html

It has no end mark. Everything that a package in it needs is in it, so one that is needed and missing shows a cut.
A package that is lost with all that it alone needs is not noticed: compare the size with what the server says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.locks import names
from consumer_drift.locks.base import Hit, LockError, LockFormat, LockProblem, Origin
from consumer_drift.locks.toml_blocks import Block, TomlFile, require_known_arrays

if TYPE_CHECKING:
    from collections.abc import Iterator

# Versions 1 and 2 are not written into the file.
_VERSIONS = frozenset({"", "3", "4"})
_ARRAYS = frozenset({"package", "patch.unused"})
_TABLES = frozenset({"", "root", "metadata"}) | _ARRAYS
_NEED = re.compile(r"\"([^\" ]++)(?: ([^\" ]++))?(?: \(([^\"]*+)\))?\"")


def read(text: str, package: str) -> Iterator[Hit]:
    """Every version of *package*."""
    file = TomlFile(text)
    top = file.blocks[0]
    if file.raw(top, "version") not in _VERSIONS:
        raise LockError(LockProblem.UNKNOWN_VERSION, f"is a Cargo.lock of version {file.raw(top, 'version')}")
    if "package" in top.values:
        raise LockError(LockProblem.DAMAGED, "holds its packages in a way that no tool writes", 0)
    require_known_arrays(file.blocks, _ARRAYS, "package")
    if any(block.header not in _TABLES for block in file.blocks):
        raise LockError(LockProblem.FOREIGN, "is no Cargo.lock: it has other tables")
    found = [block for block in file.blocks if block.header in ("package", "root")]
    if not found:
        raise LockError(LockProblem.CUT, "lacks the package that it is for")
    _require_complete(file, found)
    wanted = names.crate(package)
    for block in found:
        name = file.string(block, "name")
        if name and names.crate(name.value) == wanted:
            yield _hit(file, block)


def _hit(file: TomlFile, block: Block) -> Hit:
    text = file.string(block, "version")
    if text is None:
        raise LockError(LockProblem.DAMAGED, "has a package without a version", block.start)
    source = file.string(block, "source")
    if source is None:
        return Hit(text.value, text.start, text.end, Origin.LOCAL)
    kind, _, address = source.value.partition("+")
    if kind == "git":
        return Hit(text.value, text.start, text.end, Origin.GIT, address.rpartition("#")[2])
    if kind not in ("registry", "sparse", "local-registry", "directory"):
        raise LockError(LockProblem.DAMAGED, f"has an unknown source {kind[:20]!r}", source.start)
    return Hit(text.value, text.start, text.end, Origin.REGISTRY)


def _require_complete(file: TomlFile, found: list[Block]) -> None:
    known = set()
    for block in found:
        name, version = file.string(block, "name"), file.string(block, "version")
        if name is None or version is None:
            raise LockError(LockProblem.DAMAGED, "has a package without a name or a version", block.start)
        known |= {(name.value, ""), (name.value, version.value)}
    for block in found:
        for name, version, _ in _NEED.findall(file.raw(block, "dependencies")):
            if (name, version) not in known:
                raise LockError(LockProblem.CUT, f"lacks {name[:100]}, which something in it needs")


FORMAT = LockFormat(
    name="Cargo",
    read=read,
    same_name=names.crate,
    update="cargo update --workspace",
)
