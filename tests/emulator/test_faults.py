"""Every fault does to a client what its name says, as often as asked and nowhere else."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.emulator import FAULTS, Emulator, World
from tests.emulator.asking import client, graphql
from tests.emulator.faultkinds import GRAPHQL_KINDS
from tests.emulator.faults import FORGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.emulator.faultkinds import At

A = "/repos/acme/a"
LISTING = "/orgs/acme/repos"
# a status, or what httpx raises
EXPECTED: dict[str, int | type[Exception]] = {
    "bad-credentials": 401,
    "bad-token": 401,
    "bad-auth-lockout": 403,
    "ip-allow-list": 403,
    "token-policy": 403,
    "token-policy-classic": 403,
    "not-accessible-by-pat": 403,
    "not-accessible-by-integration": 403,
    "actions-may-not-open-pulls": 403,
    "archived": 403,
    "unknown-403": 403,
    "signin-required": 403,
    "unprocessable": 422,
    "conflict": 409,
    "sso-required": 403,
    "sso-partial-results": 200,
    "missing-scope": 403,
    "rate-limit": 403,
    "rate-limit-429": 429,
    "secondary-limit": 403,
    "secondary-limit-429": 429,
    "secondary-limit-no-retry-after": 403,
    "too-many-requests": 429,
    "not-found": 404,
    "blocked": 451,
    "blocked-tos": 403,
    "server-error": 500,
    "bad-gateway": 502,
    "unavailable": 503,
    "gateway-timeout": 504,
    "latency": 200,
    "connection-reset": httpx.ReadError,
    "connection-closed": httpx.RemoteProtocolError,
    "lost-answer": httpx.RemoteProtocolError,
    "cut-body": httpx.RemoteProtocolError,
    "drip-body": httpx.ReadTimeout,
    "drip-headers": httpx.ReadTimeout,
    "endless-body": 200,
    "layered-gzip": 200,
    "gzip-bomb": 200,
    "json-amplification": 200,
    "html-wall-200": 200,
    "html-wall-403": 403,
    "wrong-content-type": 200,
    "invalid-json": 200,
    "wrong-shape": 200,
    "redirect-elsewhere": 301,
    "redirect-loop": 302,
    "hidden-repositories": 200,
    "short-pages": 200,
    "graphql-rate-limited": 200,
    "graphql-timeout": 502,
    "graphql-null-data": 200,
}


def small_world() -> World:
    world = World(now="2026-11-22T12:00:00Z")
    acme = world.organisation("acme")
    for name in ("a", "b", "c"):
        acme.repository(name, {"f": "1"})
    world.token("bot", kind="classic", scopes=["repo", "read:org", "all"], sees="all")
    return world


@pytest.fixture
def github() -> Iterator[Emulator]:
    with Emulator(small_world(), "github") as emulator:
        yield emulator


def get(emulator: Emulator, path: str, **options: Any) -> httpx.Response:
    with client(emulator, next(iter(emulator.world.tokens.values()))) as http:
        return http.get(path, **options)


def outcome(emulator: Emulator, name: str) -> int | type[Exception]:
    """What a request meets: the status, or the class of what was raised. An endless body is left after a while."""
    drips = name.startswith("drip-")
    options = {"seconds": 0.5} if drips else {}
    emulator.faults.add(name, **options)
    try:
        with (
            client(emulator, next(iter(emulator.world.tokens.values()))) as http,
            http.stream("GET", A, timeout=0.2 if drips else 60) as response,
        ):
            for number, _ in enumerate(response.iter_raw()):
                if name == "endless-body" and number > 20:
                    break
            return response.status_code
    except httpx.HTTPError as error:
        return type(error)


@pytest.mark.parametrize(
    ("forge", "name"), [(f, n) for f in FORGES for n in FAULTS[f] if n not in GRAPHQL_KINDS]
)  # fmt: skip
def test_a_fault_meets_the_client_as_its_name_says(forge: str, name: str) -> None:
    with Emulator(small_world(), forge) as emulator:
        assert outcome(emulator, name) == EXPECTED[name]


def test_every_fault_of_the_table_exists() -> None:
    assert set(EXPECTED) == {n for names in FAULTS.values() for n in names} - set(GRAPHQL_KINDS)


def test_every_fault_is_in_the_readme() -> None:
    text = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")
    assert [n for names in FAULTS.values() for n in names if f"`{n}`" not in text] == []


def test_an_unknown_fault_is_a_mistake_of_the_test(github: Emulator) -> None:
    with pytest.raises(ValueError, match="no fault 'signin-required' on github; there are: bad-credentials"):
        github.faults.add("signin-required")


def test_a_fault_strikes_where_and_as_often_as_it_was_told(github: Emulator) -> None:
    fault = github.faults.add("unavailable", method="GET", path=r"/repos/acme/a$", times=2, after=1)
    assert [get(github, A).status_code for _ in range(5)] == [200, 503, 503, 200, 200]
    assert get(github, "/repos/acme/b").status_code == 200
    assert fault.hits == 2


def test_a_predicate_chooses_and_a_fault_is_taken_back(github: Emulator) -> None:
    fault = github.faults.add("unavailable", where=lambda r: r.arg("page") == "2")
    assert get(github, f"{LISTING}?page=2").status_code == 503
    assert get(github, f"{LISTING}?page=1").status_code == 200
    github.faults.remove(fault)
    assert get(github, f"{LISTING}?page=2").status_code == 200


def test_faults_that_strike_together_are_all_applied(github: Emulator) -> None:
    github.faults.add("wrong-content-type")
    github.faults.add("sso-required")
    answer = get(github, A)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "text/plain; charset=utf-8")


def test_an_answer_that_is_held_back_holds_back_no_other_and_not_the_end() -> None:
    """Ten minutes are not waited for: the test would take as long."""
    with ThreadPoolExecutor(1) as pool, Emulator(small_world(), "github") as emulator:
        arrived = threading.Event()
        emulator.faults.add("latency", path=r"/repos/acme/a$", where=lambda _: not arrived.set(), seconds=600)
        held = pool.submit(get, emulator, A, timeout=500)
        assert arrived.wait(60)
        assert get(emulator, "/repos/acme/b").status_code == 200
        assert not held.done()
        emulator.deadline()
        assert isinstance(held.exception(60), httpx.HTTPError)


@pytest.mark.parametrize(
    ("name", "header", "value"),
    [
        ("sso-required", "x-github-sso", "required; url=https://github.com/orgs/acme/sso"),
        ("sso-partial-results", "x-github-sso", "partial-results; organizations=21955855,20582480"),
        ("rate-limit", "x-ratelimit-remaining", "0"),
        ("secondary-limit", "retry-after", "60"),
        ("secondary-limit-no-retry-after", "x-ratelimit-remaining", "4321"),
        ("html-wall-403", "cf-mitigated", "challenge"),
        ("html-wall-200", "content-type", "text/html"),
        ("wrong-content-type", "content-type", "text/plain"),
        ("not-accessible-by-pat", "x-accepted-github-permissions", "contents=read"),
        ("missing-scope", "x-accepted-oauth-scopes", "repo"),
        ("redirect-loop", "location", LISTING),
        ("redirect-elsewhere", "location", "http://localhost:"),
    ],
)  # fmt: skip
def test_a_fault_has_the_headers_it_is_recognised_by(github: Emulator, name: str, header: str, value: str) -> None:
    github.faults.add(name)
    assert get(github, LISTING).headers[header].startswith(value)


def test_a_secondary_limit_without_retry_after_says_it_in_words_only(github: Emulator) -> None:
    github.faults.add("secondary-limit-no-retry-after")
    response = get(github, A)
    assert "retry-after" not in response.headers
    assert "secondary rate limit" in response.json()["message"]


@pytest.mark.parametrize("forge", FORGES)
def test_broken_bodies_are_broken(forge: str) -> None:
    with Emulator(small_world(), forge) as emulator:
        emulator.faults.add("invalid-json", times=1)
        with pytest.raises(json.JSONDecodeError):
            get(emulator, A).json()
        emulator.faults.add("wrong-shape", times=1)
        assert "full_name" not in get(emulator, A).json()


@pytest.mark.parametrize("forge", FORGES)
def test_rows_are_hidden_from_a_listing(forge: str) -> None:
    with Emulator(small_world(), forge) as emulator:
        emulator.faults.add("hidden-repositories", hide=["b"])
        names = {row["name"] for row in get(emulator, LISTING).json()}
        emulator.faults.clear()
        assert names == {"a", "c"}
        assert len(get(emulator, LISTING).json()) == 3


@pytest.mark.parametrize("forge", FORGES)
def test_short_pages_lose_nothing_for_who_follows_the_links(forge: str) -> None:
    with Emulator(small_world(), forge) as emulator:
        emulator.faults.add("short-pages", rows=2)
        first = get(emulator, f"{LISTING}?limit=50&per_page=50")
        second = get(emulator, first.links["next"]["url"])
    assert [len(first.json()), len(second.json())] == [2, 1]


def test_a_lost_answer_was_carried_out() -> None:
    world = small_world()
    with Emulator(world, "gitea") as emulator, client(emulator, next(iter(world.tokens.values()))) as http:
        emulator.faults.add("lost-answer", method="POST", times=1)
        with pytest.raises(httpx.RemoteProtocolError):
            http.post(f"{A}/branches", json={"new_branch_name": "x"})
    assert "x" in world.repository("acme/a").branches


# GraphQL -------------------------------------------------------------------------------------------------

QUERY = """{ a: repository(owner: "acme", name: "a") { name object(expression: "HEAD:f") { oid } }
             b: repository(owner: "acme", name: "b") { name object(expression: "HEAD:f") { oid } } }"""


TYPES = {
    "graphql-not-found": "NOT_FOUND",
    "graphql-forbidden": "FORBIDDEN",
    "graphql-integration": "FORBIDDEN",
    "graphql-saml": "FORBIDDEN",
    "graphql-ip-allow-list": "FORBIDDEN",
    "graphql-insufficient-scopes": "INSUFFICIENT_SCOPES",
    "graphql-resource-limits": "RESOURCE_LIMITS_EXCEEDED",
    "graphql-too-quickly": "UNPROCESSABLE",
    "graphql-something-went-wrong": None,
}


@pytest.mark.parametrize("name", sorted(GRAPHQL_KINDS))
def test_an_error_is_put_at_one_alias_and_the_other_is_answered(github: Emulator, name: str) -> None:
    github.faults.add(name, at=lambda at: at.path == ("b",))
    answer = graphql(github, next(iter(github.world.tokens.values())), QUERY)
    assert answer["data"]["b"] is None
    assert answer["data"]["a"]["name"] == "a"
    assert [e["path"] for e in answer["errors"]] == [["b"]]
    assert answer["errors"][0].get("type") == TYPES[name]


def test_an_error_is_put_at_a_field_of_one_repository(github: Emulator) -> None:
    def place(at: At) -> bool:
        return at.repository == "acme/a" and at.field == "object"

    github.faults.add("graphql-saml", at=place, times=1)
    answer = graphql(github, next(iter(github.world.tokens.values())), QUERY)
    assert answer["data"]["a"] == {"name": "a", "object": None}
    assert answer["data"]["b"]["object"] is not None
    assert answer["errors"][0]["extensions"] == {"saml_failure": True}
    assert "errors" not in graphql(github, next(iter(github.world.tokens.values())), QUERY)
