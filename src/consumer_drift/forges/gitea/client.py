"""Requests about a repository: with the token, and without it if the token is the obstacle.

A token with too few scopes is denied even what is public: its scopes are checked first, and a request without a
token has none to check. Forgejo answers 404 to a job's own token for every other repository.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea import parse, routes
from consumer_drift.forges.gitea.errors import READ_ACCESS
from consumer_drift.forges.http.push import may_push
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.forges.gitea.parse import RepositoryRow
    from consumer_drift.forges.http.messages import Request, Response
    from consumer_drift.forges.http.transport import Transport
    from consumer_drift.model.repository import RepositoryName

_OF_REPOSITORIES = ":repository"
# Failures about the token's rights, which a request without a token does not have to prove.
_MAY_BE_PUBLIC = frozenset({Reason.MISSING_SCOPE, Reason.DENIED})


class GiteaClient:
    """Safe to use from many threads. What it learns holds for the whole run."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        # Repositories that are read without the token, because the token may not read them.
        self._anonymous: set[RepositoryName] = set()
        # Repositories that were requested without the token, and are not public.
        self._private: set[RepositoryName] = set()
        # The failure of a token that lacks the scope for every repository.
        self._scope_failure: Failure | None = None
        # The token was told that a public repository does not exist.
        self._token_hides_public = False
        self._rows: dict[RepositoryName, RepositoryRow] = {}
        # The rows of consumers in listings, and those of them of which the token was shown something.
        self._listed: dict[RepositoryName, RepositoryRow] = {}
        self._shown: set[RepositoryName] = set()

    @property
    def has_token(self) -> bool:
        """Whether there is a token."""
        return self._transport.has_token

    def direct(self, request: Request) -> Response | Failure:
        """Send a request that is not about one repository, or that only the token may make."""
        return self._transport.send(request)

    def login(self) -> str | Failure:
        """Return the login of the token's user. Needs read:user."""
        from consumer_drift.forges.gitea import parse_rights  # noqa: PLC0415 - a check need not know it

        request = routes.user()
        return parse.parsed(self.direct(request), str(request), parse_rights.login)

    def may_push(self, server: str, name: RepositoryName) -> bool | Failure:
        """Return whether git's own protocol lets the token push to the repository *name*."""
        return may_push(self._transport, server, name)

    def is_anonymous(self, name: RepositoryName) -> bool:
        """Return whether that repository is read without the token."""
        return name in self._anonymous

    def send(self, name: RepositoryName, request: Request) -> Response | Failure:
        """Return the answer to a request about the repository *name*, with the token or without it."""
        if name in self._anonymous:
            return self._without_token(request)
        known = self._scope_failure
        answer = replace(known, asked=str(request)) if known is not None else self._transport.send(request)
        if not isinstance(answer, Failure):
            if name in self._listed:
                self._shown.add(name)
            return answer
        if answer.reason not in _MAY_BE_PUBLIC or not self.has_token:
            return answer
        if answer.reason is Reason.MISSING_SCOPE and not answer.needs.endswith(_OF_REPOSITORIES):
            # Another scope is missing, as of labels: it says nothing about other requests.
            shown = self._without_token(request)
            return answer if isinstance(shown, Failure) else shown
        if not self._is_public(name):
            return answer
        if answer.reason is Reason.MISSING_SCOPE:
            self._scope_failure = answer
        return self._without_token(request)

    def listed(self, row: RepositoryRow) -> None:
        """Note the row of a consumer in a listing. It gets old, so it proves only that the repository exists."""
        self._listed[row.name] = row

    def repository(self, name: RepositoryName) -> RepositoryRow | Failure:
        """Return the repository's row, which is requested once. NOT_FOUND if no credentials show it."""
        if name in self._rows:
            return self._rows[name]
        if self._token_hides_public and self._is_public(name):
            return self._rows[name]
        found = self._row(name, self.send(name, routes.repository(name)))
        if not isinstance(found, Failure) or found.reason is not Reason.NOT_FOUND:
            return found
        if self.has_token and not self.is_anonymous(name) and self._is_public(name):
            self._token_hides_public = True
            return self._rows[name]
        return self._not_found(name, found)

    def _not_found(self, name: RepositoryName, failure: Failure) -> Failure:
        if self.has_token:
            said = f"{name} does not exist, or the token's user cannot see it (404)"
            remedy: str = Sentence("check the name; if it is right, ", READ_ACCESS)
        else:
            said = f"{name} does not exist, or is not public (404, requested without a token)"
            remedy = "check the name; if it is right, give a token that may read it"
        return Failure(Reason.NOT_FOUND, said, remedy, status=404, asked=failure.asked)

    def found(
        self, name: RepositoryName, build: Callable[[RepositoryName], Request]
    ) -> tuple[Response | Failure, RepositoryRow | None]:
        """Return the answer to *build*, and the repository's row if that is 404 although the repository exists.

        A 404 with a row means that the repository lacks the thing. Without a row the failure says what is wrong
        with the repository itself.
        """
        answer = self.send(name, build(name))
        if not isinstance(answer, Failure) or answer.reason is not Reason.NOT_FOUND:
            return answer, None
        was_anonymous = self.is_anonymous(name)
        if name in self._shown and name in self._listed and not was_anonymous:
            return answer, self._listed[name]
        row = self.repository(name)
        if isinstance(row, Failure):
            return row, None
        if self.is_anonymous(name) and not was_anonymous:
            answer = self.send(name, build(name))
        if isinstance(answer, Failure) and answer.reason is Reason.NOT_FOUND:
            return answer, row
        return answer, None

    def _is_public(self, name: RepositoryName) -> bool:
        """Return whether the repository is shown without a token; requested once."""
        if name in self._anonymous:
            return True
        if not self.has_token or name in self._private:
            return False
        found = self._row(name, self._without_token(routes.repository(name)))
        if isinstance(found, Failure):
            if found.is_permission or found.reason is Reason.NOT_FOUND:
                self._private.add(name)
            return False
        self._anonymous.update((name, found.name))
        return True

    def _without_token(self, request: Request) -> Response | Failure:
        return self._transport.send(replace(request, anonymous=True))

    def _row(self, name: RepositoryName, answer: Response | Failure) -> RepositoryRow | Failure:
        if isinstance(answer, Failure):
            return answer
        row = parse.parsed(answer, str(routes.repository(name)), parse.repository)
        if not isinstance(row, Failure):
            self._rows[name] = self._rows[row.name] = row
        return row
