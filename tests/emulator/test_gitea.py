"""How Gitea and Forgejo answer, beyond what is recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.emulator import Emulator, LfsPointer, Submodule, Symlink, World
from tests.emulator.asking import client, encoded

if TYPE_CHECKING:
    import httpx

A = "/repos/acme/a"
BOTH = pytest.mark.parametrize("forge", ["gitea", "forgejo"])


@pytest.fixture
def world() -> World:
    world = World(now="2026-11-22T12:00:00Z")
    acme = world.organisation("acme")
    acme.repository("a", {".runtime-version": "1\n", "dir/b": "x", "main/odd": "y"}, tags=["v1"], releases=["v1"])
    acme.repository("hidden", private=True)
    acme.repository("empty", empty=True)
    acme.repository("archived", archived=True)
    acme.repository("new", renamed_from="old")
    world.token("bot", scopes=["write:repository", "read:organization", "write:issue", "read:user"], sees="all")
    world.token("guest", scopes=["write:repository", "read:organization", "write:issue", "read:user"])
    world.token("narrow", user="bot", scopes=["read:repository"])
    world.token("job", job_repository="acme/a")
    return world


def token_of(world: World, name: str) -> Any:
    return next((t for t in world.tokens.values() if t.name == name), None)


def ask(world: World, forge: str, name: str, method: str, path: str, body: Any = None) -> httpx.Response:
    """One request to a fresh server, as the named token, or without one."""
    with Emulator(world, forge) as emulator, client(emulator, token_of(world, name)) as http:
        return http.request(method, path, json=body)


CHANGE = {"operation": "update", "path": ".runtime-version", "content": encoded("2\n")}

# forge, token, method, path, body, status
FACTS: list[tuple[str, str, str, str, Any, int]] = [
    ("gitea", "", "GET", "/user", None, 401),
    ("gitea", "guest", "GET", "/repos/acme/hidden", None, 404),
    ("gitea", "bot", "GET", "/repos/acme/hidden", None, 200),
    ("gitea", "bot", "GET", "/repos/ACME/A", None, 200),
    ("gitea", "narrow", "GET", "/users/acme/repos", None, 403),
    ("gitea", "narrow", "GET", "/user/repos", None, 403),
    ("gitea", "bot", "GET", "/users/acme/repos", None, 200),
    ("gitea", "bot", "GET", "/repos/acme/empty/raw/x", None, 404),
    ("gitea", "bot", "GET", f"{A}/raw/.runtime-version?ref=nope", None, 200),
    ("gitea", "bot", "GET", f"{A}/git/trees/nope", None, 400),
    ("gitea", "bot", "GET", f"{A}/git/blobs/{'0' * 40}", None, 400),
    ("gitea", "bot", "GET", f"{A}/commits?sha=nope", None, 404),
    ("gitea", "bot", "GET", "/repos/acme/empty/commits", None, 409),
    ("gitea", "bot", "GET", f"{A}/issues/99/comments", None, 500),
    ("gitea", "bot", "POST", f"{A}/issues/99/comments", {"body": "x"}, 500),
    ("gitea", "bot", "POST", f"{A}/branches", {"new_branch_name": "main/x"}, 409),
    ("gitea", "bot", "POST", f"{A}/branches", {"new_branch_name": "x"}, 201),
    ("gitea", "bot", "POST", f"{A}/branches", {"new_branch_name": "x", "old_ref_name": "nope"}, 404),
    ("gitea", "bot", "POST", "/repos/acme/archived/branches", {"new_branch_name": "x"}, 423),
    ("gitea", "guest", "POST", f"{A}/branches", {"new_branch_name": "x"}, 403),
    ("gitea", "bot", "DELETE", f"{A}/branches/main", None, 403),
    ("gitea", "bot", "POST", f"{A}/pulls", {"head": "main", "base": "main", "title": "x"}, 422),
    ("gitea", "bot", "POST", f"{A}/pulls", {"head": "x", "base": "main"}, 422),
    ("gitea", "bot", "POST", "/repos/acme/archived/pulls", {"head": "x", "base": "main", "title": "x"}, 423),
    ("gitea", "bot", "POST", f"{A}/contents", {"new_branch": "main/x", "files": [CHANGE]}, 403),
    ("gitea", "bot", "POST", f"{A}/contents", {"files": [{**CHANGE, "content": "%"}]}, 422),
    ("gitea", "bot", "POST", f"{A}/contents", {"files": [{**CHANGE, "operation": "create"}]}, 422),
    ("gitea", "bot", "POST", f"{A}/contents", {"files": [CHANGE]}, 201),
    ("gitea", "bot", "PUT", f"{A}/contents/.runtime-version", {"content": encoded("3\n")}, 201),
    ("gitea", "bot", "POST", f"{A}/contents/new.txt", {"content": encoded("3\n")}, 201),
    ("forgejo", "bot", "GET", f"{A}/file-contents?body=%7B%7D", None, 404),
    ("forgejo", "bot", "GET", "/repos/acme/empty/contents", None, 200),
    ("forgejo", "bot", "POST", f"{A}/contents", {"files": [{**CHANGE, "sha": "0" * 40}]}, 409),
    ("gitea", "job", "GET", "/repos/acme/new", None, 200),
    ("gitea", "job", "GET", "/repos/acme/hidden", None, 404),
    ("forgejo", "job", "GET", "/repos/acme/new", None, 404),
    ("forgejo", "job", "GET", A, None, 200),
    ("forgejo", "", "GET", "/repos/acme/new", None, 200),
]  # fmt: skip


@pytest.mark.parametrize(("forge", "token", "method", "path", "body", "status"), FACTS)
def test_a_request_is_answered_with_the_status_the_real_server_gives(
    world: World, forge: str, token: str, method: str, path: str, body: Any, status: int
) -> None:
    response = ask(world, forge, token, method, path, body)
    assert response.status_code == status, response.text


def test_forgejo_names_no_scopes_of_the_token_and_speaks_the_readers_language(world: World) -> None:
    with Emulator(world, "forgejo") as emulator, client(emulator, token_of(world, "narrow")) as http:
        refused = http.get("/orgs/acme/repos").json()["message"]
        missing = http.get("/repos/acme/nope", headers={"Accept-Language": "de-DE"}).json()
    assert refused == "token does not have at least one of required scope(s): [read:organization]"
    assert missing["message"] == "Das Ziel konnte nicht gefunden werden."


@BOTH
def test_an_instance_that_requires_signing_in_refuses_everyone_else(forge: str, world: World) -> None:
    world.settings.require_signin = True
    response = ask(world, forge, "", "GET", "/version")
    assert (response.status_code, response.json()) == (
        403,
        {"message": "Only signed in user is allowed to call APIs."},
    )


def test_an_empty_token_is_no_user_and_a_wrong_one_is_refused_everywhere(world: World) -> None:
    with Emulator(world, "gitea") as emulator, client(emulator) as http:
        assert http.get(A, headers={"Authorization": "token"}).status_code == 200
        assert http.get("/version", headers={"Authorization": "token nope"}).status_code == 401
        assert [r.token for r in emulator.requests] == ["", "?"]


def test_hidden_rows_leave_a_page_after_it_was_cut_and_stay_in_the_count() -> None:
    world = World()
    acme = world.organisation("acme")
    for number in range(120):
        acme.repository(f"r{number:03}", empty=True, private=number % 2 == 0)
    token = world.token("guest", scopes=["read:organization", "read:repository"])
    with Emulator(world, "gitea") as emulator, client(emulator, token) as http:
        listed = http.get("/orgs/acme/repos?limit=100")
        found = http.get(f"/repos/search?uid={acme.id}&exclusive=true&limit=50&page=2")
    assert (len(listed.json()), listed.headers["x-total-count"]) == (25, "120")
    assert 'page=2>; rel="next"' in listed.headers["link"]
    assert (len(found.json()["data"]), found.headers["x-total-count"]) == (10, "60")


@pytest.mark.parametrize(("forge", "link"), [("gitea", False), ("forgejo", True)])
def test_only_forgejo_links_the_pages_of_tags(forge: str, link: bool) -> None:
    world = World()
    world.organisation("acme").repository("a", tags=[f"v{n}" for n in range(120)])
    response = ask(world, forge, "", "GET", f"{A}/tags?limit=50")
    assert response.headers["x-total-count"] == "120"
    assert ("link" in response.headers) is link


def test_a_list_of_files_ends_at_thirty(world: World) -> None:
    names = json.dumps({"files": [".runtime-version"] * 40})
    response = ask(world, "gitea", "bot", "GET", f"{A}/file-contents?body={names}")
    assert len(response.json()) == 30


@BOTH
def test_raw_takes_the_paths_start_for_a_branch_of_that_name(forge: str, world: World) -> None:
    repository = world.repository("acme/a")
    repository.commit({"odd": "of the branch\n"}, "main")
    assert ask(world, forge, "bot", "GET", f"{A}/raw/main/odd").text == "of the branch\n"
    assert ask(world, forge, "bot", "GET", f"{A}/raw/dir/b").text == "x"


def test_kinds_of_entries_are_told_apart() -> None:
    world = World()
    files = {"l": Symlink("f"), "f": LfsPointer(b"big"), "m": Submodule(), "d/x": "1"}
    world.organisation("acme").repository("a", files)
    with Emulator(world, "gitea") as emulator, client(emulator) as http:
        listed = {row["name"]: row["type"] for row in http.get(f"{A}/contents").json()}
        target = http.get(f"{A}/contents/l").json()["target"]
        pointer = http.get(f"{A}/raw/f").text
    assert listed == {"l": "symlink", "f": "file", "m": "submodule", "d": "dir"}
    assert target == "f"
    assert pointer.startswith("version https://git-lfs.github.com/spec/v1\n")


def test_a_rename_redirects_with_a_relative_location_that_keeps_path_and_query(world: World) -> None:
    response = ask(world, "gitea", "bot", "GET", "/repos/acme/old/contents/README.md?ref=main")
    assert response.status_code == 301
    assert response.headers["location"] == "/api/v1/repos/acme/new/contents/README.md?ref=main"


# pull requests -------------------------------------------------------------------------------------------


def test_an_unknown_state_lists_open_and_closed_together(world: World) -> None:
    repository = world.repository("acme/a")
    repository.pull("one", state="closed")
    repository.pull("two")
    with Emulator(world, "gitea") as emulator, client(emulator, token_of(world, "bot")) as http:
        seen = {
            s: [p["number"] for p in http.get(f"{A}/pulls?state={s}").json()] for s in ("open", "closed", "", "x")
        }
    assert seen == {"open": [2], "closed": [1], "": [2, 1], "x": [2, 1]}


def test_a_closed_request_hides_a_newer_open_one_of_the_same_branches(world: World) -> None:
    repository = world.repository("acme/a")
    repository.pull("bump/x", files={"n": "1"}, state="closed")
    repository.pull("bump/x")
    response = ask(world, "gitea", "bot", "GET", f"{A}/pulls/main/bump%2Fx")
    assert (response.json()["number"], response.json()["state"]) == (1, "closed")


def test_deleting_a_branch_closes_its_requests_and_takes_the_name_from_their_ref(world: World) -> None:
    world.repository("acme/a").pull("bump/x", files={"n": "1"})
    with Emulator(world, "gitea") as emulator, client(emulator, token_of(world, "bot")) as http:
        assert http.delete(f"{A}/branches/bump%2Fx").status_code == 204
        pull = http.get(f"{A}/pulls/1").json()
    assert (pull["state"], pull["head"]["ref"], pull["head"]["label"]) == ("closed", "refs/pull/1/head", "bump/x")


def test_a_request_from_a_fork_says_so_and_outlives_it(world: World) -> None:
    repository = world.repository("acme/a")
    fork = world.user("mallory").repository("a", fork_of=repository)
    repository.pull("bump/x", files={"n": "1"}, fork=fork)
    with Emulator(world, "gitea") as emulator, client(emulator, token_of(world, "bot")) as http:
        head = http.get(f"{A}/pulls/1").json()["head"]
        world.delete(fork)
        after = http.get(f"{A}/pulls/1").json()["head"]
    assert (head["repo"]["full_name"], head["repo"]["fork"]) == ("mallory/a", True)
    assert (after["repo"], after["repo_id"], after["label"]) == (None, -1, "bump/x")


@pytest.mark.parametrize(("title", "draft"), [("WIP: x", True), ("[WIP] x", True), ("Draft: x", False)])
def test_a_draft_is_what_its_title_says(world: World, title: str, draft: bool) -> None:
    world.repository("acme/a").pull("bump/x", files={"n": "1"}, title=title)
    response = ask(world, "gitea", "bot", "GET", f"{A}/pulls/1")
    assert response.json()["draft"] is draft


def test_where_nothing_is_required_a_scheduled_merge_happens_a_second_later(world: World) -> None:
    world.repository("acme/a").pull("bump/x", files={"n": "1"})
    body = {"Do": "squash", "merge_when_checks_succeed": True, "delete_branch_after_merge": True}
    with Emulator(world, "gitea") as emulator, client(emulator, token_of(world, "bot")) as http:
        assert http.post(f"{A}/pulls/1/merge", json=body).status_code == 201
        assert http.get(f"{A}/pulls/1").json()["merged"] is False
        world.advance(seconds=1)
        assert http.get(f"{A}/pulls/1").json()["merged"] is True
    assert "bump/x" not in world.repository("acme/a").branches


def test_what_is_required_holds_a_merge_back_until_it_is_there(world: World) -> None:
    repository = world.repository("acme/a")
    repository.required_checks["main"] = ["ci"]
    repository.pull("bump/x", files={"n": "1"})
    with Emulator(world, "gitea") as emulator, client(emulator, token_of(world, "bot")) as http:
        assert http.post(f"{A}/pulls/1/merge", json={"Do": "merge"}).status_code == 405
        http.post(f"{A}/pulls/1/merge", json={"Do": "merge", "merge_when_checks_succeed": True})
        world.advance(hours=1)
        assert http.get(f"{A}/pulls/1").json()["merged"] is False
        repository.required_checks.clear()
        assert http.get(f"{A}/pulls/1").json()["merged"] is True


def test_a_conflict_is_not_mergeable(world: World) -> None:
    repository = world.repository("acme/a")
    repository.pull("bump/x", files={".runtime-version": "2\n"})
    repository.commit({".runtime-version": "3\n"}, "main")
    with Emulator(world, "gitea") as emulator, client(emulator, token_of(world, "bot")) as http:
        assert http.get(f"{A}/pulls/1").json()["mergeable"] is False
        assert http.post(f"{A}/pulls/1/merge", json={"Do": "merge"}).status_code == 405


def test_labels_are_named_by_id_when_creating_and_by_either_afterwards(world: World) -> None:
    repository = world.repository("acme/a")
    label, other = repository.label("dependencies"), repository.label("bug")
    repository.commit({"n": "1"}, "main", new_branch="bump/x")
    body = {"head": "bump/x", "base": "main", "title": "t", "labels": [label.id, "bug"]}
    with Emulator(world, "gitea") as emulator, client(emulator, token_of(world, "bot")) as http:
        made = http.post(f"{A}/pulls", json=body).json()
        added = http.post(f"{A}/issues/1/labels", json={"labels": ["bug", "unknown"]}).json()
    assert [x["name"] for x in made["labels"]] == ["dependencies"]
    assert [x["id"] for x in added] == [label.id, other.id]


def test_an_archived_repository_still_takes_an_edit_of_a_request(world: World) -> None:
    repository = world.repository("acme/a")
    repository.pull("bump/x", files={"n": "1"})
    repository.archive()
    with Emulator(world, "gitea") as emulator, client(emulator, token_of(world, "bot")) as http:
        assert http.patch(f"{A}/pulls/1", json={"state": "closed"}).status_code == 201
        assert http.post(f"{A}/issues/1/comments", json={"body": "x"}).status_code == 423
        assert http.post(f"{A}/pulls/1/merge", json={"Do": "merge"}).status_code == 423


def test_a_commit_over_many_files_keeps_modes_and_everything_it_does_not_name(world: World) -> None:
    files = [CHANGE, {"operation": "delete", "path": "dir/b"}]
    body = {"branch": "main", "new_branch": "bump/x", "message": "m", "files": files}
    assert ask(world, "gitea", "bot", "POST", f"{A}/contents", body).status_code == 201
    assert world.repository("acme/a").files("bump/x") == {".runtime-version": b"2\n", "main/odd": b"y"}
    assert world.repository("acme/a").files()[".runtime-version"] == b"1\n"
