"""composer.lock. https://getcomposer.org/doc/01-basic-usage.md#installing-with-composer-lock

JSON ends with a bracket, so a file that was cut does not parse.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from consumer_drift.locks import names
from consumer_drift.locks.base import Hit, LockError, LockFormat, LockProblem, Origin
from consumer_drift.locks.json_members import JsonMember, document, member, members

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMIT = re.compile(r"[0-9a-f]{40}")
# A branch: https://getcomposer.org/doc/articles/versions.md#branches
_BRANCH = re.compile(r"dev-|.*-dev$")


def read(text: str, package: str) -> Iterator[Hit]:
    """Every version of *package*, those for development included."""
    root = document(text)
    if not isinstance(root.value, dict) or not isinstance(root.value.get("packages"), list):
        raise LockError(LockProblem.FOREIGN, "is no composer.lock: it has no packages")
    if not isinstance(root.value.get("content-hash", root.value.get("hash")), str):
        raise LockError(LockProblem.DAMAGED, "has no content-hash")
    wanted = names.composer(package)
    for key in ("packages", "packages-dev"):
        for entry in members(text, member(text, root, key)):
            name = entry.value.get("name") if isinstance(entry.value, dict) else None
            if not isinstance(name, str):
                raise LockError(LockProblem.DAMAGED, "has a package without a name", entry.start)
            if names.composer(name) == wanted:
                yield _hit(text, entry)


def _hit(text: str, entry: JsonMember) -> Hit:
    version = member(text, entry, "version")
    if version is None or not isinstance(version.value, str):
        raise LockError(LockProblem.DAMAGED, "has a package without a version", entry.start)
    dist, source = _table(entry.value, "dist"), _table(entry.value, "source")
    span = version.start + 1, version.end - 1
    if dist.get("type") == "path":
        return Hit(version.value, *span, Origin.LOCAL)
    commit = str(source.get("reference", ""))
    origin = Origin.GIT if _BRANCH.match(version.value) else Origin.REGISTRY
    return Hit(version.value, *span, origin, commit if _COMMIT.fullmatch(commit) else "")


def _table(value: dict[str, Any], key: str) -> dict[str, Any]:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


FORMAT = LockFormat(
    name="Composer",
    read=read,
    same_name=names.composer,
    update="composer update --no-install {package}",
    has_end=True,
)
