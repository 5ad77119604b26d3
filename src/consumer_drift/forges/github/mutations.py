"""Mutations: one at a time, at the pace that GitHub asks for.

https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from consumer_drift.forges.github import errors as github_errors
from consumer_drift.forges.writing import RUN_AGAIN
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.forges.http.throttle import WriteThrottle


class Mutations:
    """Sends mutations with one token."""

    def __init__(self, client: GitHubClient, throttle: WriteThrottle) -> None:
        self._client = client
        self._throttle = throttle

    def send(self, document: str, inputs: Mapping[str, Any], asked: str) -> GraphResponse | Failure:
        """Return the answer to a document, which may have errors about its fields. *asked* is for messages."""
        held = self._throttle.wait()
        if held is not None:
            return held
        reply = self._client.graphql(document, inputs, asked, writes=True)
        return github_errors.of_write(reply) if isinstance(reply, Failure) else reply


def failure_of(reply: GraphResponse | Failure, asked: str, *names: str) -> Failure | None:
    """Return why one of the fields *names* was not carried out, or None if all of them were."""
    if isinstance(reply, Failure):
        return reply
    for name in names:
        errors = (*reply.errors_at(name), *reply.global_errors)
        if errors:
            return github_errors.of_error(errors[0], asked)
    missing = [name for name in names if reply.data.get(name) is None]
    return unexplained(asked) if missing else None


def unexplained(asked: str) -> Failure:
    """Return the failure of a field that is null without an error."""
    return Failure(Reason.UNEXPECTED, f"GitHub did nothing about {asked} and gave no reason", RUN_AGAIN)
