"""Which release a pinned commit is: looked up among the tags of the repository that is pinned.

``uses: acme/runtime@<commit> # v1.4.0`` runs the commit, whatever the comment says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.assess.lock_states import beside
from consumer_drift.locks.formats import may_have_git
from consumer_drift.model.pins import Found
from consumer_drift.model.result import Failure, FileText, NoText, Reason
from consumer_drift.pins.bounds import read
from consumer_drift.pins.kinds import is_locked, is_module, is_submodule

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from consumer_drift.forges.base import Forge
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.observation import Observation, Snapshot, Tag
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import FileResult
    from consumer_drift.model.versions import Version, VersionFormat

_COMMIT = re.compile(
    r"(?<![0-9A-Za-z])[0-9a-fA-F]{40}(?![0-9A-Za-z])|(?<![0-9A-Za-z:])[0-9a-fA-F]{64}(?![0-9A-Za-z])"
    # The end of a pseudo-version of Go.
    r"|(?<=[0-9]{14}-)[0-9a-f]{12}(?![0-9A-Za-z])"
)


def with_commits(
    config: Config, observation: Observation, forge: Forge, without_any: Collection[RepositoryName] = ()
) -> tuple[Config, Observation]:
    """Return *config* with the versions of all commits that consumers pin, as far as tags name them.

    The consumers *without_any* are known to pin none. Each repository's tags are read once. Where they cannot be
    read, the files that pin its commits count as unread in the *observation* that is returned: what they install
    is unknown.
    """
    pinned = pinned_commits(config, observation, without_any)
    repositories = sorted({one.repository for one in pinned})
    if not repositories:
        return config, observation
    tags = {repository: forge.tags(repository, "") for repository in repositories}
    commits = {
        repository: known_commits(found, config.version_format)
        for repository, found in tags.items()
        if not isinstance(found, Failure)
    }
    # A repository that this server does not have has no tags here, so its commits are of no known release.
    failures = {
        repository: found
        for repository, found in tags.items()
        if isinstance(found, Failure) and found.reason is not Reason.NOT_FOUND
    }
    lost = {one: failures[one.repository] for one in pinned if one.repository in failures}
    return replace(config, commits=commits), without(observation, lost)


@dataclass(frozen=True, slots=True)
class PinnedCommit:
    """A *commit* of *repository* that the *file* of a consumer pins, and that is not known."""

    consumer: RepositoryName
    file: str
    repository: RepositoryName
    commit: str


def pinned_commits(
    config: Config, observation: Observation, without_any: Collection[RepositoryName] = ()
) -> list[PinnedCommit]:
    """Return the commits that consumers pin and that *config* does not know. Those *without_any* pin none."""
    shown = ((one, observation.consumers[one.name]) for one in config.consumers if one.name not in without_any)
    return [found for one, snapshot in shown for found in _pinned(one, snapshot, config)]


def without(observation: Observation, lost: Mapping[PinnedCommit, Failure]) -> Observation:
    """Return *observation* in which the files that pin one of *lost* could not be read."""
    consumers = dict(observation.consumers)
    for one, failure in lost.items():
        snapshot = consumers[one.consumer]
        assert not isinstance(snapshot, Failure)  # noqa: S101 - the commit was read from it
        consumers[one.consumer] = replace(snapshot, files={**snapshot.files, one.file: failure})
    return replace(observation, consumers=consumers)


def pins_commits(consumer: Consumer, snapshot: Snapshot, config: Config) -> bool:
    """Whether a consumer pins a commit, so that only tags tell which version it has."""
    return any(True for _ in _pinned(consumer, snapshot, config))


def known_commits(tags: Iterable[Tag], version_format: VersionFormat) -> Mapping[str, Version]:
    """Return the version of each commit that a full version's tag leads to; of several the highest."""
    found: dict[str, Version] = {}
    for tag in tags:
        located = version_format.find_version(tag.name)
        if located is None or not tag.commit or located.version.text.isdecimal():
            continue
        commit = tag.commit.lower()
        found[commit] = max(found.get(commit, located.version), located.version)
    return found


def commits_of(config: Config, version: Version) -> Mapping[RepositoryName, str]:
    """Return the one commit of *version* in each repository that is pinned by commits.

    A repository is left out where no tag, or tags of more than one commit, name the version.
    """
    candidates = {
        repository: [commit for commit, known in commits.items() if known == version]
        for repository, commits in config.commits.items()
    }
    return {repository: commits[0] for repository, commits in candidates.items() if len(commits) == 1}


def _pinned(consumer: Consumer, shown: Snapshot | Failure, config: Config) -> Iterator[PinnedCommit]:
    """Yield every pin that is a commit."""
    if isinstance(shown, Failure) or shown.archived:
        return
    version_format = config.version_format
    here = tuple(_in_files(consumer.pins, shown))
    for pin in (*here, *beside(here, shown, config)):
        text = _text(pin, shown.files.get(pin.file))
        if not _may_name_commits(pin, text, version_format):
            continue
        reading = read(pin, text, version_format)
        for occurrence in reading.occurrences if isinstance(reading, Found) else ():
            repository = occurrence.repository or config.source.repository
            if occurrence.commit and repository is not None:
                yield PinnedCommit(consumer.name, pin.file, repository, occurrence.commit)


def _text(pin: Pin, answer: FileResult | None) -> str:
    """Return what *pin* reads: a file's text, or a submodule's commit; empty where there is neither."""
    if is_submodule(pin):
        return answer.commit if isinstance(answer, NoText) else ""
    return answer.text if isinstance(answer, FileText) else ""


def _in_files(pins: Iterable[Pin], shown: Snapshot) -> Iterator[Pin]:
    """Yield *pins*, those with a pattern once for each file that fits it."""
    for pin in pins:
        matches = shown.matches.get(pin.file)
        if matches is None:
            yield pin
        elif not isinstance(matches, Failure):
            yield from (pin.at(path) for path in matches)


def _may_name_commits(pin: Pin, text: str, version_format: VersionFormat) -> bool:
    """Whether *text* is worth reading: nearly every lock file has hashes that look like commits."""
    if version_format.branch and is_module(pin):
        return True
    return (not is_locked(pin) or may_have_git(text)) and bool(_COMMIT.search(text))
