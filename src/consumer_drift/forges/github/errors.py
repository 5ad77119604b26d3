"""What GitHub means by a status: told apart in the order in which its answers can be trusted.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.http.messages import Rejection, Request, Response, proxy_wall
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence, Setting

if TYPE_CHECKING:
    from consumer_drift.forges.github.responses import GraphError
    from consumer_drift.support.json_fields import Json


_AGAIN = "check the forge's health and run again"


def refuse(request: Request, answer: Response) -> Rejection | None:
    """The obstacle that *answer* is, None where it is a good one. Never raises."""
    asked = str(request)
    if answer.status < 300:
        return in_graphql(request, answer)
    if "required" in answer.headers.get("x-github-sso", ""):
        return Rejection(_single_sign_on(answer))
    if answer.status in {403, 429}:
        return _forbidden(asked, answer)
    if answer.status >= 500:
        return Rejection(_forge_error(asked, answer), answer.retry_after)
    if not answer.is_json:
        return Rejection(proxy_wall(answer, asked))
    return Rejection(_plain(asked, answer))


def _forge_error(asked: str, answer: Response) -> Failure:
    said = f"GitHub failed on {asked} with {answer.status}{_quote(answer)}"
    return Failure(Reason.FORGE_ERROR, said, _AGAIN, status=answer.status)


def _plain(asked: str, answer: Response) -> Failure:
    """The statuses that mean one thing each."""
    if answer.status == 401:
        return _unauthorised(answer)
    if answer.status == 404:
        needs = missing_permission(answer)
        return Failure(
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
    return Failure(Reason.UNEXPECTED, said, _AGAIN, status=answer.status)


def _unauthorised(answer: Response) -> Failure:
    said = answer.message().lower()
    if "requires authentication" in said or "must authenticate" in said:
        return Failure(
            Reason.NO_TOKEN,
            f"GitHub answers nobody without a token here (401{_quote(answer)})",
            Sentence("set ", Setting.TOKEN),
            status=401,
        )
    return Failure(
        Reason.BAD_CREDENTIALS,
        f"GitHub does not accept the token (401{_quote(answer)})",
        "it is wrong, expired or revoked: set a valid one",
        status=401,
    )


def _blocked(answer: Response) -> Failure:
    return Failure(
        Reason.BLOCKED,
        f"GitHub blocks access ({answer.status}{_quote(answer)})",
        "only GitHub's support or the repository's owner can lift it; take it off the list meanwhile",
        status=answer.status,
    )


def _forbidden(asked: str, answer: Response) -> Rejection:
    """403 and 429 mean a dozen things; the surest signs are read first."""
    said = answer.message().lower()
    headers = answer.headers
    if "x-github-sso" in headers:
        return Rejection(_single_sign_on(answer))
    # Walls answer 403 with pages for people, whatever else they put beside them.
    if "cf-mitigated" in headers or (answer.status == 403 and not answer.is_json):
        return Rejection(proxy_wall(answer, asked))
    limit = in_headers(answer, said)
    if limit is not None:
        return limit
    if not answer.is_json:
        return Rejection(proxy_wall(answer, asked))
    if _has_block(answer):
        return Rejection(_blocked(answer))
    return Rejection(_denied(asked, answer, said))


def _single_sign_on(answer: Response) -> Failure:
    link = re.search(r"url=(https?://[^\s;,]+)", answer.headers["x-github-sso"])
    where = f" at {link[1]} (the link lives an hour)" if link else " in the settings of the token"
    return Failure(
        Reason.SSO,
        "the organisation demands single sign-on, and the token is not authorised for it",
        f"authorise the token{where}",
        needs="SSO authorisation",
        status=answer.status,
    )


def _has_block(answer: Response) -> bool:
    try:
        body = answer.json()
    except ValueError:
        return False
    return isinstance(body, dict) and "block" in body


@dataclass(frozen=True, slots=True)
class _DeniedPattern:
    """Words in GitHub's message that leave no doubt, and what they mean."""

    words: str
    reason: Reason
    said: str
    remedy: str


