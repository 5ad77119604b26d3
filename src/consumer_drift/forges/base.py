"""What the rest of the program needs from a forge. Each forge is one class with these names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from consumer_drift.cache.store import Cache
    from consumer_drift.forges.push import CommitText
    from consumer_drift.model.branch import StoredBranch
    from consumer_drift.model.bump import Branch, BumpState, Change, Draft, Finish, Sufficient
    from consumer_drift.model.checks import PullRequestChecks
    from consumer_drift.model.config import MergeMethod, Propagate, Tracking
    from consumer_drift.model.issue import Issue, IssueComment, OwnIssues
    from consumer_drift.model.observation import BumpSearch, Observation, Snapshot, Survey, Tag
    from consumer_drift.model.proposal import Proposal
    from consumer_drift.model.pull_request import PullRequest, PullRequests
    from consumer_drift.model.readiness import Access, BumpPlan
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import Failure, FileResult
    from consumer_drift.model.source_branch import CommitPage

    # Called for every consumer and probed repository that was read, from one thread at a time.
    Progress = Callable[[RepositoryName], None]

T = TypeVar("T")
R = TypeVar("R")


class Forge(Protocol):
    """Reads repositories. No method raises for what a forge answers: failures are values."""

    @property
    def label(self) -> str:
        """For people: ``Gitea at https://git.example.org``."""

    @property
    def requests(self) -> int:
        """How many HTTP requests were sent so far."""

    @property
    def workflow_folders(self) -> tuple[str, ...]:
        """The folders of a repository in which workflows are: the first that has any counts."""

    @property
    def no_cache(self) -> str:
        """Why ``survey`` cannot use a cache; empty if it can."""

    @property
    def has_every_tag(self) -> bool:
        """Whether ``tags`` returns all that the repository has: a checkout has those that were fetched."""

    def tags(self, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Failure:
        """Return every tag of *repository* whose name contains *containing*, in no order, from all pages."""

    def latest_release(self, repository: RepositoryName) -> Tag | Failure | None:
        """Return the tag of the latest release that is no draft and no pre-release, None if there is none."""

    def releases(self, repository: RepositoryName) -> tuple[Tag, ...] | Failure:
        """Return the tags of the newest releases that are no drafts and no pre-releases, with the releases' dates.

        One page of them: what was released before that is old.
        """

    def commits(
        self, repository: RepositoryName, branch: str, commit: str = "", after: str = ""
    ) -> CommitPage | Failure:
        """Return a page of the commits of *branch*, or of what leads to *commit* if it is not empty, newest first.

        *after* is what the page before returned, with the same *commit*; empty for the first one.
        """

    def contained(self, repository: RepositoryName, head: str, commits: Sequence[str]) -> frozenset[str] | Failure:
        """Return those of *commits* that are ancestors of the commit *head*.

        *commits* are ids, or the first twelve digits of ids. What does not exist is none.
        """

    def file(self, repository: RepositoryName, path: str, ref: str = "") -> FileResult:
        """Return one file at *ref* (a branch, tag or commit), or at the default branch if it is empty."""

    def survey(self, survey: Survey, progress: Progress, cache: Cache | None = None) -> Observation:
        """Read all consumers and, if the survey has a probe, list and probe the owner's repositories.

        What is valid in *cache* is not fetched, and what was fetched is put into it.
        """

    def pull_requests(
        self, snapshots: Sequence[Snapshot], search: BumpSearch
    ) -> Mapping[RepositoryName, PullRequests | Failure]:
        """Return the pull requests from bump branches, by ``Snapshot.asked``, one entry for each.

        Sends no request where the survey read all that matters.
        """

    def checks(
        self, bumps: Sequence[tuple[Snapshot, PullRequest]], *, fresh: bool = True
    ) -> Mapping[RepositoryName, PullRequestChecks | Failure]:
        """Return what is known of each open pull request, by ``Snapshot.asked``, one entry for each.

        At most one pull request of a repository. *fresh* False: what this run has read of it need not be read
        again, and reviews are left out where a conflict or failing checks say what it waits for.
        """

    def file_url(self, snapshot: Snapshot, path: str, line: int) -> str:
        """Return the URL of the page of that line (from 1; 0: the file), empty if there is none."""

    def abilities(self, snapshots: Sequence[Snapshot], plan: BumpPlan) -> Mapping[RepositoryName, Access]:
        """Return what the token may do in each consumer, by ``Snapshot.asked``, found out without any write.

        Of what a repository's own state decides (archived, empty, a mirror) nothing is said, nor of reading it.
        A consumer that the deadline cut off has no entry.
        """

    def writer(self, wanted: Propagate) -> Writer:
        """Return a writer of bumps, with the extras that are *wanted* for a pull request."""

    def stored_branch(self, repository: RepositoryName, branch: str) -> StoredBranch | Failure:
        """Return a branch that keeps files of this program, with what is at its root."""

    def push(
        self, repository: RepositoryName, seen: StoredBranch, changes: Mapping[str, str | None], text: CommitText
    ) -> Failure | None:
        """Add one commit with *changes* (None removes a file) to the branch that was *seen*, or start the branch.

        STALE if it has moved. After a failure of the connection it is unknown whether it was applied.
        """

    def issues(self) -> Issues:
        """Return what reads and writes issues. Raises UsageError where there are none."""

    def lander(self) -> Lander:
        """Return what merges bumps. Raises UsageError where there are no pull requests."""


class Writer(Protocol):
    """Reads bump branches and pull requests of consumers, and writes them. For one thread, and those of ``each``.

    No method raises for what a forge answers. A write that returns no failure was applied; after a failure of
    the connection it is unknown whether it was. Each write uses the name that the forge itself uses, keeps the
    pace that the forge asks for, and is sent once. The branch that pins are read from is never written to.
    """

    @property
    def in_place(self) -> bool:
        """Whether a change goes directly to the files, without branches and pull requests."""

    def each(self, work: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[T, R]]:
        """Yield ``(item, work(item))`` as they finish, several at once where the forge asks for no pace.

        No two of *items* write to the same repository. What the end of the run cut off is left out.
        """

    def settle(self) -> Iterator[None]:
        """Yield whenever something may show that was just written, at last when every route shows all of it."""

    def bump_states(
        self, snapshots: Sequence[Snapshot], head: str, resembling: str, sufficient: Sufficient = ...
    ) -> Mapping[RepositoryName, BumpState | Failure]:
        """Return the bump branch and pull requests, by ``Snapshot.asked``, one entry for each.

        *head* is the bump branch; of other branches, those are read whose names contain *resembling*.
        """

    def branch(self, state: BumpState, name: str, *, with_files: bool = False) -> Branch | Failure | None:
        """Return a branch as it is now, and its files only on request; None if it does not exist."""

    def commit(self, state: BumpState, change: Change) -> Failure | None:
        """Make one commit with all edits, on a new branch or on the tip that was seen. STALE if that has moved."""

    def open(self, state: BumpState, draft: Draft) -> PullRequest | Failure:
        """Open a pull request. STALE if there is one already."""

    def finish(self, state: BumpState, pull_request: PullRequest, finish: Finish) -> tuple[str, ...] | Failure:
        """Set labels, reviewers and auto-merge, then the final text. Return a sentence for each that failed."""

    def rewrite(self, state: BumpState, pull_request: PullRequest, body: str) -> Failure | None:
        """Change a pull request's text."""

    def close(self, state: BumpState, pull_request: PullRequest) -> Failure | None:
        """Close a pull request without merging it."""

    def delete(self, state: BumpState, branch: Branch) -> Failure | None:
        """Delete a branch that still points to the commit that was seen, which closes its open pull requests."""


class Lander(Protocol):
    """Reads what merging a pull request would bring, approves it and merges it. For one thread.

    No method raises for what a forge answers. After a failure of the connection it is unknown whether a write was
    applied. Each write is sent once, at the pace that the forge asks for.
    """

    def settle(self) -> None:
        """Wait until every route shows what was just written, by anybody."""

    def identity(self) -> str | Failure:
        """Return the login of the token's user."""

    def proposal(self, snapshot: Snapshot, pull_request: PullRequest, head: str) -> Proposal | Failure:
        """Return what the commit *head* of an open pull request would bring to the branch of *snapshot*."""

    def approve(self, snapshot: Snapshot, pull_request: PullRequest, head: str) -> Failure | None:
        """Approve the commit *head* of a pull request."""

    def merge(
        self, snapshot: Snapshot, pull_request: PullRequest, head: str, method: MergeMethod
    ) -> Failure | None:
        """Merge a pull request, if its head is still the commit *head*. STALE if it is not."""


class Issues(Protocol):
    """Reads and writes the issues of a repository that the token's user opened. For one thread.

    No method raises for what a forge answers. After a failure of the connection it is unknown whether a write was
    applied. Each write is sent once, at the pace that the forge asks for.
    """

    def settle(self) -> None:
        """Wait until every route shows what was just written, by anybody."""

    def refusal(self, repository: RepositoryName) -> Failure | None:
        """Return why they cannot be written, as far as the repository and the token's user tell it."""

    def own(self, repository: RepositoryName) -> OwnIssues | Failure:
        """Return all of them, open and closed."""

    def open(
        self, repository: RepositoryName, title: str, body: str, extras: Tracking
    ) -> tuple[Issue, tuple[str, ...]] | Failure:
        """Open an issue, and return it with a sentence for each label or assignee that it did not get."""

    def change(self, repository: RepositoryName, number: int, body: str, *, is_open: bool) -> Failure | None:
        """Change an issue's text, and close it or open it again."""

    def comments(self, repository: RepositoryName, number: int, since: str) -> tuple[IssueComment, ...] | Failure:
        """Return the comments on an issue since a moment (RFC 3339; empty: all), oldest first."""

    def comment(self, repository: RepositoryName, number: int, body: str) -> Failure | None:
        """Add a comment to an issue."""

    def uncomment(self, repository: RepositoryName, number: int, comment: IssueComment) -> Failure | None:
        """Delete a comment of the token's user."""
