"""What a status of GitHub means, read in the order of how reliable its signs are.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.forges.http.messages import (
    ErrorPattern,
    Rejection,
    Request,
    Response,
    explained,
    matching,
    may_not_push,
    no_api,
    proxy_wall,
)
from consumer_drift.forges.writing import NAME_IN_THE_WAY, RUN_AGAIN, UNARCHIVE
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Grant, Sentence, Setting

if TYPE_CHECKING:
    from consumer_drift.forges.github.responses import GraphError
    from consumer_drift.support.json_fields import Json


# What reading takes, by the kinds of token.
READ_ACCESS = "read access to the repository (fine-grained: Contents and Metadata; classic: repo)"
_CHECK_HEALTH = "check the forge's health and run again"


def refuse(request: Request, answer: Response) -> Rejection | None:
    """Return the failure that *answer* is, or None if it is a success. Never raises."""
    asked = str(request)
    if answer.status < 300:
        return _graphql_limit(request, answer)
    if "required" in answer.headers.get("x-github-sso", ""):
        return Rejection(_single_sign_on(answer))
    if answer.status in {403, 429}:
        denied = may_not_push(request, answer)
        return _forbidden(asked, answer) if denied is None else Rejection(denied)
    if answer.status == 422 and _TOO_QUICKLY.encode() in answer.body:
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
        r"number of login attempts",
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


# rate limits ------------------------------------------------------------------------------------------------


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
_TOO_QUICKLY = "was submitted too quickly"
_LIMIT_WORDS = (b"RATE_LIMIT", b"secondary rate limit", _TOO_QUICKLY.encode())


def _has_data(body: dict[str, Json]) -> bool:
    """Return whether a part of a document was carried out, which must not be sent again."""
    data = body.get("data")
    return isinstance(data, dict) and any(value is not None for value in data.values())


def _graphql_limit(request: Request, answer: Response) -> Rejection | None:
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
    if "secondary rate limit" in said or (_TOO_QUICKLY in said and request.writes and not _has_data(body)):
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


# writes -----------------------------------------------------------------------------------------------------

# The first that matches. The words are GitHub's own, as its answers and its users' issues quote them.
_WRITE_PATTERNS = (
    ErrorPattern(
        _TOO_QUICKLY,
        Reason.SECONDARY_LIMIT,
        "run propagate again later: GitHub limits how much new content a user makes in an hour",
    ),
    ErrorPattern(
        r"expected branch to point to|stale_data|is at [0-9a-f]{7,} but expected", Reason.STALE, RUN_AGAIN
    ),
    ErrorPattern(r"a ref named .* already exists|reference already exists", Reason.STALE, RUN_AGAIN),
    ErrorPattern(r"a pull request already exists", Reason.STALE, RUN_AGAIN),
    ErrorPattern(r"archived so is read-only|repository was archived", Reason.ARCHIVED, UNARCHIVE),
    ErrorPattern(
        r"cannot lock ref|directory of that name is in the way|reference update failed",
        Reason.NAME_TAKEN,
        NAME_IN_THE_WAY,
    ),
    ErrorPattern(
        r"without `?workflows?`? (?:scope|permission)|refusing to allow .* workflow",
        Reason.MISSING_SCOPE,
        "a pin is in a workflow file, which only a token with that permission may change: grant it Workflows:"
        " write (classic: workflow), or use a token of an App that has it; a job's own token never has it",
        needs="Workflows: write (classic: workflow)",
    ),
    ErrorPattern(
        r"not permitted to create or approve pull requests",
        Reason.SETTING,
        "allow it in the repository's or the organization's settings (Actions, General, Workflow permissions), or"
        " use a token of an App or a user",
    ),
    ErrorPattern(
        r"rule violations|protected branch|branch protection|creations rule|is protected|protected by a rule",
        Reason.PROTECTED,
        "a rule does not allow the token's user to create or change that branch: let the user bypass the rule, or"
        " choose another propagate.branch",
    ),
    ErrorPattern(
        r"correct permissions to execute|must have (?:push|write)|must be a collaborator|forking|head repository",
        Reason.READ_ONLY,
        Sentence(
            Grant(
                "give the token's user write access to the repository",
                "write access to the repository",
            ),
            "; a fork is never used, since a pull request from a fork proves nothing",
        ),
        needs="write access",
    ),
    ErrorPattern(
        r"resource not accessible by",
        Reason.MISSING_SCOPE,
        Sentence(
            Grant(
                "grant the token Contents: write and Pull requests: write for that repository (classic: repo)",
                "Contents: write and Pull requests: write for that repository (classic: repo)",
            )
        ),
        needs="Contents: write and Pull requests: write",
    ),
)


def of_error(error: GraphError, asked: str) -> Failure:
    """Return the failure of an error at a mutation's field."""
    if error.kind == "STALE_DATA":
        return Failure(Reason.STALE, f"{asked}: {error.message!r}", RUN_AGAIN, asked=asked)
    failure = error.failure(asked)
    pattern = matching(_WRITE_PATTERNS, error.message)
    if pattern is not None:
        return replace(pattern.applied(failure), said=f"{asked} was refused: {error.message!r}")
    if error.kind == "UNPROCESSABLE":
        remedy = "correct what the message names"
        return Failure(Reason.UNEXPECTED, f"{asked} was refused: {error.message!r}", remedy, asked=asked)
    return failure


def of_write(failure: Failure) -> Failure:
    """Return *failure*, which a write got as its whole answer, with what it means for the write."""
    return explained(failure, _WRITE_PATTERNS) if failure.status in {403, 404, 409, 422} else failure
