"""GitHub as a Forge: consumers by GraphQL in batches, and REST for what GraphQL does not return."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from consumer_drift.forges.address import file_page
from consumer_drift.forges.github import contents
from consumer_drift.forges.github.client import GitHubClient
from consumer_drift.forges.github.listing import listing
from consumer_drift.forges.http.throttle import GAP_SECONDS, QUOTAS, WriteThrottle
from consumer_drift.forges.http.workers import run_parallel
from consumer_drift.model.observation import Listing, Observation, Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Unpack

    from consumer_drift.cache.store import Cache
    from consumer_drift.forges.address import Address
    from consumer_drift.forges.base import Issues, Lander, Progress, Writer
    from consumer_drift.forges.http.transport import Network
    from consumer_drift.forges.push import CommitText
    from consumer_drift.model.branch import StoredBranch
    from consumer_drift.model.checks import PullRequestChecks
    from consumer_drift.model.config import Propagate
    from consumer_drift.model.observation import BumpSearch, Survey, Tag
    from consumer_drift.model.pull_request import PullRequest, PullRequests
    from consumer_drift.model.readiness import Access, BumpPlan
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import Failure, FileResult
    from consumer_drift.model.source_branch import CommitPage
    from consumer_drift.support.deadline import Deadline


class GitHubForge:
    """Reads GitHub or GitHub Enterprise Server with one token."""

    has_every_tag = True
    # A query for heads alone costs the same points as one that returns the contents, too:
    # https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    workflow_folders: tuple[str, ...] = (".github/workflows",)
    no_cache = "GitHub returns the pinned files together with the heads, in the same requests"

    def __init__(
        self,
        address: Address,
        token: str,
        *,
        deadline: Deadline,
        concurrency: int,
        **network: Unpack[Network],
    ) -> None:
        """Raises OSError if *ca_bundle* cannot be read as certificates."""
        self._server = address.server
        self._deadline = deadline
        self._client = GitHubClient(
            address,
            token,
            deadline,
            concurrency=concurrency,
            **network,
        )
        # One for all that is written with this token.
        self._throttle = WriteThrottle(GAP_SECONDS, QUOTAS, deadline)

    @property
    def label(self) -> str:
        """``GitHub at https://github.com``."""
        return f"GitHub at {self._server}"

    @property
    def requests(self) -> int:
        """How many HTTP requests were sent so far."""
        return self._client.requests

    def tags(self, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Failure:
        """Return every tag whose name contains *containing*."""
        return contents.tags(self._client, repository, containing)

    def latest_release(self, repository: RepositoryName) -> Tag | Failure | None:
        """Return the tag of the latest release."""
        return contents.latest_release(self._client, repository)

    def releases(self, repository: RepositoryName) -> tuple[Tag, ...] | Failure:
        """Return the tags of the newest hundred releases."""
        return contents.releases(self._client, repository)

    def commits(
        self, repository: RepositoryName, branch: str, commit: str = "", after: str = ""
    ) -> CommitPage | Failure:
        """Return a hundred commits."""
        from consumer_drift.forges.github import history  # noqa: PLC0415 - few sources are branches

        return history.commits(self._client, repository, branch, commit, after)

    def contained(self, repository: RepositoryName, head: str, commits: Sequence[str]) -> frozenset[str] | Failure:
        """Compare each with *head*."""
        from consumer_drift.forges.github import history  # noqa: PLC0415 - few sources are branches

        return history.contained(self._client, repository, head, commits)

    def file(self, repository: RepositoryName, path: str, ref: str = "") -> FileResult:
        """Return one file, at the head of the default branch or at *ref*."""
        return contents.file(self._client, repository, path, ref)

    def survey(self, survey: Survey, progress: Progress, cache: Cache | None = None) -> Observation:  # noqa: ARG002
        """Read consumers and the owner's listing in parallel. *cache* is not used."""
        seen: dict[RepositoryName, Snapshot | Failure] = {}
        one_at_a_time = threading.Lock()

        def report(name: RepositoryName) -> None:
            with one_at_a_time:
                progress(name)

        def read_consumers() -> None:
            for name, result in contents.read(self._client, survey):
                seen[name] = result
                report(name)

        def list_owner() -> Listing | Failure | None:
            return listing(survey.probe, self._client, report) if survey.probe else None

        _, listed = run_parallel(read_consumers, list_owner, deadline=self._deadline)
        stopped = self._deadline.failure()
        if stopped is None:
            return Observation(seen, listed)
        # Threads that were cut off may still write to `seen`, so only a copy counts from here on.
        known = dict(seen)
        cut_off = {wanted.name: stopped for wanted in survey.consumers if wanted.name not in known}
        return Observation({**known, **cut_off}, listed or (stopped if survey.probe else None))

    def pull_requests(
        self, snapshots: Sequence[Snapshot], search: BumpSearch
    ) -> Mapping[RepositoryName, PullRequests | Failure]:
        """Return the pull requests that the survey read, and those of other bumps where there may be any."""
        from consumer_drift.forges.github import open_bumps  # noqa: PLC0415 - asked for where something is behind

        return open_bumps.read(self._client, snapshots, search)

    def checks(
        self, bumps: Sequence[tuple[Snapshot, PullRequest]], *, fresh: bool = True
    ) -> Mapping[RepositoryName, PullRequestChecks | Failure]:
        """Return checks, reviews and mergeability, twenty pull requests in a query."""
        from consumer_drift.forges.github import pull_requests  # noqa: PLC0415 - most runs need no checks

        known = {} if fresh else {one.asked: bump.checks for one, bump in bumps if bump.checks is not None}
        found: dict[RepositoryName, PullRequestChecks | Failure] = dict(known)
        asked = [one for one in bumps if one[0].asked not in known]
        found.update((snapshot.asked, checks) for snapshot, checks in pull_requests.checks(self._client, asked))
        stopped = self._deadline.failure()
        return found if stopped is None else {one.asked: found.get(one.asked, stopped) for one, _ in bumps}

    def abilities(self, snapshots: Sequence[Snapshot], plan: BumpPlan) -> Mapping[RepositoryName, Access]:
        """Return what the token may do, forty consumers in a query."""
        from consumer_drift.forges.github.abilities import GitHubAbilities  # noqa: PLC0415 - doctor alone asks

        return GitHubAbilities(self._client, self._server).read(snapshots, plan)

    def file_url(self, snapshot: Snapshot, path: str, line: int) -> str:
        """Return the page of a file at the branch that was read."""
        return file_page(snapshot, "blob", path, line)

    def writer(self, wanted: Propagate) -> Writer:
        """Return a writer that keeps the pace that GitHub asks for."""
        from consumer_drift.forges.github.mutations import Mutations  # noqa: PLC0415 - a check writes nothing
        from consumer_drift.forges.github.writer import GitHubWriter  # noqa: PLC0415

        return GitHubWriter(self._client, wanted, Mutations(self._client, self._throttle))

    def stored_branch(self, repository: RepositoryName, branch: str) -> StoredBranch | Failure:
        """Return a branch with what is at its root, in one query."""
        from consumer_drift.forges.github import stored_branch  # noqa: PLC0415 - few runs have a history on a branch

        return stored_branch.read(self._client, repository, branch)

    def push(
        self, repository: RepositoryName, seen: StoredBranch, changes: Mapping[str, str | None], text: CommitText
    ) -> Failure | None:
        """Push one commit to the branch that was *seen*."""
        from consumer_drift.forges.push import push  # noqa: PLC0415 - few runs have a history on a branch

        return push(self._client.push, self._server, repository, seen, changes, text)

    def issues(self) -> Issues:
        """Return what reads and writes issues, at the pace of the writer."""
        from consumer_drift.forges.github.issues import GitHubIssues  # noqa: PLC0415 - few runs have a tracking issue

        return GitHubIssues(self._client, self._throttle)

    def lander(self) -> Lander:
        """Return what merges bumps, at the pace of the writer."""
        from consumer_drift.forges.github.lander import GitHubLander  # noqa: PLC0415 - a check writes nothing
        from consumer_drift.forges.github.mutations import Mutations  # noqa: PLC0415

        return GitHubLander(self._client, Mutations(self._client, self._throttle))
