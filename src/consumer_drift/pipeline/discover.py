"""Read what a source publishes, and the places of the owner's repositories where it may be pinned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.discovery.candidates import candidates
from consumer_drift.discovery.published import SOURCE_FILES, published
from consumer_drift.discovery.search import search
from consumer_drift.discovery.tags import tagging
from consumer_drift.discovery.version_place import version_place
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import Probe, Snapshot, Survey, Wanted
from consumer_drift.model.result import Failure, FileText, Reason
from consumer_drift.model.versions import Affixes, VersionFormat
from consumer_drift.pins.follow import read_along
from consumer_drift.pipeline.commits import known_commits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.discovery.candidates import Candidate
    from consumer_drift.discovery.published import Publication
    from consumer_drift.discovery.search import Searched
    from consumer_drift.discovery.tags import Tagging
    from consumer_drift.discovery.version_place import VersionPlace
    from consumer_drift.forges.base import Forge, Progress
    from consumer_drift.model.config import Config
    from consumer_drift.model.observation import Listing
    from consumer_drift.model.repository import RepositoryName


@dataclass(frozen=True, slots=True)
class Published:
    """What a source publishes, and how it writes its versions. *unread* says which of its files were not read."""

    source: RepositoryName
    publications: tuple[Publication, ...]
    candidates: tuple[Candidate, ...]
    tagging: Tagging
    place: VersionPlace
    version_format: VersionFormat
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Discovered:
    """What the owner's repositories pin. *consumers* are the listed ones, by their names in the configuration."""

    listing: Listing
    searched: Searched
    consumers: Mapping[RepositoryName, Snapshot | Failure]


def read_source(source: RepositoryName, server: str, forge: Forge) -> Published | Failure:
    """Return what *source* publishes. *server* is its address, empty for folders."""
    tags = forge.tags(source, "")
    if isinstance(tags, Failure) and tags.reason is Reason.NOT_FOUND:
        # A folder without a history; of another source that is missing, the next answer says so.
        tags = ()
    shown = forge.survey(Survey((Wanted(source, SOURCE_FILES),)), lambda _name: None).consumers[source]
    if isinstance(shown, Failure) or isinstance(tags, Failure):
        return shown if isinstance(shown, Failure) else tags if isinstance(tags, Failure) else _unreachable()
    texts = {path: answer.text for path, answer in shown.files.items() if isinstance(answer, FileText)}
    publications = published(shown.name, server, texts)
    found = tagging(tags, shown.name)
    place = version_place(found, texts)
    affixes = (Affixes.of(found.template),) if found.template else ()
    plain = VersionFormat(place.scheme, affixes)
    version_format = replace(plain, commits=known_commits(tags, plain))
    return Published(
        shown.name, publications, candidates(publications), found, place, version_format, _unread(shown)
    )


def _unread(shown: Snapshot) -> tuple[str, ...]:
    """Return a sentence for each file of the source that could not be read, and for each pattern."""
    answers = {**shown.files, **shown.matches}.items()
    return tuple(
        f"not read in {shown.name}: {path} ({answer.said})"
        for path, answer in answers
        if isinstance(answer, Failure)
    )


def _unreachable() -> Failure:
    raise AssertionError("one of the two is a failure")


def discover(
    found: Published, forge: Forge, progress: Progress, config: Config | None = None
) -> Discovered | Failure:
    """Return who pins what *found* names among the owner's repositories.

    With *config* its own pins count as well, and its consumers are read wherever they are. Raises nothing.
    """
    survey = _survey(found, config)
    observation = forge.survey(survey, progress)
    listing = observation.listing
    if listing is None or isinstance(listing, Failure):
        return listing or _unreachable()
    read = [one for one in observation.consumers.values() if isinstance(one, Snapshot) and not one.archived]
    searched = [one for one in listing.repositories if one.files or one.matches]
    commits = found.version_format.commits
    known = {one.name: one.pins for one in config.consumers} if config else {}
    result = search(
        found.candidates,
        {one.name: one for one in (*searched, *read)}.values(),
        replace(config.version_format, commits=commits) if config else found.version_format,
        known,
        config.pins if config else (),
    )
    return Discovered(listing, result, observation.consumers)


def _survey(found: Published, config: Config | None) -> Survey:
    files = [one.file for one in found.candidates]
    if config is None:
        probe = _probe(found.source.owner, files, frozenset({found.source}))
        return Survey((), probe)
    pins = [pin for pins in (config.pins, *(one.pins for one in config.consumers)) for pin in pins]
    files += [file for pin in pins for file in (pin.file, *read_along(pin))]
    names = frozenset({found.source, *(one.name for one in config.consumers)})
    probe = _probe(config.owner, files, names)
    if config.reconcile is not None:
        rules = config.reconcile
        probe = replace(probe, include=rules.include, exclude=rules.exclude, visibility=rules.visibility)
    wanted = tuple(Wanted(one.name, probe.files, branch=one.branch) for one in config.consumers)
    return Survey(wanted, probe)


def _probe(owner: str, files: list[str], skip: frozenset[RepositoryName]) -> Probe:
    return Probe(owner, tuple(dict.fromkeys(files)), skip, (), (), Visibility.ALL)
