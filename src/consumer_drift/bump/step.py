"""A step: what becomes of one consumer, and the writes that take it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumer_drift.model.bump import Branch, BumpState, Change, Draft, Edit, Finish
    from consumer_drift.model.outcome import Outcome
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName


@dataclass(frozen=True, slots=True)
class Closing:
    """An open pull request to close, and *why*; empty where the new one supersedes it.

    *edits* are all that its branch may change if a person has rebased it. *keeps_branch*: another pull request is
    open from the same branch.
    """

    pull_request: PullRequest
    why: str = ""
    edits: tuple[Edit, ...] = ()
    keeps_branch: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """The plan for *consumer*: its outcome if all of it succeeds, and the writes in their order.

    *replaces* is a pull request that conflicts, marked first; *clears* is a branch to delete; then *change* is
    committed, *draft* opened, *finish* carried out and *closes* closed. Each is None or empty where it is not
    needed. *pull_request* is the one that is open already.
    """

    consumer: RepositoryName
    outcome: Outcome
    note: str = ""
    state: BumpState | None = None
    pull_request: PullRequest | None = None
    replaces: PullRequest | None = None
    clears: Branch | None = None
    change: Change | None = None
    draft: Draft | None = None
    finish: Finish | None = None
    closes: tuple[Closing, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.change or self.draft or self.finish or self.closes or self.clears)

    @property
    def only_clears(self) -> bool:
        """Whether the branch to delete is one whose bump was merged, so that nothing follows."""
        return self.clears is not None and self.draft is None
