"""GitHub's limits: how an answer tells that too much was asked, and when to ask again.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from consumer_drift.forges.http.messages import Answer, Refusal, Request
from consumer_drift.model.answers import Obstacle, Reason

if TYPE_CHECKING:
    from consumer_drift.forges.http.fields import Json


def in_headers(answer: Answer, said: str) -> Refusal | None:
    """The limit that a 403 or 429 tells by its headers, or by what it *said* (in lower case)."""
    headers = answer.headers
    after = seconds(headers.get("retry-after"))
    if "secondary rate" in said or "abuse" in said:
        return Refusal(secondary_limit(answer.status), after)
    if headers.get("x-ratelimit-remaining") == "0":
        wait = after if after is not None else _until_reset(answer)
        return Refusal(rate_limit(answer.status, wait), wait)
    if after is not None or answer.status == 429 or "rate limit" in said:
        return Refusal(secondary_limit(answer.status), after)
    return None


def rate_limit(status: int, wait: float | None) -> Obstacle:
    """The obstacle of a spent primary limit that ends in *wait* seconds."""
    when = f"; it is lifted in {wait / 60:.0f} min" if wait is not None else ""
    return Obstacle(
        Reason.RATE_LIMIT,
        f"the token's rate limit is used up{when}",
        "run later, or use a token with a higher limit (an App's installation token has its own)",
        status=status,
    )


def secondary_limit(status: int) -> Obstacle:
    """The obstacle of a secondary limit that did not pass in time."""
    return Obstacle(
        Reason.SECONDARY_LIMIT,
        "GitHub's secondary rate limit was hit and did not pass in time",
        "lower --concurrency, and do not run several checks with one token at once",
        status=status,
    )


def in_graphql(request: Request, answer: Answer) -> Refusal | None:
    """GraphQL tells a limit at status 200 too, and then there is no data.

    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#exceeding-the-rate-limit
    """
    if not request.root or not (b"RATE_LIMIT" in answer.body or b"secondary rate limit" in answer.body):
        return None
    try:
        body = answer.json()
    except ValueError:
        return None
    kinds, said = _told(body if isinstance(body, dict) else {})
    if "secondary rate limit" in said:
        return Refusal(secondary_limit(answer.status), seconds(answer.headers.get("retry-after")))
    if kinds.isdisjoint({"RATE_LIMITED", "RATE_LIMIT"}):
        return None
    wait = _until_reset(answer)
    return Refusal(rate_limit(answer.status, wait), wait)


def _told(body: dict[str, Json]) -> tuple[set[str], str]:
    """The kinds of a GraphQL answer's errors, and what they say, in lower case. Data is no part of it."""
    listed = body.get("errors")
    errors = [error for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []
    kinds = {kind for error in errors if isinstance(kind := error.get("type"), str)}
    words = [body.get("message"), *(error.get("message") for error in errors)]
    return kinds, " ".join(word for word in words if isinstance(word, str)).lower()


def _until_reset(answer: Answer) -> float | None:
    """Seconds until a spent limit is lifted, None where the answer does not tell."""
    reset = seconds(answer.headers.get("x-ratelimit-reset"))
    return max(0.0, reset - time.time()) if reset is not None else None


def seconds(header: str | None) -> float | None:
    """A header's number, never negative; None where it is none."""
    try:
        return max(0.0, float(header)) if header is not None else None
    except ValueError:
        return None
