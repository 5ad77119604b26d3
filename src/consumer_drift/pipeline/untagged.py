"""Which pinned versions the source no longer has: none of its tags names them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.model.config import Ahead
from consumer_drift.model.result import Failure
from consumer_drift.model.versions import parse_version
from consumer_drift.pins.kinds import is_uses

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.assess.pin_states import PinState
    from consumer_drift.forges.base import Forge
    from consumer_drift.model.config import Config
    from consumer_drift.model.observation import Tag
    from consumer_drift.model.target import Target
    from consumer_drift.model.versions import Version
    from consumer_drift.registries.base import Registry


def with_untagged(
    target: Target,
    readings: Iterable[ConsumerReading],
    config: Config,
    forge: Forge,
    registry: Registry | None = None,
) -> Target:
    """Return *target* with the pinned versions that the source provably no longer has.

    Nothing is proved where the target does not come from tags, or where some tags may be unknown. A version may
    have been tagged since the target was found, or in another way than the others, so all tags are read then.
    """
    repository = config.source.repository
    if target.affixes is None or repository is None or not forge.has_every_tag:
        return target
    doubtful = {version for reading in readings for version in _doubtful(reading, target, config)}
    tags = forge.tags(repository, "") if doubtful else ()
    if isinstance(tags, Failure) or not doubtful:
        return target
    named = _Named(tags, config)
    missing = (one for one in doubtful if one not in named)
    return replace(target, untagged=frozenset(one for one in missing if not _may_be_on(registry, one)))


def _doubtful(reading: ConsumerReading, target: Target, config: Config) -> Iterator[Version]:
    """Yield the pinned versions that are no known releases, and could only be ones that were taken back."""
    states = reading.pin_states
    if states.are_at(target):
        return
    below = [one for one in states.behind(target) if one.version is not None and one.version > target.releases[0]]
    # Whoever allows versions above the target expects some that are not released yet.
    above = states.ahead(target) if config.policy.ahead is Ahead.DRIFT else []
    for one in (*below, *above):
        if one.version is not None and one.version not in target.releases and _is_of_source(one, config):
            yield from [one.version] if _is_release(one.version, config) else []


def _is_release(version: Version, config: Config) -> bool:
    """Whether *version* would have a tag. Pre-releases are often built without one."""
    return config.prereleases or not version.is_prerelease


def _is_of_source(state: PinState, config: Config) -> bool:
    """Whether the tags of the source are those that *state* names."""
    pin = state.pin
    return not is_uses(pin) or pin.repository in {None, config.source.repository}


def _may_be_on(registry: Registry | None, version: Version) -> bool:
    if registry is None:
        return False
    from consumer_drift.registries.base import Availability  # noqa: PLC0415 - few sources name a registry

    return registry.lookup(version) is not Availability.ABSENT


class _Named:
    """The versions that tags name, in whatever way."""

    def __init__(self, tags: Sequence[Tag], config: Config) -> None:
        self._scheme = config.scheme
        found = {tag.name: config.version_format.find_version(tag.name) for tag in tags}
        self._versions = {one.version for one in found.values() if one is not None}
        # The tags of the repositories that are pinned by commits.
        self._versions.update(version for known in config.commits.values() for version in known.values())
        self._others = "\n".join(name for name, one in found.items() if one is None)

    def __contains__(self, version: Version) -> bool:
        """Whether a tag is *version*, or has it somewhere in its name. A build of a version is that version."""
        text = version.text.partition("+")[0]
        if parse_version(text, self._scheme) in self._versions:
            return True
        return re.search(rf"(?<![0-9.]){re.escape(text)}(?!\.?[0-9])", self._others) is not None
