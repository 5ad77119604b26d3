"""What GitHub means by a status: told apart in the order in which its answers can be trusted.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from consumer_drift.forges.github import limits
from consumer_drift.forges.http.messages import Answer, Refusal, Request, proxy_wall
from consumer_drift.model.answers import Obstacle, Reason

_AGAIN = "check the forge's health and run again"


def refuse(request: Request, answer: Answer) -> Refusal | None:
    """The obstacle that *answer* is, None where it is a good one. Never raises."""
    asked = str(request)
    if answer.status < 300:
        return limits.in_graphql(request, answer)
    if "required" in answer.headers.get("x-github-sso", ""):
        return Refusal(_single_sign_on(answer))
    if answer.status in {403, 429}:
        return _forbidden(asked, answer)
    if answer.status >= 500:
        return Refusal(_forge_error(asked, answer), limits.seconds(answer.headers.get("retry-after")))
    if not answer.is_json:
        return Refusal(proxy_wall(answer, asked))
    return Refusal(_plain(asked, answer))


def _forge_error(asked: str, answer: Answer) -> Obstacle:
    said = f"GitHub failed on {asked} with {answer.status}{_quote(answer)}"
    return Obstacle(Reason.FORGE_ERROR, said, _AGAIN, status=answer.status)


def _plain(asked: str, answer: Answer) -> Obstacle:
    """The statuses that mean one thing each."""
    if answer.status == 401:
        return _unauthorised(answer)
    if answer.status == 404:
        needs = missing_permission(answer)
        return Obstacle(
            Reason.NOT_FOUND,
            f"{asked} was not found (404)",
            "check the name; if it is right, the token cannot see it:"
            f" grant it {needs or 'read access to the repository'}",
            needs=needs,
            status=404,
        )
    if answer.status == 451:
        return _blocked(answer)
    said = f"{asked} was answered by {answer.status}{_quote(answer)}"
    return Obstacle(Reason.UNEXPECTED, said, _AGAIN, status=answer.status)


def _unauthorised(answer: Answer) -> Obstacle:
    said = answer.message().lower()
    if "requires authentication" in said or "must authenticate" in said:
        return Obstacle(
            Reason.NO_TOKEN,
            f"GitHub answers nobody without a token here (401{_quote(answer)})",
            "set GITHUB_TOKEN, or name the variable that holds the token with --token-env",
            status=401,
        )
    return Obstacle(
        Reason.BAD_CREDENTIALS,
        f"GitHub does not accept the token (401{_quote(answer)})",
        "it is wrong, expired or revoked: set a valid one",
        status=401,
    )


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
    # Walls answer 403 with pages for people, whatever else they put beside them.
    if "cf-mitigated" in headers or (answer.status == 403 and not answer.is_json):
        return Refusal(proxy_wall(answer, asked))
    limit = limits.in_headers(answer, said)
    if limit is not None:
        return limit
    if not answer.is_json:
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


def _has_block(answer: Answer) -> bool:
    try:
        body = answer.json()
    except ValueError:
        return False
    return isinstance(body, dict) and "block" in body


@dataclass(frozen=True, slots=True)
class _Sign:
    """Words in GitHub's message that leave no doubt, and what they mean."""

    words: str
    reason: Reason
    said: str
    remedy: str


_SIGNS = (
    _Sign(
        "archived so is read-only",
        Reason.DENIED,
        "the repository is archived and takes no change",
        "unarchive it, or take it off the list",
    ),
    _Sign(
        "ip allow list",
        Reason.IP_ALLOW_LIST,
        "the organisation's IP allow list keeps this machine out",
        "run on a machine whose address is on the list, or have its address added",
    ),
    _Sign(
        "forbids access via",
        Reason.TOKEN_POLICY,
        "the organisation's policy forbids a token of this kind",
        "use a kind of token that the organisation allows, or shorten the token's lifetime",
    ),
    _Sign(
        "number of login attempts",
        Reason.BAD_CREDENTIALS,
        "GitHub locked the token's user out after bad credentials",
        "set a valid token and wait some minutes: while the lock lasts, good ones are refused too",
    ),
    _Sign(
        "not permitted to create or approve",
        Reason.DENIED,
        "GitHub Actions may not open pull requests here",
        "allow it in the repository's or organisation's settings (Actions, General, Workflow permissions), or use"
        " an App's token",
    ),
)


def _denied(asked: str, answer: Answer, said: str) -> Obstacle:
    status, quote = answer.status, _quote(answer)
    sign = next((sign for sign in _SIGNS if sign.words in said), None)
    if sign is not None:
        return Obstacle(sign.reason, f"{sign.said} ({status}{quote})", sign.remedy, status=status)
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


def _quote(answer: Answer) -> str:
    said = answer.message()
    return f": {said!r}" if said else ""
