"""What GitHub means by a status: a row for each case it documents, in the order in which the signs are read."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.github.errors import missing_permission, refuse
from consumer_drift.forges.http.messages import Rejection, Request, Response
from consumer_drift.model.result import Reason

NOW = 1795348800  # 2026-11-22T12:00:00Z
REST = Request("GET", "/repos/acme/core")
GRAPHQL = Request("POST", "/graphql", root="https://api.github.com")
DOCS = "https://docs.github.com/rest"
SSO_LINK = "https://github.com/orgs/acme/sso?authorization_request=A0B"
SAML = (
    "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this"
    " organization."
)
IP = (
    "Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow"
    " list enabled, and your IP address is not permitted to access this resource."
)
POLICY = (
    "The 'acme' organization forbids access via a fine-grained personal access tokens if the token's lifetime is"
    " greater than 366 days."
)
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
HTML = b"<!doctype html><title>Just a moment...</title>"
PAT = "Resource not accessible by personal access token"
BLOCK = {"message": "Repository access blocked", "block": {"reason": "dmca", "html_url": DOCS}}


@dataclass(frozen=True)
class Case:
    """An answer of GitHub, and what it means."""

    status: int
    body: Any
    reason: Reason
    says: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    needs: str = ""
    wait: float | None = None


CASES = {
    # 401
    "bad credentials": Case(
        401, "Bad credentials", Reason.BAD_CREDENTIALS, ("does not accept the token", "valid one")
    ),
    "no credentials": Case(401, "Requires authentication", Reason.NO_TOKEN, ("token",)),
    "a server that shows nothing": Case(401, "Must authenticate to access this API.", Reason.NO_TOKEN, ("token",)),
    # 404
    "not there, or not to be seen": Case(
        404, "Not Found", Reason.NOT_FOUND, ("was not found", "grant it read access to the repository")
    ),
    "classic token short of a scope, as 404": Case(
        404,
        "Not Found",
        Reason.NOT_FOUND,
        ("grant it repo",),
        {"x-oauth-scopes": "public_repo", "x-accepted-oauth-scopes": "repo"},
        needs="repo",
    ),
    "single sign-on, as 404": Case(
        404,
        "Not Found",
        Reason.SSO,
        (SSO_LINK,),
        {"x-github-sso": f"required; url={SSO_LINK}"},
        needs="SSO authorization",
    ),
    # 403 in the order of its signs
    "single sign-on": Case(
        403,
        SAML,
        Reason.SSO,
        ("single sign-on", SSO_LINK, "valid for an hour"),
        {"x-github-sso": f"required; url={SSO_LINK}"},
        needs="SSO authorization",
    ),
    "single sign-on without a link": Case(
        403,
        SAML,
        Reason.SSO,
        ("in the settings of the token",),
        {"x-github-sso": "required"},
        needs="SSO authorization",
    ),
    "single sign-on goes before a limit": Case(
        403,
        SAML,
        Reason.SSO,
        (SSO_LINK,),
        {"x-github-sso": f"required; url={SSO_LINK}", "x-ratelimit-remaining": "0"},
        needs="SSO authorization",
    ),
    "a wall": Case(403, HTML, Reason.PROXY, ("a proxy answered, not the forge: 403 with text/html",)),
    "a wall that says JSON": Case(403, "no", Reason.PROXY, (), {"cf-mitigated": "challenge"}),
    "a wall with a time": Case(403, HTML, Reason.PROXY, (), {"retry-after": "5"}),
    "a wall that counts": Case(403, HTML, Reason.PROXY, (), {"x-ratelimit-remaining": "0"}),
    "primary limit": Case(
        403,
        "API rate limit exceeded for user ID 1.",
        Reason.RATE_LIMIT,
        ("is exhausted; it resets in 10 min", "App's installation token"),
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "+600"},
        wait=600,
    ),
    "primary limit as 429": Case(
        429,
        "API rate limit exceeded",
        Reason.RATE_LIMIT,
        (),
        {"x-ratelimit-remaining": "0", "retry-after": "7"},
        wait=7,
    ),
    "primary limit without its end": Case(
        403, "API rate limit exceeded", Reason.RATE_LIMIT, ("is exhausted",), {"x-ratelimit-remaining": "0"}
    ),
    "primary limit that is over": Case(
        403,
        "API rate limit",
        Reason.RATE_LIMIT,
        (),
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1"},
        wait=0,
    ),
    "secondary limit": Case(
        403,
        SECONDARY,
        Reason.SECONDARY_LIMIT,
        ("lower concurrency",),
        {"retry-after": "60", "x-ratelimit-remaining": "42"},
        wait=60,
    ),
    "secondary limit without a time": Case(403, SECONDARY, Reason.SECONDARY_LIMIT, ("secondary rate limit",)),
    "secondary limit with nothing remaining": Case(
        403, SECONDARY, Reason.SECONDARY_LIMIT, (), {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "+999"}
    ),
    "secondary limit as 429": Case(429, SECONDARY, Reason.SECONDARY_LIMIT),
    "abuse, as it was called once": Case(
        403, "You have triggered an abuse detection mechanism", Reason.SECONDARY_LIMIT
    ),
    "429 and nothing else": Case(429, "slow down", Reason.SECONDARY_LIMIT),
    "429 of something before GitHub": Case(429, HTML, Reason.SECONDARY_LIMIT, (), {"retry-after": "3"}, wait=3),
    "a time goes before what the words say": Case(
        403, PAT, Reason.SECONDARY_LIMIT, (), {"retry-after": "3"}, wait=3
    ),
    "a time that is none": Case(403, SECONDARY, Reason.SECONDARY_LIMIT, (), {"retry-after": "soon"}),
    "blocked": Case(451, BLOCK, Reason.BLOCKED, ("Repository access blocked", "take it off the list")),
    "blocked by the terms": Case(403, BLOCK, Reason.BLOCKED, ("Repository access blocked",)),
    "archived": Case(
        403,
        "Repository was archived so is read-only.",
        Reason.DENIED,
        ("the repository is archived", "unarchive the repository"),
    ),
    "IP allow list": Case(403, IP, Reason.IP_ALLOW_LIST, ("IP allow list", "whose address is on the list")),
    "IP allow list goes before a permission": Case(
        403, IP, Reason.IP_ALLOW_LIST, (), {"x-accepted-github-permissions": "contents=read"}
    ),
    "token policy": Case(403, POLICY, Reason.TOKEN_POLICY, ("forbids this kind of token", "lifetime")),
    "lock-out": Case(
        403,
        "Maximum number of login attempts exceeded. Please try again later.",
        Reason.BAD_CREDENTIALS,
        ("locked", "wait some minutes"),
    ),
    "lock-out in other words": Case(
        403,
        "Max number of login attempt exceeded. Please try again later.",
        Reason.BAD_CREDENTIALS,
        ("locked", "wait some minutes"),
    ),
    "Actions may not open pull requests": Case(
        403,
        "GitHub Actions is not permitted to create or approve pull requests.",
        Reason.DENIED,
        ("Workflow permissions",),
    ),
    "fine-grained token short of a permission": Case(
        403,
        PAT,
        Reason.MISSING_SCOPE,
        ("may not do GET /repos/acme/core", "grant it contents=read and metadata=read or administration=read"),
        {"x-accepted-github-permissions": "contents=read,metadata=read; administration=read"},
        needs="contents=read and metadata=read or administration=read",
    ),
    "a job's token": Case(
        403, "Resource not accessible by integration", Reason.MISSING_SCOPE, ("grant it the permission",)
    ),
    "classic token short of a scope": Case(
        403,
        "Must have admin rights to Repository.",
        Reason.MISSING_SCOPE,
        ("grant it admin:org or read:org",),
        {"x-oauth-scopes": "repo, gist", "x-accepted-oauth-scopes": "admin:org, read:org"},
        needs="admin:org or read:org",
    ),
    "unknown": Case(
        403,
        "We are having a quiet day.",
        Reason.DENIED,
        ("GitHub denies GET /repos/acme/core", "'We are having a quiet day.'"),
        {"x-oauth-scopes": "repo", "x-accepted-oauth-scopes": "repo"},
    ),
    "unknown without words": Case(403, {}, Reason.DENIED, ("(403)",)),
    # the rest
    "empty repository": Case(
        409, "Git Repository is empty.", Reason.UNEXPECTED, ("409", "Git Repository is empty.")
    ),
    "gone": Case(410, "Gone", Reason.UNEXPECTED),
    "a redirect that is not followed": Case(304, b"", Reason.PROXY),
    "not JSON where JSON belongs": Case(404, HTML, Reason.NO_API),
    "over ten seconds": Case(
        500, "Server Error", Reason.FORGE_ERROR, ("failed on GET /repos/acme/core with 500",)
    ),
    "bad gateway": Case(502, HTML, Reason.FORGE_ERROR, ("with 502",)),
    "unavailable for a while": Case(503, HTML, Reason.FORGE_ERROR, (), {"retry-after": "9"}, wait=9),
}


def answer(status: int, body: Any, headers: dict[str, str]) -> Response:
    """An answer; text is JSON's `message`, bytes are HTML, and `+n` is that many seconds from the server's now."""
    kind = "text/html" if isinstance(body, bytes) else "application/json; charset=utf-8"
    if isinstance(body, str):
        body = {"message": body, "documentation_url": DOCS, "status": str(status)}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    at = {key: str(NOW + int(value)) if value[:1] == "+" else value for key, value in headers.items()}
    return Response(status, {"content-type": kind, "date": formatdate(NOW, usegmt=True), **at}, data)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_an_answer_means(case: Case) -> None:
    """The reason, what the sentence names, and what to change."""
    refusal = refuse(REST, answer(case.status, case.body, case.headers))
    assert refusal is not None
    assert refusal.failure.reason is case.reason
    assert refusal.failure.status == case.status
    assert refusal.failure.needs == case.needs
    for words in case.says:
        assert words in str(refusal.failure) + refusal.failure.remedy
    assert len(refusal.failure.remedy) > 5
    if case.wait is None:
        assert refusal.wait is None
    else:
        assert refusal.wait == case.wait


@pytest.mark.parametrize("status", [200, 201, 204])
@pytest.mark.parametrize("request_", [REST, GRAPHQL])
def test_a_good_answer_is_none(status: int, request_: Request) -> None:
    """Also a listing that says it lacks organisations: whoever reads it looks at the header."""
    headers = {"x-github-sso": "partial-results; organizations=1,2", "x-ratelimit-remaining": "0"}
    assert refuse(request_, answer(status, {"data": {}}, headers)) is None


@pytest.mark.parametrize(
    ("body", "headers", "reason", "wait"),
    [
        (
            {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]},
            {},
            Reason.RATE_LIMIT,
            None,
        ),
        (
            {"errors": [{"type": "RATE_LIMIT", "message": "m"}], "data": None},
            {"x-ratelimit-reset": "+30"},
            Reason.RATE_LIMIT,
            30,
        ),
        ({"message": SECONDARY, "documentation_url": DOCS}, {}, Reason.SECONDARY_LIMIT, None),
        ({"errors": [{"message": SECONDARY}]}, {"retry-after": "4"}, Reason.SECONDARY_LIMIT, 4),
        ({"errors": [{"type": "RATE_LIMITED", "message": SECONDARY}]}, {}, Reason.SECONDARY_LIMIT, None),
    ],
)
def test_graphql_tells_a_limit_at_status_200(
    body: Any, headers: dict[str, str], reason: Reason, wait: float | None
) -> None:
    """By its errors, or by a message in place of data."""
    refusal = refuse(GRAPHQL, answer(200, body, headers))
    assert refusal is not None
    assert refusal.failure.reason is reason
    assert refusal.wait == wait


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"r0": {"f0": {"text": "RATE_LIMITED secondary rate limit"}}}},
        {"data": {}, "errors": [{"type": "NOT_FOUND", "message": "RATE_LIMITED"}]},
        {"data": {"RATE_LIMIT": 1}, "errors": "RATE_LIMITED"},
        {"data": {}, "errors": [None, {"type": ["RATE_LIMITED"]}]},
        [{"errors": [{"type": "RATE_LIMITED"}]}],
    ],
)
def test_text_of_a_consumers_file_is_no_limit(body: Any) -> None:
    """Only the errors are GitHub's own words."""
    assert refuse(GRAPHQL, answer(200, body, {})) is None


