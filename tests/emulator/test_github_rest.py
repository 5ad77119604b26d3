"""How GitHub's REST API answers each kind of token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator import Emulator, LfsPointer, Submodule, Symlink, World
from tests.emulator.asking import client

if TYPE_CHECKING:
    import httpx

A = "/repos/acme/a"


@pytest.fixture
def world() -> World:
    world = World(now="2026-11-22T12:00:00Z")
    acme = world.organisation("acme")
    acme.repository("a", {".runtime-version": "1\n", "d/x": "1"}, tags=["v1"])
    acme.repository("hidden", {"f": "1"}, private=True)
    acme.repository("empty", empty=True)
    acme.repository("archived", archived=True)
    acme.repository("new", renamed_from="old")
    acme.members.add("member")
    world.token("bot", scopes=["repo", "read:org"], sees="all")
    world.token("reader", scopes=["repo"], sees="all", role="read")
    world.token("scopeless", user="bot", scopes=[])
    world.token("public", user="bot", scopes=["public_repo"])
    world.token("fine", user="bot", permissions={"metadata": "read"})
    world.token("writer", user="bot", permissions={"contents": "write", "pull_requests": "write"})
    world.token("chosen", user="bot", permissions={"contents": "read"}, repositories=["acme/a"])
    world.token("app", kind="installation", sees="all", repositories=["acme/a", "acme/hidden"])
    world.token("job", job_repository="acme/a")
    return world


def token_of(world: World, name: str) -> Any:
    return next((t for t in world.tokens.values() if t.name == name), None)


def ask(world: World, name: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
    with Emulator(world, "github") as emulator, client(emulator, token_of(world, name), **headers) as http:
        return http.request(method, path, json=body)


REF = {"ref": "refs/heads/x", "sha": "0" * 40}
# token, method, path, body, status, message
FACTS: list[tuple[str, str, str, Any, int, str]] = [
    ("bot", "GET", "/repos/acme/hidden", None, 200, ""),
    ("scopeless", "GET", "/repos/acme/hidden", None, 404, "Not Found"),
    ("public", "GET", "/repos/acme/hidden", None, 404, "Not Found"),
    ("", "GET", "/repos/acme/hidden", None, 404, "Not Found"),
    ("chosen", "GET", "/repos/acme/hidden", None, 404, "Not Found"),
    ("job", "GET", "/repos/acme/hidden", None, 404, "Not Found"),
    ("job", "GET", "/repos/acme/new", None, 200, ""),
    ("bot", "GET", "/repos/acme/nope", None, 404, "Not Found"),
    ("fine", "GET", "/repos/acme/hidden/contents/f", None, 403, "Resource not accessible by personal"),
    ("fine", "GET", f"{A}/contents/d/x", None, 200, ""),
    ("app", "GET", "/repos/acme/hidden/contents/f", None, 200, ""),
    ("app", "GET", "/user", None, 403, "Resource not accessible by integration"),
    ("", "GET", "/user", None, 401, "Requires authentication"),
    ("bot", "GET", "/repos/acme/empty/contents", None, 404, "This repository is empty."),
    ("bot", "GET", "/repos/acme/empty/commits", None, 409, "Git Repository is empty."),
    ("bot", "GET", f"{A}/contents/nope", None, 404, "Not Found"),
    ("bot", "GET", f"{A}/contents/d/x?ref=nope", None, 404, "No commit found for the ref nope"),
    ("bot", "GET", f"{A}/releases/latest", None, 404, "Not Found"),
    ("bot", "POST", f"{A}/git/refs", REF, 422, "Object does not exist"),
    ("bot", "POST", "/repos/acme/archived/git/refs", REF, 403, "Repository was archived so is read-only."),
    ("reader", "POST", f"{A}/git/refs", REF, 404, "Not Found"),
    ("scopeless", "POST", f"{A}/git/refs", REF, 404, "Not Found"),
    ("chosen", "POST", f"{A}/git/refs", REF, 403, "Resource not accessible by personal access token"),
    ("bot", "POST", f"{A}/pulls", {"head": "x", "base": "main"}, 422, "Validation Failed"),
    ("bot", "POST", f"{A}/pulls", {"head": "x", "base": "main", "title": "t"}, 422, "Validation Failed"),
    ("job", "POST", f"{A}/pulls", {"head": "x", "base": "main", "title": "t"}, 403, "GitHub Actions is not"),
    ("bot", "GET", "/installation/repositories", None, 403, "You must authenticate with an installation"),
]  # fmt: skip


@pytest.mark.parametrize(("token", "method", "path", "body", "status", "message"), FACTS)
def test_a_request_is_answered_as_github_answers_this_token(
    world: World, token: str, method: str, path: str, body: Any, status: int, message: str
) -> None:
    world.settings.actions_may_open_pulls = False
    response = ask(world, token, method, path, body)
    assert response.status_code == status, response.text
    assert not message or response.json()["message"].startswith(message)


def test_classic_tokens_are_told_their_scopes_and_fine_grained_ones_what_the_route_wants(world: World) -> None:
    classic = ask(world, "bot", "GET", A).headers
    fine = ask(world, "fine", "GET", "/repos/acme/hidden/contents/f").headers
    assert (classic["x-oauth-scopes"], classic["x-accepted-oauth-scopes"]) == ("repo, read:org", "repo")
    assert "x-accepted-github-permissions" not in classic
    assert fine["x-accepted-github-permissions"] == "contents=read"
    assert "x-oauth-scopes" not in fine


def test_bad_credentials_and_a_client_without_a_name_are_refused(world: World) -> None:
    bad = ask(world, "", "GET", A, Authorization="token ghp_nope")
    assert (bad.status_code, bad.json()["message"]) == (401, "Bad credentials")
    nameless = ask(world, "bot", "GET", A, **{"User-Agent": ""})
    assert nameless.status_code == 403


def test_an_under_scoped_listing_is_silently_shorter(world: World) -> None:
    full = [r["name"] for r in ask(world, "bot", "GET", "/orgs/acme/repos").json()]
    short = ask(world, "public", "GET", "/orgs/acme/repos")
    assert set(full) - {r["name"] for r in short.json()} == {"hidden"}
    assert short.status_code == 200


def test_the_private_count_is_for_members_with_the_right_only(world: World) -> None:
    assert ask(world, "bot", "GET", "/orgs/acme").json()["total_private_repos"] == 1
    seen = ask(world, "public", "GET", "/orgs/acme").json()
    assert "total_private_repos" not in seen
    assert seen["public_repos"] == 4


def test_an_installation_lists_what_it_was_given_and_says_that_it_is_a_selection(world: World) -> None:
    seen = ask(world, "app", "GET", "/installation/repositories").json()
    assert [r["name"] for r in seen["repositories"]] == ["a", "hidden"]
    assert (seen["total_count"], seen["repository_selection"]) == (2, "selected")


def test_a_rename_redirects_to_the_number_which_answers_every_route(world: World) -> None:
    with Emulator(world, "github") as emulator, client(emulator, token_of(world, "bot")) as http:
        moved = http.get("/repos/acme/old/contents/README.md?ref=main")
        assert moved.status_code == 301
        assert moved.headers["location"].endswith("/repositories/5/contents/README.md?ref=main")
        assert http.get(moved.headers["location"]).json()["path"] == "README.md"
        assert http.patch("/repos/acme/old/pulls/1", json={}).status_code == 307


@pytest.mark.parametrize(("authorised", "status"), [([], 403), (["acme"], 200)])
def test_saml_keeps_a_classic_token_out_until_it_is_authorised(
    world: World, authorised: list[str], status: int
) -> None:
    world.repository("acme/a").owner.saml = True
    world.token("sso", user="bot", scopes=["repo"], authorised=authorised)
    response = ask(world, "sso", "GET", "/repos/acme/hidden")
    listed = ask(world, "sso", "GET", "/orgs/acme/repos")
    assert response.status_code == status
    assert response.headers.get("x-github-sso", "").startswith("required; url=") is (status == 403)
    assert (listed.headers.get("x-github-sso") == "partial-results; organizations=1") is (status == 403)
    assert listed.status_code == 200


def test_pages_are_full_and_linked_to_the_last() -> None:
    world = World()
    world.organisation("acme").repository("a", tags=[f"v{n:03}" for n in range(250)])
    response = ask(world, "", "GET", f"{A}/tags?per_page=500&page=2")
    assert len(response.json()) == 100
    assert response.links.keys() == {"prev", "next", "last", "first"}
    assert response.links["last"]["url"].endswith("page=3")


def test_kinds_of_entries_are_told_apart() -> None:
    world = World()
    files = {"l": Symlink("f"), "f": LfsPointer(b"big"), "m": Submodule(), "d/x": "1"}
    world.organisation("acme").repository("a", files)
    with Emulator(world, "github") as emulator, client(emulator) as http:
        tree = {
            r["path"]: (r["mode"], r["type"]) for r in http.get(f"{A}/git/trees/main?recursive=1").json()["tree"]
        }
        listed = {r["name"]: r["type"] for r in http.get(f"{A}/contents").json()}
        single = {name: http.get(f"{A}/contents/{name}").json()["type"] for name in "lfm"}
    assert tree["l"] == ("120000", "blob")
    assert tree["m"] == ("160000", "commit")
    assert tree["d"] == ("040000", "tree")
    assert listed == {"l": "symlink", "f": "file", "m": "file", "d": "dir"}
    assert single == {"l": "symlink", "f": "file", "m": "submodule"}


def test_a_big_tree_is_cut_and_says_so(world: World) -> None:
    world.settings.tree_entries_max = 2
    value = ask(world, "bot", "GET", f"{A}/git/trees/main?recursive=1").json()
    assert (value["truncated"], len(value["tree"])) == (True, 2)


def test_a_file_over_a_mebibyte_has_no_content_here() -> None:
    world = World()
    world.organisation("acme").repository("a", {"big": "x" * (1 << 20), "bigger": "x" * ((1 << 20) + 1)})
    small = ask(world, "", "GET", f"{A}/contents/big").json()
    large = ask(world, "", "GET", f"{A}/contents/bigger").json()
    assert (small["encoding"], large["encoding"], large["content"]) == ("base64", "none", "")


def test_the_hourly_allowance_is_spent_and_comes_back(world: World) -> None:
    world.settings.rate_limit = 2
    with Emulator(world, "github") as emulator, client(emulator, token_of(world, "bot")) as http:
        assert [http.get(A).headers["x-ratelimit-remaining"] for _ in range(2)] == ["1", "0"]
        refused = http.get(A)
        assert http.get("/rate_limit").json()["rate"]["remaining"] == 0
        reset = int(refused.headers["x-ratelimit-reset"])
        world.advance(seconds=reset - world.now().timestamp())
        assert http.get(A).status_code == 200
    assert (refused.status_code, refused.headers["x-ratelimit-remaining"]) == (403, "0")
    assert "rate limit" in refused.json()["message"]


def test_creating_too_much_a_minute_meets_the_secondary_limit(world: World) -> None:
    world.settings.secondary_limits, world.settings.content_per_minute = True, 2
    sha = world.repository("acme/a").branches["main"]
    with Emulator(world, "github") as emulator, client(emulator, token_of(world, "bot")) as http:
        done = [
            http.post(f"{A}/git/refs", json={"ref": f"refs/heads/b{n}", "sha": sha}).status_code for n in range(3)
        ]
        refused = http.get(A)
        world.advance(seconds=int(refused.headers["retry-after"]))
        assert http.get(A).status_code == 200
    assert done == [201, 201, 403]
    assert refused.json()["message"].startswith("You have exceeded a secondary rate limit")


def test_an_enterprise_server_answers_under_its_own_prefix(world: World) -> None:
    world.settings.ghes = True
    with Emulator(world, "github") as emulator, client(emulator, token_of(world, "bot")) as http:
        assert emulator.api_url == f"{emulator.url}/api/v3"
        assert emulator.graphql_url == f"{emulator.url}/api/graphql"
        repository = http.get(A).json()
        assert http.get(f"{emulator.url}{A}").status_code == 404
        assert http.get("/rate_limit").status_code == 404
        listed = http.get("/orgs/acme/repos?per_page=2")
        assert "x-ratelimit-limit" not in listed.headers
        assert http.get(listed.links["next"]["url"]).status_code == 200
    assert repository["url"] == f"{emulator.api_url}{A}"


# pull requests -------------------------------------------------------------------------------------------


def test_a_second_request_or_one_without_commits_is_invalid(world: World) -> None:
    repository = world.repository("acme/a")
    repository.pull("x", files={"n": "1"})
    repository.set_branch("same", repository.branches["main"])
    body = {"base": "main", "title": "t"}
    again = ask(world, "bot", "POST", f"{A}/pulls", {**body, "head": "x"}).json()
    nothing = ask(world, "bot", "POST", f"{A}/pulls", {**body, "head": "same"}).json()
    assert again["errors"][0]["message"] == "A pull request already exists for acme:x."
    assert nothing["errors"][0]["message"] == "No commits between main and same"


def test_the_head_filter_wants_the_owner(world: World) -> None:
    repository = world.repository("acme/a")
    repository.pull("x", files={"n": "1"})
    repository.pull("y", files={"n": "2"})
    with Emulator(world, "github") as emulator, client(emulator, token_of(world, "bot")) as http:
        named = [p["number"] for p in http.get(f"{A}/pulls?head=acme:x").json()]
        bare = [p["number"] for p in http.get(f"{A}/pulls?head=x").json()]
    assert (named, bare) == ([1], [2, 1])


def test_a_fork_opens_a_request_that_shows_where_it_comes_from(world: World) -> None:
    fork = world.user("mallory").repository("a", fork_of=world.repository("acme/a"))
    fork.commit({"n": "1"}, "main", new_branch="x")
    token = world.token("mallory", scopes=["repo"])
    body = {"base": "main", "title": "t", "head": "mallory:x"}
    made = ask(world, token.name, "POST", f"{A}/pulls", body)
    assert made.status_code == 201, made.text
    assert made.json()["head"]["repo"]["full_name"] == "mallory/a"


def test_a_deleted_branch_cannot_be_reopened(world: World) -> None:
    repository = world.repository("acme/a")
    repository.pull("x", files={"n": "1"})
    repository.delete_branch("x")
    answer = ask(world, "bot", "PATCH", f"{A}/pulls/1", {"state": "open"})
    assert answer.status_code == 422
