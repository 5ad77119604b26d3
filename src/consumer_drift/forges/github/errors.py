"""What a status of GitHub means, read in the order of how reliable its signs are.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from __future__ import annotations

import re

from consumer_drift.forges.github.rate_limits import TOO_QUICKLY, graphql_limit, limit_of, secondary_limit
from consumer_drift.forges.http.messages import (
    ErrorPattern,
    Rejection,
    Request,
    Response,
    matching,
    may_not_push,
    no_api,
    proxy_wall,
)
from consumer_drift.forges.writing import UNARCHIVE
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Grant, Sentence, Setting

# What reading takes, by the kinds of token.
READ_ACCESS = "read access to the repository (fine-grained: Contents and Metadata; classic: repo)"
_CHECK_HEALTH = "check the forge's health and run again"


def refuse(request: Request, answer: Response) -> Rejection | None:
    """Return the failure that *answer* is, or None if it is a success. Never raises."""
    asked = str(request)
    if answer.status < 300:
        return graphql_limit(request, answer)
    if "required" in answer.headers.get("x-github-sso", ""):
        return Rejection(_single_sign_on(answer))
    if answer.status in {403, 429}:
        denied = may_not_push(request, answer)
        return _forbidden(asked, answer) if denied is None else Rejection(denied)
    if answer.status == 422 and TOO_QUICKLY.encode() in answer.body:
        return Rejection(secondary_limit(answer.status), answer.retry_after)
    if answer.status >= 500:
        return Rejection(_forge_error(asked, answer), answer.retry_after)
    if request.root and answer.status in {404, 405}:
        # There is one address for all of GraphQL, so this is about the server and not about a repository.
        return Rejection(no_api(answer, asked, "github", "GitHub's GraphQL API"))
    if not answer.is_json:
        return Rejection(proxy_wall(answer, asked, "github"))
    return Rejection(_plain(asked, answer))


def granted(needs: str = "") -> Grant:
    """Return what to do about a token that lacks *needs*, by default what reading takes."""
    needs = needs or READ_ACCESS
    return Grant(f"grant it {needs}", needs)


def _forge_error(asked: str, answer: Response) -> Failure:
    said = f"GitHub failed on {asked} with {answer.status}{_quoted(answer)}"
    return Failure(Reason.FORGE_ERROR, said, _CHECK_HEALTH, status=answer.status)


def _plain(asked: str, answer: Response) -> Failure:
    """Return the failure of a status that has one meaning."""
    if answer.status == 401:
        return _unauthorised(answer)
    if answer.status == 404:
        needs = missing_permission(answer)
        return Failure(
            Reason.NOT_FOUND,
            f"{asked} was not found (404)",
            Sentence("check the name; if it is right, the token cannot see it: ", granted(needs)),
            needs=needs,
            status=404,
        )
    if answer.status == 451:
        return _blocked(answer)
    said = f"{asked} was answered by {answer.status}{_quoted(answer)}"
    return Failure(Reason.UNEXPECTED, said, _CHECK_HEALTH, status=answer.status)


def _unauthorised(answer: Response) -> Failure:
    said = answer.message().lower()
    if "requires authentication" in said or "must authenticate" in said:
        return Failure(
            Reason.NO_TOKEN,
            f"GitHub requires a token here (401{_quoted(answer)})",
            Sentence("set ", Setting.TOKEN),
            status=401,
        )
    return Failure(
        Reason.BAD_CREDENTIALS,
        f"GitHub does not accept the token (401{_quoted(answer)})",
        "it is wrong, expired or revoked: set a valid one",
        status=401,
    )


def _blocked(answer: Response) -> Failure:
    return Failure(
        Reason.BLOCKED,
        f"GitHub blocks access ({answer.status}{_quoted(answer)})",
        "only GitHub's support or the repository's owner can unblock it; take it off the list until then",
        status=answer.status,
    )


def _forbidden(asked: str, answer: Response) -> Rejection:
    """Return what a 403 or a 429 means, of which there are a dozen."""
    headers = answer.headers
    if "x-github-sso" in headers:
        return Rejection(_single_sign_on(answer))
    # Bot protection answers 403 with a page for people, whatever other headers it sends.
    if "cf-mitigated" in headers or (answer.status == 403 and not answer.is_json):
        return Rejection(proxy_wall(answer, asked, "github"))
    limit = limit_of(answer)
    if limit is not None:
        return limit
    if not answer.is_json:
        return Rejection(proxy_wall(answer, asked, "github"))
    if _has_block(answer):
        return Rejection(_blocked(answer))
    return Rejection(_denied(asked, answer))


def _single_sign_on(answer: Response) -> Failure:
    link = re.search(r"url=(https?://[^\s;,]+)", answer.headers["x-github-sso"])
    where = f" at {link[1]} (the link is valid for an hour)" if link else " in the settings of the token"
    return Failure(
        Reason.SSO,
        "the organization requires single sign-on, and the token is not authorized for it",
        f"authorize the token{where}",
        needs="SSO authorization",
        status=answer.status,
    )


def _has_block(answer: Response) -> bool:
    try:
        body = answer.json()
    except ValueError:
        return False
    return isinstance(body, dict) and "block" in body


# What REST's 403 and GraphQL's FORBIDDEN say in the same words.
FORBIDDEN_PATTERNS = (
    ErrorPattern(
        r"ip allow list",
        Reason.IP_ALLOW_LIST,
        "run on a machine whose address is on the list, or have its address added",
        said="the organization's IP allow list excludes this machine",
    ),
    ErrorPattern(
        r"forbids access via",
        Reason.TOKEN_POLICY,
        "use a kind of token that the organization allows, or shorten the token's lifetime",
        said="the organization's policy forbids this kind of token",
    ),
)
_DENIED_PATTERNS = (
    ErrorPattern(
        r"archived so is read-only",
        Reason.DENIED,
        UNARCHIVE,
        said="the repository is archived and read-only",
    ),
    *FORBIDDEN_PATTERNS,
    ErrorPattern(
        r"number of login attempt",
        Reason.BAD_CREDENTIALS,
        "set a valid token and wait some minutes: during the lock-out, valid tokens are refused too",
        said="GitHub locked the token's user out after bad credentials",
    ),
    ErrorPattern(
        r"not permitted to create or approve",
        Reason.DENIED,
        "allow it in the repository's or organization's settings (Actions, General, Workflow permissions), or use"
        " an App's token",
        said="GitHub Actions may not open pull requests here",
    ),
)


def _denied(asked: str, answer: Response) -> Failure:
    status, quote = answer.status, _quoted(answer)
    said = answer.message().lower()
    pattern = matching(_DENIED_PATTERNS, said)
    if pattern is not None:
        return Failure(pattern.reason, f"{pattern.said} ({status}{quote})", pattern.remedy, status=status)
    needs = missing_permission(answer)
    if needs or "resource not accessible" in said or "must have" in said:
        named = needs or "the permission that this needs"
        return Failure(
            Reason.MISSING_SCOPE,
            f"the token may not do {asked} ({status}{quote})",
            Sentence(granted(named)),
            needs=needs,
            status=status,
        )
    return Failure(
        Reason.DENIED,
        f"GitHub denies {asked} ({status}{quote})",
        "check what the token's user may see, and the organization's settings",
        status=status,
    )


def missing_permission(answer: Response) -> str:
    """Return what the token lacks, by GitHub's own headers; empty if they do not tell.

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


def _quoted(answer: Response) -> str:
    said = answer.message()
    return f": {said!r}" if said else ""
