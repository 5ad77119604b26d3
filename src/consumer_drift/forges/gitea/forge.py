"""Gitea and Forgejo as a Forge."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from consumer_drift.forges.address import Kind, file_page
from consumer_drift.forges.gitea import parse, parse_files, parse_pull_requests, routes
from consumer_drift.forges.gitea.client import GiteaClient
from consumer_drift.forges.gitea.contents import ContentsReader
from consumer_drift.forges.gitea.errors import refuse
from consumer_drift.forges.gitea.mergeability import checked
from consumer_drift.forges.gitea.page_reader import PageReader
from consumer_drift.forges.gitea.survey import SurveyReader
from consumer_drift.forges.http.transport import Transport
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.result import Failure, FileResult, NoFile, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Unpack

    from consumer_drift.cache.store import Cache
    from consumer_drift.forges.address import Address
    from consumer_drift.forges.base import Issues, Lander, Progress, Writer
    from consumer_drift.forges.gitea.pull_requests import PullRequestReader
    from consumer_drift.forges.http.messages import Request, Response
    from consumer_drift.forges.http.transport import Network
    from consumer_drift.forges.push import CommitText
    from consumer_drift.model.branch import StoredBranch
    from consumer_drift.model.checks import PullRequestChecks
    from consumer_drift.model.config import Propagate
    from consumer_drift.model.observation import BumpSearch, Observation, Snapshot, Survey, Tag
    from consumer_drift.model.pull_request import PullRequest, PullRequests
    from consumer_drift.model.readiness import Access, BumpPlan
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.source_branch import CommitPage
    from consumer_drift.support.deadline import Deadline
    from consumer_drift.support.json_fields import JsonValue

T = TypeVar("T")

# So many pages of closed pull requests are read for the oldest bump, where no release has a date.
_MOST_CLOSED_PAGES = 4

# What the tree route answers for an unknown ref: Gitea 400, Forgejo 404.
_NO_REF = frozenset({400, 404})


class GiteaForge:
    """Reads a Gitea or a Forgejo server with one token, or with none."""

    has_every_tag = True

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
        self._address = address
        self._deadline = deadline
        self._threads = concurrency
        self._transport = Transport(
            address.api,
            f"token {token}" if token else "",
            partial(refuse, has_token=bool(token), server=address.server),
            deadline,
            concurrency=concurrency,
            **network,
        )
        self._client = GiteaClient(self._transport)
        self._contents = ContentsReader(self._client, self._transport.texts)
        self._pages = PageReader(self._client, deadline)

    @property
    def label(self) -> str:
        """``Gitea at https://git.example.org``."""
        server = "Forgejo" if self._address.kind is Kind.FORGEJO else "Gitea"
        return f"{server} at {self._address.server}"

    @property
    def workflow_folders(self) -> tuple[str, ...]:
        """Where workflows are: the first folder that has any counts."""
        own = (".forgejo/workflows",) if self._address.kind is Kind.FORGEJO else ()
        return (*own, ".gitea/workflows", ".github/workflows")

    @property
    def requests(self) -> int:
        """How many HTTP requests were sent so far."""
        return self._transport.requests

    @property
    def no_cache(self) -> str:
        """Without a token there is no key for the cache's file."""
        return "" if self._client.has_token else "there is no token to protect it with"

    def tags(self, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Failure:
        """Return every tag whose name contains *containing*; the routes have no filter, so all pages are read."""
        build = partial(routes.tags, repository)
        found = self._pages.rows(repository, build, parse.tags, attrgetter("name"), threads=self._threads)
        return found if isinstance(found, Failure) else tuple(tag for tag in found if containing in tag.name)

    def latest_release(self, repository: RepositoryName) -> Tag | Failure | None:
        """Return the newest release that is neither a draft nor a pre-release."""
        answer, row = self._client.found(repository, routes.latest_release)
        if row is not None:
            return None
        return self._parsed(answer, routes.latest_release(repository), parse.release)

    def releases(self, repository: RepositoryName) -> tuple[Tag, ...] | Failure:
        """Return the tags of the newest fifty releases."""
        answer, row = self._client.found(repository, routes.releases)
        return () if row is not None else self._parsed(answer, routes.releases(repository), parse.releases)

    def commits(
        self, repository: RepositoryName, branch: str, commit: str = "", after: str = ""
    ) -> CommitPage | Failure:
        """Return fifty commits."""
        from consumer_drift.forges.gitea import history  # noqa: PLC0415 - few sources are branches

        return history.commits(self._client, repository, branch, commit, after)

    def contained(self, repository: RepositoryName, head: str, commits: Sequence[str]) -> frozenset[str] | Failure:
        """Compare each with *head*."""
        from consumer_drift.forges.gitea import history  # noqa: PLC0415 - few sources are branches

        return history.contained(self._client, repository, head, commits)

    def file(self, repository: RepositoryName, path: str, ref: str = "") -> FileResult:
        """Return one file at *ref*, or at the default branch, also if a tag has its name."""
        if not ref:
            return self._file_at_default_branch(repository, path)
        request = routes.contents(repository, path, ref)
        answer, row = self._client.found(repository, partial(routes.contents, path=path, ref=ref))
        if row is None:
            return self._parsed(answer, request, partial(parse_files.content, path=path))
        if row.snapshot.empty:
            return NoFile()
        known = self._client.send(repository, routes.tree(repository, ref, 1, recursive=False))
        if not isinstance(known, Failure):
            return NoFile()
        if known.status not in _NO_REF:
            return known
        return Failure(
            Reason.NOT_FOUND,
            f"{row.name} has no branch, tag or commit {ref!r}",
            "correct the ref",
            status=404,
            asked=str(request),
        )

    def _file_at_default_branch(self, repository: RepositoryName, path: str) -> FileResult:
        row = self._client.repository(repository)
        if isinstance(row, Failure):
            return row
        # Of an archived consumer nothing is read; an archived source is a source.
        snapshot = self._contents.read(replace(row.snapshot, archived=False), (path,), ())
        return snapshot if isinstance(snapshot, Failure) else snapshot.files[path]

    def survey(self, survey: Survey, progress: Progress, cache: Cache | None = None) -> Observation:
        """Get rows by a listing where that is cheaper, then each repository's files, in parallel."""
        reader = SurveyReader(self._client, self._contents, self._threads, self._deadline, cache)
        return reader.read(survey, progress)

    def pull_requests(
        self, snapshots: Sequence[Snapshot], search: BumpSearch
    ) -> Mapping[RepositoryName, PullRequests | Failure]:
        """Return pull requests, open ones only if the repository's own counter says that there are any.

        Never by base and head: that route shows the oldest pull request of a branch, also a closed one.
        """
        found: dict[RepositoryName, PullRequests | Failure] = {}
        asked: list[Snapshot] = []
        for snapshot in snapshots:
            none_open = snapshot.open_pull_requests == 0 and not search.closed
            if snapshot.empty or not snapshot.takes_pull_requests or none_open:
                found[snapshot.asked] = ()
            else:
                asked.append(snapshot)
        read = partial(self._bumps, search=search)
        found.update(
            (snapshot.asked, answer)
            for snapshot, answer in map_unordered(read, asked, threads=self._threads, deadline=self._deadline)
        )
        stopped = self._deadline.failure()
        if stopped is not None:
            for snapshot in asked:
                found.setdefault(snapshot.asked, stopped)
        return found

    def checks(
        self, bumps: Sequence[tuple[Snapshot, PullRequest]], *, fresh: bool = True
    ) -> Mapping[RepositoryName, PullRequestChecks | Failure]:
        """Return checks, reviews and mergeability: four requests for each pull request, in parallel.

        Not *fresh*: one, and two for the reviews where they say what it waits for.
        """
        reader = self._reader()
        read = reader.checks if fresh else reader.known_checks
        found = {
            one[0].asked: checks
            for one, checks in map_unordered(
                lambda one: read(*one), bumps, threads=self._threads, deadline=self._deadline
            )
        }
        stopped = self._deadline.failure()
        return found if stopped is None else {one.asked: found.get(one.asked, stopped) for one, _ in bumps}

    def file_url(self, snapshot: Snapshot, path: str, line: int) -> str:
        """Return the page of a file at the branch that was read."""
        return file_page(snapshot, "src/branch", path, line)

    def writer(self, wanted: Propagate) -> Writer:
        """Return a writer that writes as fast as the server answers."""
        from consumer_drift.forges.gitea.writer import GiteaWriter  # noqa: PLC0415 - a check writes nothing

        return GiteaWriter(self._client, self._reader(), wanted, self._threads, self._deadline)

    def issues(self) -> Issues:
        """Return what reads and writes issues."""
        from consumer_drift.forges.gitea.issues import GiteaIssues  # noqa: PLC0415 - few runs have a tracking issue

        return GiteaIssues(self._client, self._reader(), self._pages)

    def lander(self) -> Lander:
        """Return what merges bumps."""
        from consumer_drift.forges.gitea.lander import GiteaLander  # noqa: PLC0415 - a check writes nothing

        return GiteaLander(self._client, self._pages, self._deadline)

    def abilities(self, snapshots: Sequence[Snapshot], plan: BumpPlan) -> Mapping[RepositoryName, Access]:
        """Return what the token may do: at most two requests for each consumer."""
        from consumer_drift.forges.gitea.abilities import GiteaAbilities  # noqa: PLC0415 - doctor alone asks

        reader = GiteaAbilities(self._client, self._reader(), self._address.server, self._threads, self._deadline)
        return reader.read(snapshots, plan)

    def stored_branch(self, repository: RepositoryName, branch: str) -> StoredBranch | Failure:
        """Return a branch with what is at its root: three requests, one less where it does not exist."""
        from consumer_drift.forges.gitea import stored_branch  # noqa: PLC0415 - few runs have a history on a branch

        return stored_branch.read(self._client, repository, branch)

    def push(
        self, repository: RepositoryName, seen: StoredBranch, changes: Mapping[str, str | None], text: CommitText
    ) -> Failure | None:
        """Push one commit to the branch that was *seen*."""
        from consumer_drift.forges.push import push  # noqa: PLC0415 - few runs have a history on a branch

        return push(self._client.direct, self._address.server, repository, seen, changes, text)

    def _reader(self) -> PullRequestReader:
        from consumer_drift.forges.gitea.pull_requests import PullRequestReader  # noqa: PLC0415

        return PullRequestReader(self._client, self._contents, self._pages, self._deadline)

    def _bumps(self, snapshot: Snapshot, search: BumpSearch) -> PullRequests | Failure:
        name = snapshot.name
        read = partial(parse_pull_requests.pull_requests, of=name)
        build = partial(routes.open_pull_requests, name)
        opened = self._pages.rows(name, build, read, attrgetter("number"))
        closed = self._closed(name, read) if search.closed and not isinstance(opened, Failure) else ()
        if isinstance(opened, Failure) or isinstance(closed, Failure):
            return opened if isinstance(opened, Failure) else closed
        own = (one for one in dict.fromkeys((*opened, *closed)) if search.is_bump(one.head))
        return tuple(checked(self._client, self._deadline, name, one) for one in own)

    def _closed(self, name: RepositoryName, read: Callable[[JsonValue], PullRequests]) -> PullRequests | Failure:
        """Return the newest closed pull requests, a few pages of them."""
        found: list[PullRequest] = []
        for page in range(1, _MOST_CLOSED_PAGES + 1):
            request = routes.closed_pull_requests(name, page)
            shown = self._parsed(self._client.send(name, request), request, read)
            if isinstance(shown, Failure):
                return shown
            found += shown
            if not shown:
                break
        return tuple(found)

    def _parsed(self, answer: Response | Failure, request: Request, read: Callable[[JsonValue], T]) -> T | Failure:
        return parse.parsed(answer, str(request), read)
