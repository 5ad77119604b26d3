"""GraphQL responses, and what their errors mean.

GitHub answers 200 with partial data: null means "does not exist" only if no error explains it.
https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.forges.github.errors import FORBIDDEN_PATTERNS, granted
from consumer_drift.forges.http.messages import Response, json_of, matching
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from consumer_drift.support.json_fields import Json

Path = tuple[str | int, ...]

# Errors after which a smaller query, or the same one later, may succeed: too much was asked, or GitHub failed.
_TRANSIENT = frozenset({"", "RESOURCE_LIMITS_EXCEEDED", "SERVICE_UNAVAILABLE", "INTERNAL", "TIMEOUT"})


@dataclass(frozen=True, slots=True)
class GraphError:
    """One entry of ``errors``. *kind* is GitHub's ``type``, empty if there is none."""

    kind: str
    path: Path
    message: str
    is_saml: bool = False

    @property
    def is_transient(self) -> bool:
        """Whether a smaller query, or the same one later, may succeed."""
        return self.kind in _TRANSIENT

    def failure(self, asked: str) -> Failure:
        """Return what it means for the one thing that was *asked*."""
        said = f"{asked}: {self.message!r}"
        if self.is_saml:
            return Failure(
                Reason.SSO,
                "the organization requires single sign-on, and the token is not authorized for it",
                "authorize the token for the organization in its settings",
                needs="SSO authorization",
                asked=asked,
            )
        if self.kind == "NOT_FOUND":
            return Failure(
                Reason.NOT_FOUND,
                f"{asked} was not found",
                Sentence("check the name; if it is right, the token cannot see it: ", granted()),
                asked=asked,
            )
        if self.kind == "INSUFFICIENT_SCOPES":
            return _missing_scope(self.message, said, asked)
        if self.kind == "FORBIDDEN":
            return _forbidden(self.message, said, asked)
        if self.kind == "RESOURCE_LIMITS_EXCEEDED":
            return Failure(
                Reason.RESOURCE_LIMIT,
                f"GitHub's resource limit was exceeded by asking for {asked} alone",
                "check whether its pinned files are very large",
                asked=asked,
            )
        return Failure(
            Reason.FORGE_ERROR, f"GitHub failed on {said}", "check the forge's health and run again", asked=asked
        )


def _missing_scope(message: str, said: str, asked: str) -> Failure:
    scopes = re.search(r"following scopes: \[([^\]]*)\]", message)
    needs = scopes[1].replace("'", "").replace(",", " or").strip() if scopes else ""
    return Failure(
        Reason.MISSING_SCOPE,
        f"the token lacks a scope ({said})",
        f"grant it {needs}" if needs else "grant it what the message names",
        needs=needs,
        asked=asked,
    )


def _forbidden(message: str, said: str, asked: str) -> Failure:
    pattern = matching(FORBIDDEN_PATTERNS, message)
    if pattern is not None:
        return Failure(pattern.reason, f"{pattern.said} ({said})", pattern.remedy, asked=asked)
    return Failure(
        Reason.MISSING_SCOPE if "resource not accessible" in message.lower() else Reason.DENIED,
        f"the token may not see {said}",
        Sentence(granted()),
        asked=asked,
    )


@dataclass(frozen=True, slots=True)
class GraphResponse:
    """The parts of a GraphQL response. *data* is an empty object if there was none."""

    data: JsonValue
    errors: tuple[GraphError, ...]
    headers: Mapping[str, str]

    def errors_at(self, *path: str | int) -> tuple[GraphError, ...]:
        """Return the errors at *path* or below it."""
        return tuple(error for error in self.errors if error.path[: len(path)] == path)

    @property
    def global_errors(self) -> tuple[GraphError, ...]:
        """The errors without a path: they may explain any null."""
        return tuple(error for error in self.errors if not error.path)


def read_response(answer: Response, asked: str) -> GraphResponse | Failure:
    """Return a GraphQL response in its parts, or the failure that it is: not JSON, or not GraphQL."""
    body = json_of(answer, asked, dict)
    if isinstance(body, Failure):
        return body
    data, errors = body.get("data"), body.get("errors") or []
    if not isinstance(errors, list) or not (isinstance(data, dict) or errors):
        return Failure(
            Reason.UNEXPECTED,
            "the answer is not a GraphQL answer: it has neither data nor errors",
            "check the GraphQL address",
            asked=asked,
        )
    held = JsonValue(data if isinstance(data, dict) else {})
    return GraphResponse(held, tuple(_errors(errors)), answer.headers)


def unexplained(asked: str) -> Failure:
    """Return the failure of a null that no error explains."""
    return Failure(
        Reason.UNEXPECTED,
        f"GitHub showed nothing of {asked} and gave no reason",
        "run it again; if that does not help, please report this",
        asked=asked,
    )


def invalid_response(asked: str, error: InvalidJson) -> Failure:
    """Return the failure of a response that lacks what the API promises."""
    return Failure(
        Reason.UNEXPECTED,
        f"the answer about {asked} is not what GitHub's API promises: {error}",
        "check that the server's address leads to GitHub itself; if it does, please report this",
        asked=asked,
    )


def next_cursor(connection: JsonValue, *, backward: bool = False) -> str | None:
    """Return the cursor of a connection's next page, or None if there is none. Raises InvalidJson.

    https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api
    """
    info = connection["pageInfo"]
    more, cursor = ("hasPreviousPage", "startCursor") if backward else ("hasNextPage", "endCursor")
    return info[cursor].text() if info[more].flag() else None


def _errors(entries: Iterable[Json]) -> Iterable[GraphError]:
    for entry in entries:
        error = entry if isinstance(entry, dict) else {}
        path = error.get("path")
        extensions = error.get("extensions")
        yield GraphError(
            kind=_text(error.get("type")),
            path=tuple(path) if isinstance(path, list) and all(isinstance(p, str | int) for p in path) else (),
            message=" ".join(_text(error.get("message")).split())[:300] or "no message",
            is_saml=isinstance(extensions, dict) and bool(extensions.get("saml_failure")),
        )


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
