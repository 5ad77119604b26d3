"""What the rest of the program asks of a forge. Each forge is one class with these names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from consumer_drift.cache.store import Cache
    from consumer_drift.model.bump import Branch, BumpState, Change, Draft, Finish
    from consumer_drift.model.config import Propagate
    from consumer_drift.model.observation import Observation, Snapshot, Survey, Tag
    from consumer_drift.model.pull_request import PullRequest, PullRequests
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import Failure, FileResult

    # Called with every consumer and probed repository that was read, from one thread at a time.
    Progress = Callable[[RepositoryName], None]


class Forge(Protocol):
    """Reads repositories. No method raises for what a forge answers: obstacles are values."""

    @property
    def label(self) -> str:
        """For people: ``Gitea at https://git.example.org``."""

    @property
    def requests(self) -> int:
        """How many HTTP exchanges there were so far."""

    def tags(self, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Failure:
        """Every tag of *repository* whose name holds *containing*, in no order; all pages of them."""

    def latest_release(self, repository: RepositoryName) -> Tag | Failure | None:
        """The tag of the latest release that is neither a draft nor a pre-release, None where there is none."""

    def file(self, repository: RepositoryName, path: str, ref: str = "") -> FileResult:
        """One file at *ref* (a branch, tag or commit), or at the default branch where it is empty."""

    def survey(self, survey: Survey, progress: Progress) -> Observation:
        """Read all consumers and, where asked, list and probe the owner's repositories."""

    def remember(self, book: Cache) -> str:
        """Take from *book* what surveys would read again, and write into it what they read.

        Gives the reason where that is of no use here, and is empty where it is.
        """

    def pull_requests(
        self, snapshots: Sequence[Snapshot], head: str
    ) -> Mapping[RepositoryName, PullRequests | Failure]:
        """The open pull requests from the branch *head*, by ``Snapshot.asked``, one entry for each.

        Costs nothing where the survey told them already.
        """

    def file_url(self, snapshot: Snapshot, path: str, line: int) -> str:
        """The address at which a browser shows that line (from 1; 0: the file), empty where there is none."""

    def writer(self, wanted: Propagate) -> Writer:
        """What looks at bumps and writes them, with the extras that are *wanted* for a pull request."""


class Writer(Protocol):
    """Looks at what is under way in consumers, and writes there; for one thread.

    No method raises for what a forge answers. A write that is None, or no obstacle, was carried out; after
    an obstacle that is about the connection nobody knows. Each write goes to the name that the forge itself
    uses, at the pace it asks for, and is sent once.
    """

    @property
    def in_place(self) -> bool:
        """Whether a change goes straight to the files, without branches and pull requests."""

    def settle(self) -> None:
        """Wait until what was just written, by whomever, is shown by every route."""

    def look(
        self, snapshots: Sequence[Snapshot], head: str, resembling: str
    ) -> Mapping[RepositoryName, BumpState | Failure]:
        """What is under way, by ``Snapshot.asked``, one entry for each.

        *head* is the bump branch; of other branches those are looked at whose names hold *resembling*.
        """

    def branch(self, work: BumpState, name: str) -> Branch | Failure | None:
        """A branch as it is now, without files; None where it is not there."""

    def commit(self, work: BumpState, change: Change) -> Failure | None:
        """One commit with all edits, on a new branch or on the tip that was seen. STALE where that moved."""

    def open(self, work: BumpState, draft: Draft) -> PullRequest | Failure:
        """Open the pull request. STALE where there is one already."""

    def finish(self, work: BumpState, pull_request: PullRequest, finish: Finish) -> tuple[str, ...] | Failure:
        """Labels, reviewers and auto-merge, then the final text. A sentence for each that did not work."""

    def rewrite(self, work: BumpState, pull_request: PullRequest, body: str) -> Failure | None:
        """Change a pull request's text."""

    def close(self, work: BumpState, pull_request: PullRequest) -> Failure | None:
        """Close a pull request without merging it."""

    def delete(self, work: BumpState, branch: Branch) -> Failure | None:
        """Delete a branch that stands where it was seen, which closes what is open from it."""
