"""Gitea and Forgejo as a Forge."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from consumer_drift.forges.address import Kind
from consumer_drift.forges.gitea import files, routes, rows
from consumer_drift.forges.gitea.access import Access
from consumer_drift.forges.gitea.paging import Page, page_of, rest
from consumer_drift.forges.gitea.reading import Reader
from consumer_drift.forges.gitea.refusals import refuse
from consumer_drift.forges.gitea.surveying import Surveyor
from consumer_drift.forges.http.crew import each
from consumer_drift.forges.http.pace import RealClock
from consumer_drift.forges.http.transport import Transport
from consumer_drift.model.answers import FileAnswer, NoFile, Obstacle, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Unpack

    from consumer_drift.forges.address import Address
    from consumer_drift.forges.http.fields import Json
    from consumer_drift.forges.http.messages import Answer, Request
    from consumer_drift.forges.http.pace import Clock
    from consumer_drift.forges.http.stop import Stop
    from consumer_drift.forges.http.transport import Network
    from consumer_drift.forges.protocol import Progress, Writer
    from consumer_drift.memory.book import Book
    from consumer_drift.model.config import Propagate
    from consumer_drift.model.names import RepositoryName
    from consumer_drift.model.observation import Observation, PullRequests, Snapshot, Survey, Tag

T = TypeVar("T")

# What the tree route says of a ref that it does not know: Gitea 400, Forgejo 404.
_NO_REF = frozenset({400, 404})


class GiteaForge:
    """Reads a Gitea or a Forgejo server with one token, or with none."""

    def __init__(
        self,
        address: Address,
        token: str,
        *,
        stop: Stop,
        concurrency: int,
        clock: Clock | None = None,
        **network: Unpack[Network],
    ) -> None:
        self._address = address
        self._stop = stop
        self._threads = concurrency
        self._transport = Transport(
            address.api,
            f"token {token}" if token else "",
            partial(refuse, has_token=bool(token)),
            stop,
            concurrency=concurrency,
            **network,
        )
        self._access = Access(self._transport)
        self._reader = Reader(self._access)
        self._clock = clock or RealClock(stop)
        self._book: Book | None = None

    @property
    def label(self) -> str:
        """``Gitea at https://git.example.org``."""
        server = "Forgejo" if self._address.kind is Kind.FORGEJO else "Gitea"
        return f"{server} at {self._address.server}"

    @property
    def requests(self) -> int:
        """How many HTTP exchanges there were so far."""
        return self._transport.requests

    def tags(self, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Obstacle:
        """Every tag whose name holds *containing*; the routes have no filter, so all pages are read."""
        found = self._pages(repository, partial(routes.tags, repository), rows.tags, threads=self._threads)
        if isinstance(found, Obstacle):
            return found
        return tuple(tag for tag in dict.fromkeys(found) if containing in tag.name)

    def latest_release(self, repository: RepositoryName) -> Tag | Obstacle | None:
        """The newest release that is neither a draft nor a pre-release."""
        answer, row = self._access.found(repository, routes.latest_release)
        if row is not None:
            return None
        return self._read(answer, routes.latest_release(repository), rows.release)

    def file(self, repository: RepositoryName, path: str, ref: str = "") -> FileAnswer:
        """One file at *ref*, or at the default branch."""
        request = routes.contents(repository, path, ref)
        answer, row = self._access.found(repository, partial(routes.contents, path=path, ref=ref))
        if row is None:
            return self._read(answer, request, partial(files.content, path=path))
        if row.snapshot.empty or not ref:
            return NoFile()
        known = self._access.send(repository, routes.tree(repository, ref, 1, recursive=False))
        if not isinstance(known, Obstacle):
            return NoFile()
        if known.status not in _NO_REF:
            return known
        return Obstacle(
            Reason.NOT_FOUND,
            f"{row.name} has no branch, tag or commit {ref!r}",
            "correct the ref that was asked for",
            status=404,
            asked=str(request),
        )

    def survey(self, survey: Survey, progress: Progress) -> Observation:
        """Rows by listing where that is cheaper, then each repository's files, side by side."""
        surveyor = Surveyor(self._access, self._reader, self._threads, self._stop, self._book)
        return surveyor.observe(survey, progress)

    def remember(self, book: Book) -> str:
        """Repositories that a listing shows to the token, by their rows."""
        if not self._access.has_token:
            return "without a token there is nothing to sign it with"
        self._book = book
        return ""

    def pull_requests(
        self, snapshots: Sequence[Snapshot], head: str
    ) -> Mapping[RepositoryName, PullRequests | Obstacle]:
        """Asked only where the repository's own counter says that there are open ones.

        Never by base and head: that route shows the oldest pull request of a branch, also a closed one.
        """
        found: dict[RepositoryName, PullRequests | Obstacle] = {}
        asked: list[Snapshot] = []
        for snapshot in snapshots:
            if snapshot.empty or snapshot.open_pull_requests == 0:
                found[snapshot.asked] = ()
            else:
                asked.append(snapshot)
        work = partial(self._open_pull_requests, head=head)
        found.update(
            (snapshot.asked, answer)
            for snapshot, answer in each(work, asked, threads=self._threads, stop=self._stop)
        )
        stopped = self._stop.obstacle()
        if stopped is not None:
            for snapshot in asked:
                found.setdefault(snapshot.asked, stopped)
        return found

    def file_url(self, snapshot: Snapshot, path: str, line: int) -> str:
        """The page of a file at the branch that was read."""
        if not snapshot.web_url or not snapshot.branch:
            return ""
        anchor = f"#L{line}" if line else ""
        return f"{snapshot.web_url}/src/branch/{quote(snapshot.branch)}/{quote(path)}{anchor}"

    def writer(self, wanted: Propagate) -> Writer:
        """Writes through one route for files and one for pull requests, as fast as it answers."""
        from consumer_drift.forges.gitea.looking import Looker  # noqa: PLC0415 - a check writes nothing
        from consumer_drift.forges.gitea.writing import GiteaWriter  # noqa: PLC0415

        looker = Looker(self._access, self._reader, self._pages)
        return GiteaWriter(self._access, looker, wanted, self._clock, self._threads, self._stop)

    def _open_pull_requests(self, snapshot: Snapshot, head: str) -> PullRequests | Obstacle:
        name = snapshot.name
        read = partial(rows.pull_requests, of=name)
        found = self._pages(name, partial(routes.open_pull_requests, name), read, threads=1)
        if isinstance(found, Obstacle):
            return found
        return tuple(request for request in dict.fromkeys(found) if request.head == head)

    def _pages(
        self,
        name: RepositoryName,
        build: Callable[[int], Request],
        read: Callable[[Json], tuple[T, ...]],
        *,
        threads: int,
    ) -> tuple[T, ...] | Obstacle:
        """The rows of all pages of a list of the repository *name*; none may be missing."""

        def fetch(number: int) -> Page[T] | Obstacle:
            answer, row = self._access.found(name, lambda _: build(number))
            if row is not None and row.snapshot.empty:
                return page_of((), {"x-total-count": "0"})
            if isinstance(answer, Obstacle):
                return answer
            found = rows.shaped(answer, str(build(number)), read)
            return found if isinstance(found, Obstacle) else page_of(found, answer.headers)

        first = fetch(1)
        if isinstance(first, Obstacle):
            return first
        found = rest(first, fetch, threads=threads, stop=self._stop)
        if isinstance(found, Obstacle):
            return found
        if found.total is not None and len(found.rows) < found.total:
            return Obstacle(
                Reason.CUT_SHORT,
                f"{build(1)} tells of {found.total} rows and shows {len(found.rows)}",
                "run again; if it stays so, check the server's health",
                asked=str(build(1)),
            )
        return found.rows

    def _read(self, answer: Answer | Obstacle, request: Request, read: Callable[[Json], T]) -> T | Obstacle:
        return answer if isinstance(answer, Obstacle) else rows.shaped(answer, str(request), read)
