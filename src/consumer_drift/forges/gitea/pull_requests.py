"""What is under way in a consumer that is behind, in two requests where that is nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from consumer_drift.forges.gitea import parse, routes
from consumer_drift.model.bump import Branch, BumpState
from consumer_drift.model.result import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.forges.gitea.contents import ContentsReader
    from consumer_drift.forges.http.messages import Request
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.json_fields import Json

T = TypeVar("T")

# So many pages of closed pull requests are read for one branch's; by then its own were long ago.
_MOST_PAGES = 20


class Pages(Protocol):
    """Reads all pages of a list."""

    def __call__(
        self,
        name: RepositoryName,
        build: Callable[[int], Request],
        read: Callable[[Json], tuple[T, ...]],
        *,
        threads: int,
    ) -> tuple[T, ...] | Failure:
        """The rows of all pages of a list of the repository *name*."""


class PullRequestReader:
    """Looks with the token, and without it where that shows more."""

    def __init__(self, access: GiteaClient, reader: ContentsReader, pages: Pages) -> None:
        self._access = access
        self._reader = reader
        self._pages = pages

    def look(self, snapshot: Snapshot, head: str, resembling: str) -> BumpState | Failure:
        """The bump branch, its pull requests, and those that may be older bumps."""
        opened = self._open_ones(snapshot)
        if isinstance(opened, Failure):
            return opened
        branch = self.branch(snapshot, head, with_files=True)
        if isinstance(branch, Failure):
            return branch
        mine = tuple(one for one in opened if one.head == head)
        closed = () if mine else self._closed_ones(snapshot, head)
        if isinstance(closed, Failure):
            return closed
        others = tuple(one for one in opened if one.head != head and resembling in one.head)
        return BumpState(snapshot, branch, mine or closed, others)

    def branch(self, snapshot: Snapshot, name: str, *, with_files: bool) -> Branch | Failure | None:
        """A branch as it is now; None where it is not there.

        Git is asked first: where the making of a branch was cut off, git has it and the forge's own list does
        not, and then it can be neither read by its name nor made, only deleted.
        """
        only = self._compared(snapshot, name)
        if only is None or isinstance(only, Failure):
            return only
        answer, row = self._access.found(snapshot.name, lambda repository: routes.branch(repository, name))
        if row is not None:
            return Branch(name, only.newest, only.commits, {}, only.whole, listed=False)
        if isinstance(answer, Failure):
            return answer
        tip = parse.parsed(answer, str(routes.branch(snapshot.name, name)), parse.branch_commit)
        if isinstance(tip, Failure):
            return tip
        if not with_files:
            return Branch(name, tip, only.commits, {}, only.whole)
        there = self._reader.read(replace(snapshot, branch=name), tuple(snapshot.files), ())
        if isinstance(there, Failure):
            return there
        return Branch(name, tip, only.commits, there.files, only.whole)

    def checks(self, snapshot: Snapshot) -> parse.Checks | Failure:
        """What the consumer's branch demands before a merge."""
        request = routes.branch(snapshot.name, snapshot.branch)
        answer = self._access.send(snapshot.name, request)
        return answer if isinstance(answer, Failure) else parse.parsed(answer, str(request), parse.checks)

    def labels(self, name: RepositoryName) -> tuple[parse.Label, ...] | Failure:
        """The repository's labels."""
        return self._pages(name, partial(routes.labels, name), parse.labels, threads=1)

    def organisation_labels(self, owner: str) -> tuple[parse.Label, ...]:
        """Those its owner shares; empty where it shares none or does not tell."""
        request = routes.organisation_labels(owner, 1)
        answer = self._access.direct(request)
        found = answer if isinstance(answer, Failure) else parse.parsed(answer, str(request), parse.labels)
        return () if isinstance(found, Failure) else found

    def _compared(self, snapshot: Snapshot, name: str) -> parse.Compared | Failure | None:
        asked = str(routes.compare(snapshot.name, snapshot.branch, name))
        answer, row = self._access.found(
            snapshot.name, lambda repository: routes.compare(repository, snapshot.branch, name)
        )
        if row is not None:
            return None
        return answer if isinstance(answer, Failure) else parse.parsed(answer, asked, parse.compared)

    def _open_ones(self, snapshot: Snapshot) -> tuple[PullRequest, ...] | Failure:
        if snapshot.open_pull_requests == 0:
            return ()
        name = snapshot.name
        read = partial(parse.pull_requests, of=name)
        found = self._pages(name, partial(routes.open_pull_requests, name), read, threads=1)
        if isinstance(found, Failure):
            return found
        return tuple(dict.fromkeys(one for one in found if not one.from_fork))

    def _closed_ones(self, snapshot: Snapshot, head: str) -> tuple[PullRequest, ...] | Failure:
        """The pull requests of *head*, newest first, where none of them is open.

        The route for two branches shows the oldest one alone. Where there is one, those after it are found
        in the list, which begins with the newest.
        """
        name = snapshot.name
        answer, row = self._access.found(
            name, lambda repository: routes.oldest_pull_request(repository, snapshot.branch, head)
        )
        if row is not None:
            return ()
        if isinstance(answer, Failure):
            return answer
        asked = str(routes.oldest_pull_request(name, snapshot.branch, head))
        oldest = parse.parsed(answer, asked, partial(parse.pull_request, of=name))
        if isinstance(oldest, Failure):
            return oldest
        if oldest.from_fork:
            return ()
        return self._since(name, head, oldest)

    def _since(self, name: RepositoryName, head: str, oldest: PullRequest) -> tuple[PullRequest, ...] | Failure:
        found: dict[int, PullRequest] = {oldest.number: oldest}
        for page in range(1, _MOST_PAGES + 1):
            request = routes.closed_pull_requests(name, page)
            answer = self._access.send(name, request)
            shown = (
                answer
                if isinstance(answer, Failure)
                else parse.parsed(answer, str(request), partial(parse.pull_requests, of=name))
            )
            if isinstance(shown, Failure):
                return shown
            found.update((one.number, one) for one in shown if not one.from_fork and one.head == head)
            numbers = [one.number for one in shown]
            if not shown or (numbers and min(numbers) <= oldest.number):
                break
        newest_first = sorted(found.values(), key=lambda one: -one.number)
        return tuple(one for one in newest_first if not one.is_open or one is oldest)
