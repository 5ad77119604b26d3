"""What a status of Gitea or Forgejo means, by status, headers and body.

https://docs.gitea.com/development/oauth2-provider#scopes and https://forgejo.org/docs/latest/user/token-scope/
"""

from __future__ import annotations

import re
from dataclasses import replace

from consumer_drift.forges.http.messages import (
    ErrorPattern,
    Rejection,
    Request,
    Response,
    matching,
    may_not_push,
    proxy_wall,
)
from consumer_drift.forges.writing import NAME_IN_THE_WAY, RUN_AGAIN, UNARCHIVE
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Grant, Sentence, Setting

# Gitea names the token's own scopes too; Forgejo and older versions of Gitea do not.
_SCOPE = re.compile(r"required scope\(s\)(?:, required=|: ?)\[(?P<needs>[^\]]*)\](?:, token scope=(?P<has>.*))?")
_SIGN_IN = "only signed in user"
_PUBLIC_ONLY = "limited to public"
READ_ACCESS = Grant("give the token's user read access to the repository", "read access to the repository")
_CHECK_LOG = "check the forge's health and its log, then run again"


def refuse(
    request: Request, answer: Response, *, has_token: bool = True, server: str = "the server"
) -> Rejection | None:
    """Return the failure that *answer* of *server* is, or None if it is a success. Never raises.

    A 404 may mean a missing file as well as a missing repository: the caller tells them apart.
    """
    if 200 <= answer.status < 300:
        return None
    asked = str(request)
    denied = may_not_push(request, answer)
    if denied is not None:
        return Rejection(denied)
    if answer.status == 429:
        return _limited(asked, answer)
    if answer.status >= 500:
        said = f"the forge failed on {asked} ({_told(answer)})"
        failure = Failure(Reason.FORGE_ERROR, said, _CHECK_LOG, status=answer.status)
        return Rejection(failure, answer.retry_after)
    # The forge itself answers in JSON; a proxy or bot protection before it has pages for people.
    if not answer.is_json or "cf-mitigated" in answer.headers or "x-github-request-id" in answer.headers:
        return Rejection(_not_json(asked, answer))
    with_token = has_token and not request.anonymous
    if answer.status == 401 and with_token:
        return Rejection(_bad_token(answer, server))
    return Rejection(_from_json(asked, answer, with_token=with_token))


def _limited(asked: str, answer: Response) -> Rejection:
    wait = answer.retry_after
    when = "" if wait is None else f"; it may be repeated in {wait:.0f} s"
    # Neither forge counts requests by token, so this is a limit that passes soon.
    failure = Failure(
        Reason.SECONDARY_LIMIT,
        f"the forge, or a proxy in front of it, limits requests: {asked} was refused ({_told(answer)}){when}",
        Sentence("lower ", Setting.CONCURRENCY, ", run later, or have the limit for this token or address raised"),
        status=429,
    )
    return Rejection(failure, wait)


def _not_json(asked: str, answer: Response) -> Failure:
    # The forge's own router answers an unknown method with an empty 405.
    if answer.status == 405 and not answer.body:
        return _plain(asked, answer)
    return proxy_wall(answer, asked, "gitea")


def _from_json(asked: str, answer: Response, *, with_token: bool) -> Failure:
    if answer.status == 401:
        return _no_token(asked, answer, Reason.NO_TOKEN)
    if answer.status == 403:
        return _forbidden(asked, answer, with_token=with_token)
    return _plain(asked, answer)


def _bad_token(answer: Response, server: str) -> Failure:
    return Failure(
        Reason.BAD_CREDENTIALS,
        f"{server} does not accept the token ({_told(answer)})",
        "it is wrong, expired, deleted, or belongs to another server: set a valid one of this server",
        status=401,
    )


def _no_token(asked: str, answer: Response, reason: Reason) -> Failure:
    return Failure(
        reason,
        f"the forge does not answer {asked} without a token ({_told(answer)})",
        "give a token with read:repository (and read:organization, to list an organization)",
        status=answer.status,
    )


def _forbidden(asked: str, answer: Response, *, with_token: bool) -> Failure:
    message = answer.message()
    scope = _SCOPE.search(message)
    if scope:
        return _missing_scope(asked, scope)
    if _SIGN_IN in message.lower():
        return _unread_token(answer) if with_token else _no_token(asked, answer, Reason.SIGN_IN_REQUIRED)
    if _PUBLIC_ONLY in message.lower():
        return Failure(
            Reason.DENIED,
            f"the token is limited to what is public, so it may not do {asked} ({_told(answer)})",
            "create a token without that limit",
            status=403,
        )
    who = "the token's user" if with_token else "a request without a token"
    return Failure(
        Reason.DENIED,
        f"the forge denies {asked} to {who} ({_told(answer)})",
        "check what the token's user may do in that repository, through which team, and whether it must set up"
        " two-factor authentication or change its password first",
        status=403,
    )


