"""Lists of one repository: all of their rows, or a failure if one may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from consumer_drift.forges.gitea import parse
from consumer_drift.forges.gitea.pagination import all_rows, page_of
from consumer_drift.forges.writing import RUN_AGAIN
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.forges.gitea.pagination import Page
    from consumer_drift.forges.http.messages import Request
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.deadline import Deadline
    from consumer_drift.support.json_fields import JsonValue

T = TypeVar("T")


class PageReader:
    """Reads with the token, and without it if that shows more."""

    def __init__(self, client: GiteaClient, deadline: Deadline) -> None:
        self._client = client
        self._deadline = deadline

    def rows(
        self,
        name: RepositoryName,
        build: Callable[[int], Request],
        read: Callable[[JsonValue], tuple[T, ...]],
        key: Callable[[T], Hashable],
        *,
        threads: int = 1,
    ) -> tuple[T, ...] | Failure:
        """Return the rows of all pages of a list of the repository *name*, told apart by *key*.

        *build* makes the request for a page by its number, from 1. Up to *threads* pages are read at once.
        """

        def fetch(number: int) -> Page[T] | Failure:
            answer, row = self._client.found(name, lambda _: build(number))
            if row is not None and row.snapshot.empty:
                return page_of((), {"x-total-count": "0"})
            if isinstance(answer, Failure):
                return answer
            found = parse.parsed(answer, str(build(number)), read)
            return found if isinstance(found, Failure) else page_of(found, answer.headers)

        found = all_rows(fetch, key, threads=threads, deadline=self._deadline)
        if isinstance(found, Failure):
            return found
        if found.changed:
            return Failure(
                Reason.CUT_SHORT, f"{build(1)} changed while its pages were read", RUN_AGAIN, asked=str(build(1))
            )
        if found.total is not None and len(found.rows) < found.total:
            return Failure(
                Reason.CUT_SHORT,
                f"{build(1)} reports {found.total} rows and shows {len(found.rows)}",
                "run it again; if that does not help, check the server's health",
                asked=str(build(1)),
            )
        return found.rows
