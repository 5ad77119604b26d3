"""GitHub's rate limits, by the headers and the words of its responses.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.forges.http.messages import (
    Rejection,
    Request,
    Response,
)
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence, Setting

if TYPE_CHECKING:
    from consumer_drift.support.json_fields import Json


def limit_of(answer: Response) -> Rejection | None:
    """Return the rate limit that a 403 or 429 reports by its headers or its message, or None."""
    said, after = answer.message().lower(), answer.retry_after
    if "secondary rate" in said or "abuse" in said:
        return Rejection(secondary_limit(answer.status), after)
    if answer.headers.get("x-ratelimit-remaining") == "0":
        wait = after if after is not None else _until_reset(answer)
        return Rejection(rate_limit(answer.status, wait), wait)
    if after is not None or answer.status == 429 or "rate limit" in said:
        return Rejection(secondary_limit(answer.status), after)
    return None


def rate_limit(status: int, wait: float | None) -> Failure:
    """Return the failure of an exhausted primary limit that resets in *wait* seconds."""
    when = f"; it resets in {wait / 60:.0f} min" if wait is not None else ""
    return Failure(
        Reason.RATE_LIMIT,
        f"the token's rate limit is exhausted{when}",
        "run later, or use a token with a higher limit (an App's installation token has its own)",
        status=status,
    )


def secondary_limit(status: int) -> Failure:
    """Return the failure of a secondary limit that did not end in time."""
    return Failure(
        Reason.SECONDARY_LIMIT,
        "GitHub's secondary rate limit was exceeded and did not end in time",
        Sentence("lower ", Setting.CONCURRENCY, ", and do not run several checks with one token at once"),
        status=status,
    )


# The limit on new content comes as a validation error, and those after it fail as well until it is waited for:
# https://github.com/whatwg/spec-factory/issues/55
TOO_QUICKLY = "was submitted too quickly"


_LIMIT_WORDS = (b"RATE_LIMIT", b"secondary rate limit", TOO_QUICKLY.encode())


def _has_data(body: dict[str, Json]) -> bool:
    """Return whether a part of a document was carried out, which must not be sent again."""
    data = body.get("data")
    return isinstance(data, dict) and any(value is not None for value in data.values())


def graphql_limit(request: Request, answer: Response) -> Rejection | None:
    """Return the limit that GraphQL reports with status 200, where there are no data then; or None.

    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api#exceeding-the-rate-limit
    """
    if not request.root or not any(words in answer.body for words in _LIMIT_WORDS):
        return None
    try:
        body = answer.json()
    except ValueError:
        return None
    kinds, said = _error_texts(body if isinstance(body, dict) else {})
    if "secondary rate limit" in said or (TOO_QUICKLY in said and request.writes and not _has_data(body)):
        return Rejection(secondary_limit(answer.status), answer.retry_after)
    if kinds.isdisjoint({"RATE_LIMITED", "RATE_LIMIT"}):
        return None
    wait = _until_reset(answer)
    return Rejection(rate_limit(answer.status, wait), wait)


def _error_texts(body: dict[str, Json]) -> tuple[set[str], str]:
    """Return the types of a GraphQL response's errors, and their messages in lower case. Data is not included."""
    listed = body.get("errors")
    errors = [error for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []
    kinds = {kind for error in errors if isinstance(kind := error.get("type"), str)}
    words = [body.get("message"), *(error.get("message") for error in errors)]
    return kinds, " ".join(word for word in words if isinstance(word, str)).lower()


def _until_reset(answer: Response) -> float | None:
    """Return the seconds until an exhausted limit resets, by the server's clock; None if it does not tell."""
    reset = answer.headers.get("x-ratelimit-reset", "")
    if not re.fullmatch(r"[0-9]{1,11}", reset):
        return None
    return answer.seconds_until(int(reset))
