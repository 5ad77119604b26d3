"""An owner's repositories: by the organization's own route, or by other routes if that is denied.

https://docs.gitea.com/api/ (orgListRepos, repoSearch)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea import parse, routes
from consumer_drift.forges.gitea.pagination import Page, all_rows, page_of
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
USER = "/users/{owner}/repos"
SEARCH = "/repos/search"
# The routes of one owner, in the order in which they are tried. Both count what they do not show.
_ROUTES = {ORGANIZATION: routes.organization_repositories, USER: routes.user_repositories}


@dataclass(frozen=True, slots=True)
class Owned:
    """The owner's repositories as far as they are shown. *total*: the forge's own count, None if it tells none.

    *route* says which list it is; *changed*: it changed while it was read, twice; *public_token*: the token is
    limited to what is public, so the count does not include private repositories; *all_public*: no public
    repository is missing.
    """

    rows: tuple[RepositoryRow, ...]
    total: int | None
    route: str
    changed: bool = False
    public_token: bool = False
    all_public: bool = False


class Lister:
    """Lists owners' repositories. Rows of other owners never count."""

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
        listed = self._by_owner(owner, is_worth_it)
        if not isinstance(listed, Failure):
            return self._with_all_public(owner, listed) if public_only else listed
        if not _has_alternative(listed):
            return listed
        found: Owned | Failure = listed
        if public_only and self._client.has_token:
            found = self._by_owner(owner, is_worth_it, anonymous=True)
        if isinstance(found, Failure):
            found = self._by_search(owner, find_one(), is_worth_it) or listed
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

    def _by_owner(
        self, owner: str, is_worth_it: Callable[[FirstPage], bool], *, anonymous: bool = False
    ) -> Owned | Failure:
        """Return what the first of the owner's own routes lists, or the first failure."""
        first: Failure | None = None
        for route in _ROUTES:
            found = self._by_route(route, owner, is_worth_it, anonymous=anonymous)
            if not isinstance(found, Failure):
                return found
            first = first or found
            if not _has_alternative(found):
                return found
        assert first is not None  # noqa: S101 - every route has failed
        return first

    def _by_route(
        self, route: str, owner: str, is_worth_it: Callable[[FirstPage], bool], *, anonymous: bool = False
    ) -> Owned | Failure:
        def fetch(number: int) -> Page[RepositoryRow] | Failure:
            request = _ROUTES[route](owner, number)
            return self._page(replace(request, anonymous=anonymous), parse.repositories)

        found = self._all(fetch, route, is_worth_it)
        return found if isinstance(found, Failure) else _only_of(owner, found)

    def _with_all_public(self, owner: str, listed: Owned) -> Owned:
        """Return *listed* with the public repositories that are not shown to the token.

        Some tokens (a job's own one on Forgejo) are shown less than a request without a token.
        """
        if not self._client.has_token or listed.total == len(listed.rows):
            return replace(listed, all_public=True)
        public = self._by_route(listed.route, owner, lambda _: True, anonymous=True)
        if isinstance(public, Failure):
            return listed
        unique = {row.id: row for row in (*public.rows, *listed.rows)}
        is_complete = not public.changed and public.total == len(public.rows)
        return replace(listed, rows=tuple(unique.values()), all_public=is_complete)

    def _by_search(
        self, owner: str, one: RepositoryRow | None, is_worth_it: Callable[[FirstPage], bool]
    ) -> Owned | Failure | None:
        """Return what a search for the owner of *one* finds. The search may include repositories of others."""
        if one is None:
            return None
        owner_id = one.owner_id

        def fetch(number: int) -> Page[RepositoryRow] | Failure:
            return self._page(routes.search(owner_id, number), parse.found_repositories)

        found = self._all(fetch, SEARCH, is_worth_it)
        return found if isinstance(found, Failure) else _only_of(owner, found)

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
            return Owned(first.rows, first.total, route)
        found = all_rows(fetch, attrgetter("id"), threads=self._threads, deadline=self._deadline, first=first)
        if isinstance(found, Failure):
            return found
        return Owned(found.rows, found.total, route, found.changed)

    def _page(
        self, request: Request, read: Callable[[JsonValue], tuple[RepositoryRow, ...]]
    ) -> Page[RepositoryRow] | Failure:
        answer = self._client.direct(request)
        if isinstance(answer, Failure):
            return answer
        # What is shown without the token says nothing about what the token may read.
        if self._validators is not None and self._client.has_token and not request.anonymous:
            from consumer_drift.forges.gitea.validators import validators  # noqa: PLC0415 - most runs have no cache

            self._validators.update(validators(answer))
        found = parse.parsed(answer, str(request), read)
        if isinstance(found, Failure):
            return found
        return page_of(found, answer.headers)


def _has_alternative(failure: Failure) -> bool:
    """Return whether other routes may work: after a denial, or for an owner that is not an organization."""
    return failure.is_permission or failure.reason is Reason.NOT_FOUND


def _only_of(owner: str, found: Owned) -> Owned | Failure:
    """Return *found* without rows of other owners, or a failure if the owner has another name now."""
    rows = tuple(row for row in found.rows if row.name.owner.casefold() == owner.casefold())
    others = {row.name.owner for row in found.rows} - {row.name.owner for row in rows}
    if not rows and len(others) == 1 and found.route != SEARCH:
        return Failure(
            Reason.UNEXPECTED,
            f"the owner {owner} has been renamed to {others.pop()}",
            "change `owner:` and the names in the configuration to that name",
        )
    # The count of the owner's own routes includes only its own repositories.
    return replace(found, rows=rows)
