"""Which commit the target is, for actions that are pinned as ``uses: owner/name@<commit> # v1.4.0``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.result import Failure
from consumer_drift.pins import Uses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consumer_drift.assess.drift import ConsumerReading
    from consumer_drift.forges.base import Forge
    from consumer_drift.model.config import Config
    from consumer_drift.model.observation import Tag
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.versions import Version, VersionFormat


def find(
    behind: Iterable[ConsumerReading], config: Config, version: Version, forge: Forge
) -> dict[RepositoryName, str]:
    """The commit of *version* for each repository that needs it; one that could not be told is left out."""
    found: dict[RepositoryName, str] = {}
    for repository in sorted({name for one in behind for name in _pinned_by_commit(one)}):
        tags = forge.tags(repository, version.text)
        commit = "" if isinstance(tags, Failure) else commit_of(tags, config.version_format, version)
        if commit:
            found[repository] = commit
    return found


def commit_of(tags: Iterable[Tag], version_format: VersionFormat, version: Version) -> str:
    """The one commit that the tags of *version* lead to; empty where there is none or more than one."""
    commits = set()
    for tag in tags:
        located = version_format.find_version(tag.name)
        if located is not None and located.version == version:
            commits.add(tag.commit)
    return commits.pop() if len(commits) == 1 else ""


def _pinned_by_commit(one: ConsumerReading) -> Iterable[RepositoryName]:
    for state in one.pin_states.present:
        repository = state.pin.repository if isinstance(state.pin, Uses) else None
        if repository is not None and state.occurrence is not None and state.occurrence.lock == "commit":
            yield repository
