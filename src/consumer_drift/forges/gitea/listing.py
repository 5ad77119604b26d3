"""An owner's repositories: by the organization's own route, or by other routes if that is denied.

https://docs.gitea.com/api/ (orgListRepos, repoSearch)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea import parse, routes
from consumer_drift.forges.gitea.pagination import Page, all_pages, page_of
from consumer_drift.forges.gitea.validators import validators
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.cache.entries import Validator
    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.forges.gitea.parse import RepositoryRow
    from consumer_drift.forges.http.messages import Request
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.deadline import Deadline
    from consumer_drift.support.json_fields import JsonValue

    FirstPage = Page[RepositoryRow]

ORGANIZATION = "/orgs/{owner}/repos"
SEARCH = "/repos/search"


@dataclass(frozen=True, slots=True)
class Owned:
    """The owner's repositories as far as they are shown. *total*: the forge's own count, None if it tells none.

    *route* says which list it is; *complete*: all pages of it were read; *public_token*: the token is limited to
    what is public, so the count does not include private repositories.
    """

    rows: tuple[RepositoryRow, ...]
    total: int | None
    route: str
    complete: bool = True
    public_token: bool = False


class Lister:
    """Lists owners' repositories."""

    def __init__(
        self,
        client: GiteaClient,
        *,
        threads: int,
        deadline: Deadline,
        validators: dict[RepositoryName, Validator] | None = None,
    ) -> None:
        """*validators* is filled with those of all rows that the token was shown; None: they are not needed."""
        self._client = client
        self._threads = threads
        self._deadline = deadline
        self._validators = validators

    def owned(
        self,
        owner: str,
        find_one: Callable[[], RepositoryRow | None],
        *,
        is_worth_it: Callable[[FirstPage], bool] = lambda _: True,
        public_only: bool = False,
    ) -> Owned | Failure:
        """Return all repositories of *owner*.

        *find_one* returns one of them, whose row has the owner's id. *is_worth_it* decides by the first page
        whether to request the others. *public_only*: others do not matter, so a listing without the token is as
        good.
        """
        listed = self._of_organization(owner, is_worth_it)
        if not isinstance(listed, Failure):
            return self._with_all_public(owner, listed) if public_only else listed
        if not _has_alternative(listed):
            return listed
        found: Owned | Failure = listed
        if public_only and self._client.has_token:
            found = self._of_organization(owner, is_worth_it, anonymous=True)
        if isinstance(found, Failure):
            found = self._by_search(find_one(), is_worth_it) or listed
        if isinstance(found, Failure) and self._deadline.failure() is None:
            # The first failure names the permission that is missing; the other routes were only alternatives.
            return listed
        return found

    def has_public_token(self, owned: Owned) -> bool:
        """Return whether the token is limited to what is public, which Gitea's form for tokens offers.

        The failure of a request for the user names the token's scopes. A token that shows or counts something
        private is not limited.
        """
        if not self._client.has_token or (owned.total or 0) > len(owned.rows):
            return False
        if any(not row.snapshot.public for row in owned.rows):
            return False
        told = self._client.direct(routes.user())
        return isinstance(told, Failure) and told.reason is Reason.MISSING_SCOPE and "public-only" in told.said

    def _of_organization(
        self, owner: str, is_worth_it: Callable[[FirstPage], bool], *, anonymous: bool = False
    ) -> Owned | Failure:
        def fetch(number: int) -> Page[RepositoryRow] | Failure:
            request = routes.organization_repositories(owner, number)
            return self._page(replace(request, anonymous=anonymous), parse.repositories)

        return self._all(fetch, ORGANIZATION, is_worth_it)

    def _with_all_public(self, owner: str, listed: Owned) -> Owned:
        """Return *listed* with the public repositories that are not shown to the token.

        Some tokens (a job's own one on Forgejo) are shown less than a request without a token.
        """
        if not self._client.has_token or listed.total is None or listed.total <= len(listed.rows):
            return listed
        public = self._of_organization(owner, lambda _: True, anonymous=True)
        if isinstance(public, Failure):
            return listed
        unique = {row.name: row for row in (*public.rows, *listed.rows)}
        return replace(listed, rows=tuple(unique.values()))

    def _by_search(
        self, one: RepositoryRow | None, is_worth_it: Callable[[FirstPage], bool]
    ) -> Owned | Failure | None:
        """Return what a search for the owner of *one* finds. The search may include repositories of others."""
        if one is None:
            return None
        owner_id, login = one.owner_id, one.name.owner.casefold()

        def fetch(number: int) -> Page[RepositoryRow] | Failure:
            return self._page(routes.owned_repositories(owner_id, number), parse.found_repositories)

        found = self._all(fetch, SEARCH, is_worth_it)
        if isinstance(found, Failure):
            return found
        return replace(found, rows=tuple(row for row in found.rows if row.name.owner.casefold() == login))

    def _all(
        self,
        fetch: Callable[[int], Page[RepositoryRow] | Failure],
        route: str,
        is_worth_it: Callable[[FirstPage], bool],
    ) -> Owned | Failure:
        first = fetch(1)
        if isinstance(first, Failure):
            return first
        if not is_worth_it(first):
            return Owned(first.rows, first.total, route, complete=False)
        everything = all_pages(first, fetch, threads=self._threads, deadline=self._deadline)
        if isinstance(everything, Failure):
            return everything
        # A repository created between two pages moves the rows after it: the same row comes twice.
        unique = {row.name: row for row in everything.rows}
        return Owned(tuple(unique.values()), everything.total, route)

    def _page(
        self, request: Request, read: Callable[[JsonValue], tuple[RepositoryRow, ...]]
    ) -> Page[RepositoryRow] | Failure:
        answer = self._client.direct(request)
        if isinstance(answer, Failure):
            return answer
        found = parse.parsed(answer, str(request), read)
        if isinstance(found, Failure):
            return found
        # What is shown without the token says nothing about what the token may read.
        if self._validators is not None and self._client.has_token and not request.anonymous:
            self._validators.update(validators(answer))
        return page_of(found, answer.headers)


def _has_alternative(failure: Failure) -> bool:
    """Return whether other routes may work: after a denial, or for an owner that is not an organization."""
    return failure.is_permission or failure.reason is Reason.NOT_FOUND
