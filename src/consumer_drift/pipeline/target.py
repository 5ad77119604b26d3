"""Find the target version: ask the source, one origin after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.assess.pin_states import PinStatus, classify
from consumer_drift.model.config import FromBranch, FromFile, FromLiteral, FromRelease, FromTags
from consumer_drift.model.result import Failure
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.model.target import Target, release_dates, releases
from consumer_drift.model.versions import Version, parse_version
from consumer_drift.pins.whole_file import WholeFile
from consumer_drift.support.words import first_of, quoted

if TYPE_CHECKING:
    from consumer_drift.forges.base import Forge
    from consumer_drift.model.config import Config, Origin, Retraction
    from consumer_drift.model.observation import Tag
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.registries.base import Registry


def find(config: Config, forge: Forge, registry: Registry | None = None) -> Target:
    """Return the version of the first origin that yields one.

    An origin that cannot be read ends the search: its version is unknown, and the next origin may name another.
    With *registry* the newest release that can be installed is returned, except where a version was given.
    """
    target = _newest(config, forge)
    first = config.source.origins[0]
    if registry is None or target.version is None or (isinstance(first, FromLiteral) and first.given):
        return target
    from consumer_drift.pipeline.published import installable  # noqa: PLC0415 - few sources name a registry

    if not target.releases:
        target = with_releases(target, config, forge)
    return _dated_by_tags(installable(target, config, registry), config, forge)


def _dated_by_tags(target: Target, config: Config, forge: Forge) -> Target:
    """Return *target* with the dates of the tags of what is not published: a file gives a version and no date."""
    repository = config.source.repository
    if repository is None or all(one in target.dates for one in target.unpublished):
        return target
    tags = forge.tags(repository, target.unpublished[0].text)
    if isinstance(tags, Failure):
        return target
    version_format = config.version_format

    def version_of(name: str) -> Version | None:
        located = version_format.find_version(name)
        return located.version if located else None

    return replace(target, dates={**release_dates(tags, version_of), **target.dates})


def _newest(config: Config, forge: Forge) -> Target:
    looked_at: list[str] = []
    for origin in config.source.origins:
        target = _checked(_ask(origin, config, forge), origin, config)
        if target.version is not None or target.failure is not None:
            return replace(target, looked_at=(*looked_at, *target.looked_at), retracted=config.source.retracted)
        looked_at.extend(target.looked_at)
    return Target(None, looked_at=tuple(looked_at))


def _ask(origin: Origin, config: Config, forge: Forge) -> Target:
    if isinstance(origin, FromLiteral):
        version = parse_version(origin.version, config.scheme)
        return Target(version, origin=Sentence("from ", Setting.TARGET) if origin.given else "from source.version")
    repository = config.source.repository
    if repository is None:
        return _none("no source repository is known: set source.repository")
    match origin:
        case FromTags():
            return _from_tags(origin, repository, config, forge)
        case FromRelease():
            return _from_release(repository, config, forge)
        case FromFile():
            return _from_file(origin, repository, config, forge)
        case FromBranch():
            from consumer_drift.pipeline.branch import newest  # noqa: PLC0415 - few sources are branches

            return newest(origin, repository, forge)


def _none(why: str) -> Target:
    return Target(None, looked_at=(why,))


def _checked(target: Target, origin: Origin, config: Config) -> Target:
    """Refuse a release that was taken back, and a pre-release that is not wanted.

    A file on the default branch names the next version long before it is released.
    """
    version = target.version
    if version is None:
        return target
    retraction = _retraction(version, config)
    if retraction is not None:
        return _none(
            Sentence(target.origin, f" is {version}, which `source.retracted` names: {retraction.reason}")
        )
    asked_for = config.prereleases or isinstance(origin, FromLiteral)
    if version.is_prerelease and not asked_for:
        return _none(f"{target.origin} is {version}, a pre-release: set `prereleases: true` to allow it")
    return target


def _retraction(version: Version, config: Config) -> Retraction | None:
    return next((one for one in config.source.retracted if one.version == version), None)


def _unreadable(where: str, failure: Failure) -> Target:
    return Target(None, looked_at=(Sentence(f"{where} could not be read: ", str(failure)),), failure=failure)


def _from_tags(origin: FromTags, repository: RepositoryName, config: Config, forge: Forge) -> Target:
    affixes = origin.affixes
    where = f"the tags {origin.template} of {repository}"
    tags = forge.tags(repository, max(affixes.prefix, affixes.suffix, key=len))
    if isinstance(tags, Failure):
        return _unreadable(where, tags)
    known = releases(tags, affixes, config.scheme, prereleases=config.prereleases)
    usable = [version for version in known if _retraction(version, config) is None]
    if not usable:
        only = "" if config.prereleases else " other than pre-releases"
        return _none(f"{where}: none of {len(tags)} is a {config.scheme} version{only}")
    which = f"the highest of {len(usable):,} tags"
    if len(usable) == 1:
        which = "the only tag" if len(tags) == 1 else "the only usable tag"
    found = f"{which} {origin.template} of {repository}"
    dates = release_dates(tags, lambda name: _release(_version(affixes.strip(name), config), config))
    own = release_dates(
        (tag for tag in tags if tag.annotated),
        lambda name: _release(_version(affixes.strip(name), config), config),
    )
    target = Target(usable[-1], found, releases=known, affixes=affixes)
    return replace(target, dates=dates, own_dates=frozenset(own), has_releases=True)


def _version(text: str | None, config: Config) -> Version | None:
    return None if text is None else parse_version(text, config.scheme)


def _release(version: Version | None, config: Config) -> Version | None:
    """Return *version* if it may be a target: no one misses a pre-release that is none."""
    return None if version is None or (version.is_prerelease and not config.prereleases) else version


def _from_release(repository: RepositoryName, config: Config, forge: Forge) -> Target:
    where = f"the latest release of {repository}"
    tag = forge.latest_release(repository)
    if isinstance(tag, Failure):
        return _unreadable(where, tag)
    if tag is None:
        return _none(f"{repository} has no release")
    located = config.version_format.find_version(tag.name)
    if located is None:
        return _none(f"{where} has the tag {quoted(tag.name)}, which is not a {config.scheme} version")
    return Target(located.version, origin=where, has_releases=True)


def newest_releases(config: Config, forge: Forge) -> tuple[Tag, ...] | Failure:
    """Return the newest releases of the source, none where it is no repository of the server."""
    repository = config.source.repository
    return () if repository is None else forge.releases(repository)


def with_releases(
    target: Target, config: Config, forge: Forge, known: tuple[Tag, ...] | Failure | None = None
) -> Target:
    """Return *target* with what the server's releases tell of the source's versions: which there are, since when.

    Asked for only where something is behind. A tag that is not annotated has the date of its commit, which may be
    much older than the release. Where the releases cannot be read, the tags' own dates are used. *known* are the
    releases, None where they were not asked for.
    """
    if not target.has_releases or config.source.repository is None:
        return target
    released = newest_releases(config, forge) if known is None else known
    if isinstance(released, Failure):
        return target
    version_format = config.version_format
    affixes = target.affixes

    def version_of(name: str) -> Version | None:
        if affixes is not None:
            return _release(_version(affixes.strip(name), config), config)
        located = version_format.find_version(name)
        return _release(located.version if located else None, config)

    dates = release_dates(released, version_of)
    found = tuple(sorted({version for tag in released if (version := version_of(tag.name)) is not None}))
    # A date of its own is not replaced by that of a release, which may have been written later; and no release is
    # older than its commit.
    later = {
        one: max(date, target.dates.get(one, date)) for one, date in dates.items() if one not in target.own_dates
    }
    dates = {**target.dates, **later}
    return replace(target, dates=dates, releases=target.releases or found)


def _pin_of(origin: FromFile) -> Pin:
    if not origin.key:
        return WholeFile(origin.file)
    from consumer_drift.pins.key import Key  # noqa: PLC0415 - loaded for the first such pin

    return Key(origin.file, origin.key)


def _from_file(origin: FromFile, repository: RepositoryName, config: Config, forge: Forge) -> Target:
    where = f"{origin.file}{f' ({origin.key})' if origin.key else ''} of {repository}"
    pin = _pin_of(origin)
    states = classify(pin, forge.file(repository, origin.file), config.version_format)
    failure = next((one.failure for one in states if one.failure is not None), None)
    if failure is not None:
        return _unreadable(where, failure)
    unfit = next((one for one in states if one.status is not PinStatus.EXACT), None)
    if unfit is not None:
        return _none(f"{where}: {unfit.what}")
    versions = {one.version for one in states}
    if len(versions) > 1:
        return _none(f"{where}: {first_of([one.what for one in states])} are different versions")
    return Target(versions.pop(), origin=where)
