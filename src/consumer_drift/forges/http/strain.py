"""What one exchange tells of how much a server bears."""

from __future__ import annotations

from consumer_drift.forges.http.bearing import Sign
from consumer_drift.forges.http.messages import Answer, Refusal, Request
from consumer_drift.model.answers import Reason

# What a server does that is asked more than it bears.
_STRAINED = frozenset({Reason.TIMEOUT, Reason.FORGE_ERROR, Reason.RATE_LIMIT, Reason.SECONDARY_LIMIT})


def sign(request: Request, outcome: Answer | Refusal) -> Sign:
    """What *outcome* says of the server's strain. A file that is not there was looked for like any other."""
    if isinstance(outcome, Answer):
        return Sign.GOOD
    obstacle = outcome.obstacle
    if obstacle.status in request.impatient:
        # It says that this one request was too much, and the caller asks for less.
        return Sign.NOTHING
    if obstacle.reason in _STRAINED:
        return Sign.OVERLOAD
    return Sign.GOOD if obstacle.status == 404 else Sign.NOTHING


def route(request: Request) -> str:
    """Requests that cost a forge about the same, so that their times can be compared; empty for the others.

    A GraphQL document costs what it asks for, and a write what it changes.
    """
    if request.root or request.method != "GET":
        return ""
    first, *rest = request.path.strip("/").split("/")
    if first != "repos":
        return first
    return f"repos/{rest[2]}" if len(rest) > 2 else first
