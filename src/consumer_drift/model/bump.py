"""Bumps: the branch and the pull requests of a consumer that is behind, and what a bump writes there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import FileResult


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit on a bump branch.

    *author* is who made it as it is now: a person who has rebased or amended it is that one. *written_here*: its
    committer is the one that our own commits get there. *changed_files* counts the files that
    it changes, None where that is not known. *is_merge*: it has more than one parent.
    """

    message: str
    author: str
    written_here: bool
    changed_files: int | None = None
    is_merge: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a consumer itself. *tip* is a commit's id, *commits* are those that its base does not have.

    *whole* is False where there are more of them than were shown. *files* has an answer for every pinned
    file, if they were asked for. *listed* is False where git has the branch and the forge's database does not.
    """

    name: str
    tip: str
    commits: tuple[Commit, ...]
    files: Mapping[str, FileResult]
    whole: bool = True
    listed: bool = True


@dataclass(frozen=True, slots=True)
class BumpState:
    """The branch and the pull requests of a consumer that is behind.

    *snapshot* has the files to edit, all at one commit. *branch* is the bump branch, None where it does not
    exist. *pull_requests* are those from the bump branch, newest first; *others* the open ones from branches
    whose names may be those of other bumps.
    """

    snapshot: Snapshot
    branch: Branch | None = None
    pull_requests: tuple[PullRequest, ...] = ()
    others: tuple[PullRequest, ...] = ()


def _never(_snapshot: Snapshot, _files: Mapping[str, FileResult]) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Sufficient:
    """What is enough to know of some consumers, so that a forge need not be asked for more.

    Of those in *at_target* only the open pull requests matter. *holds* tells whether the files of a bump branch
    have every pin of a consumer at the target: then the commits of the branch do not matter while its pull request
    is open and merges. Such a branch is returned as one with unknown commits, so nothing takes it for ours.
    """

    at_target: frozenset[RepositoryName] = frozenset()
    holds: Callable[[Snapshot, Mapping[str, FileResult]], bool] = _never


# Nothing less than all there is.
EVERYTHING = Sufficient()


@dataclass(frozen=True, slots=True)
class Edit:
    """One file's change. *before* is None where the file does not exist."""

    path: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """A commit to make on *branch*. *tip* is the branch's commit, empty where it has to be created."""

    branch: str
    tip: str
    edits: tuple[Edit, ...]
    headline: str
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A pull request to open from *head*."""

    head: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Finish:
    """What a new pull request still needs: labels, reviewers and auto-merge, and last its final *body*."""

    body: str
