"""An owner's repositories: by the organisation's own route, or by ways around its refusal.

https://docs.gitea.com/api/ (orgListRepos, repoSearch)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea import parse, routes
from consumer_drift.forges.gitea.pagination import Page, page_of, rest
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
    from consumer_drift.support.json_fields import Json

ORGANISATION = "/orgs/{owner}/repos"
SEARCH = "/repos/search"


@dataclass(frozen=True, slots=True)
class Owned:
    """The owner's repositories as far as they are shown. *total*: the forge's own count, None where untold.

    *route* says which list it is; *whole*: all pages of it were read; *public_token*: the token is one
    that never shows anything private, so the count holds nothing private either.
    """

    rows: tuple[RepositoryRow, ...]
    total: int | None
    route: str
    whole: bool = True
    public_token: bool = False


class Lister:
    """Lists owners. *worth* decides, by the first page, whether the others are."""

    def __init__(
        self,
        access: GiteaClient,
        *,
        threads: int,
        deadline: Deadline,
        validators: dict[RepositoryName, Validator] | None = None,
    ) -> None:
        """*stamps* is filled with those of all rows that were shown to the token; None: nobody needs them."""
        self._access = access
        self._threads = threads
        self._stop = deadline
        self._stamps = validators

    def owned(
        self,
        owner: str,
        anyone: Callable[[], RepositoryRow | None],
        *,
        worth: Callable[[Page[RepositoryRow]], bool] = lambda _: True,
        public_only: bool = False,
    ) -> Owned | Failure:
        """All repositories of *owner*. *anyone* finds one of them, whose row has the owner's number.

        *public_only*: the others do not matter, so a listing without the token is as good.
        """
        listed = self._of_organisation(owner, worth)
        if not isinstance(listed, Failure):
            return self._with_all_public(owner, listed) if public_only else listed
        if not _may_be_worked_around(listed):
            return listed
        found: Owned | Failure = listed
        if public_only and self._access.has_token:
            found = self._of_organisation(owner, worth, anonymous=True)
        if isinstance(found, Failure):
            found = self._by_search(anyone(), worth) or listed
        if isinstance(found, Failure) and self._stop.failure() is None:
            # The first refusal names what would be better; the others were only ways around it.
            return listed
        return found

    def has_public_token(self, owned: Owned) -> bool:
        """Whether the token is known to be limited to what is public, a choice of Gitea's own form.

        Its scopes stand in the refusal of what it may not do; where it shows or counts anything
        private there is nothing to ask.
        """
        if not self._access.has_token or (owned.total or 0) > len(owned.rows):
            return False
        if any(not row.snapshot.public for row in owned.rows):
            return False
        told = self._access.direct(routes.user())
        return isinstance(told, Failure) and told.reason is Reason.MISSING_SCOPE and "public-only" in told.said

    def _of_organisation(
        self, owner: str, worth: Callable[[Page[RepositoryRow]], bool], *, anonymous: bool = False
    ) -> Owned | Failure:
        def fetch(number: int) -> Page[RepositoryRow] | Failure:
            request = routes.organisation_repositories(owner, number)
            return self._page(replace(request, anonymous=anonymous), parse.repositories)

        return self._all(fetch, ORGANISATION, worth)

    def _with_all_public(self, owner: str, listed: Owned) -> Owned:
        """*listed*, and the public repositories that the token hides.

        Some tokens (a job's own one on Forgejo) are shown less than nobody is.
        """
        if not self._access.has_token or listed.total is None or listed.total <= len(listed.rows):
            return listed
        public = self._of_organisation(owner, lambda _: True, anonymous=True)
        if isinstance(public, Failure):
            return listed
        unique = {row.name: row for row in (*public.rows, *listed.rows)}
        return replace(listed, rows=tuple(unique.values()))

    def _by_search(
        self, one: RepositoryRow | None, worth: Callable[[Page[RepositoryRow]], bool]
    ) -> Owned | Failure | None:
        """What a search for the owner of *one* finds. It may mix in repositories of others."""
        if one is None:
            return None
        owner_id, login = one.owner_id, one.name.owner.casefold()

        def fetch(number: int) -> Page[RepositoryRow] | Failure:
            return self._page(routes.owned_repositories(owner_id, number), parse.found_repositories)

        found = self._all(fetch, SEARCH, worth)
        if isinstance(found, Failure):
            return found
        return replace(found, rows=tuple(row for row in found.rows if row.name.owner.casefold() == login))

    def _all(
        self,
        fetch: Callable[[int], Page[RepositoryRow] | Failure],
        route: str,
        worth: Callable[[Page[RepositoryRow]], bool],
    ) -> Owned | Failure:
        first = fetch(1)
        if isinstance(first, Failure):
            return first
        if not worth(first):
            return Owned(first.rows, first.total, route, whole=False)
        everything = rest(first, fetch, threads=self._threads, deadline=self._stop)
        if isinstance(everything, Failure):
            return everything
        # A repository made while the pages were read moves the others on: the same row comes twice.
        unique = {row.name: row for row in everything.rows}
        return Owned(tuple(unique.values()), everything.total, route)

    def _page(
        self, request: Request, read: Callable[[Json], tuple[RepositoryRow, ...]]
    ) -> Page[RepositoryRow] | Failure:
        answer = self._access.direct(request)
        if isinstance(answer, Failure):
            return answer
        found = parse.parsed(answer, str(request), read)
        if isinstance(found, Failure):
            return found
        # What anybody is shown says nothing about what the token may read.
        if self._stamps is not None and self._access.has_token and not request.anonymous:
            self._stamps.update(validators(answer))
        return page_of(found, answer.headers)


def _may_be_worked_around(refusal: Failure) -> bool:
    """Permission, or an owner that is no organisation; a failing server would fail again."""
    return refusal.is_permission or refusal.reason is Reason.NOT_FOUND


def completeness(
    owned: Owned, owner: str, *, has_token: bool, public_only: bool
) -> tuple[int | None, tuple[str, ...]]:
    """How many repositories are hidden (None: nobody can tell), and why the listing may be partial.

    The organisation's count holds what the token may not see, but for a request without a token; the
    search counts only what it shows.
    """
    if public_only:
        return (None if owned.route == SEARCH else 0), ()
    if owned.public_token:
        return None, (
            f"the token is limited to public repositories, so those of {owner} that are not are not shown",
        )
    if owned.route == SEARCH:
        return None, _doubts_of_search(owned, owner)
    if not has_token:
        return None, (
            f"the repositories of {owner} were listed without a token, which shows the public ones alone",
        )
    if owned.total is None:
        return None, (f"the forge did not tell how many repositories {owner} has",)
    hidden = max(0, owned.total - len(owned.rows))
    if not hidden:
        return 0, ()
    return hidden, (f"{hidden} of the {owned.total} repositories of {owner} are hidden from the token",)


def _doubts_of_search(owned: Owned, owner: str) -> tuple[str, ...]:
    """The search counts what it shows. It shows all to a member, and what is public to everybody else."""
    if any(row.may_push or not row.snapshot.public for row in owned.rows):
        return ()
    doubt = (
        f"{owner} could only be searched, and what was found is public and not the token's user's to write to:"
        f" a user outside of {owner} is not shown its private repositories, and is not told that there are any"
    )
    return (doubt,)
