"""Asking with the token, and without it where the token is in the way.

An under-scoped token is refused what everybody may read: the check of its scopes comes first, and a
request without a token has none. Forgejo answers 404 to a job's own token for every other repository.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea import parse, routes
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.forges.gitea.parse import RepositoryRow
    from consumer_drift.forges.http.messages import Request, Response
    from consumer_drift.forges.http.transport import Transport
    from consumer_drift.model.repository import RepositoryName

# Refusals that speak of the token's rights, which a request without a token does not have to prove.
_MAY_BE_PUBLIC = frozenset({Reason.MISSING_SCOPE, Reason.DENIED})


class GiteaClient:
    """Repositories' routes, for many threads at once. What it learns holds for the whole run."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        # Read without the token, because with it they are not.
        self._open: set[RepositoryName] = set()
        # Looked for without the token, and not seen.
        self._closed: set[RepositoryName] = set()
        # The token lacks the scope for every repository: what it was told.
        self._useless: Failure | None = None
        # The token was told that a public repository is not there.
        self._blind = False
        self._seen: dict[RepositoryName, RepositoryRow] = {}

    @property
    def has_token(self) -> bool:
        """Whether there is a token at all."""
        return self._transport.has_token

    def direct(self, request: Request) -> Response | Failure:
        """A route that is no repository's own."""
        return self._transport.send(request)

    def is_open(self, name: RepositoryName) -> bool:
        """Whether that repository is read without the token."""
        return name in self._open

    def send(self, name: RepositoryName, request: Request) -> Response | Failure:
        """The answer about the repository *name*, by the token or without it."""
        if name in self._open:
            return self._bare(request)
        told = self._useless
        answer = replace(told, asked=str(request)) if told is not None else self._transport.send(request)
        if not isinstance(answer, Failure) or answer.reason not in _MAY_BE_PUBLIC or not self.has_token:
            return answer
        if not self._opens(name):
            return answer
        if answer.reason is Reason.MISSING_SCOPE:
            self._useless = answer
        return self._bare(request)

    def repository(self, name: RepositoryName) -> RepositoryRow | Failure:
        """The repository's row, asked for once. NOT_FOUND where nobody shows it."""
        if name in self._seen:
            return self._seen[name]
        if self._blind and self._opens(name):
            return self._seen[name]
        found = self._row(name, self.send(name, routes.repository(name)))
        if not isinstance(found, Failure):
            return found
        if found.reason is not Reason.NOT_FOUND:
            return found
        if self.has_token and not self.is_open(name) and self._opens(name):
            self._blind = True
            return self._seen[name]
        return Failure(
            Reason.NOT_FOUND,
            f"{name} does not exist, or the token's user cannot see it (404)"
            if self.has_token
            else f"{name} does not exist, or is not public (404, asked without a token)",
            "check the name; if it is right, give the token's user read access to the repository"
            if self.has_token
            else "check the name; if it is right, give a token that may read it",
            status=404,
            asked=found.asked,
        )

    def found(
        self, name: RepositoryName, build: Callable[[RepositoryName], Request]
    ) -> tuple[Response | Failure, RepositoryRow | None]:
        """The answer to *build*, and the repository's row where the answer was 404 all the same.

        A 404 with a row means that the repository is there and lacks the thing; without one the
        obstacle says what became of the repository.
        """
        answer = self.send(name, build(name))
        if not isinstance(answer, Failure) or answer.reason is not Reason.NOT_FOUND:
            return answer, None
        was_open = self.is_open(name)
        row = self.repository(name)
        if isinstance(row, Failure):
            return row, None
        if self.is_open(name) and not was_open:
            answer = self.send(name, build(name))
        if isinstance(answer, Failure) and answer.reason is Reason.NOT_FOUND:
            return answer, row
        return answer, None

    def _opens(self, name: RepositoryName) -> bool:
        """Whether the repository shows itself without a token; found out once."""
        if name in self._open:
            return True
        if not self.has_token or name in self._closed:
            return False
        found = self._row(name, self._bare(routes.repository(name)))
        if isinstance(found, Failure):
            if found.is_permission or found.reason is Reason.NOT_FOUND:
                self._closed.add(name)
            return False
        self._open.update((name, found.name))
        return True

    def _bare(self, request: Request) -> Response | Failure:
        return self._transport.send(replace(request, anonymous=True))

    def _row(self, name: RepositoryName, answer: Response | Failure) -> RepositoryRow | Failure:
        if isinstance(answer, Failure):
            return answer
        row = parse.parsed(answer, str(routes.repository(name)), parse.repository)
        if not isinstance(row, Failure):
            self._seen[name] = self._seen[row.name] = row
        return row
