"""Which release can be installed: the target is the newest one that the registry has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.model.result import Failure
from consumer_drift.model.sentence import Sentence
from consumer_drift.model.versions import parse_version
from consumer_drift.registries.base import Availability
from consumer_drift.support.words import counted, first_of, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.model.config import Config
    from consumer_drift.model.target import Target
    from consumer_drift.model.versions import Version
    from consumer_drift.registries.base import Registry

# So many releases are asked for, the newest first. Where none of them is there, the registry is another one.
_MOST = 20


def installable(target: Target, config: Config, registry: Registry) -> Target:
    """Return *target* with the newest release up to it that *registry* has.

    Where that could not be read the target is unknown: nothing says that consumers can install it.
    """
    if target.version is None:
        return target
    missing: list[Version] = []
    candidates = _candidates(target, config, registry)
    for version in candidates[:_MOST]:
        found = registry.lookup(version)
        if isinstance(found, Failure):
            why = Sentence(f"whether {version} is published on {registry.label} could not be read: ", str(found))
            return replace(target, version=None, looked_at=(*target.looked_at, why), failure=found)
        if found is Availability.PRESENT:
            origin = _origin(target, missing, registry)
            return replace(
                target,
                version=version,
                origin=origin,
                registry=registry.label,
                unpublished=tuple(missing),
                absent=_absent(target, registry),
            )
        missing.append(version)
    newest = f"{target.origin} is {target.version}, and" if target.origin else f"{target.version}:"
    tried = counted(len(missing), "release")
    said = f"{newest} none of the newest {tried} is on {registry.label}: check `source.published`"
    return replace(target, version=None, looked_at=(*target.looked_at, said))


def _candidates(target: Target, config: Config, registry: Registry) -> Sequence[Version]:
    """Return the releases up to the target, newest first: those of the source, else those of the registry."""
    assert target.version is not None  # noqa: S101 - asked for only then
    known: Iterable[Version] = target.releases
    if target.version not in target.releases:
        listed = registry.versions()
        texts = () if isinstance(listed, Failure) or listed is None else listed
        parsed = (parse_version(text, config.scheme) for text in texts)
        known = {target.version, *(one for one in parsed if one is not None)}
    usable = (
        one
        for one in known
        if one <= target.version and not target.retraction(one) and (config.prereleases or not one.is_prerelease)
    )
    return sorted({target.version, *usable}, reverse=True)


def _absent(target: Target, registry: Registry) -> frozenset[Version]:
    """Return the releases that *registry* does not have, where it lists its versions."""
    if registry.versions() is None:
        return frozenset()
    return frozenset(one for one in target.releases if registry.lookup(one) is Availability.ABSENT)


def _origin(target: Target, missing: Sequence[Version], registry: Registry) -> str:
    if not missing:
        return Sentence(target.origin, f", published on {registry.label}")
    dates = [_released(version, target) for version in missing]
    verb = "is" if len(missing) == 1 else "are"
    return Sentence(
        target.origin, f", of those published: {first_of(dates)} {verb} tagged and not on {registry.label}"
    )


def _released(version: Version, target: Target) -> str:
    date = target.dates.get(version)
    return f"{version} ({moment(date)})" if date else str(version)


def with_gone(target: Target, readings: Iterable[ConsumerReading], registry: Registry) -> Target:
    """Return *target* with the pinned versions that *registry* provably does not have, and with those not read.

    A version above the target is not looked for: it may be on its way.
    """
    if target.version is None:
        return target
    pinned = {
        one.version for reading in readings for one in reading.pin_states.behind(target) if one.version is not None
    }
    found = {version: registry.lookup(version) for version in sorted(pinned)}
    gone = frozenset(version for version, answer in found.items() if answer is Availability.ABSENT)
    unread = {version: answer for version, answer in found.items() if isinstance(answer, Failure)}
    return replace(target, gone=gone, unread=unread)