def test_rest_tells_no_limit_at_status_200() -> None:
    """A file may hold anything."""
    body = {"errors": [{"type": "RATE_LIMITED", "message": "m"}]}
    assert refuse(REST, answer(200, body, {})) is None


@pytest.mark.parametrize(
    ("headers", "needs"),
    [
        ({"x-accepted-github-permissions": "contents=read"}, "contents=read"),
        ({"x-accepted-github-permissions": "a=read,b=write;c=read"}, "a=read and b=write or c=read"),
        ({"x-accepted-oauth-scopes": "repo", "x-oauth-scopes": ""}, "repo"),
        ({"x-accepted-oauth-scopes": "repo, public_repo", "x-oauth-scopes": "gist"}, "repo or public_repo"),
        ({"x-accepted-oauth-scopes": "repo, public_repo", "x-oauth-scopes": "public_repo"}, ""),
        ({"x-accepted-oauth-scopes": "", "x-oauth-scopes": "gist"}, ""),
        ({"x-accepted-oauth-scopes": "repo"}, ""),
        ({}, ""),
    ],
)
def test_what_the_headers_say_is_missing(headers: dict[str, str], needs: str) -> None:
    """`,` is and, `;` is or; of the scopes any one does."""
    assert missing_permission(answer(403, "no", headers)) == needs


