"""A world says who sees what, and keeps its own books right."""

from __future__ import annotations

import threading

import pytest

from tests.emulator import Emulator, World
from tests.emulator.access import Caller
from tests.emulator.asking import client
from tests.emulator.github import permission as github
from tests.emulator.github.graphql.engine import SCHEMA_FILE
from tests.emulator.github.graphql.reduce_schema import reduce
from tests.emulator.repository import BranchConflictError
from tests.emulator.tokens import PREFIXES


@pytest.fixture
def world() -> World:
    world = World(now="2026-11-22T12:00:00Z")
    acme = world.organisation("acme")
    acme.repository("public")
    acme.repository("private", private=True)
    acme.repository("internal", internal=True)
    acme.members.add("member")
    acme.admins.add("boss")
    acme.team("writers", ["writer"], role="write", repositories=["private"])
    world.organisation("shy", visibility="limited").repository("public")
    world.organisation("closed", visibility="private").repository("public")
    world.repository("acme/private").collaborators["friend"] = "read"
    for name in ("member", "boss", "writer", "friend", "stranger"):
        world.token(name, kind="classic", scopes=["repo", "all"])
    world.token("all", kind="classic", scopes=["repo", "all"], sees="all", role="read")
    world.token("some", kind="classic", scopes=["repo"], sees=["acme/private", "closed"], role="admin")
    world.token("chosen", user="all", permissions={"contents": "read"}, repositories=["acme/private"])
    world.token("job", job_repository="acme/private")
    return world


# who, and the rank (0 none, 1 read, 2 write, 3 admin) for acme/public, acme/private, acme/internal, shy, closed
RANKS = [
    ("", [1, 0, 0, 0, 0]),
    ("stranger", [1, 0, 0, 1, 0]),
    ("member", [1, 0, 1, 1, 0]),
    ("boss", [3, 3, 3, 1, 0]),
    ("writer", [1, 2, 1, 1, 0]),
    ("friend", [1, 1, 0, 1, 0]),
    ("all", [1, 1, 1, 1, 1]),
    ("some", [1, 3, 0, 1, 3]),
    ("chosen", [1, 1, 0, 0, 0]),
    ("job", [1, 2, 0, 0, 0]),
]


@pytest.mark.parametrize(("name", "ranks"), RANKS)
def test_everyone_sees_what_visibility_membership_and_token_allow(
    world: World, name: str, ranks: list[int]
) -> None:
    caller = Caller(world, next((t for t in world.tokens.values() if t.name == name), None))
    names = ("acme/public", "acme/private", "acme/internal", "shy/public", "closed/public")
    assert [caller.rank(world.repository(full)) for full in names] == ranks


@pytest.mark.parametrize(
    ("scopes", "rank"), [(["repo"], 2), (["public_repo"], 0), ([], 0), (["read:org"], 0)]
)  # fmt: skip
def test_a_classic_token_sees_private_repositories_with_the_scope_repo_alone(
    world: World, scopes: list[str], rank: int
) -> None:
    token = world.token("one", user="writer", kind="classic", scopes=scopes)
    assert github.rank(Caller(world, token), world.repository("acme/private")) == rank


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"scopes": ["repo"]}, "classic"),
        ({"scopes": ["write:repository"]}, "forge"),
        ({"scopes": ["all"]}, "forge"),
        ({"permissions": {}}, "fine-grained"),
        ({"job_repository": "acme/public"}, "job"),
        ({"kind": "installation"}, "installation"),
    ],
)
def test_a_tokens_kind_follows_from_what_it_may_and_shows_in_its_prefix(
    world: World, options: dict[str, object], kind: str
) -> None:
    token = world.token("one", **options)
    assert token.kind == kind
    assert token.secret.startswith(PREFIXES[kind])


def test_names_are_found_without_case_and_only_once(world: World) -> None:
    assert world.repository("ACME/Public").name == "public"
    with pytest.raises(ValueError, match="acme/PUBLIC is there already"):
        world.owners["acme"].repository("PUBLIC")


def test_files_are_given_for_one_branch_or_for_several() -> None:
    acme = World().organisation("acme")
    one = acme.repository("one", {"a": "1", "d/b": "2"}, branches={"x": {"a": "3"}})
    two = acme.repository("two", {"main": {"a": "1"}, "release/1.x": {"c": "2"}})
    assert one.files("x") == {"a": b"3", "d/b": b"2"}
    assert two.files("release/1.x") == {"a": b"1", "c": b"2"}


def test_a_branch_cannot_stand_under_another(world: World) -> None:
    repository = world.repository("acme/public")
    with pytest.raises(BranchConflictError, match="cannot lock ref 'refs/heads/main/x'"):
        repository.commit({"a": "1"}, new_branch="main/x")
    assert list(repository.branches) == ["main"]


def test_a_push_moves_open_requests_and_a_closed_one_stays() -> None:
    repository = World().organisation("acme").repository("a")
    closed = repository.pull("x", files={"n": "1"}, state="closed")
    opened = repository.pull("x")
    before = closed.head_tip
    commit = repository.commit({"n": "2"}, "x")
    assert (closed.head_tip, opened.head_tip) == (before, commit.oid)


def test_the_clock_waits_and_is_moved() -> None:
    world = World(now="2026-11-22T12:00:00Z")
    world.advance(hours=73)
    assert world.now().isoformat() == "2026-11-25T13:00:00+00:00"
    with pytest.raises(ValueError, match="without a zone"):
        World(now="2026-11-22T12:00:00")


@pytest.mark.parametrize(("forge", "status"), [("gitea", 307), ("forgejo", 307), ("github", 301)])
def test_a_renamed_owner_redirects(world: World, forge: str, status: int) -> None:
    world.owners["acme"].rename("emca")
    with Emulator(world, forge) as emulator, client(emulator) as http:
        moved = http.get("/repos/acme/public")
        assert moved.status_code == status
        assert http.get(moved.headers["location"].removeprefix("/api/v1")).json()["full_name"] == "emca/public"


def test_threads_that_change_a_world_lose_nothing() -> None:
    repository = World().organisation("acme").repository("a")

    def work(number: int) -> None:
        for step in range(20):
            repository.pull(f"b{number}-{step}", files={"n": f"{number}"})

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(p.number for p in repository.pulls) == list(range(1, 161))


def test_reducing_the_reduced_schema_changes_nothing() -> None:
    text = SCHEMA_FILE.read_text(encoding="utf-8")
    assert reduce(text) == text
