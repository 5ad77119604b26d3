"""What the rest of the program asks of a Gitea or Forgejo server, beside the survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.address import Kind, address_of
from consumer_drift.forges.gitea import GiteaForge
from consumer_drift.model.observation import BumpSearch, Snapshot, Tag
from consumer_drift.model.result import Failure, FileText, NoFile, NoText, Reason
from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock
from tests.emulator import Emulator, World
from tests.forges.gitea.forges import PIN, forge_at, look, name, wanted

if TYPE_CHECKING:
    from consumer_drift.forges.base import Forge
    from tests.emulator import Token

SERVERS = ["gitea", "forgejo"]
HEAD = "bump/runtime-2.0.0"


def acme(**settings: object) -> tuple[World, Token]:
    world = World(**settings)
    world.organisation("acme")
    return world, world.token("bot", scopes=["read:repository"], sees="all")


def offline(kind: Kind, server: str = "https://git.example.org") -> Forge:
    return GiteaForge(address_of(kind, server), "", deadline=Deadline(600), concurrency=2)


@pytest.mark.parametrize(
    ("kind", "label"),
    [(Kind.GITEA, "Gitea at https://git.example.org"), (Kind.FORGEJO, "Forgejo at https://git.example.org")],
)
def test_the_label_names_the_server(kind: Kind, label: str) -> None:
    assert offline(kind).label == label


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("count", [0, 1, 50, 51, 230])
def test_all_pages_of_tags_are_read(forge: str, count: int) -> None:
    world, token = acme()
    tags = [f"runtime-v1.0.{number}" for number in range(count)]
    world.owners["acme"].repository("runtime", tags=[*tags, "nightly"])
    with Emulator(world, forge) as emulator:
        found = forge_at(emulator, token).tags(name("runtime"), "runtime-v")
    assert not isinstance(found, Failure)
    assert sorted(tag.name for tag in found) == sorted(tags)
    assert all(len(tag.commit) == 40 for tag in found)


def test_a_server_with_smaller_pages_shows_all_tags() -> None:
    world, token = acme(max_response_items=7)
    world.owners["acme"].repository("runtime", tags=[f"v{number}" for number in range(40)])
    with Emulator(world, "gitea") as emulator:
        found = forge_at(emulator, token).tags(name("runtime"), "v")
    assert not isinstance(found, Failure)
    assert len(found) == 40


@pytest.mark.parametrize("forge", SERVERS)
def test_an_empty_repository_has_no_tags(forge: str) -> None:
    world, token = acme()
    world.owners["acme"].repository("runtime", empty=True)
    with Emulator(world, forge) as emulator:
        assert forge_at(emulator, token).tags(name("runtime"), "v") == ()


@pytest.mark.parametrize("forge", SERVERS)
def test_tags_of_no_repository_are_an_obstacle(forge: str) -> None:
    world, token = acme()
    with Emulator(world, forge) as emulator:
        found = forge_at(emulator, token).tags(name("runtime"), "v")
    assert isinstance(found, Failure)
    assert found.reason is Reason.NOT_FOUND


@pytest.mark.parametrize("page", ["page=1", "page=3"])
@pytest.mark.parametrize("fault", ["server-error", "html-wall-200", "wrong-shape", "invalid-json"])
def test_tags_are_whole_or_an_obstacle(page: str, fault: str) -> None:
    world, token = acme()
    world.owners["acme"].repository("runtime", tags=[f"v{number}" for number in range(140)])
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add(fault, where=lambda request: page in request.target)
        assert isinstance(forge_at(emulator, token).tags(name("runtime"), "v"), Failure)


def test_fewer_tags_than_the_server_counts_are_an_obstacle() -> None:
    world, token = acme()
    world.owners["acme"].repository("runtime", tags=[f"v{number}" for number in range(10)])
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add("hidden-repositories", path="/tags")
        found = forge_at(emulator, token).tags(name("runtime"), "v")
    assert isinstance(found, Failure)
    assert found.reason is Reason.CUT_SHORT


@pytest.mark.parametrize("forge", SERVERS)
def test_the_latest_release_is_a_tag_none_or_an_obstacle(forge: str) -> None:
    world, token = acme()
    world.owners["acme"].repository("runtime", releases=["v1.0.0", "v1.1.0"]).release("v2.0.0", prerelease=True)
    world.owners["acme"].repository("bare")
    with Emulator(world, forge) as emulator:
        forge_ = forge_at(emulator, token)
        assert forge_.latest_release(name("runtime")) == Tag("v1.1.0")
        assert forge_.latest_release(name("bare")) is None
        missing = forge_.latest_release(name("gone"))
    assert isinstance(missing, Failure)
    assert missing.reason is Reason.NOT_FOUND


@pytest.mark.parametrize("forge", SERVERS)
def test_a_file_is_read_at_a_branch_a_tag_a_commit_or_the_default_branch(forge: str) -> None:
    world, token = acme()
    runtime = world.owners["acme"].repository(
        "runtime", files={"VERSION": "1", "src/x": ""}, tags=["v1"], branches={"rel/2": {"VERSION": "2"}}
    )
    world.owners["acme"].repository("void", empty=True)
    commit = runtime.branches["main"]
    with Emulator(world, forge) as emulator:
        forge_ = forge_at(emulator, token)
        for ref, text in {"": "1", "main": "1", "v1": "1", "rel/2": "2", commit: "1"}.items():
            assert forge_.file(name("runtime"), "VERSION", ref) == FileText(text)
            assert forge_.file(name("runtime"), "none", ref) == NoFile()
        assert forge_.file(name("runtime"), "src") == NoText("a folder", is_file=False)
        assert forge_.file(name("void"), "VERSION") == NoFile()
        for missing in (forge_.file(name("runtime"), "VERSION", "gone"), forge_.file(name("nix"), "VERSION")):
            assert isinstance(missing, Failure)
            assert missing.reason is Reason.NOT_FOUND


SEARCH = BumpSearch(HEAD, "bump/", lambda branch: branch == HEAD)


def snapshots(forge: Forge, *names: str) -> list[Snapshot]:
    seen = look(forge, wanted(*names)).consumers  # type: ignore[arg-type]
    return [one for one in seen.values() if isinstance(one, Snapshot)]


@pytest.mark.parametrize("forge", SERVERS)
def test_open_pull_requests_are_found_by_their_head_branch(forge: str) -> None:
    world, token = acme()
    a = world.owners["acme"].repository("a", files={PIN: "1"})
    a.pull(HEAD, files={PIN: "2"}, state="closed", created_at="2026-11-01T00:00:00Z")
    a.pull("other", files={PIN: "3"})
    a.pull(HEAD, files={PIN: "2"}, author="bot", title="bump", created_at="2026-11-20T00:00:00Z")
    world.owners["acme"].repository("b", files={PIN: "1"})
    with Emulator(world, forge) as emulator:
        forge_ = forge_at(emulator, token)
        found = forge_.pull_requests(snapshots(forge_, "a", "b"), SEARCH)
        assert emulator.requests.count("GET", "/b/pulls") == 0
    assert found[name("b")] == ()
    (pull,) = found[name("a")]  # type: ignore[misc]
    assert (pull.number, pull.head, pull.author, pull.title, pull.from_fork) == (3, HEAD, "bot", "bump", False)
    assert pull.created_at.isoformat() == "2026-11-20T00:00:00+00:00"


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize(
    ("base", "title", "checking", "mergeable", "asked"),
    [
        ("1", "bump", 0, True, 0),
        ("1", "bump", 2, True, 2),
        ("3", "bump", 0, False, 3),
        ("3", "WIP: bump", 0, None, 0),
    ],
)
def test_whether_a_pull_request_merges_is_asked_until_it_is_computed(
    forge: str, base: str, title: str, checking: int, mergeable: bool | None, asked: int
) -> None:
    """Until then the server says no. A draft never merges, which says nothing about conflicts."""
    world, token = acme()
    a = world.owners["acme"].repository("a", files={PIN: "1"})
    a.pull(HEAD, files={PIN: "2"}, title=title).checking = checking
    a.commit({PIN: base})
    with Emulator(world, forge) as emulator:
        forge_ = forge_at(emulator, token, deadline=Deadline(600, VirtualClock()))
        (pull,) = forge_.pull_requests(snapshots(forge_, "a"), SEARCH)[name("a")]  # type: ignore[misc]
        assert emulator.requests.count("GET", "/pulls/1") == asked
    assert pull.mergeable is mergeable


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("deleted", [False, True])
def test_a_pull_request_from_a_fork_says_so(forge: str, deleted: bool) -> None:
    world, token = acme()
    a = world.owners["acme"].repository("a", files={PIN: "1"})
    fork = world.user("mallory").repository("a", fork_of=a)
    a.pull(HEAD, files={PIN: "2"}, fork=fork)
    if deleted:
        world.delete(fork)
    with Emulator(world, forge) as emulator:
        forge_ = forge_at(emulator, token)
        found = forge_.pull_requests(snapshots(forge_, "a"), SEARCH)[name("a")]
    assert not isinstance(found, Failure)
    assert [pull.from_fork for pull in found] == [True]


def test_all_pages_of_open_pull_requests_are_read() -> None:
    world, token = acme()
    a = world.owners["acme"].repository("a", files={PIN: "1"})
    a.pull(HEAD, files={PIN: "2"}, created_at="2026-01-01T00:00:00Z")
    for number in range(60):
        a.pull(f"b{number}", files={PIN: "2"})
    with Emulator(world, "gitea") as emulator:
        forge_ = forge_at(emulator, token)
        found = forge_.pull_requests(snapshots(forge_, "a"), SEARCH)[name("a")]
    assert not isinstance(found, Failure)
    assert len(found) == 1


@pytest.mark.parametrize("fault", ["missing-scope", "server-error", "wrong-shape", "not-found", "html-wall-403"])
def test_pull_requests_that_cannot_be_read_are_an_obstacle(fault: str) -> None:
    world, token = acme()
    world.owners["acme"].repository("a", files={PIN: "1"}, private=True).pull(HEAD, files={PIN: "2"})
    with Emulator(world, "gitea") as emulator:
        forge_ = forge_at(emulator, token)
        seen = snapshots(forge_, "a")
        emulator.faults.add(fault, path="/pulls")
        assert isinstance(forge_.pull_requests(seen, SEARCH)[name("a")], Failure)


def test_after_the_run_was_stopped_pull_requests_are_an_obstacle() -> None:
    world, token = acme()
    world.owners["acme"].repository("a", files={PIN: "1"}).pull(HEAD, files={PIN: "2"})
    deadline = Deadline(600)
    with Emulator(world, "gitea") as emulator:
        forge_ = forge_at(emulator, token, deadline=deadline)
        seen = snapshots(forge_, "a")
        deadline.interrupt(15)
        found = forge_.pull_requests(seen, SEARCH)[name("a")]
    assert isinstance(found, Failure)
    assert found.reason is Reason.INTERRUPTED


@pytest.mark.parametrize(
    ("branch", "path", "line", "url"),
    [
        ("main", PIN, 3, "https://git.example.org/acme/a/src/branch/main/.runtime-version#L3"),
        ("rel/1 x", "a b#/ü.txt", 0, "https://git.example.org/acme/a/src/branch/rel/1%20x/a%20b%23/%C3%BC.txt"),
        ("", PIN, 1, ""),
    ],
)
def test_a_files_address_in_the_browser(branch: str, path: str, line: int, url: str) -> None:
    snapshot = Snapshot(name("a"), name("a"), web_url="https://git.example.org/acme/a", branch=branch)
    assert offline(Kind.GITEA).file_url(snapshot, path, line) == url


def test_a_forge_below_a_path_is_read() -> None:
    world, token = acme()
    world.owners["acme"].repository("a", files={PIN: "1"})
    with Emulator(world, "gitea") as emulator:
        address = address_of(Kind.GITEA, "https://intern.example.org/git", emulator.api_url)
        forge_ = GiteaForge(address, token.secret, deadline=Deadline(600), concurrency=2)
        assert forge_.file(name("a"), PIN) == FileText("1")


def test_a_forge_that_is_not_there_is_an_obstacle() -> None:
    forge_ = GiteaForge(
        address_of(Kind.GITEA, "http://127.0.0.1:9"), "x", deadline=Deadline(600, VirtualClock()), concurrency=2
    )
    found = forge_.file(name("a"), PIN)
    assert isinstance(found, Failure)
    assert found.reason in {Reason.UNREACHABLE, Reason.OUT_OF_TIME}
