"""Every kind of fault: what answer it makes of a request, or what error it puts at a field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.emulator import faulttexts as texts
from tests.emulator.wire import Response, dump

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.server import Emulator
    from tests.emulator.wire import Request

    Proceed = Callable[[], Response]
    Apply = Callable[[Emulator, Request, Proceed, dict[str, Any]], Response]

ALL = ("github", "gitea", "forgejo")
GITHUB = ("github",)
FORGE = ("gitea", "forgejo")


@dataclass(frozen=True)
class Kind:
    """A kind of fault on whole answers."""

    apply: Apply
    forges: tuple[str, ...]


@dataclass(frozen=True)
class At:
    """Where a GraphQL field is: its response path, parent type, name, arguments, and its repository."""

    path: tuple[str | int, ...]
    parent: str
    field: str
    args: dict[str, Any]
    repository: str | None


@dataclass(frozen=True)
class GraphqlKind:
    """A kind of fault on one field. `default` is the place when the test names none."""

    error: Callable[[At, dict[str, Any]], dict[str, Any]]
    default: Callable[[At], bool]
    forges: tuple[str, ...] = GITHUB


KINDS: dict[str, Kind] = {}
GRAPHQL_KINDS: dict[str, GraphqlKind] = {}


def kind(name: str, *forges: str) -> Callable[[Apply], Apply]:
    def register(apply: Apply) -> Apply:
        KINDS[name] = Kind(apply, forges)
        return apply

    return register


def json_answer(status: int, body: object, *headers: tuple[str, str]) -> Response:
    return Response(status, dump(body), [("Content-Type", "application/json; charset=utf-8"), *headers])


def html_answer(status: int, body: str, *headers: tuple[str, str]) -> Response:
    return Response(status, body.encode(), [("Content-Type", "text/html; charset=utf-8"), *headers])


def github_error(status: int, message: str, **extra: object) -> dict[str, Any]:
    return {"message": message, "documentation_url": texts.DOCS, **extra, "status": str(status)}


def refusal(emulator: Emulator, status: int, message: str, *headers: tuple[str, str]) -> Response:
    """An error as this forge words its body."""
    if emulator.forge == "github":
        named = {name.lower() for name, _ in headers}
        usual = [] if "x-ratelimit-remaining" in named else rate_headers(emulator, {}, 4321)
        usual += [("X-GitHub-Media-Type", "github.v3; format=json"), ("X-GitHub-Request-Id", texts.REQUEST_ID)]
        return json_answer(status, github_error(status, message), *headers, *usual)
    return json_answer(status, {"message": message, "url": f"{emulator.url}/api/swagger"}, *headers)


def fixed(name: str, status: int, message: str, forges: tuple[str, ...], *headers: tuple[str, str]) -> None:
    """A fault that is always the same error."""

    def apply(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
        return refusal(emulator, status, options.get("message", message), *headers)

    KINDS[name] = Kind(apply, forges)


# authentication and permission ---------------------------------------------------------------------------

fixed("bad-credentials", 401, "Bad credentials", GITHUB)
fixed("bad-auth-lockout", 403, texts.LOCKOUT, GITHUB)
fixed("ip-allow-list", 403, texts.IP_ALLOW_LIST, GITHUB)
fixed("token-policy", 403, texts.TOKEN_POLICY, GITHUB)
fixed("token-policy-classic", 403, texts.TOKEN_POLICY_CLASSIC, GITHUB)
fixed("not-accessible-by-pat", 403, texts.NO_PAT, GITHUB, ("X-Accepted-GitHub-Permissions", "contents=read"))
fixed("not-accessible-by-integration", 403, texts.NO_INTEGRATION, GITHUB,
      ("X-Accepted-GitHub-Permissions", "contents=read"))  # fmt: skip
fixed("actions-may-not-open-pulls", 403, texts.NO_ACTIONS_PULLS, GITHUB)
fixed("archived", 403, "Repository was archived so is read-only.", GITHUB)
fixed("unknown-403", 403, "The maintainers of this forge are having a quiet day.", ALL)
fixed("signin-required", 403, "Only signed in user is allowed to call APIs.", FORGE)
fixed("unprocessable", 422, "Validation Failed", ALL)
fixed("conflict", 409, "Conflict", ALL)


@kind("bad-token", *FORGE)
def bad_token(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    return refusal(emulator, 401, "invalid username, password or token")


@kind("sso-required", *GITHUB)
def sso_required(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    url = options.get("url", texts.SSO_URL)
    return refusal(emulator, options.get("status", 403), texts.SSO, ("X-GitHub-SSO", f"required; url={url}"))


@kind("missing-scope", *ALL)
def missing_scope(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    scope, has = options.get("scope"), options.get("has", "")
    if emulator.forge == "github":
        message = "Must have admin rights to Repository."
        headers = (("X-OAuth-Scopes", has), ("X-Accepted-OAuth-Scopes", scope or "repo"))
        return refusal(emulator, 403, options.get("message", message), *headers)
    return refusal(emulator, 403, scope_message(emulator.forge, scope or "read:repository", has or "read:user"))


def scope_message(forge: str, wanted: str, has: str) -> str:
    start = "token does not have at least one of required scope(s)"
    if forge == "forgejo":
        return f"{start}: [{wanted}]"
    return f"{start}, required=[{wanted}], token scope={has}"


# rate limits ---------------------------------------------------------------------------------------------


def rate_headers(emulator: Emulator, options: dict[str, Any], remaining: int) -> list[tuple[str, str]]:
    reset = int(emulator.world.now().timestamp()) + int(options.get("reset_in", 600))
    return [
        ("X-RateLimit-Limit", "5000"),
        ("X-RateLimit-Remaining", str(remaining)),
        ("X-RateLimit-Used", str(5000 - remaining)),
        ("X-RateLimit-Reset", str(reset)),
        ("X-RateLimit-Resource", "core"),
    ]


def rate_limited(name: str, status: int, message: str, remaining: int, *, retry_after: bool) -> None:
    def apply(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
        headers = rate_headers(emulator, options, remaining)
        token = emulator.world.tokens.get(request.headers.get("authorization", "").rpartition(" ")[2])
        if token is not None and token.kind == "classic":
            # With these headers, too, in the secondary limits that github-api recorded.
            headers += [("X-OAuth-Scopes", ", ".join(token.scopes)), ("X-Accepted-OAuth-Scopes", "repo")]
        if retry_after:
            headers.append(("Retry-After", str(options.get("retry_after", 60))))
        return refusal(emulator, options.get("status", status), message, *headers)

    KINDS[name] = Kind(apply, GITHUB)


rate_limited("rate-limit", 403, texts.PRIMARY, 0, retry_after=False)
rate_limited("rate-limit-429", 429, texts.PRIMARY, 0, retry_after=False)
rate_limited("secondary-limit", 403, texts.SECONDARY, 4321, retry_after=True)
rate_limited("secondary-limit-429", 429, texts.SECONDARY, 4321, retry_after=True)
rate_limited("secondary-limit-no-retry-after", 403, texts.SECONDARY, 4321, retry_after=False)


@kind("too-many-requests", *ALL)
def too_many(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    return refusal(emulator, 429, "Too Many Requests", ("Retry-After", str(options.get("retry_after", 1))))


# existence, blocks, servers ------------------------------------------------------------------------------


@kind("not-found", *ALL)
def not_found(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
    if emulator.forge == "github":
        return refusal(emulator, 404, "Not Found")
    body = {"errors": None, "message": "not found", "url": f"{emulator.url}/api/swagger"}
    return json_answer(404, body)


def blocked(name: str, status: int, reason: str) -> None:
    def apply(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
        block = {"reason": reason, "created_at": "2026-01-01T00:00:00Z", "html_url": texts.BLOCK_URL}
        return json_answer(status, {"message": "Repository access blocked", "block": block})

    KINDS[name] = Kind(apply, GITHUB)


blocked("blocked", 451, "dmca")
blocked("blocked-tos", 403, "tos")
fixed("server-error", 500, "Server Error", ALL)


def gateway(name: str, status: int, title: str) -> None:
    def apply(emulator: Emulator, request: Request, proceed: Proceed, options: dict[str, Any]) -> Response:
        headers = [("Retry-After", str(options["retry_after"]))] if "retry_after" in options else []
        return html_answer(status, f"<html><head><title>{status} {title}</title></head></html>", *headers)

    KINDS[name] = Kind(apply, ALL)


gateway("bad-gateway", 502, "Bad Gateway")
gateway("unavailable", 503, "Service Unavailable")
gateway("gateway-timeout", 504, "Gateway Time-out")
