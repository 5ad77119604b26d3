"""What GitHub means by a status: told apart in the order in which its answers can be trusted.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from __future__ import annotations

import re
import time

from consumer_drift.forges.http.messages import Answer, Refusal, Request, proxy_wall
from consumer_drift.model.answers import Obstacle, Reason

_AGAIN = "check the forge's health and run again"


def refuse(request: Request, answer: Answer) -> Refusal | None:
    """The obstacle that *answer* is, None where it is a good one. Never raises."""
    asked = str(request)
    if answer.status < 300:
        return _limited_graphql(request, answer)
    if answer.status in {403, 429}:
        return _forbidden(asked, answer)
    if answer.status >= 500:
        return Refusal(_forge_error(asked, answer), _seconds(answer.headers.get("retry-after")))
    if not answer.is_json:
        return Refusal(proxy_wall(answer, asked))
    return Refusal(_plain(asked, answer))


def _forge_error(asked: str, answer: Answer) -> Obstacle:
    said = f"GitHub failed on {asked} with {answer.status}{_quote(answer)}"
    return Obstacle(Reason.FORGE_ERROR, said, _AGAIN, status=answer.status)


def _plain(asked: str, answer: Answer) -> Obstacle:
    """The statuses that mean one thing each."""
    if answer.status == 401:
        return Obstacle(
            Reason.BAD_CREDENTIALS,
            f"GitHub does not accept the token (401{_quote(answer)})",
            "it is wrong, expired or revoked: set a valid one",
            status=401,
        )
    if answer.status == 404:
        return Obstacle(
            Reason.NOT_FOUND,
            f"{asked} was not found (404)",
            "check the name; if it is right, the token cannot see it: grant it read access to the repository",
            status=404,
        )
    if answer.status == 451:
        return _blocked(answer)
    said = f"{asked} was answered by {answer.status}{_quote(answer)}"
    return Obstacle(Reason.UNEXPECTED, said, _AGAIN, status=answer.status)


def _blocked(answer: Answer) -> Obstacle:
    return Obstacle(
        Reason.BLOCKED,
        f"GitHub blocks access ({answer.status}{_quote(answer)})",
        "only GitHub's support or the repository's owner can lift it; take it off the list meanwhile",
        status=answer.status,
    )


def _forbidden(asked: str, answer: Answer) -> Refusal:
    """403 and 429 mean a dozen things; the surest signs are read first."""
    said = answer.message().lower()
    headers = answer.headers
    if "x-github-sso" in headers:
        return Refusal(_single_sign_on(answer))
    # A limit may be told by a proxy of GitHub's own without JSON, so it is read before the wall.
    limit = _rate_limit(answer, said)
    if limit is not None:
        return limit
    if not answer.is_json or "cf-mitigated" in headers:
        return Refusal(proxy_wall(answer, asked))
    if _has_block(answer):
        return Refusal(_blocked(answer))
    return Refusal(_denied(asked, answer, said))


def _single_sign_on(answer: Answer) -> Obstacle:
    link = re.search(r"url=(https?://[^\s;,]+)", answer.headers["x-github-sso"])
    where = f" at {link[1]} (the link lives an hour)" if link else " in the settings of the token"
    return Obstacle(
        Reason.SSO,
        "the organisation demands single sign-on, and the token is not authorised for it",
        f"authorise the token{where}",
        needs="SSO authorisation",
        status=answer.status,
    )


def _rate_limit(answer: Answer, said: str) -> Refusal | None:
    headers = answer.headers
    after = _seconds(headers.get("retry-after"))
    if "secondary rate" in said or "abuse" in said:
        return Refusal(secondary_limit(answer.status), after)
    if headers.get("x-ratelimit-remaining") == "0":
        reset = _seconds(headers.get("x-ratelimit-reset"))
        wait = after if after is not None else max(0.0, reset - time.time()) if reset is not None else None
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


def _has_block(answer: Answer) -> bool:
    try:
        body = answer.json()
    except ValueError:
        return False
    return isinstance(body, dict) and "block" in body


def _denied(asked: str, answer: Answer, said: str) -> Obstacle:
    status, quote = answer.status, _quote(answer)
    if "ip allow list" in said:
        return Obstacle(
            Reason.IP_ALLOW_LIST,
            f"the organisation's IP allow list keeps this machine out ({status})",
            "run on a machine whose address is on the list, or have its address added",
            status=status,
        )
    if "forbids access via" in said:
        return Obstacle(
            Reason.TOKEN_POLICY,
            f"the organisation's policy forbids a token of this kind{quote}",
            "use a kind of token that the organisation allows, or shorten the token's lifetime",
            status=status,
        )
    needs = missing_permission(answer)
    if needs or "resource not accessible" in said or "must have" in said:
        named = needs or "the permission that this needs"
        return Obstacle(
            Reason.MISSING_SCOPE,
            f"the token may not do {asked} ({status}{quote})",
            f"grant it {named}",
            needs=needs,
            status=status,
        )
    return Obstacle(
        Reason.DENIED,
        f"GitHub denies {asked} ({status}{quote})",
        "check what the token's user may see, and the organisation's settings",
        status=status,
    )


def missing_permission(answer: Answer) -> str:
    """What the token lacks, by GitHub's own headers: empty where they do not tell.

    https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#insufficient-permissions
    """
    fine = answer.headers.get("x-accepted-github-permissions", "")
    if fine:
        return " or ".join(part.strip().replace(",", " and ") for part in fine.split(";"))
    wanted = answer.headers.get("x-accepted-oauth-scopes", "")
    if not wanted or "x-oauth-scopes" not in answer.headers:
        return ""
    has = {scope.strip() for scope in answer.headers["x-oauth-scopes"].split(",")}
    options = [scope.strip() for scope in wanted.split(",") if scope.strip()]
    return "" if has.intersection(options) else " or ".join(options)


def _limited_graphql(request: Request, answer: Answer) -> Refusal | None:
    """GraphQL tells a spent limit at status 200, and then there is no data."""
    if not request.root or b"RATE_LIMIT" not in answer.body:
        return None
    try:
        body = answer.json()
    except ValueError:
        return None
    errors = body.get("errors") if isinstance(body, dict) else None
    kinds = (
        {error.get("type") for error in errors if isinstance(error, dict)} if isinstance(errors, list) else set()
    )
    if not kinds & {"RATE_LIMITED", "RATE_LIMIT"}:
        return None
    if "secondary" in answer.message().lower():
        return Refusal(secondary_limit(answer.status), _seconds(answer.headers.get("retry-after")))
    reset = _seconds(answer.headers.get("x-ratelimit-reset"))
    wait = max(0.0, reset - time.time()) if reset is not None else None
    return Refusal(rate_limit(answer.status, wait), wait)


def _seconds(header: str | None) -> float | None:
    try:
        return max(0.0, float(header)) if header is not None else None
    except ValueError:
        return None


def _quote(answer: Answer) -> str:
    said = answer.message()
    return f": {said!r}" if said else ""
