"""The target from a branch: its newest commit, and where the pinned commits are in its history.

The history is read as far back as the pinned commits need it, once for all consumers, and to a limit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence
from consumer_drift.model.source_branch import BranchHistory, CommitOrder
from consumer_drift.model.target import Target
from consumer_drift.model.versions import Version, short
from consumer_drift.pins.go_version import candidates
from consumer_drift.pins.module import Module
from consumer_drift.pipeline.commits import pinned_commits, without
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from consumer_drift.forges.base import Forge
    from consumer_drift.model.config import Config, FromBranch
    from consumer_drift.model.observation import Observation
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.source_branch import CommitPage

# Pages of a listing, which have 50 or 100 commits each.
_MOST_PAGES = 20
# Commits that the listing does not show, and that are asked for one by one.
_MOST_ASKED = 20


def newest(origin: FromBranch, repository: RepositoryName, forge: Forge) -> Target:
    """Return the newest commit of a branch as the target, with the first page of its history."""
    where = f"the branch {origin.branch} of {repository}"
    page = forge.commits(repository, origin.branch, origin.commit)
    if isinstance(page, Failure):
        return Target(None, looked_at=(Sentence(f"{where} could not be read: ", str(page)),), failure=page)
    if not page.commits:
        return Target(None, looked_at=(f"{where} has no commits",))
    history = BranchHistory(origin.branch, page.commits, page.after)
    found = f"commit {history.head.id} of" if origin.commit else "the newest commit of"
    return _with(Target(None, f"{found} {where}"), history)


def _with(target: Target, history: BranchHistory) -> Target:
    return replace(target, version=history.versions[history.head.id], history=history, dates=history.dates)


def with_history(
    config: Config, target: Target, observation: Observation, forge: Forge
) -> tuple[Config, Target, Observation]:
    """Return the three with the place of every pinned commit in the history of the target's branch.

    A commit that is not in it has no place. Files that pin one whose place could not be read count as unread.
    """
    repository = config.source.repository
    if target.history is None or repository is None:
        return _without_places(config, observation), target, observation
    reader = _HistoryReader(repository, forge, target.history)
    if _has_modules(config):
        failure = reader.read_tags()
        if failure is not None:
            why = Sentence(f"the tags of {repository} could not be read: ", str(failure))
            target = replace(target, version=None, looked_at=(why,), failure=failure)
            return _without_places(config, observation), target, observation
    known = _knowing(config, reader.history, repository)
    pinned = [one for one in pinned_commits(known, observation) if one.repository == repository]
    lost = reader.place({one.commit for one in pinned})
    observation = without(observation, {one: lost[one.commit] for one in pinned if one.commit in lost})
    return _knowing(config, reader.history, repository), _with(target, reader.history), observation


def _without_places(config: Config, observation: Observation) -> Config:
    """Take every pinned commit for one of the branch: where its history is not known, that cannot be told."""
    found: dict[RepositoryName, dict[str, Version]] = {}
    for one in pinned_commits(config, observation):
        version = Version(short(one.commit), is_prerelease=False, order=CommitOrder(0, one.commit))
        found.setdefault(one.repository, {})[one.commit] = version
    return replace(config, commits=found)


def _has_modules(config: Config) -> bool:
    """Whether a consumer may pin a module of Go, whose versions depend on the source's tags."""
    return any(isinstance(pin, Module) and pin.is_go for one in config.consumers for pin in one.pins)


def _knowing(config: Config, history: BranchHistory, repository: RepositoryName) -> Config:
    return replace(config, history=history, commits={repository: history.versions})


@dataclass(slots=True)
class _HistoryReader:
    """Reads the history of the source *repository* further back."""

    repository: RepositoryName
    forge: Forge
    history: BranchHistory
    pages: int = 1

    def read_tags(self) -> Failure | None:
        """Read the commits of all tags."""
        tags = self.forge.tags(self.repository, "")
        if isinstance(tags, Failure):
            return tags
        self.history = replace(self.history, tags={one.name: one.commit.lower() for one in tags if one.commit})
        return None

    def place(self, commits: Collection[str]) -> Mapping[str, Failure]:
        """Find the places of *commits*; return those whose place could not be read, and why."""
        if len(self._unknown(commits)) <= _MOST_ASKED:
            lost = self._ask(self._unknown(commits))
            # What is no ancestor has no place, however far back one looks for it.
            lost |= self._walk([one for one in commits if self._version(one) is not None])
        else:
            lost = self._walk(commits)
            unknown = [one for one in self._unknown(commits) if one not in lost]
            lost |= self._ask(unknown[:_MOST_ASKED]) | dict.fromkeys(unknown[_MOST_ASKED:], self._too_many())
        # Without these, a version of Go is lower than it could be, and right.
        self._ask(tuple(candidates(self.history)))
        return lost

    def _unknown(self, commits: Iterable[str]) -> list[str]:
        return sorted(one for one in commits if self._version(one) is None)

    def _version(self, commit: str) -> Version | None:
        return self.history.versions.get(commit) or self.history.by_short_form.get(commit)

    def _ask(self, commits: Sequence[str]) -> dict[str, Failure]:
        """Ask for those that the listing does not show. One that is complete shows all there are."""
        if not commits or not self.history.after:
            return {}
        found = self.forge.contained(self.repository, self.history.head.id, commits)
        if isinstance(found, Failure):
            return dict.fromkeys(commits, found)
        self.history = replace(self.history, older=self.history.older | found)
        return {}

    def _walk(self, commits: Collection[str]) -> dict[str, Failure]:
        """Read pages until all is known that *commits* lack, or to the limit."""
        while self.history.after and self.pages < _MOST_PAGES and not all(map(self._is_placed, commits)):
            page = self.forge.commits(
                self.repository, self.history.branch, self.history.head.id, self.history.after
            )
            if isinstance(page, Failure):
                return {one: page for one in commits if not self._is_placed(one)}
            self.pages += 1
            self.history = _longer(self.history, page)
        return {}

    def _is_placed(self, commit: str) -> bool:
        version = self._version(commit)
        return version is not None and self.history.reaches(version)

    def _too_many(self) -> Failure:
        newest = counted(len(self.history.commits), "commit")
        said = f"more than {_MOST_ASKED} commits are pinned that are not among the newest {newest} of the branch"
        return Failure(Reason.TOO_LARGE, said, "bring the consumers to a newer commit, a few at a time")


def _longer(history: BranchHistory, page: CommitPage) -> BranchHistory:
    known = {one.id for one in history.commits}
    new = tuple(one for one in page.commits if one.id not in known)
    older = history.older - {one.id for one in new}
    return replace(history, commits=(*history.commits, *new), after=page.after if new else "", older=older)
