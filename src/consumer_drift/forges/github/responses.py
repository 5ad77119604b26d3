"""GraphQL answers, and what their errors mean.

GitHub answers 200 with partial data: a null means "not there" only where no error explains it.
https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.forges.http.messages import Response, json_of
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from consumer_drift.support import json_fields
    from consumer_drift.support.json_fields import Json

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class GraphError:
    """One entry of ``errors``. *kind* is GitHub's ``type``, empty where it gave none."""

    kind: str
    path: Path
    message: str
    is_saml: bool = False

    @property
    def may_pass(self) -> bool:
        """Whether a smaller query, or the same one later, may succeed: too much was asked, or it broke."""
        return self.kind in {"", "RESOURCE_LIMITS_EXCEEDED", "SERVICE_UNAVAILABLE", "INTERNAL", "TIMEOUT"}

    def failure(self, asked: str) -> Failure:
        """What it means for the one thing that was *asked*."""
        said = f"{asked}: {self.message!r}"
        if self.is_saml:
            return Failure(
                Reason.SSO,
                "the organisation demands single sign-on, and the token is not authorised for it",
                "authorise the token for the organisation in its settings",
                needs="SSO authorisation",
                asked=asked,
            )
        if self.kind == "NOT_FOUND":
            return Failure(
                Reason.NOT_FOUND,
                f"{asked} was not found",
                "check the name; if it is right, the token cannot see it: grant it read access to the repository",
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
    lower = message.lower()
    if "ip allow list" in lower:
        return Failure(
            Reason.IP_ALLOW_LIST,
            "the organisation's IP allow list keeps this machine out",
            "run on a machine whose address is on the list, or have its address added",
            asked=asked,
        )
    if "forbids access via" in lower:
        return Failure(
            Reason.TOKEN_POLICY,
            f"the organisation's policy forbids a token of this kind ({said})",
            "use a kind of token that the organisation allows",
            asked=asked,
        )
    return Failure(
        Reason.MISSING_SCOPE if "resource not accessible" in lower else Reason.DENIED,
        f"the token may not see {said}",
        "grant it read access (fine-grained: Contents and Metadata; classic: repo)",
        asked=asked,
    )


@dataclass(frozen=True, slots=True)
class GraphResponse:
    """The parts of a GraphQL answer. *data* is empty where there was none."""

    data: Mapping[str, Json]
    errors: tuple[GraphError, ...]
    headers: Mapping[str, str]

    def errors_at(self, *path: str | int) -> tuple[GraphError, ...]:
        """The errors at *path* or below it."""
        return tuple(error for error in self.errors if error.path[: len(path)] == path)

    @property
    def placeless(self) -> tuple[GraphError, ...]:
        """The errors that name no path: they may explain any null."""
        return tuple(error for error in self.errors if not error.path)


def read_response(answer: Response, asked: str) -> GraphResponse | Failure:
    """A GraphQL answer as its parts, or the obstacle it is: no JSON, or no GraphQL."""
    body = json_of(answer, asked, dict)
    if isinstance(body, Failure):
        return body
    data, errors = body.get("data"), body.get("errors") or []
    if not isinstance(errors, list) or not (isinstance(data, dict) or errors):
        return Failure(
            Reason.UNEXPECTED,
            "the answer is no GraphQL answer: it has neither data nor errors",
            "check the GraphQL address",
            asked=asked,
        )
    return GraphResponse(data if isinstance(data, dict) else {}, tuple(_errors(errors)), answer.headers)


def unexplained(asked: str) -> Failure:
    """The obstacle of a null that no error explains, where the thing itself was asked for."""
    return Failure(
        Reason.UNEXPECTED,
        f"GitHub showed nothing of {asked} and gave no reason",
        "run again; if it stays so, please report this",
        asked=asked,
    )


def invalid_response(asked: str, error: json_fields.InvalidJson) -> Failure:
    """The obstacle of an answer that lacks what the API promises."""
    return Failure(
        Reason.UNEXPECTED,
        f"the answer about {asked} is not what GitHub's API promises: {error}",
        "check that the server's address leads to GitHub itself; if it does, please report this",
        asked=asked,
    )


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