def _unread_token(answer: Response) -> Failure:
    return Failure(
        Reason.BAD_CREDENTIALS,
        f"the forge does not see the token that was sent ({_told(answer)})",
        "check that no proxy removes the header Authorization, and that the forge accepts tokens of that kind",
        status=403,
    )


def _missing_scope(asked: str, scope: re.Match[str]) -> Failure:
    needs = " and ".join(part.strip() for part in scope["needs"].split(",") if part.strip())
    has = f"403; it has {scope['has'].strip()}" if scope["has"] else "403"
    return Failure(
        Reason.MISSING_SCOPE,
        f"the token may not do {asked}: it lacks the scope {needs} ({has})",
        f"create a token that has {needs} as well",
        needs=needs,
        status=403,
        has=(scope["has"] or "").strip(),
    )


_PLAIN: dict[int, tuple[Reason, str, str]] = {
    404: (
        Reason.NOT_FOUND,
        "was not found",
        Sentence("check the name; if it is right, ", READ_ACCESS),
    ),
    405: (Reason.UNEXPECTED, "is not offered by this server", "update the server, or check its address"),
    408: (Reason.TIMEOUT, "took the forge too long", _CHECK_LOG),
    410: (Reason.NOT_FOUND, "is gone", "check the name, and take it off the list if it was deleted"),
    413: (Reason.TOO_LARGE, "is too large for the forge", "check the file at that path"),
    423: (
        Reason.BLOCKED,
        "was refused because the repository is locked",
        "it is archived or being moved: unarchive it, or take it off the list",
    ),
    451: (
        Reason.BLOCKED,
        "is blocked for legal reasons",
        "only the forge's administrators can unblock it; take it off the list until then",
    ),
}
_OTHERS = (
    Reason.UNEXPECTED,
    "got an unexpected answer",
    "check that the server's address leads to the forge itself; if it does, please report this",
)


# Of a route that there is not, no reason is told.
_NOT_ALLOWED = (
    Reason.UNEXPECTED,
    "was refused",
    "the server's own words say why; if they do not help, look at its log",
)


def _plain(asked: str, answer: Response) -> Failure:
    is_told = answer.status == 405 and answer.message()
    reason, said, remedy = _NOT_ALLOWED if is_told else _PLAIN.get(answer.status, _OTHERS)
    return Failure(reason, f"{asked} {said} ({_told(answer)})", remedy, status=answer.status)


def _told(answer: Response) -> str:
    """Return the status and the forge's own message, if there is one."""
    said = answer.message()
    return f"{answer.status}: {said!r}" if said else str(answer.status)


# The messages are English whatever the language of the token's user.
_WRITE_PATTERNS = (
    ErrorPattern(r"sha does not match|object does not exist|file already exists", Reason.STALE, RUN_AGAIN),
    ErrorPattern(r"branch already exists|pull request already exists", Reason.STALE, RUN_AGAIN),
    ErrorPattern(r"issue is already changed", Reason.STALE, RUN_AGAIN),
    # Git's own words, where two wrote at the same moment: https://github.com/git/git/blob/master/refs/files-backend.c
    ErrorPattern(
        r"cannot lock ref .*(?:reference already exists|but expected|unable to create)", Reason.STALE, RUN_AGAIN
    ),
    ErrorPattern(r"cannot lock ref|branch with the same name already exists", Reason.NAME_TAKEN, NAME_IN_THE_WAY),
    ErrorPattern(
        r"path is protected",
        Reason.PROTECTED,
        'a rule of the repository protects that file ("Protected file patterns"): take the file out of the rule\'s'
        " patterns, or choose a propagate.branch that no such rule fits",
    ),
    ErrorPattern(
        r"protected branch|is protected|branch protected",
        Reason.PROTECTED,
        "a rule of the repository protects branches of that name: allow the token's user to push to them, or"
        " choose another propagate.branch",
    ),
    ErrorPattern(
        r"permission to write|specific permission|write permission|not allowed to edit branch",
        Reason.READ_ONLY,
        Sentence(
            Grant(
                "give the token's user write access to the repository (through a team)",
                "write access to the repository",
            ),
            "; a fork is never used, since a pull request from a fork proves nothing",
        ),
    ),
)


def of_write(failure: Failure) -> Failure:
    """Return *failure*, which a write got, with what it means for the write."""
    if failure.status == 423:
        return replace(failure, reason=Reason.ARCHIVED, remedy=UNARCHIVE)
    pattern = matching(_WRITE_PATTERNS, failure.said)
    if pattern is not None:
        return pattern.applied(failure)
    # The object of the write is gone, or changed: the next run sees what is there then.
    return replace(failure, reason=Reason.STALE) if failure.status in {404, 409} else failure
