"""Where the source's version is: its tags, or the file that has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.formats import Format, format_of, parse
from consumer_drift.documents.node import Leaf, find
from consumer_drift.model.versions import Scheme, parse_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.discovery.tags import Tagging

# The version of a manifest, where no tag names a release.
_KEYS = (
    ("pyproject.toml", ("project", "version")),
    ("pyproject.toml", ("tool", "poetry", "version")),
    ("package.json", ("version",)),
    ("Cargo.toml", ("package", "version")),
    ("Chart.yaml", ("version",)),
    ("composer.json", ("version",)),
)


@dataclass(frozen=True, slots=True)
class VersionPlace:
    """The *keys* of ``source:`` that name the place of the version, none where no place is known."""

    keys: tuple[tuple[str, str], ...]
    scheme: Scheme


def version_place(tagging: Tagging, texts: Mapping[str, str]) -> VersionPlace:
    """Return the place of the version: the tags, else the first manifest that has one."""
    if tagging.template:
        return VersionPlace((("tags", tagging.template),), tagging.scheme)
    for file, keys in _KEYS:
        text = _value(texts.get(file, ""), file, keys)
        scheme = next((one for one in Scheme if parse_version(text, one)), None)
        if scheme is not None:
            return VersionPlace((("file", file), ("key", ".".join(keys))), scheme)
    return VersionPlace((), Scheme.SEMVER)


def _value(text: str, file: str, keys: tuple[str, ...]) -> str:
    try:
        nodes = [node for document in parse(text, format_of(file) or Format.JSON) for node in find(document, keys)]
    except MalformedError:
        return ""
    return next((node.value for node in nodes if isinstance(node, Leaf)), "")
