"""Find the version that consumers should pin: ask the source, one origin after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.assess.pin_states import PinStatus, classify
from consumer_drift.model.config import FromFile, FromLiteral, FromRelease, FromTags
from consumer_drift.model.result import Failure
from consumer_drift.model.sentence import Sentence
from consumer_drift.model.target import Target, releases
from consumer_drift.model.versions import Version, parse_version
from consumer_drift.pins import Key, WholeFile
from consumer_drift.support.words import first_of, quoted

if TYPE_CHECKING:
    from consumer_drift.forges.base import Forge
    from consumer_drift.model.config import Config, Origin
    from consumer_drift.model.repository import RepositoryName


def find(config: Config, forge: Forge) -> Target:
    """The first origin that yields a version.

    An origin that cannot be read ends the search: what it would have said is unknown, and the next one
    might name another version.
    """
    looked_at: list[str] = []
    for origin in config.source.origins:
        target = _ask(origin, config, forge)
        if target.version is not None or target.failure is not None:
            return replace(target, looked_at=(*looked_at, *target.looked_at))
        looked_at.extend(target.looked_at)
    return Target(None, looked_at=tuple(looked_at))


def _ask(origin: Origin, config: Config, forge: Forge) -> Target:
    if isinstance(origin, FromLiteral):
        version = parse_version(origin.version, config.scheme)
        return _found(version, f"the literal version {origin.version}", "is no version of the scheme")
    repository = config.source.repository
    if repository is None:
        return Target(None, looked_at=("no source repository is known: set source.repository",))
    match origin:
        case FromTags():
            return _from_tags(origin, repository, config, forge)
        case FromRelease():
            return _from_release(repository, config, forge)
        case FromFile():
            return _from_file(origin, repository, config, forge)


def _found(version: Version | None, where: str, otherwise: str) -> Target:
    if version is None:
        return Target(None, looked_at=(f"{where} {otherwise}",))
    return Target(version, origin=where)


def _no_prerelease(target: Target, config: Config) -> Target:
    """What the source shows is no target while it is a pre-release, unless that is wanted.

    A file on the default branch names the next version long before it is released.
    """
    if target.version is None or config.prereleases or not target.version.is_prerelease:
        return target
    why = f"{target.origin} is {target.version}, a pre-release: say `prereleases: true` if that is the target"
    return Target(None, looked_at=(why,))


def _unreadable(where: str, failure: Failure) -> Target:
    return Target(None, looked_at=(Sentence(f"{where} could not be read: ", str(failure)),), failure=failure)


def _from_tags(origin: FromTags, repository: RepositoryName, config: Config, forge: Forge) -> Target:
    affixes = origin.affixes
    where = f"the tags {origin.template} of {repository}"
    tags = forge.tags(repository, max(affixes.prefix, affixes.suffix, key=len))
    if isinstance(tags, Failure):
        return _unreadable(where, tags)
    known = releases(tags, affixes, config.scheme, prereleases=config.prereleases)
    if not known:
        only = "" if config.prereleases else " that is no pre-release"
        return Target(None, looked_at=(f"{where}: none of {len(tags)} names a {config.scheme} version{only}",))
    found = f"the highest of {len(known)} tags {origin.template} of {repository}"
    return Target(known[-1], found, releases=known, affixes=affixes)


def _from_release(repository: RepositoryName, config: Config, forge: Forge) -> Target:
    where = f"the latest release of {repository}"
    tag = forge.latest_release(repository)
    if isinstance(tag, Failure):
        return _unreadable(where, tag)
    if tag is None:
        return Target(None, looked_at=(f"{repository} has no release",))
    located = config.version_format.find_version(tag.name)
    version = located.version if located else None
    otherwise = f"is tagged {quoted(tag.name)}, which names no {config.scheme} version"
    return _no_prerelease(_found(version, where, otherwise), config)


def _from_file(origin: FromFile, repository: RepositoryName, config: Config, forge: Forge) -> Target:
    where = f"{origin.file}{f' ({origin.key})' if origin.key else ''} of {repository}"
    pin = Key(origin.file, origin.key) if origin.key else WholeFile(origin.file)
    states = classify(pin, forge.file(repository, origin.file), config.version_format)
    failure = next((one.failure for one in states if one.failure is not None), None)
    if failure is not None:
        return _unreadable(where, failure)
    unfit = next((one for one in states if one.status is not PinStatus.EXACT), None)
    if unfit is not None:
        return Target(None, looked_at=(f"{where}: {unfit.what}",))
    versions = {one.version for one in states}
    if len(versions) > 1:
        return Target(
            None, looked_at=(f"{where}: {first_of([one.what for one in states])} are different versions",)
        )
    return _no_prerelease(Target(versions.pop(), origin=where), config)
