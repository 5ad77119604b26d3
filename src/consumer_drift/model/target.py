"""The target version, and the releases of the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.versions import Affixes, Scheme, Version, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from consumer_drift.model.config import Retraction
    from consumer_drift.model.observation import Tag
    from consumer_drift.model.result import Failure


@dataclass(frozen=True, slots=True)
class Target:
    """The target and how it was found.

    *version* is None where none was found. *origin* says where it comes from; *looked_at* has a sentence for each
    place that was tried and gave none; *releases* are the source's known versions, ascending; *failure* is why a
    place could not be read; *affixes* surround the version in the source's tags, None where it does not come from
    tags. *retracted* are the releases that the configuration says were taken back.
    """

    version: Version | None
    origin: str = ""
    looked_at: tuple[str, ...] = ()
    releases: tuple[Version, ...] = ()
    failure: Failure | None = None
    affixes: Affixes | None = None
    retracted: tuple[Retraction, ...] = ()

    def retraction(self, version: Version | None) -> Retraction | None:
        """Return the entry of a release that was taken back, None for every other version."""
        return next((one for one in self.retracted if one.version == version), None)


def releases(tags: Iterable[Tag], affixes: Affixes, scheme: Scheme, *, prereleases: bool) -> tuple[Version, ...]:
    """Return the versions of those *tags* that have *affixes*, ascending, each once."""
    versions = (parse_version(inner, scheme) for tag in tags if (inner := affixes.strip(tag.name)) is not None)
    return tuple(sorted({v for v in versions if v is not None and (prereleases or not v.is_prerelease)}))


def releases_between(known: Sequence[Version], pinned: Version, target: Version) -> int:
    """Count the releases from *pinned* to *target* among the *known* ones; 0 where *target* is not one of them."""
    if target not in known:
        return 0
    return sum(1 for version in known if pinned < version <= target)
