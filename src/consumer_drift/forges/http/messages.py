"""Requests and responses as plain values, and what every forge reads from a response in the same way."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence, Setting, SetTo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from consumer_drift.forges.http.memory import Lease
    from consumer_drift.support.json_fields import Json

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Request:
    """*path* starts with ``/`` and is quoted; it is appended to the API's address.

    *handled*: statuses after which the caller asks for something else, so that the same request is not retried.
    *root* replaces the API's address if it is not empty: GitHub's GraphQL is beside its REST API. *writes*: the
    request changes something, so it must not be sent again while its result is unknown. *most*: bytes that the
    answer has at most, decoded. *content* is sent instead of JSON if it is not empty, *headers* beside the usual
    ones. *is_git*: it is one of git's own protocol, which takes a token as a password.
    """

    method: str
    path: str
    query: Mapping[str, str | int] = field(default_factory=dict)
    json: Json = None
    anonymous: bool = False
    handled: frozenset[int] = frozenset()
    root: str = ""
    writes: bool = False
    most: int = 1 * MIB
    content: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    is_git: bool = False

    @property
    def only_reads(self) -> bool:
        """Whether it can change nothing. GraphQL asks by POST, and a mutation says that it is one."""
        if self.method == "GET":
            return not self.writes
        document = self.json.get("query") if isinstance(self.json, dict) else None
        return not self.writes and isinstance(document, str) and document.lstrip().startswith("query")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Response:
    """A complete HTTP response. Header names are lower case. *moved*: a redirect within the forge led here.

    *lease*: what a large one has of the memory for all answers.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    moved: bool = False
    lease: Lease | None = field(default=None, repr=False, compare=False)

    @property
    def is_json(self) -> bool:
        """Whether the content type is JSON."""
        kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        return kind == "application/json" or kind.endswith("+json")

    @property
    def date(self) -> datetime | None:
        """The server's own time, or None: https://www.rfc-editor.org/rfc/rfc9110#field.date"""
        return _http_date(self.headers.get("date", ""))

    @property
    def retry_after(self) -> float | None:
        """Seconds from ``Retry-After``, which is a number or a date; None if it is missing or neither.

        A date is compared with the server's own: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
        """
        value = self.headers.get("retry-after", "").strip()
        if re.fullmatch("[0-9]{1,9}", value):
            return float(value)
        until = _http_date(value)
        return None if until is None else self.seconds_until(until.timestamp())

    def seconds_until(self, timestamp: float) -> float | None:
        """Return the seconds from the server's date to a Unix *timestamp* of the same clock; None without a date.

        Never negative, and right if this machine's clock is wrong.
        """
        return None if self.date is None else max(0.0, timestamp - self.date.timestamp())

    def json(self) -> Json:
        """Return the parsed body. Raises ValueError if it is not JSON or is nested too deeply."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error

    def message(self) -> str:
        """Return the ``message`` of an error's body, as one line of at most 300 characters."""
        try:
            body = self.json() if self.is_json else None
        except ValueError:
            body = None
        said = body.get("message") if isinstance(body, dict) else None
        return " ".join(said.split())[:300] if isinstance(said, str) else ""


