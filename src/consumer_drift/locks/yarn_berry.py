"""yarn.lock of Yarn 2 and newer. https://yarnpkg.com/configuration/manifest and https://yarnpkg.com/advanced/lexicon

It has no end mark. The root project is in it, and everything that something in it needs. A member of the workspace
that is lost with all that it alone needs is not noticed: compare the size with what the server says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.locks import names
from consumer_drift.locks.base import Hit, LockError, LockFormat, LockProblem, Origin
from consumer_drift.locks.npm_names import commit_of, is_git, split_pattern
from consumer_drift.locks.yaml_lines import YamlBlock, documents

if TYPE_CHECKING:
    from collections.abc import Iterator

_METADATA = "__metadata"
_VERSIONS = frozenset(str(version) for version in range(4, 11))
_LOCAL = ("workspace:", "link:", "portal:", "file:")
_NO_VERSION = "0.0.0-use.local"


def read(text: str, package: str) -> Iterator[Hit]:
    """Every version of *package*."""
    document, *others = documents(text) or [YamlBlock("", "", -1, 0)]
    metadata = document.under(_METADATA).get("version")
    if metadata is None or others:
        raise LockError(LockProblem.FOREIGN, "is no yarn.lock: it has no __metadata")
    if metadata.value not in _VERSIONS:
        raise LockError(LockProblem.UNKNOWN_VERSION, f"is a yarn.lock of version {metadata.value[:20]}")
    entries = {key: entry for key, entry in document.members.items() if key != _METADATA}
    _require_complete(entries)
    for key, entry in entries.items():
        name, reference = _resolution(entry)
        if package in key or name == package:
            yield from _hits(text, key, entry, package, name, reference)


def _hits(text: str, key: str, entry: YamlBlock, package: str, name: str, reference: str) -> Iterator[Hit]:
    asked = {_asked(one) for one in key.split(", ")}
    if package not in asked and name != package:
        return
    version = entry.members.get("version")
    if version is None or not version.raw:
        raise LockError(LockProblem.DAMAGED, f"gives no version for {name[:100]}", entry.at)
    if asked != {name} or not _agrees(version.value, reference):
        raise LockError(LockProblem.DAMAGED, f"resolves {key[:100]} to {name[:100]}@{reference[:100]}", entry.at)
    start, end = version.value_span(text)
    if reference.startswith(_LOCAL):
        shown = "" if version.value == _NO_VERSION else version.value
        yield Hit(shown, start, end, Origin.LOCAL)
    elif reference.startswith(("npm:", "patch:", "virtual:")):
        yield Hit(version.value, start, end, Origin.REGISTRY)
    elif is_git(reference):
        yield Hit(version.value, start, end, Origin.GIT, commit_of(reference))
    else:
        yield Hit(version.value, start, end, Origin.URL)


def _asked(descriptor: str) -> str:
    """The package that a descriptor asks for: ``alias@npm:acme@^1`` asks for acme."""
    name, wanted = split_pattern(descriptor)
    if wanted.startswith("npm:"):
        inner = split_pattern(wanted.removeprefix("npm:"))
        return inner[0] if inner[1] else name
    return name


def _agrees(version: str, reference: str) -> bool:
    """Whether the reference of a registry's package ends with the same version."""
    if not reference.startswith("npm:"):
        return True
    # ``npm:1.2.3::__archiveUrl=…`` names the address of another registry behind the version.
    return reference.removeprefix("npm:").partition("::")[0] == version


def _resolution(entry: YamlBlock) -> tuple[str, str]:
    resolution = entry.members.get("resolution")
    if resolution is None or not resolution.raw:
        raise LockError(LockProblem.CUT, f"does not say what {entry.key[:100]} resolves to", entry.at)
    return split_pattern(resolution.value)


def _require_complete(entries: dict[str, YamlBlock]) -> None:
    # By name alone: ``resolutions`` in package.json give another version than the one that is asked for here.
    known = {split_pattern(one)[0] for key in entries for one in key.split(", ")}
    needed = {name for entry in entries.values() for name in entry.under("dependencies")}
    for name in needed - known:
        raise LockError(LockProblem.CUT, f"lacks {name[:100]}, which something in it needs")
    if not any(_resolution(entry)[1] == "workspace:." for entry in entries.values()):
        raise LockError(LockProblem.CUT, "lacks the project that it is for")


VERSION_2 = re.compile(r"^__metadata:\r?\n  version: 4\r?$", re.MULTILINE)
FORMAT = LockFormat(
    name="Yarn",
    read=read,
    same_name=names.exact,
    update="yarn up --recursive {package}",
)
FORMAT_OF_2 = LockFormat(
    name="Yarn 2",
    read=read,
    same_name=names.exact,
    update="yarn install",
)