HEADERS = st.dictionaries(
    st.sampled_from(
        ["x-github-sso", "retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "cf-mitigated",
         "x-oauth-scopes", "x-accepted-oauth-scopes", "x-accepted-github-permissions", "content-type"]
    ),
    st.text(max_size=30) | st.sampled_from(["0", "1e999", "nan", "-5", "application/json", "required; url="]),
)  # fmt: skip


@given(
    st.integers(200, 599),
    HEADERS,
    st.binary(max_size=40)
    | st.sampled_from([b"[]", b'"x"', b'{"message": {}}', b'{"errors": [{"type": {}}], "RATE_LIMIT": 1}']),
    st.sampled_from([REST, GRAPHQL]),
)
def test_no_answer_raises(status: int, headers: dict[str, str], body: bytes, request_: Request) -> None:
    """Whatever a server, or a proxy before it, sends."""
    refusal = refuse(request_, Response(status, headers, body))
    assert refusal is None or isinstance(refusal, Rejection)
    if status >= 300:
        assert refusal is not None
        assert refusal.failure.said


@pytest.mark.parametrize(
    "got", [Response(404, {"content-type": "application/json"}, b"{}"), Response(405, {}, b"")]
)
def test_a_server_without_graphql_is_no_missing_repository(got: Response) -> None:
    rejection = refuse(Request("POST", "/graphql", root="https://git.example.org/api"), got)
    assert rejection is not None
    assert rejection.failure.reason is Reason.NO_API
    assert rejection.failure.said.startswith("GitHub's GraphQL API is not at this address: POST /graphql")