def _http_date(value: str) -> datetime | None:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - only limits have dates that matter

    try:
        found = parsedate_to_datetime(value) if value else None
    except (ValueError, OverflowError):
        return None
    return found if found is not None and found.tzinfo is not None else None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A response that is a failure. *wait*: seconds after which the forge says to ask again, or None.

    *final*: the same request fails in the same way again, whatever its reason.
    """

    failure: Failure
    wait: float | None = None
    final: bool = False


# What Cloudflare answers a client that it bans by its User-Agent (1010) or by a rule of the site (1020):
# https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/
_CLOUDFLARE = re.compile(rb"error code: ?(?P<code>10(?:10|20))|Error</span>\s*<span>(?P<page>10(?:10|20))")
_PRODUCTS = ("GitHub", "github"), ("Gitea or Forgejo", "gitea")


def no_api(answer: Response, asked: str, own: str = "", api: str = "the API") -> Failure:
    """Return the failure of a response that says that the server has no such API: another product runs there.

    *own* is the product that was expected, as the setting names it; *api* is what is missing.
    """
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()[:60]
    said = (
        f"{api} is not at this address: {asked} was answered by {answer.status}{f' with {kind}' if kind else ''}"
    )
    verb = "check"
    product, forge = _product(answer)
    which: tuple[str | SetTo, ...] = (
        Setting.SERVER,
        ", the address that you use in a browser, and ",
        Setting.FORGE,
    )
    if forge == own:
        which = (Setting.SERVER, ", the address that you use in a browser")
    if product and forge != own:
        said += f", and it is {product} that answers"
        verb, which = "set", (SetTo(Setting.FORGE, forge), ", or correct ", Setting.SERVER)
    return Failure(Reason.NO_API, said, Sentence(f"{verb} ", *which), status=answer.status, asked=asked)


def _product(answer: Response) -> tuple[str, str]:
    """Return which product answers, and the value of the setting for it; both empty where nothing tells."""
    headers = answer.headers
    if "x-github-request-id" in headers:
        return _PRODUCTS[0]
    return _PRODUCTS[1] if "i_like_gitea=" in headers.get("set-cookie", "") else ("", "")


# What to do where it is the proxy of HTTPS_PROXY that asks: https://www.rfc-editor.org/rfc/rfc9110#status.407
PROXY_LOGIN = "name the proxy as http://user:password@host:port"


def proxy_wall(answer: Response, asked: str, own: str = "") -> Failure:
    """Return the failure of a response that comes from something before the forge, or from another product."""
    banned = _CLOUDFLARE.search(answer.body[:20_000]) if answer.status == 403 else None
    if banned is not None:
        code = (banned["code"] or banned["page"]).decode()
        return Failure(
            Reason.PROXY,
            f"Cloudflare in front of the server refuses the User-Agent of this program (error {code}, {asked})",
            Sentence("set ", Setting.USER_AGENT, " to one that it lets through, or allow this one there"),
            status=answer.status,
            asked=asked,
        )
    if answer.status in {404, 405} and "cf-mitigated" not in answer.headers:
        return no_api(answer, asked, own)
    if answer.status == 407:
        said = "the proxy asks for a user and a password (407)"
        return Failure(Reason.PROXY, said, PROXY_LOGIN, status=answer.status, asked=asked)
    kind = answer.headers.get("content-type", "no content type").partition(";")[0].strip()[:60]
    return Failure(
        Reason.PROXY,
        f"a proxy answered, not the forge: {answer.status} with {kind}",
        Sentence(
            "allow requests with the User-Agent consumer-drift-action through the proxy or bot protection in front"
            " of the server, or set another with ",
            Setting.USER_AGENT,
            "; and check the server's address",
        ),
        status=answer.status,
        asked=asked,
    )


# What git over HTTP answers to a token that may not push, as plain text: Gitea and Forgejo "Forbidden" or "User
# permission denied", GitHub "Write access to repository not granted." or "Permission to … denied to …". Where
# the repository is archived or a mirror, no user may push, and the text says so.
_MAY_NOT_PUSH = re.compile(
    r"forbidden|write access to repository not granted|permission (?:to .* )?denied|archived|read-only",
    re.IGNORECASE,
)


def may_not_push(request: Request, answer: Response) -> Failure | None:
    """Return the failure of a request of git's protocol by a token that may not push, None for any other answer.

    https://git-scm.com/docs/http-protocol
    """
    if not request.is_git or answer.status != 403 or "cf-mitigated" in answer.headers:
        return None
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    said = answer.body[:300].decode("utf-8", "replace")
    if kind != "text/plain" or not _MAY_NOT_PUSH.search(said):
        return None
    if "archived" in said.lower():
        remedy = "unarchive the repository"
        return Failure(
            Reason.ARCHIVED, "the repository is archived and read-only", remedy, status=403, asked=str(request)
        )
    return Failure(Reason.READ_ONLY, "the token may not push there", "", status=403, asked=str(request))


def unexpected(answer: Response, asked: str, what: str) -> Failure:
    """Return the failure of a response that does not have the shape that its route promises."""
    return Failure(
        Reason.UNEXPECTED,
        f"the answer to {asked} is not what the forge's API promises: {what}",
        "check that the server's address leads to the forge itself; if it does, please report this",
        status=answer.status,
        asked=asked,
    )


def json_of(answer: Response, asked: str, shape: type[dict[str, Json]] | type[list[Json]]) -> Json | Failure:
    """Return the body of a successful response as JSON of that *shape*, or the failure that it is."""
    if not answer.is_json:
        return proxy_wall(answer, asked)
    try:
        body = answer.json()
    except ValueError:
        return unexpected(answer, asked, "it is not valid JSON")
    if not isinstance(body, shape):
        return unexpected(answer, asked, f"it is a {type(body).__name__}, not a {shape.__name__}")
    return body


@dataclass(frozen=True, slots=True)
class ErrorPattern:
    """*words*, a regular expression on lower-case text, in a forge's message mean *reason*.

    *said* replaces the sentence about what happened, if it is not empty. *needs* is the missing permission.
    """

    words: str
    reason: Reason
    remedy: str
    said: str = ""
    needs: str = ""

    def applied(self, failure: Failure) -> Failure:
        """Return *failure* with what this pattern knows about it."""
        needs, said = self.needs or failure.needs, self.said or failure.said
        return replace(failure, reason=self.reason, remedy=self.remedy, said=said, needs=needs)


def matching(patterns: Iterable[ErrorPattern], said: str) -> ErrorPattern | None:
    """Return the first of *patterns* whose words are in *said*, or None."""
    lower = said.lower()
    return next((pattern for pattern in patterns if re.search(pattern.words, lower)), None)


def explained(failure: Failure, patterns: Iterable[ErrorPattern]) -> Failure:
    """Return *failure* with what the first of *patterns* that matches its message knows about it."""
    pattern = matching(patterns, failure.said)
    return failure if pattern is None else pattern.applied(failure)