_DENIED_PATTERNS = (
    _DeniedPattern(
        "archived so is read-only",
        Reason.DENIED,
        "the repository is archived and takes no change",
        "unarchive it, or take it off the list",
    ),
    _DeniedPattern(
        "ip allow list",
        Reason.IP_ALLOW_LIST,
        "the organisation's IP allow list keeps this machine out",
        "run on a machine whose address is on the list, or have its address added",
    ),
    _DeniedPattern(
        "forbids access via",
        Reason.TOKEN_POLICY,
        "the organisation's policy forbids a token of this kind",
        "use a kind of token that the organisation allows, or shorten the token's lifetime",
    ),
    _DeniedPattern(
        "number of login attempts",
        Reason.BAD_CREDENTIALS,
        "GitHub locked the token's user out after bad credentials",
        "set a valid token and wait some minutes: while the lock lasts, good ones are refused too",
    ),
    _DeniedPattern(
        "not permitted to create or approve",
        Reason.DENIED,
        "GitHub Actions may not open pull requests here",
        "allow it in the repository's or organisation's settings (Actions, General, Workflow permissions), or use"
        " an App's token",
    ),
)


def _denied(asked: str, answer: Response, said: str) -> Failure:
    status, quote = answer.status, _quote(answer)
    sign = next((sign for sign in _DENIED_PATTERNS if sign.words in said), None)
    if sign is not None:
        return Failure(sign.reason, f"{sign.said} ({status}{quote})", sign.remedy, status=status)
    needs = missing_permission(answer)
    if needs or "resource not accessible" in said or "must have" in said:
        named = needs or "the permission that this needs"
        return Failure(
            Reason.MISSING_SCOPE,
            f"the token may not do {asked} ({status}{quote})",
            f"grant it {named}",
            needs=needs,
            status=status,
        )
    return Failure(
        Reason.DENIED,
        f"GitHub denies {asked} ({status}{quote})",
        "check what the token's user may see, and the organisation's settings",
        status=status,
    )


def missing_permission(answer: Response) -> str:
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


def _quote(answer: Response) -> str:
    said = answer.message()
    return f": {said!r}" if said else ""


def in_headers(answer: Response, said: str) -> Rejection | None:
    """The limit that a 403 or 429 tells by its headers, or by what it *said* (in lower case)."""
    headers = answer.headers
    after = answer.retry_after
    if "secondary rate" in said or "abuse" in said:
        return Rejection(secondary_limit(answer.status), after)
    if headers.get("x-ratelimit-remaining") == "0":
        wait = after if after is not None else _until_reset(answer)
        return Rejection(rate_limit(answer.status, wait), wait)
    if after is not None or answer.status == 429 or "rate limit" in said:
        return Rejection(secondary_limit(answer.status), after)
    return None


def rate_limit(status: int, wait: float | None) -> Failure:
    """The obstacle of a spent primary limit that ends in *wait* seconds."""
    when = f"; it is lifted in {wait / 60:.0f} min" if wait is not None else ""
    return Failure(
        Reason.RATE_LIMIT,
        f"the token's rate limit is used up{when}",
        "run later, or use a token with a higher limit (an App's installation token has its own)",
        status=status,
    )


def secondary_limit(status: int) -> Failure:
    """The obstacle of a secondary limit that did not pass in time."""
    return Failure(
        Reason.SECONDARY_LIMIT,
        "GitHub's secondary rate limit was hit and did not pass in time",
        Sentence("lower ", Setting.CONCURRENCY, ", and do not run several checks with one token at once"),
        status=status,
    )


def in_graphql(request: Request, answer: Response) -> Rejection | None:
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
        return Rejection(secondary_limit(answer.status), answer.retry_after)
    if kinds.isdisjoint({"RATE_LIMITED", "RATE_LIMIT"}):
        return None
    wait = _until_reset(answer)
    return Rejection(rate_limit(answer.status, wait), wait)


def _told(body: dict[str, Json]) -> tuple[set[str], str]:
    """The kinds of a GraphQL answer's errors, and what they say, in lower case. Data is no part of it."""
    listed = body.get("errors")
    errors = [error for error in listed if isinstance(error, dict)] if isinstance(listed, list) else []
    kinds = {kind for error in errors if isinstance(kind := error.get("type"), str)}
    words = [body.get("message"), *(error.get("message") for error in errors)]
    return kinds, " ".join(word for word in words if isinstance(word, str)).lower()


