"""``command: init`` in a job: one pull request with the list, and ownership as propagate has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.model.repository import RepositoryName
from consumer_drift.settings import UsageError
from tests.commands.fleets import add_consumer, init, owner
from tests.commands.test_init import names
from tests.emulator import Emulator

if TYPE_CHECKING:
    from pathlib import Path

    from tests.emulator import World
    from tests.emulator.repository import Repository
    from tests.running import Run

FORGES = ("github", "gitea", "forgejo")
PLACE = ".github/consumer-drift.yml"


def token(world: World, forge: str) -> str:
    scopes = ["repo", "read:org"] if forge == "github" else ["write:repository", "read:organization"]
    return world.token("bot", kind="classic" if forge == "github" else "forge", scopes=scopes, sees="all").secret


def source(world: World) -> Repository:
    return next(one for one in world.owners["acme"].repositories if one.name == "runtime")


def pulls(world: World) -> list[Any]:
    return list(source(world).pulls)


def listed(world: World, branch: str = "main") -> list[str]:
    """The consumers in the list at *branch*."""
    return names(source(world).files(branch)[PLACE].decode())


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def propose(emulator: Emulator, workspace: Path, secret: str, **more: Any) -> Run:
    return init(emulator, workspace, secret, propose=True, **more)


def test_one_pull_request_has_the_list_and_a_second_run_changes_nothing(forge: str, tmp_path: Path) -> None:
    world = owner(consumers=4, others=2)
    secret = token(world, forge)
    with Emulator(world, forge) as emulator:
        result = propose(emulator, tmp_path, secret)
        assert (result.report.exit_code, result.messages) == (0, "")
        (pull,) = pulls(world)
        assert listed(world, "consumer-drift/list") == [f"consumer-{index:04}" for index in range(4)]
        assert result.report.notes[0] == f"{PLACE}: opened {result.json['pull_requests'][0]['url']}"
        assert "consumer-0003" in pull.body
        again = propose(emulator, tmp_path, secret)
    assert [bump.outcome for _, bump in again.report.bumps] == ["pr-exists"]
    assert len(pulls(world)) == 1
    assert list(tmp_path.iterdir()) == []


def outcome(run: Run) -> str:
    ((_, bump),) = run.report.bumps
    return bump.outcome.value


def test_what_is_new_is_added_to_the_open_pull_request(forge: str, tmp_path: Path) -> None:
    world = owner(consumers=4, others=2)
    secret = token(world, forge)
    with Emulator(world, forge) as emulator:
        propose(emulator, tmp_path, secret)
        add_consumer(world.owners["acme"], 4)
        assert outcome(propose(emulator, tmp_path, secret)) == "updated"
        assert outcome(propose(emulator, tmp_path, secret)) == "pr-exists"
    (pull,) = pulls(world)
    assert listed(world, "consumer-drift/list")[-1] == "consumer-0004"
    assert "consumer-0004" in pull.body


def test_once_it_is_merged_an_unlisted_repository_arrives_as_a_proposal(forge: str, tmp_path: Path) -> None:
    world = owner(consumers=4, others=2)
    secret = token(world, forge)
    with Emulator(world, forge) as emulator:
        propose(emulator, tmp_path, secret)
        world.merge(pulls(world)[0], "boss", delete_branch=True)
        assert outcome(propose(emulator, tmp_path, secret)) == "already-pinned"
        add_consumer(world.owners["acme"], 7)
        run = propose(emulator, tmp_path, secret)
    assert outcome(run) == "opened"
    assert len(pulls(world)) == 2
    assert [*listed(world), "consumer-0007"] == listed(world, "consumer-drift/list")
    assert "consumer-0007" in pulls(world)[1].body
    assert "consumer-0001" not in pulls(world)[1].body


def test_what_a_person_closed_is_not_proposed_again_until_there_is_more(forge: str, tmp_path: Path) -> None:
    world = owner(consumers=4, others=2)
    secret = token(world, forge)
    with Emulator(world, forge) as emulator:
        propose(emulator, tmp_path, secret)
        world.close(pulls(world)[0], "boss")
        run = propose(emulator, tmp_path, secret)
        assert outcome(run) == "declined"
        assert run.report.exit_code == 0
        add_consumer(world.owners["acme"], 4)
        assert outcome(propose(emulator, tmp_path, secret)) == "opened"
    assert [pull.state for pull in pulls(world)] == ["closed", "open"]


def test_other_peoples_commits_are_left_alone(forge: str, tmp_path: Path) -> None:
    world = owner(consumers=4, others=2)
    secret = token(world, forge)
    with Emulator(world, forge) as emulator:
        propose(emulator, tmp_path, secret)
        source(world).commit({"notes.txt": "mine\n"}, "consumer-drift/list", author="ann")
        tip = source(world).branches["consumer-drift/list"]
        add_consumer(world.owners["acme"], 4)
        run = propose(emulator, tmp_path, secret)
    assert outcome(run) == "pr-exists"
    assert "has commits of ann" in run.report.bumps[0][1].note
    assert source(world).branches["consumer-drift/list"] == tip


def test_a_pull_request_that_is_not_needed_any_more_is_closed(forge: str, tmp_path: Path) -> None:
    """Somebody wrote the same list by hand."""
    world = owner(consumers=4, others=2)
    secret = token(world, forge)
    with Emulator(world, forge) as emulator:
        propose(emulator, tmp_path, secret)
        source(world).commit({PLACE: source(world).files("consumer-drift/list")[PLACE].decode()})
        run = propose(emulator, tmp_path, secret)
    assert (outcome(run), run.report.notes[0]) == ("already-pinned", f"{PLACE}: nothing is new")
    assert pulls(world)[0].state == "closed"
    assert "consumer-drift/list" not in source(world).branches


def test_one_that_conflicts_is_replaced_from_the_present_base(forge: str, tmp_path: Path) -> None:
    world = owner(consumers=4, others=2)
    secret = token(world, forge)
    with Emulator(world, forge) as emulator:
        propose(emulator, tmp_path, secret)
        text = "source: {tags: 'v{version}'}\npins: [{file: .runtime-version}]\nconsumers: [consumer-0000]\n"
        source(world).commit({PLACE: text})
        assert outcome(propose(emulator, tmp_path, secret)) == "rebuilt"
        assert outcome(propose(emulator, tmp_path, secret)) == "pr-exists"
    assert [pull.state for pull in pulls(world)] == ["closed", "open"]
    assert source(world).files("consumer-drift/list")[PLACE].decode().startswith("source: {tags: 'v{version}'}\n")


@pytest.mark.parametrize("dry", ["dry-run", "no token"])
def test_without_leave_to_write_nothing_is_written(dry: str, tmp_path: Path) -> None:
    world = owner(consumers=2, others=1)
    secret = token(world, "gitea") if dry == "dry-run" else ""
    with Emulator(world, "gitea") as emulator:
        run = propose(emulator, tmp_path, secret, dry_run=dry == "dry-run")
        assert {one.method for one in emulator.requests} == {"GET"}
    assert outcome(run) == "would-open"
    assert "+consumers:" in run.report.bumps[0][1].diff
    assert pulls(world) == []


def test_a_token_that_may_not_write_is_an_error(forge: str, tmp_path: Path) -> None:
    world = owner(consumers=2, others=1)
    scopes = ["read:org"] if forge == "github" else ["read:repository", "read:organization"]
    kind = "classic" if forge == "github" else "forge"
    secret = world.token("bot", kind=kind, scopes=scopes, sees="all").secret
    with Emulator(world, forge) as emulator:
        run = propose(emulator, tmp_path, secret)
    assert (run.report.exit_code, run.codes) == (2, ["bump-failed"])
    assert "the pull request with the list could not be opened" in run.messages


@pytest.mark.parametrize(
    ("files_there", "named", "words"),
    [
        ({PLACE: "pins: x\n"}, "", "pins: must be a list"),
        ({PLACE: b"\xff\xfe\x00"}, "", "it is no text file"),
        ({}, "acme/other/list.yml@main", "is a file of another repository"),
    ],
)
def test_a_list_that_cannot_be_read_is_an_error(
    files_there: dict[str, Any], named: str, words: str, tmp_path: Path
) -> None:
    world = owner(consumers=1)
    source(world).commit({"x": "x", **files_there})
    with Emulator(world, "gitea") as emulator:
        run = propose(emulator, tmp_path, token(world, "gitea"), config=named)
    assert run.report.exit_code == 2
    assert words in run.messages


def test_a_named_list_is_the_one_that_is_extended(tmp_path: Path) -> None:
    world = owner(consumers=2, others=1)
    source(world).commit({"drift.yml": "pins: [{file: .runtime-version}]\nconsumers: [consumer-0000]\n"})
    with Emulator(world, "gitea") as emulator:
        run = propose(emulator, tmp_path, token(world, "gitea"), config="drift.yml")
    assert outcome(run) == "opened"
    assert b"consumer-0001" in source(world).files("consumer-drift/list")["drift.yml"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../drift.yml", "name its path from the root"),
        ("/drift.yml", "name its path from the root"),
        (".github/workflows/drift.yml", "a token needs a right of its own to write there"),
        (".gitea/Workflows/drift.yml", "a token needs a right of its own to write there"),
    ],
)
def test_what_is_no_place_for_a_list_is_refused_before_any_request(tmp_path: Path, path: str, why: str) -> None:
    world = owner(consumers=1)
    with Emulator(world, "gitea") as emulator:
        with pytest.raises(UsageError, match=f"config {re.escape(path)}: .*{why}"):
            propose(emulator, tmp_path, token(world, "gitea"), config=path)
        assert not list(emulator.requests)


def test_a_list_in_another_repository_is_extended_there(forge: str, tmp_path: Path) -> None:
    """The job's repository has the list; its `source.repository` says whose consumers are searched."""
    world = owner(consumers=3, others=1)
    text = "source: {repository: runtime}\npins: [{file: .runtime-version}]\nconsumers: [consumer-0000]\n"
    lists = world.owners["acme"].repository("lists", files={"drift.yml": text})
    with Emulator(world, forge) as emulator:
        run = init(
            emulator,
            tmp_path,
            token(world, forge),
            propose=True,
            config="drift.yml",
            source=None,
            calling=RepositoryName("acme", "lists"),
        )
    assert (run.codes, outcome(run)) == ([], "opened")
    new = names(lists.files("consumer-drift/list")["drift.yml"].decode())
    assert new == ["consumer-0000", "consumer-0001", "consumer-0002"]
    assert pulls(world) == []
