"""What each status means, by status, header and body."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.gitea.errors import refuse
from consumer_drift.forges.http.messages import Request, Response
from consumer_drift.model.result import Reason

GET = Request("GET", "/repos/acme/core")
JSON = {"content-type": "application/json;charset=utf-8"}
HTML = {"content-type": "text/html; charset=utf-8"}


def answer(status: int, message: str | None = None, **headers: str) -> Response:
    body = b"" if message is None else json.dumps({"message": message, "url": "x"}).encode()
    return Response(status, JSON | {key.replace("_", "-"): value for key, value in headers.items()}, body)


GITEA_SCOPE = (
    "token does not have at least one of required scope(s), required=[read:organization],"
    " token scope=read:repository"
)
FORGEJO_SCOPE = "token does not have at least one of required scope(s): [read:organization]"


@pytest.mark.parametrize(
    ("got", "reason"),
    [
        (answer(401, "invalid username, password or token"), Reason.BAD_CREDENTIALS),
        (answer(403, GITEA_SCOPE), Reason.MISSING_SCOPE),
        (answer(403, FORGEJO_SCOPE), Reason.MISSING_SCOPE),
        (answer(403, "Only signed in user is allowed to call APIs."), Reason.BAD_CREDENTIALS),
        (answer(403, "token scope is limited to public repos"), Reason.DENIED),
        (answer(403, "The administrators are having a quiet day."), Reason.DENIED),
        (answer(403), Reason.DENIED),
        (answer(404, "not found"), Reason.NOT_FOUND),
        (answer(405), Reason.UNEXPECTED),
        (Response(405, {}, b""), Reason.UNEXPECTED),
        (answer(408), Reason.TIMEOUT),
        (answer(410), Reason.NOT_FOUND),
        (answer(413), Reason.TOO_LARGE),
        (answer(418), Reason.UNEXPECTED),
        (answer(422, "no"), Reason.UNEXPECTED),
        (answer(423, "acme/core is archived"), Reason.BLOCKED),
        (answer(429, retry_after="7"), Reason.SECONDARY_LIMIT),
        (answer(429), Reason.SECONDARY_LIMIT),
        (answer(451), Reason.BLOCKED),
        (answer(500, ""), Reason.FORGE_ERROR),
        (Response(502, HTML, b"<html>"), Reason.FORGE_ERROR),
        (Response(503, HTML, b"<html>"), Reason.FORGE_ERROR),
        (Response(504, {}, b""), Reason.FORGE_ERROR),
        (Response(401, HTML, b"<html>"), Reason.PROXY),
        (Response(403, HTML, b"<html>"), Reason.PROXY),
        (answer(403, "x", cf_mitigated="challenge"), Reason.PROXY),
        (Response(404, HTML, b"<html>"), Reason.NO_API),
        (Response(404, {"content-type": "text/plain"}, b"404 page not found\n"), Reason.NO_API),
        (Response(304, {}, b""), Reason.PROXY),
    ],
)
def test_each_refusal_has_its_reason_and_says_what_to_do(got: Response, reason: Reason) -> None:
    refusal = refuse(GET, got)
    assert refusal is not None
    assert (refusal.failure.reason, refusal.failure.status) == (reason, got.status)
    assert refusal.failure.said
    assert refusal.failure.remedy


def test_a_merge_that_is_refused_is_told_from_a_route_that_there_is_not() -> None:
    """Recorded from a real Gitea: both are 405."""
    merge = Request("POST", "/repos/acme/core/pulls/1/merge", writes=True)
    told = {
        said: refused.failure.said
        for said in ("Changed protected files", None)
        if (refused := refuse(merge, answer(405, said)))
    }
    assert told == {
        "Changed protected files": f"{merge} was refused (405: 'Changed protected files')",
        None: f"{merge} is not offered by this server (405)",
    }


def test_a_wrong_token_is_told_with_its_server() -> None:
    refusal = refuse(GET, answer(401, "no"), server="https://git.example.org:3000")
    assert refusal is not None
    assert refusal.failure.said == "https://git.example.org:3000 does not accept the token (401: 'no')"


def test_no_token_is_missed_where_one_was_sent() -> None:
    said = answer(403, "Only signed in user is allowed to call APIs.")
    sent, none = (refuse(GET, said, has_token=has_token) for has_token in (True, False))
    assert sent is not None
    assert none is not None
    assert "does not see the token that was sent" in sent.failure.said
    assert "without a token" not in sent.failure.said
    assert none.failure.reason is Reason.SIGN_IN_REQUIRED


def test_a_token_that_is_limited_to_what_is_public_is_told_from_one_whose_user_may_not() -> None:
    refusal = refuse(GET, answer(403, "token scope is limited to public repos"))
    assert refusal is not None
    assert refusal.failure.remedy == "create a token without that limit"


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_good_answer_is_no_refusal(status: int) -> None:
    assert refuse(GET, Response(status, HTML, b"<html>")) is None


@pytest.mark.parametrize("message", [GITEA_SCOPE, FORGEJO_SCOPE])
def test_a_missing_scope_is_named(message: str) -> None:
    refusal = refuse(GET, answer(403, message))
    assert refusal is not None
    assert refusal.failure.needs == "read:organization"
    assert "read:organization" in refusal.failure.remedy


def test_the_tokens_own_scopes_are_quoted_where_the_forge_names_them() -> None:
    refusal = refuse(GET, answer(403, GITEA_SCOPE))
    assert refusal is not None
    assert "it has read:repository" in refusal.failure.said


def test_several_missing_scopes_are_all_needed() -> None:
    refusal = refuse(GET, answer(403, "required scope(s), required=[read:user, read:repository], token scope=x"))
    assert refusal is not None
    assert refusal.failure.needs == "read:user and read:repository"


@pytest.mark.parametrize(
    ("request_", "has_token"), [(GET, False), (Request("GET", "/repos/acme/core", anonymous=True), True)]
)
def test_401_without_a_token_asks_for_one(request_: Request, has_token: bool) -> None:
    refusal = refuse(request_, answer(401, "token is required"), has_token=has_token)
    assert refusal is not None
    assert refusal.failure.reason is Reason.NO_TOKEN


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["message", "errors", "x"]), inner)
    ),
)


@given(
    status=st.integers(100, 599),
    body=json_values.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40),
    kind=st.sampled_from(["application/json", "text/html", "", "application/json;charset=utf-8"]),
    wait=st.text(max_size=12),
)
def test_no_answer_makes_it_raise(status: int, body: bytes, kind: str, wait: str) -> None:
    got = Response(status, {"content-type": kind, "retry-after": wait, "date": wait}, body)
    assert (refuse(GET, got) is None) == (200 <= status < 300)
