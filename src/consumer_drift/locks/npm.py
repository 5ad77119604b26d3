"""package-lock.json and npm-shrinkwrap.json. https://docs.npmjs.com/cli/configuring-npm/package-lock-json

JSON ends with a bracket, so a file that was cut does not parse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from consumer_drift.locks import names
from consumer_drift.locks.base import Hit, LockError, LockFormat, LockProblem, Origin
from consumer_drift.locks.json_members import JsonMember, document, member, members
from consumer_drift.locks.npm_names import commit_of, concerns, is_git, is_local, real_name, require_agreement

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER = "node_modules/"


def read(text: str, package: str) -> Iterator[Hit]:
    """Every version of *package*."""
    root = document(text)
    stated = root.value.get("lockfileVersion") if isinstance(root.value, dict) else None
    if stated is None:
        raise LockError(LockProblem.FOREIGN, "is no package-lock.json: it has no lockfileVersion")
    if stated == 1:
        yield from _tree(text, member(text, root, "dependencies"), package)
        return
    if stated not in (2, 3):
        raise LockError(LockProblem.UNKNOWN_VERSION, f"is a package-lock.json of version {str(stated)[:20]}")
    entries = member(text, root, "packages")
    if entries is None or not isinstance(entries.value, dict):
        raise LockError(LockProblem.DAMAGED, "has no packages")
    found = list(_entries(text, entries, package))
    if stated == 2:
        _require_same_halves(text, root, found, package)
    yield from found


def _entries(text: str, entries: JsonMember, package: str) -> Iterator[Hit]:
    for entry in members(text, entries):
        value = entry.value
        if not isinstance(value, dict):
            raise LockError(LockProblem.DAMAGED, "has a package that is no object", entry.start)
        if _FOLDER not in entry.key and "resolved" in value:
            raise LockError(LockProblem.DAMAGED, f"installs into {entry.key[:100]!r}", entry.start)
        name = _name(entry.key, value)
        if name == package and value.get("link") is True:
            target = _field(value, "resolved")
            yield _local(text, next((one for one in members(text, entries) if one.key == target), None), entry)
        elif name == package and not entry.key:
            yield _local(text, entry, entry)
        elif _FOLDER in entry.key and concerns(name, _field(value, "resolved"), package):
            yield _installed(text, entry, name, _field(value, "resolved"))


def _name(path: str, value: dict[str, Any]) -> str:
    """The package's name; npm writes it where the folder is called otherwise."""
    return _field(value, "name") or path.rpartition(_FOLDER)[2]


def _field(value: dict[str, Any], key: str) -> str:
    field = value.get(key)
    return field if isinstance(field, str) else ""


def _installed(text: str, entry: JsonMember, name: str, address: str) -> Hit:
    version = member(text, entry, "version")
    if version is None or not isinstance(version.value, str) or not version.value:
        raise LockError(LockProblem.DAMAGED, f"gives no version for {name[:100]}", entry.start)
    require_agreement(name, version.value, address, version.start)
    commit = ""
    origin = Origin.REGISTRY
    if is_git(address):
        origin, commit = Origin.GIT, commit_of(address)
    elif is_local(address):
        origin = Origin.LOCAL
    return Hit(version.value, version.start + 1, version.end - 1, origin, commit)


def _local(text: str, target: JsonMember | None, entry: JsonMember) -> Hit:
    version = member(text, target, "version")
    if version is None or not isinstance(version.value, str):
        return Hit("", entry.start, entry.start, Origin.LOCAL)
    return Hit(version.value, version.start + 1, version.end - 1, Origin.LOCAL)


def _tree(text: str, parent: JsonMember | None, package: str) -> Iterator[Hit]:
    """The nested form of npm 6 and older."""
    for entry in members(text, parent):
        value = entry.value
        if not isinstance(value, dict):
            raise LockError(LockProblem.DAMAGED, "has a package that is no object", entry.start)
        yield from _tree_entry(text, entry, package)
        if value.get("dependencies"):
            yield from _tree(text, member(text, entry, "dependencies"), package)


def _tree_entry(text: str, entry: JsonMember, package: str) -> Iterator[Hit]:
    stated = _field(entry.value, "version")
    name, address = real_name(entry.key, stated), _field(entry.value, "resolved")
    if not concerns(name, address, package):
        return
    version = member(text, entry, "version")
    if version is None or not stated:
        raise LockError(LockProblem.DAMAGED, f"gives no version for {name[:100]}", entry.start)
    if is_local(stated):
        yield Hit("", version.start + 1, version.end - 1, Origin.LOCAL)
    elif is_git(stated):
        yield Hit("", version.start + 1, version.end - 1, Origin.GIT, commit_of(stated))
    elif stated.startswith(("http:", "https:")):
        yield Hit("", version.start + 1, version.end - 1, Origin.URL)
    else:
        plain = stated.removeprefix(f"npm:{name}@")
        require_agreement(name, plain, address, version.start)
        yield Hit(plain, version.end - 1 - len(plain), version.end - 1, Origin.REGISTRY)


def _require_same_halves(text: str, root: JsonMember, found: list[Hit], package: str) -> None:
    """Version 2 says everything twice: for npm 7 and newer, and for older ones."""
    others = list(_tree(text, member(text, root, "dependencies"), package))
    plain = {hit.version for hit in others if hit.origin is Origin.REGISTRY}
    ours = {hit.version for hit in found}
    if plain - ours or (others and len(plain) == len(others) and ours - plain):
        raise LockError(LockProblem.DAMAGED, f"says two different things about {package[:100]}")


FORMAT = LockFormat(
    name="npm",
    read=read,
    same_name=names.exact,
    update="npm install --package-lock-only{release}",
    has_end=True,
)
