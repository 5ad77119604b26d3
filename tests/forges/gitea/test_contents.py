"""One repository's files and forbidden paths, on servers with and without the batch route."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consumer_drift.model.observation import Snapshot, Wanted
from consumer_drift.model.result import Failure, FileText, NoFile, NoText, Reason
from tests.emulator import Emulator, LfsPointer, Submodule, Symlink, World
from tests.forges.gitea.forges import PIN, forge_at, look, name, probe, wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.emulator import Token
    from tests.emulator.wire import Request

SERVERS = ["gitea", "forgejo"]


def acme() -> tuple[World, Token]:
    world = World()
    world.organisation("acme")
    return world, world.token("bot", scopes=["read:repository", "read:organization"], sees="all")


def read(emulator: Emulator, token: Token, *consumers: Wanted) -> list[Snapshot | Failure]:
    seen = look(forge_at(emulator, token), consumers).consumers
    return [seen[one.name] for one in consumers]


def snapshot_of(
    world: World, forge: str, token: Token, files: Sequence[str], forbid: Sequence[str] = ()
) -> Snapshot:
    with Emulator(world, forge) as emulator:
        (snapshot,) = read(emulator, token, *wanted("a", files=files, forbid=forbid))
    assert isinstance(snapshot, Snapshot)
    return snapshot


@pytest.mark.parametrize("forge", SERVERS)
def test_every_kind_of_thing_at_a_path_is_told_apart(forge: str) -> None:
    world, token = acme()
    contents = {
        PIN: "1.4.0\n",
        "empty": "",
        "bin": b"\x00\x01",
        "lfs": LfsPointer(b"x" * 100),
        "link": Symlink(PIN),
        "sub": Submodule(),
        "dir/ü b.txt": "2",
    }
    world.owners["acme"].repository("a", files=contents)
    files = snapshot_of(world, forge, token, [*contents, "missing", "dir/missing", f"{PIN}/x"]).files
    assert files[PIN] == FileText("1.4.0\n")
    assert files["empty"] == FileText("")
    assert files["dir/ü b.txt"] == FileText("2")
    assert [files["missing"], files["dir/missing"], files[f"{PIN}/x"]] == [NoFile()] * 3
    why = {path: answer.why for path, answer in files.items() if isinstance(answer, NoText)}
    assert sorted(why) == ["bin", "lfs", "link", "sub"]


def test_a_folder_at_the_path_is_no_file() -> None:
    world, token = acme()
    world.owners["acme"].repository("a", files={f"{PIN}/x": "1"})
    assert snapshot_of(world, "forgejo", token, [PIN]).files[PIN] == NoText("a folder", is_file=False)


@pytest.mark.parametrize("forge", SERVERS)
def test_a_file_that_the_forge_does_not_hand_out_is_no_text(forge: str) -> None:
    world, token = acme()
    world.settings.max_blob_size = 10
    world.owners["acme"].repository("a", files={PIN: "1" * 11})
    answer = snapshot_of(world, forge, token, [PIN]).files[PIN]
    assert isinstance(answer, NoText)
    assert "11 bytes" in answer.why


@pytest.mark.parametrize("limits", [{"max_batch_files": 7}, {"max_response_size": 30}, {}])
def test_a_short_answer_is_asked_for_again_until_every_file_is_known(limits: dict[str, int]) -> None:
    world, token = acme()
    for key, value in limits.items():
        setattr(world.settings, key, value)
    contents = {f"f{number}": f"{number}" * 6 for number in range(70)}
    world.owners["acme"].repository("a", files=contents)
    files = snapshot_of(world, "gitea", token, [*contents, "missing"]).files
    assert files == {path: FileText(text) for path, text in contents.items()} | {"missing": NoFile()}


def test_a_file_too_large_for_any_batch_is_asked_for_by_itself() -> None:
    world, token = acme()
    world.settings.max_response_size = 5
    world.owners["acme"].repository("a", files={"large": "123456", PIN: "1"})
    assert snapshot_of(world, "gitea", token, ["large", PIN]).files == {
        "large": FileText("123456"),
        PIN: FileText("1"),
    }


def test_whether_there_is_a_batch_route_is_found_out_once() -> None:
    world, token = acme()
    for number in range(20):
        world.owners["acme"].repository(f"r{number}", files={PIN: "1", "b": "2"})
    with Emulator(world, "forgejo") as emulator:
        read(emulator, token, *wanted(*(f"r{number}" for number in range(20)), files=[PIN, "b"]))
        assert emulator.requests.count("GET", r"/file-contents") == 1
        assert emulator.requests.count("GET", r"/contents/") == 40


@pytest.mark.parametrize("first", ["a", "b"])
def test_a_missing_branch_does_not_pass_for_a_missing_route(first: str) -> None:
    world, token = acme()
    for one in "ab":
        world.owners["acme"].repository(one, files={PIN: "1"})
    with Emulator(world, "gitea") as emulator:
        forge = forge_at(emulator, token, concurrency=1)
        consumers = [Wanted(name(one), (PIN,), branch="gone" if one == first else None) for one in "ab"]
        seen = look(forge, tuple(consumers)).consumers
        lost, found = seen[name(first)], seen[name("b" if first == "a" else "a")]
        assert emulator.requests.count("GET", r"/contents/") == 0
    assert isinstance(found, Snapshot)
    assert isinstance(lost, Failure)


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize(("files", "forbid"), [([PIN], []), ([], ["x/"]), ([], ["**/x"]), ([PIN], ["x"])])
@pytest.mark.parametrize("branch", ["gone", "release/gone"])
def test_a_branch_that_is_not_there_is_no_missing_file(
    forge: str, files: list[str], forbid: list[str], branch: str
) -> None:
    world, token = acme()
    world.owners["acme"].repository("a", files={PIN: "1"})
    with Emulator(world, forge) as emulator:
        (seen,) = read(emulator, token, Wanted(name("a"), tuple(files), tuple(forbid), branch))
    assert isinstance(seen, Failure)
    assert seen.reason is Reason.NOT_FOUND
    assert f"no branch {branch!r}" in seen.said


def test_a_missing_branch_is_told_from_missing_files_without_a_batch_route_too() -> None:
    world, token = acme()
    for one in "ab":
        world.owners["acme"].repository(one, files={PIN: "1"})
    consumers = (Wanted(name("a"), (PIN,)), Wanted(name("b"), (PIN, "x"), branch="gone"))
    with Emulator(world, "forgejo") as emulator:
        seen = look(forge_at(emulator, token, concurrency=1), consumers).consumers
        assert emulator.requests.count("GET", "/file-contents") == 1
    lost = seen[name("b")]
    assert isinstance(lost, Failure)
    assert "no branch 'gone'" in lost.said


@pytest.mark.parametrize("forge", SERVERS)
def test_a_default_branch_that_is_not_there_is_no_missing_file(forge: str) -> None:
    world, token = acme()
    world.owners["acme"].repository("a", files={PIN: "1"}).default_branch = "trunk"
    with Emulator(world, forge) as emulator:
        (seen,) = read(emulator, token, *wanted("a"))
    assert isinstance(seen, Failure)
    assert "no branch 'trunk'" in seen.said


@pytest.mark.parametrize("forge", SERVERS)
def test_another_branch_is_read_where_it_is_wanted(forge: str) -> None:
    world, token = acme()
    world.owners["acme"].repository("a", files={PIN: "2"}, branches={"release/1.x": {PIN: "1", "workspace/x": ""}})
    with Emulator(world, forge) as emulator:
        (seen,) = read(emulator, token, Wanted(name("a"), (PIN,), ("workspace/", "**/x"), "release/1.x"))
    assert isinstance(seen, Snapshot)
    assert (seen.branch, seen.files[PIN]) == ("release/1.x", FileText("1"))
    assert seen.forbidden == {"workspace/": ("workspace/",), "**/x": ("workspace/x",)}


TREE = {
    "workspace/x": "",
    "src/acme_runtime/__init__.py": "",
    "acme.lock": "",
    "vendor": Submodule(),
    "a/b/c.txt": "",
}


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("page", [2, 1000])
@pytest.mark.parametrize(
    ("forbid", "requests"),
    [
        (
            {
                "workspace/": ("workspace/",),
                "workspace": ("workspace/",),
                "nothing": (),
                "acme.lock": ("acme.lock",),
            },
            "root",
        ),
        ({"vendor/": ("vendor/",), "acme.lock/": ()}, "root"),
        ({"**/acme_runtime/": ("src/acme_runtime/",), "workspace/": ("workspace/",)}, "all"),
        ({"a/b/": ("a/b/",), "*.lock": ("acme.lock",)}, "all"),
    ],
)
def test_forbidden_paths_are_found_with_one_kind_of_tree(
    forge: str, page: int, forbid: dict[str, tuple[str, ...]], requests: str
) -> None:
    world, token = acme()
    world.settings.trees_per_page = page
    world.owners["acme"].repository("a", files=TREE)
    with Emulator(world, forge) as emulator:
        (seen,) = read(emulator, token, *wanted("a", files=[], forbid=list(forbid)))
        trees = [one.query for one in emulator.requests if "/git/trees/" in one.path]
    assert isinstance(seen, Snapshot)
    assert seen.forbidden == forbid
    assert {"recursive" in query for query in trees} == {requests == "all"}
    assert page == 2 or len(trees) == 1


@pytest.mark.parametrize("forge", SERVERS)
def test_a_push_between_two_pages_of_a_tree_hides_nothing(forge: str) -> None:
    """All pages are of one commit: else what moves to the page before is in neither."""
    world, token = acme()
    world.settings.trees_per_page = 2
    repository = world.owners["acme"].repository("a", files={"1": "", "2": "", "3/pin": "1.4.0\n", "4": ""})
    pushed: list[str] = []

    def push(request: Request) -> bool:
        if "/git/trees/" in request.path and request.number("page", 1) == 2 and not pushed:
            pushed.append(repository.commit({"1": None}).oid)
        return False

    with Emulator(world, forge) as emulator:
        emulator.faults.add("server-error", where=push)
        (seen,) = read(emulator, token, *wanted("a", files=["**/pin"]))
    assert pushed
    assert isinstance(seen, Snapshot)
    assert seen.matches == {"**/pin": ("3/pin",)}


def test_a_tree_that_cannot_be_read_leaves_the_files_known() -> None:
    world, token = acme()
    world.owners["acme"].repository("a", files={PIN: "1"})
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add("server-error", path="/git/trees/")
        (seen,) = read(emulator, token, *wanted("a", forbid=["x/"]))
    assert isinstance(seen, Snapshot)
    assert seen.files[PIN] == FileText("1")
    assert isinstance(seen.forbidden["x/"], Failure)


@pytest.mark.parametrize("forge", SERVERS)
def test_an_empty_repository_holds_no_file_and_costs_nothing(forge: str) -> None:
    world, token = acme()
    world.owners["acme"].repository("a", empty=True)
    with Emulator(world, forge) as emulator:
        (seen,) = read(emulator, token, *wanted("a", forbid=["x/"]))
        assert len(emulator.requests) == 1
    assert isinstance(seen, Snapshot)
    assert (seen.empty, seen.branch, seen.files, seen.forbidden) == (True, "", {PIN: NoFile()}, {"x/": ()})


@pytest.mark.parametrize("forge", SERVERS)
def test_an_archived_repository_is_not_looked_into(forge: str) -> None:
    world, token = acme()
    world.owners["acme"].repository("a", files={PIN: "1"}, archived=True)
    with Emulator(world, forge) as emulator:
        (seen,) = read(emulator, token, *wanted("a"))
        assert len(emulator.requests) == 1
    assert isinstance(seen, Snapshot)
    assert seen.archived


def test_without_a_batch_route_one_tree_tells_that_a_probed_repository_holds_nothing() -> None:
    world, token = acme()
    for number in range(30):
        world.owners["acme"].repository(f"r{number:02}", files={"README.md": ""})
    world.owners["acme"].repository("zz", files={PIN: "1"})
    with Emulator(world, "forgejo") as emulator:
        forge = forge_at(emulator, token, concurrency=1)
        listing = look(forge, (), probe(files=[PIN, "requirements.txt", ".github/ci.yml"])).listing
        assert len(emulator.requests) < 45
    assert not isinstance(listing, Failure)
    assert listing is not None
    assert listing.repositories[-1].files[PIN] == FileText("1")
    assert listing.repositories[3].files == dict.fromkeys([PIN, "requirements.txt", ".github/ci.yml"], NoFile())


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("missing-scope", Reason.MISSING_SCOPE),
        ("unknown-403", Reason.DENIED),
        ("server-error", Reason.FORGE_ERROR),
        ("bad-gateway", Reason.FORGE_ERROR),
        ("unavailable", Reason.FORGE_ERROR),
        ("gateway-timeout", Reason.FORGE_ERROR),
        ("too-many-requests", Reason.SECONDARY_LIMIT),
        ("html-wall-200", Reason.PROXY),
        ("html-wall-403", Reason.PROXY),
        ("wrong-content-type", Reason.PROXY),
        ("invalid-json", Reason.UNEXPECTED),
        ("wrong-shape", Reason.UNEXPECTED),
        ("redirect-elsewhere", Reason.FOREIGN_REDIRECT),
        ("cut-body", Reason.CUT_SHORT),
        ("connection-reset", Reason.CUT_SHORT),
        ("connection-closed", Reason.CUT_SHORT),
        ("endless-body", Reason.TOO_LARGE),
        ("unprocessable", Reason.UNEXPECTED),
    ],
)
def test_a_faulty_answer_is_an_obstacle_and_never_a_missing_file(forge: str, fault: str, reason: Reason) -> None:
    world, token = acme()
    world.owners["acme"].repository("a", files={PIN: "1", "b": "2"}, private=True)
    with Emulator(world, forge) as emulator:
        options = {"retry_after": 0} if fault == "too-many-requests" else {}
        emulator.faults.add(fault, path=r"/(file-)?contents", **options)
        (seen,) = read(emulator, token, *wanted("a", files=[PIN, "b"]))
    assert isinstance(seen, Snapshot)
    assert [getattr(answer, "reason", answer) for answer in seen.files.values()] == [reason, reason]


@pytest.mark.parametrize("forge", SERVERS)
@pytest.mark.parametrize("fault", ["server-error", "unavailable", "cut-body", "connection-reset"])
def test_what_passes_by_itself_is_asked_for_again(forge: str, fault: str) -> None:
    world, token = acme()
    world.owners["acme"].repository("a", files={PIN: "1"})
    with Emulator(world, forge) as emulator:
        emulator.faults.add(fault, path=r"/(file-)?contents", times=2)
        (seen,) = read(emulator, token, *wanted("a"))
    assert isinstance(seen, Snapshot)
    assert seen.files[PIN] == FileText("1")


# Gitea before 1.24, and Gitea 1.24, which has no batch route yet.
OLD = {"has_batch_route": False, "knows_full_refs": True}
BETWEEN = {"has_batch_route": False, "knows_full_refs": False}


@pytest.mark.parametrize(
    ("forge", "settings"), [("gitea", {}), ("gitea", OLD), ("gitea", BETWEEN), ("forgejo", {})], ids=str
)
@pytest.mark.parametrize("branch", ["main", "release/1.x"])
def test_a_tag_named_like_the_branch_is_never_read_for_it(
    forge: str, settings: dict[str, object], branch: str
) -> None:
    """Git takes the tag first, and so do trees of all servers and files of some."""
    world, token = acme()
    for key, value in settings.items():
        setattr(world.settings, key, value)
    one = world.owners["acme"].repository("a", files={PIN: "1.4.0\n", "workspace/x": ""}, default_branch=branch)
    one.tag(branch)
    one.commit({PIN: "1.3.0\n", "new": "here", "charts/a/values.yaml": "1", "workspace/x": None})
    files = [PIN, "new", "missing", "charts/*/values.yaml"]
    (seen,) = _seen(world, forge, token, wanted("a", files=files, forbid=["workspace/", "new"]))
    assert isinstance(seen, Snapshot)
    assert {path: found.text for path, found in seen.files.items() if isinstance(found, FileText)} == {
        PIN: "1.3.0\n",
        "new": "here",
        "charts/a/values.yaml": "1",
    }
    assert seen.files["missing"] == NoFile()
    assert seen.forbidden == {"workspace/": (), "new": ("new",)}


def _seen(world: World, forge: str, token: Token, consumers: Sequence[Wanted]) -> list[Snapshot | Failure]:
    with Emulator(world, forge) as emulator:
        return read(emulator, token, *consumers)


@pytest.mark.parametrize(("forge", "settings"), [("gitea", OLD), ("gitea", BETWEEN), ("forgejo", {})], ids=str)
def test_how_branches_are_named_is_learned_once(forge: str, settings: dict[str, object]) -> None:
    world, token = acme()
    for key, value in settings.items():
        setattr(world.settings, key, value)
    for number in range(20):
        world.owners["acme"].repository(f"r{number:02}", files={PIN: "1"})
    names = [f"r{number:02}" for number in range(20)]
    with Emulator(world, forge) as emulator:
        forge_ = forge_at(emulator, token, concurrency=1)
        look(forge_, wanted(*names))
        assert sum("/contents/" in one.path for one in emulator.requests) <= 21


def test_a_proxy_that_refuses_an_escaped_slash_costs_one_request_more() -> None:
    """The commit's id has no slash, and no tag has its name."""
    world, token = acme()
    for one in ("a", "b"):
        repository = world.owners["acme"].repository(one, files={"x/y": ""})
        repository.tag("main")
        repository.commit({"x/y": None, "z": ""})
    with Emulator(world, "gitea") as emulator:
        emulator.faults.add("not-found", where=lambda one: "%2F" in one.raw_path)
        forge = forge_at(emulator, token, concurrency=1)
        seen = look(forge, wanted("a", "b", files=[], forbid=["x/"])).consumers
        refused = [one for one in emulator.requests if one.status == 404]
    assert [one.forbidden for one in seen.values() if isinstance(one, Snapshot)] == [{"x/": ()}] * 2
    assert len(refused) == 1


def test_an_answer_about_a_tag_is_no_answer_about_the_branch() -> None:
    """Should a server with a batch route ask git, too."""
    world, token = acme()
    world.settings.has_batch_route = True
    world.owners["acme"].repository("a", files={PIN: "1"}).tag("main")
    (seen,) = _seen(world, "forgejo", token, wanted("a"))
    assert isinstance(seen, Snapshot)
    found = seen.files[PIN]
    assert isinstance(found, Failure)
    assert "did not read .runtime-version at the branch 'main'" in found.said


@pytest.mark.parametrize("forge", SERVERS)
def test_the_sources_own_file_is_read_at_its_default_branch(forge: str) -> None:
    world, token = acme()
    source = world.owners["acme"].repository("a", files={"VERSION": "1"}, archived=True)
    source.tag("main")
    source.commit({"VERSION": "2"})
    with Emulator(world, forge) as emulator:
        found = forge_at(emulator, token).file(name("acme/a"), "VERSION")
    assert found == FileText("2")
