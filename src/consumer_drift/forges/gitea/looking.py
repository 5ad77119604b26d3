"""What is under way in a consumer that is behind, in two requests where that is nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from consumer_drift.forges.gitea import bump_rows, routes, rows
from consumer_drift.model.answers import Obstacle
from consumer_drift.model.bumps import Branch, Proposal, ProposalState, Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.forges.gitea.access import Access
    from consumer_drift.forges.gitea.reading import Reader
    from consumer_drift.forges.http.fields import Json
    from consumer_drift.forges.http.messages import Request
    from consumer_drift.model.names import RepositoryName
    from consumer_drift.model.observation import Snapshot

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
    ) -> tuple[T, ...] | Obstacle:
        """The rows of all pages of a list of the repository *name*."""


class Looker:
    """Looks with the token, and without it where that shows more."""

    def __init__(self, access: Access, reader: Reader, pages: Pages) -> None:
        self._access = access
        self._reader = reader
        self._pages = pages

    def look(self, snapshot: Snapshot, head: str, resembling: str) -> Work | Obstacle:
        """The bump branch, its pull requests, and those that may be older bumps."""
        opened = self._open_ones(snapshot)
        if isinstance(opened, Obstacle):
            return opened
        branch = self.branch(snapshot, head, with_files=True)
        if isinstance(branch, Obstacle):
            return branch
        mine = tuple(one for one in opened if one.head == head)
        closed = () if mine else self._closed_ones(snapshot, head)
        if isinstance(closed, Obstacle):
            return closed
        others = tuple(one for one in opened if one.head != head and resembling in one.head)
        return Work(snapshot, branch, mine or closed, others)

    def branch(self, snapshot: Snapshot, name: str, *, with_files: bool) -> Branch | Obstacle | None:
        """A branch as it is now; None where it is not there.

        Git is asked first: where the making of a branch was cut off, git has it and the forge's own list does
        not, and then it can be neither read by its name nor made, only deleted.
        """
        only = self._compared(snapshot, name)
        if only is None or isinstance(only, Obstacle):
            return only
        answer, row = self._access.found(snapshot.name, lambda repository: routes.branch(repository, name))
        if row is not None:
            return Branch(name, only.newest, only.commits, {}, only.whole, listed=False)
        if isinstance(answer, Obstacle):
            return answer
        tip = rows.shaped(answer, str(routes.branch(snapshot.name, name)), rows.branch_commit)
        if isinstance(tip, Obstacle):
            return tip
        if not with_files:
            return Branch(name, tip, only.commits, {}, only.whole)
        there = self._reader.read(replace(snapshot, branch=name), tuple(snapshot.files), ())
        if isinstance(there, Obstacle):
            return there
        return Branch(name, tip, only.commits, there.files, only.whole)

    def checks(self, snapshot: Snapshot) -> bump_rows.Checks | Obstacle:
        """What the consumer's branch demands before a merge."""
        request = routes.branch(snapshot.name, snapshot.branch)
        answer = self._access.send(snapshot.name, request)
        return answer if isinstance(answer, Obstacle) else rows.shaped(answer, str(request), bump_rows.checks)

    def labels(self, name: RepositoryName) -> tuple[bump_rows.Label, ...] | Obstacle:
        """The repository's labels."""
        return self._pages(name, partial(routes.labels, name), bump_rows.labels, threads=1)

    def organisation_labels(self, owner: str) -> tuple[bump_rows.Label, ...]:
        """Those its owner shares; empty where it shares none or does not tell."""
        request = routes.organisation_labels(owner, 1)
        answer = self._access.direct(request)
        found = answer if isinstance(answer, Obstacle) else rows.shaped(answer, str(request), bump_rows.labels)
        return () if isinstance(found, Obstacle) else found

    def _compared(self, snapshot: Snapshot, name: str) -> bump_rows.Compared | Obstacle | None:
        asked = str(routes.compare(snapshot.name, snapshot.branch, name))
        answer, row = self._access.found(
            snapshot.name, lambda repository: routes.compare(repository, snapshot.branch, name)
        )
        if row is not None:
            return None
        return answer if isinstance(answer, Obstacle) else rows.shaped(answer, asked, bump_rows.compared)

    def _open_ones(self, snapshot: Snapshot) -> tuple[Proposal, ...] | Obstacle:
        if snapshot.open_pull_requests == 0:
            return ()
        name = snapshot.name
        read = partial(bump_rows.proposals, of=name)
        found = self._pages(name, partial(routes.open_pull_requests, name), read, threads=1)
        if isinstance(found, Obstacle):
            return found
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def _closed_ones(self, snapshot: Snapshot, head: str) -> tuple[Proposal, ...] | Obstacle:
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
        if isinstance(answer, Obstacle):
            return answer
        asked = str(routes.oldest_pull_request(name, snapshot.branch, head))
        oldest = rows.shaped(answer, asked, partial(bump_rows.proposal, of=name))
        if oldest is None or isinstance(oldest, Obstacle):
            return oldest or ()
        return self._since(name, head, oldest)

    def _since(self, name: RepositoryName, head: str, oldest: Proposal) -> tuple[Proposal, ...] | Obstacle:
        found: dict[int, Proposal] = {oldest.number: oldest}
        for page in range(1, _MOST_PAGES + 1):
            request = routes.closed_pull_requests(name, page)
            answer = self._access.send(name, request)
            shown = (
                answer
                if isinstance(answer, Obstacle)
                else rows.shaped(answer, str(request), partial(bump_rows.proposals, of=name))
            )
            if isinstance(shown, Obstacle):
                return shown
            found.update((one.number, one) for one in shown if one is not None and one.head == head)
            numbers = [one.number for one in shown if one is not None]
            if not shown or (numbers and min(numbers) <= oldest.number):
                break
        newest_first = sorted(found.values(), key=lambda one: -one.number)
        return tuple(one for one in newest_first if one.state is not ProposalState.OPEN or one is oldest)