def _until_reset(answer: Response) -> float | None:
    """Seconds until a spent limit is lifted, None where the answer does not tell."""
    reset = answer.headers.get("x-ratelimit-reset", "")
    told = reset.isascii() and reset.isdigit() and len(reset) < 12
    return answer.seconds_until(int(reset)) if told else None


@dataclass(frozen=True, slots=True)
class _WritePattern:
    """*words* (a regular expression on lower-case text) tell that *reason* is meant."""

    words: str
    reason: Reason
    remedy: str
    needs: str = ""


_RUN_AGAIN = "run again"
# The first that fits. The words are GitHub's own, as its answers and its users' issues quote them.
_WRITE_PATTERNS = (
    _WritePattern(
        r"expected branch to point to|stale_data|is at [0-9a-f]{7,} but expected", Reason.STALE, _RUN_AGAIN
    ),
    _WritePattern(r"a ref named .* already exists|reference already exists", Reason.STALE, _RUN_AGAIN),
    _WritePattern(r"a pull request already exists", Reason.STALE, _RUN_AGAIN),
    _WritePattern(
        r"archived so is read-only|repository was archived",
        Reason.ARCHIVED,
        "unarchive the repository, or take it off the list",
    ),
    _WritePattern(
        r"cannot lock ref|directory of that name is in the way|reference update failed",
        Reason.NAME_TAKEN,
        "a branch whose name is the beginning of the bump branch's (as `bump` is of `bump/…`) stands in the way:"
        " delete it, or write another propagate.branch",
    ),
    _WritePattern(
        r"without `?workflows?`? (?:scope|permission)|refusing to allow .* workflow",
        Reason.MISSING_SCOPE,
        "a pin stands in a workflow file, which only a token with that right may change: grant it Workflows: write"
        " (classic: workflow), or use a token of an App that has it; a job's own token never has",
        needs="Workflows: write (classic: workflow)",
    ),
    _WritePattern(
        r"not permitted to create or approve pull requests",
        Reason.SETTING,
        "allow it in the repository's or the organisation's settings (Actions, General, Workflow permissions), or"
        " use a token of an App or a user",
    ),
    _WritePattern(
        r"rule violations|protected branch|branch protection|creations rule|is protected|protected by a rule",
        Reason.PROTECTED,
        "a rule keeps the token's user from making or changing that branch: let it bypass the rule, or write"
        " another propagate.branch",
    ),
    _WritePattern(
        r"correct permissions to execute|must have (?:push|write)|must be a collaborator|forking|head repository",
        Reason.READ_ONLY,
        "give the token's user write access to the repository; a fork is never used, since a pull request from"
        " one proves nothing",
        needs="write access",
    ),
    _WritePattern(
        r"resource not accessible by",
        Reason.MISSING_SCOPE,
        "grant the token Contents: write and Pull requests: write for that repository (classic: repo)",
        needs="Contents: write and Pull requests: write",
    ),
)


def of_error(error: GraphError, asked: str) -> Failure:
    """The obstacle of an error at a mutation's field."""
    if error.kind == "STALE_DATA":
        return Failure(Reason.STALE, f"{asked}: {error.message!r}", _RUN_AGAIN, asked=asked)
    told = error.failure(asked)
    sign = _write_pattern(error.message)
    if sign is not None:
        return replace(_refused(told, sign), said=f"{asked} was refused: {error.message!r}")
    if error.kind == "UNPROCESSABLE":
        remedy = "change what the message names"
        return Failure(Reason.UNEXPECTED, f"{asked} was refused: {error.message!r}", remedy, asked=asked)
    return told


def of_answer(failure: Failure) -> Failure:
    """The obstacle of a whole answer, told as what it means for a write."""
    sign = _write_pattern(failure.said)
    return _refused(failure, sign) if sign is not None and failure.status in {403, 404, 409, 422} else failure


def _write_pattern(said: str) -> _WritePattern | None:
    return next((sign for sign in _WRITE_PATTERNS if re.search(sign.words, said.lower())), None)


def _refused(failure: Failure, sign: _WritePattern) -> Failure:
    return replace(failure, reason=sign.reason, remedy=sign.remedy, needs=sign.needs or failure.needs)
