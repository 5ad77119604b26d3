"""Requests and answers as values."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.http.messages import Request, Response, json_of, proxy_wall
from consumer_drift.model.result import Failure, Reason


def answer(body: bytes, kind: str | None = "application/json", status: int = 200) -> Response:
    """An answer of that content type."""
    return Response(status, {} if kind is None else {"content-type": kind}, body)


@pytest.mark.parametrize(
    ("kind", "is_json"),
    [
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("application/vnd.github+json", True),
        ("application/scim+json ; x", True),
        ("text/html", False),
        ("text/plain; a=application/json", False),
        ("application/jsonp", False),
        ("", False),
        (None, False),
    ],
)
def test_whether_an_answer_says_that_it_is_json(kind: str | None, is_json: bool) -> None:
    """Only the type counts, not what it looks like."""
    assert answer(b"{}", kind).is_json is is_json


@pytest.mark.parametrize(
    ("body", "kind", "shape", "expected"),
    [
        (b'{"a": 1}', "application/json", dict, {"a": 1}),
        (b"[1]", "application/json", list, [1]),
        (b"[1]", "application/json", dict, Reason.UNEXPECTED),
        (b"null", "application/json", dict, Reason.UNEXPECTED),
        (b"{", "application/json", dict, Reason.UNEXPECTED),
        (b"", "application/json", dict, Reason.UNEXPECTED),
        (b'{"a": "\xff"}', "application/json", dict, Reason.UNEXPECTED),
        (b"[" * 100_000, "application/json", list, Reason.UNEXPECTED),
        (b"1" * 10_000, "application/json", dict, Reason.UNEXPECTED),
        (b"<html>", "text/html", dict, Reason.PROXY),
        (b"{}", None, dict, Reason.PROXY),
    ],
)
def test_a_good_answer_has_the_shape_its_route_promises(
    body: bytes, kind: str | None, shape: Any, expected: Any
) -> None:
    """Or it is an obstacle that says what came instead."""
    read = json_of(answer(body, kind), "GET /x", shape)
    if isinstance(expected, Reason):
        assert isinstance(read, Failure)
        assert (read.reason, read.asked, read.status) == (expected, "GET /x", 200)
        assert read.remedy
    else:
        assert read == expected


def test_a_wall_is_told_from_the_forge() -> None:
    """With what it answered, and who we say we are, so that it can be let pass."""
    wall = json_of(answer(b"<html>", "text/html; charset=utf-8", 200), "GET /x", dict)
    assert isinstance(wall, Failure)
    assert wall.said == "a proxy answered, not the forge: 200 with text/html"
    assert "consumer-drift-action" in wall.remedy


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b'{"message": "no"}', "application/json", "no"),
        (b'{"message": " a\\n\\tb  c "}', "application/json", "a b c"),
        (b'{"message": "%s"}' % (b"x" * 500), "application/json", "x" * 300),
        (b'{"message": ["no"]}', "application/json", ""),
        (b'["no"]', "application/json", ""),
        (b"{", "application/json", ""),
        (b'{"message": "no"}', "text/html", ""),
    ],
)
def test_what_a_forge_says_of_itself_is_one_short_line(body: bytes, kind: str, said: str) -> None:
    """It is repeated in messages."""
    assert answer(body, kind, 403).message() == said


def test_a_request_is_named_without_its_query() -> None:
    """Which may be long, or hold what no one needs to read."""
    assert str(Request("GET", "/repos/a/b", {"page": 2})) == "GET /repos/a/b"


@given(st.binary(), st.sampled_from(["application/json", "text/html"]))
def test_no_body_raises(body: bytes, kind: str) -> None:
    """It is whatever somebody sent."""
    got = answer(body, kind)
    assert isinstance(got.message(), str)
    assert isinstance(json_of(got, "GET /x", dict), dict | Failure)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120.0),
        (
            {"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT", "date": "Sun, 22 Nov 2026 12:00:00 GMT"},
            30.0,
        ),
        (
            {"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT", "date": "Sun, 22 Nov 2026 12:00:00 GMT"},
            0.0,
        ),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT"}, None),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30", "date": "Sun, 22 Nov 2026 12:00:00 GMT"}, None),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT", "date": "noon"}, None),
        ({"retry-after": "Sun, 22 Nov 99999999999 12:00:30 GMT", "date": "Sun, 22 Nov 2026 12:00:00 GMT"}, None),
        ({"retry-after": "9" * 10}, None),
        ({"retry-after": "0.5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_a_number_of_seconds_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert Response(503, headers, b"").retry_after == seconds


CLOUDFLARE_1010 = b"error code: 1010"


@pytest.mark.parametrize(
    ("status", "headers", "body", "reason", "said", "remedy"),
    [
        (
            403,
            {"content-type": "text/plain; charset=UTF-8"},
            CLOUDFLARE_1010,
            Reason.PROXY,
            "error 1010",
            "user-agent",
        ),
        (403, {"content-type": "text/html"}, b"<html>no", Reason.PROXY, "403 with text/html", "user-agent"),
        (
            404,
            {"content-type": "text/html", "x-github-request-id": "1"},
            b"<html>",
            Reason.NO_API,
            "GitHub",
            "github",
        ),
        (
            *(404, {"content-type": "text/plain", "set-cookie": "i_like_gitea=1; Path=/"}, b"Not found."),
            *(Reason.NO_API, "it is Gitea or Forgejo that answers", "set forge gitea"),
        ),
        (
            404,
            {"content-type": "text/plain"},
            b"404 page not found",
            Reason.NO_API,
            "404 with text/plain",
            "check server",
        ),
        (405, {}, b"", Reason.NO_API, "answered by 405", "check server"),
        (404, {"cf-mitigated": "challenge"}, b"", Reason.PROXY, "no content type", "user-agent"),
        (407, {}, b"", Reason.PROXY, "the proxy asks for a user", "http://user:password@host:port"),
    ],
)
def test_what_answers_in_place_of_the_api_is_told(
    status: int, headers: dict[str, str], body: bytes, reason: Reason, said: str, remedy: str
) -> None:
    """A wrong address or product is no proxy."""
    failure = proxy_wall(Response(status, headers, body), "GET /repos/acme/core")
    assert failure.reason is reason
    assert said in failure.said
    assert remedy in failure.remedy


def test_what_is_set_already_is_not_advised() -> None:
    answer = Response(404, {"content-type": "text/plain", "set-cookie": "i_like_gitea=1"}, b"Not found.")
    remedies = {own: proxy_wall(answer, "GET /x", own).remedy for own in ("gitea", "github", "")}
    assert remedies["gitea"] == "check server, the address that you use in a browser"
    assert remedies["github"] == remedies[""] == "set forge gitea, or correct server"
