"""The target version, and the releases of the source."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from consumer_drift.model.versions import Affixes, Scheme, Version, parse_version

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from consumer_drift.model.config import Retraction
    from consumer_drift.model.observation import Tag
    from consumer_drift.model.result import Failure
    from consumer_drift.model.source_branch import BranchHistory


# So far the clock of a server or of whoever tags may be ahead of ours.
CLOCK_SKEW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Target:
    """The target and how it was found.

    *version* is None where none was found. *origin* says where it comes from; *looked_at* has a sentence for each
    place that was tried and gave none; *releases* are the source's known versions, ascending; *failure* is why a
    place could not be read; *affixes* surround the version in the source's tags, None where it does not come from
    tags. *retracted* are the releases that the configuration says were taken back, *untagged* the pinned versions
    that no tag of the source names, as far as its tags prove that. *dates* is when each release was made, as far
    as that is known; *own_dates* are those releases whose tags have a date of their own.
    *has_releases*: the server may know more of the source's releases. Where a *registry* was asked, which is its
    label then, *unpublished* are the releases above the target that it does not have yet, newest first, *absent*
    those below it that it does not have, as far as it lists its versions, *gone* the pinned versions that it
    does not have, and *unread* those for which that could not be read. *history* is that of the branch whose
    newest commit is the target, None where the target is a release.
    """

    version: Version | None
    origin: str = ""
    looked_at: tuple[str, ...] = ()
    releases: tuple[Version, ...] = ()
    failure: Failure | None = None
    affixes: Affixes | None = None
    retracted: tuple[Retraction, ...] = ()
    untagged: frozenset[Version] = frozenset()
    dates: Mapping[Version, datetime] = field(default_factory=dict)
    own_dates: frozenset[Version] = frozenset()
    has_releases: bool = False
    registry: str = ""
    unpublished: tuple[Version, ...] = ()
    absent: frozenset[Version] = frozenset()
    gone: frozenset[Version] = frozenset()
    unread: Mapping[Version, Failure] = field(default_factory=dict)
    history: BranchHistory | None = None

    def retraction(self, version: Version | None) -> Retraction | None:
        """Return the entry of a release that was taken back, None for every other version."""
        if not self.retracted:
            return None
        return next((one for one in self.retracted if one.version == version), None)

    def is_taken_back(self, version: Version | None) -> bool:
        """Whether the source took *version* back, or no longer has it."""
        return version in self.untagged or self.retraction(version) is not None

    def is_missed(self, version: Version, is_above: Callable[[Version], bool]) -> bool:
        """Whether a consumer should have taken *version* over: one up to the target, and above one of its pins.

        One that was taken back, or cannot be installed, is none.
        """
        if self.version is None or version > self.version or version in self.absent:
            return False
        return self.retraction(version) is None and is_above(version)

    def missed_since(self, is_above: Callable[[Version], bool], now: datetime) -> datetime | None:
        """Return the date of the oldest release that a consumer has not taken over, None if unknown.

        *is_above*: whether a version is above one of its pins.

        Releases that were taken back do not count. A release of the near future is one of now: two clocks
        differ. A date beyond that is no date.
        """
        missed = (date for one, date in self.dates.items() if self.is_missed(one, is_above))
        return min((min(date, now) for date in missed if date <= now + CLOCK_SKEW), default=None)

    def is_lacked(self, version: Version, pinned: Version) -> bool:
        """Whether *version* is above *pinned*; of commits, whether *pinned* does not contain it."""
        return pinned < version if self.history is None else not self.history.contains(pinned, version)

    def reaches(self, pinned: Collection[Version]) -> bool:
        """Whether all is known that *pinned* lack: of a long history only the newest commits were read."""
        return self.history is None or all(map(self.history.reaches, pinned))

    def distance_from(self, pinned: Collection[Version]) -> int:
        """Return how many releases or commits the lowest of *pinned* is below the target; 0 if that is not known.

        It may be more of them where the target does not reach *pinned*.
        """
        if self.version is None or not pinned:
            return 0
        if self.history is None:
            return releases_between(self.releases, min(pinned), self.version)
        return max(map(self.history.lacking, pinned))


def release_dates(tags: Iterable[Tag], version_of: Callable[[str], Version | None]) -> Mapping[Version, datetime]:
    """Return when each version of *tags* was released; the earliest date where several tags name it."""
    found: dict[Version, datetime] = {}
    for tag in tags:
        version = version_of(tag.name)
        if version is not None and tag.date is not None:
            found[version] = min(found.get(version, tag.date), tag.date)
    return found


def releases(tags: Iterable[Tag], affixes: Affixes, scheme: Scheme, *, prereleases: bool) -> tuple[Version, ...]:
    """Return the versions of those *tags* that have *affixes*, ascending, each once."""
    versions = (parse_version(inner, scheme) for tag in tags if (inner := affixes.strip(tag.name)) is not None)
    return tuple(sorted({v for v in versions if v is not None and (prereleases or not v.is_prerelease)}))


def releases_between(known: Sequence[Version], pinned: Version, target: Version) -> int:
    """Count the releases from *pinned* to *target* among the *known* ones; 0 where *target* is not one of them."""
    if target not in known:
        return 0
    return sum(1 for version in known if pinned < version <= target)
