"""Which version consumers should pin, out of what the source shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.versions import Affixes, Scheme, Version, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from consumer_drift.model.observation import Tag
    from consumer_drift.model.result import Failure


@dataclass(frozen=True, slots=True)
class Target:
    """The target and how it was found.

    *version* is None where none was. *origin* says where it stands; *looked_at* has a sentence for each
    place that was tried in vain; *releases* are the source's known versions, ascending; *obstacle* is
    what kept a place from being read; *affixes* stand around the version in the source's tags, None where
    it was not found among tags.
    """

    version: Version | None
    origin: str = ""
    looked_at: tuple[str, ...] = ()
    releases: tuple[Version, ...] = ()
    failure: Failure | None = None
    affixes: Affixes | None = None


def releases(tags: Iterable[Tag], affixes: Affixes, scheme: Scheme, *, prereleases: bool) -> tuple[Version, ...]:
    """The versions that *tags* name with *affixes* around them, ascending, each once."""
    versions = (parse_version(inner, scheme) for tag in tags if (inner := affixes.strip(tag.name)) is not None)
    return tuple(sorted({v for v in versions if v is not None and (prereleases or not v.is_prerelease)}))


def releases_between(known: Sequence[Version], pinned: Version, target: Version) -> int:
    """How many releases after *pinned* the *target* is, by the source's tags; 0 where they do not tell."""
    if target not in known:
        return 0
    return sum(1 for version in known if pinned < version <= target)
