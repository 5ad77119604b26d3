"""GitHub as a Forge: consumers by GraphQL in batches, the rest where GraphQL has no answer by REST."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import quote

from consumer_drift.forges.github import contents
from consumer_drift.forges.github.client import GitHubClient
from consumer_drift.forges.github.listing import listing
from consumer_drift.forges.http.workers import run_parallel
from consumer_drift.model.observation import Listing, Observation, Snapshot
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Unpack

    from consumer_drift.cache.store import Cache
    from consumer_drift.forges.address import Address
    from consumer_drift.forges.base import Progress, Writer
    from consumer_drift.forges.http.transport import Network
    from consumer_drift.model.config import Propagate
    from consumer_drift.model.observation import Survey, Tag
    from consumer_drift.model.pull_request import PullRequests
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import FileResult
    from consumer_drift.support.deadline import Deadline


class GitHubForge:
    """Reads GitHub or GitHub Enterprise Server with one token."""

    def __init__(
        self,
        address: Address,
        token: str,
        *,
        deadline: Deadline,
        concurrency: int,
        **network: Unpack[Network],
    ) -> None:
        """Raises OSError where *ca_bundle* cannot be read as certificates."""
        self._server = address.server
        self._stop = deadline
        self._session = GitHubClient(
            address,
            token,
            deadline,
            concurrency=concurrency,
            **network,
        )

    @property
    def label(self) -> str:
        """``GitHub at https://github.com``."""
        return f"GitHub at {self._server}"

    @property
    def requests(self) -> int:
        """How many HTTP exchanges there were so far."""
        return self._session.requests

    def tags(self, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Failure:
        """Every tag whose name holds *containing*."""
        return contents.tags(self._session, repository, containing)

    def latest_release(self, repository: RepositoryName) -> Tag | Failure | None:
        """The tag of the latest release."""
        return contents.latest_release(self._session, repository)

    def file(self, repository: RepositoryName, path: str, ref: str = "") -> FileResult:
        """One file, at the head of the default branch or at *ref*."""
        return contents.file(self._session, repository, path, ref)

    def survey(self, survey: Survey, progress: Progress) -> Observation:
        """Consumers and the owner's listing side by side."""
        seen: dict[RepositoryName, Snapshot | Failure] = {}
        one_at_a_time = threading.Lock()

        def told(name: RepositoryName) -> None:
            with one_at_a_time:
                progress(name)

        def read_consumers() -> None:
            for name, result in contents.read(self._session, survey.consumers, survey.bump_branch):
                seen[name] = result
                told(name)

        def list_owner() -> Listing | Failure | None:
            return listing(survey.probe, self._session, told) if survey.probe else None

        _, listed = run_parallel(read_consumers, list_owner, deadline=self._stop)
        stopped = self._stop.failure()
        if stopped is None:
            return Observation(seen, listed)
        # The threads that were cut off may still write to `seen`: from here on only the copy counts.
        known = dict(seen)
        cut_off = {wanted.name: stopped for wanted in survey.consumers if wanted.name not in known}
        return Observation({**known, **cut_off}, listed or (stopped if survey.probe else None))

    def remember(self, book: Cache) -> str:  # noqa: ARG002
        """Of no use: a query for heads alone costs the same points as one that brings the contents along.

        https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
        """
        return "GitHub sends what the pinned files hold along with the heads, in the same requests"

    def pull_requests(
        self,
        snapshots: Sequence[Snapshot],
        head: str,  # noqa: ARG002 - the survey asked for it already
    ) -> Mapping[RepositoryName, PullRequests | Failure]:
        """What the survey brought along."""
        unasked = Failure(Reason.UNEXPECTED, "its pull requests were not asked for", "please report this")
        return {
            snapshot.asked: unasked if snapshot.pull_requests is None else snapshot.pull_requests
            for snapshot in snapshots
        }

    def file_url(self, snapshot: Snapshot, path: str, line: int) -> str:
        """The page of a file at the branch that was read."""
        if not snapshot.web_url or not snapshot.branch:
            return ""
        anchor = f"#L{line}" if line else ""
        return f"{snapshot.web_url}/blob/{quote(snapshot.branch)}/{quote(path)}{anchor}"

    def writer(self, wanted: Propagate) -> Writer:
        """Writes by mutations, at the pace that GitHub asks for."""
        from consumer_drift.forges.github.writer import GitHubWriter  # noqa: PLC0415 - a check writes nothing

        return GitHubWriter(self._session, wanted)
