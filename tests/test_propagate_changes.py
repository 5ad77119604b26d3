"""What happens to open bumps when something else changes: the base, the releases, the list, the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.clocks import VirtualClock
from tests.emulator import Emulator
from tests.emulator.repository import Repository
from tests.propagating import BRANCH, CONFIG, FORGES, PINS, TARGET, before_writes, pins, scene, writes
from tests.running import check, propagate
from tests.test_propagate import outcomes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.emulator.wire import Request
    from tests.propagating import Scene

A = ("template-a",)


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def acme(forge: str) -> Scene:
    return scene(forge)


# conflicts --------------------------------------------------------------------------------------------------


def test_a_bump_that_no_longer_merges_is_built_again_on_the_present_base(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    """A person edited the pinned line on the base."""
    repository = acme["template-a"]
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        repository.commit({**pins("0.3.42"), "notes.txt": "new\n"})
        checked = check(emulator, CONFIG, tmp_path, acme.token, only=A)
        assert checked.codes == ["behind"]
        assert "conflicts with its base, and does not count" in checked.messages
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        assert outcomes(run) == {"template-a": "rebuilt"}
        assert (run.codes, run.report.exit_code) == (["in-flight"], 0)
        old, new = repository.pulls
        assert (old.state, old.merged, new.state) == ("closed", False, "open")
        assert old.body.startswith("Closed by consumer-drift: it conflicts with `main`.")
        emulator.requests.reset()
        again = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        assert outcomes(again) == {"template-a": "pr-exists"}
        assert writes(emulator) == []
        acme.world.merge(new, "boss")
    assert {path: data.decode() for path, data in repository.files().items()} == {
        **pins(TARGET),
        "notes.txt": "new\n",
    }


def test_a_conflict_with_a_persons_commit_is_left_to_people(forge: str, acme: Scene, tmp_path: Path) -> None:
    repository = acme["template-a"]
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        repository.commit({"fix.txt": "by hand\n"}, BRANCH, author="alice", message="fix it")
        repository.commit(pins("0.3.42"))
        before = acme.state()
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
    assert outcomes(run) == {"template-a": "skipped"}
    assert (run.codes, run.report.exit_code) == (["behind"], 1)
    assert "conflicts with its base and has commits of alice: resolve it there" in run.messages
    assert acme.state() == before


def test_a_base_that_changes_elsewhere_makes_no_conflict(forge: str, acme: Scene, tmp_path: Path) -> None:
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        acme["template-a"].commit({"notes.txt": "new\n"})
        assert check(emulator, CONFIG, tmp_path, acme.token, only=A).codes == ["in-flight"]
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
    assert outcomes(run) == {"template-a": "pr-exists"}


def test_what_somebody_pushes_to_an_older_bump_while_it_is_closed_stays(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    """Between the reading of its commits and the mark in its text."""
    repository, newer = acme["template-a"], "bump/runtime-0.3.45"
    pushed: list[str] = []

    def push() -> None:
        # The new pull request is open, so the next write is about the older one.
        if not pushed and len(repository.pulls) == 2:
            pushed.append(
                repository.commit({"fix.txt": "by hand\n"}, BRANCH, author="alice", message="fix it").oid
            )

    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        acme.release("0.3.45")
        before_writes(emulator, push)
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
    [(_, bump)] = run.report.bumps
    assert "has commits of alice and is left open" in bump.note
    assert repository.branches[BRANCH] == pushed[0]
    assert newer in repository.branches
    assert [pull.state for pull in repository.pulls] == ["open", "open"]


# two runs at once -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("forge", ["gitea", "forgejo"], indirect=True)
def test_of_two_pull_requests_from_one_branch_the_next_run_closes_one(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    """Seen on a real Gitea with two runs at once: it looks for one that is open, and opens it after that."""
    repository = acme["template-a"]
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        repository.pull(BRANCH, title="bump", body=repository.pulls[0].body, author="bot")
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        assert outcomes(run) == {"template-a": "pr-exists"}
        assert (run.codes, run.report.exit_code) == (["in-flight"], 0)
        emulator.requests.reset()
        again = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        assert outcomes(again) == {"template-a": "pr-exists"}
        assert writes(emulator) == []
    assert [pull.state for pull in repository.pulls] == ["closed", "open"]
    assert repository.pulls[0].body.startswith("Closed by consumer-drift: ")
    assert BRANCH in repository.branches


@pytest.mark.parametrize("forge", ["gitea", "forgejo"], indirect=True)
@pytest.mark.parametrize("made", [True, False], ids=["a branch", "a pull request"])
def test_where_another_run_was_faster_each_pull_request_is_looked_at_again(
    forge: str, made: bool, acme: Scene, tmp_path: Path
) -> None:
    """It was faster in one consumer, and opens a second pull request in another, whose commit is the same."""
    first, second = acme["template-a"], acme["template-b"]

    def other() -> None:
        if BRANCH not in first.branches:
            first.commit(pins(TARGET), new_branch=BRANCH, author="bot")
            if not made:
                first.pull(BRANCH, title="bump", author="bot")

    def another(_request: Request) -> bool:
        if len(second.pulls) == 1:
            second.pull(BRANCH, title="bump", body=second.pulls[0].body, author="bot")
        return False

    with Emulator(acme.world, forge) as emulator:
        before_writes(emulator, other)
        emulator.faults.add("too-many-requests", where=another)
        only = ("template-a", "template-b")
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=only, clock=VirtualClock())
    assert outcomes(run) == {"template-a": "repaired" if made else "pr-exists", "template-b": "opened"}
    assert [len(bump.superseded) for _, bump in run.report.bumps] == [0, 1]
    assert [pull.state for pull in first.pulls] == ["open"]
    assert [pull.state for pull in second.pulls] == ["closed", "open"]
    assert BRANCH in second.branches


def test_an_older_bump_that_another_run_deletes_at_the_same_moment_is_closed(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    """It was faster with the new one, too."""
    repository, newer = acme["template-a"], "bump/runtime-0.3.45"

    def other() -> None:
        if newer not in repository.branches:
            repository.pull(newer, title="bump", files=pins("0.3.45"), author="bot")
        elif "Superseded by" in repository.pulls[0].body and BRANCH in repository.branches:
            repository.delete_branch(BRANCH)

    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        acme.release("0.3.45")
        before_writes(emulator, other)
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A, clock=VirtualClock())
    [(_, bump)] = run.report.bumps
    assert (bump.warnings, [pull.state for pull in repository.pulls]) == ((), ["closed", "open"])
    assert run.codes == ["in-flight"]


@pytest.mark.parametrize("forge", ["gitea", "forgejo"], indirect=True)
def test_another_run_that_is_faster_in_opening_and_in_closing_is_no_failure(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    """It marks the text of the older one at the same moment, which the server refuses once."""
    repository, newer = acme["template-a"], "bump/runtime-0.3.45"
    later: list[bool] = []

    def other() -> bool:
        if newer not in repository.branches:
            repository.pull(newer, title="bump", files=pins("0.3.45"), author="bot")
            return False
        later.append(True)
        return len(later) == 1

    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        acme.release("0.3.45")
        before_writes(emulator, other)
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A, clock=VirtualClock())
    [(_, bump)] = run.report.bumps
    assert (bump.warnings, [pull.state for pull in repository.pulls]) == ((), ["closed", "open"])


# releases that are taken back -------------------------------------------------------------------------------


def test_the_bumps_to_a_release_whose_tag_is_deleted_are_closed(forge: str, acme: Scene, tmp_path: Path) -> None:
    """Where the consumer is at the older version, nothing takes their place; else a bump to that version does."""
    only = ("template-a", "template-g")
    with Emulator(acme.world, forge) as emulator:
        acme.release("0.3.45")
        propagate(emulator, CONFIG, tmp_path, acme.token, only=only)
        del acme["runtime"].tags["runtime-v0.3.45"]
        dry = propagate(emulator, CONFIG, tmp_path, acme.token, only=only, dry_run=True)
        assert "would close" in dict(dry.report.bumps)[dry.report.consumers[1].name].note
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=only)
        assert outcomes(run) == {"template-a": "opened", "template-g": "already-pinned"}
        assert run.report.exit_code == 0
        emulator.requests.reset()
        propagate(emulator, CONFIG, tmp_path, acme.token, only=only)
        assert writes(emulator) == []
    for name in only:
        old = acme[name].pulls[0]
        assert (old.state, old.body.splitlines()[0]) == (
            "closed",
            "Closed by consumer-drift: 0.3.45 was taken back.",
        )
        assert "bump/runtime-0.3.45" not in acme[name].branches
    assert [pull.state for pull in acme["template-a"].pulls] == ["closed", "open"]


def test_a_release_that_came_out_meanwhile_was_not_taken_back(forge: str, acme: Scene, tmp_path: Path) -> None:
    """Another run, with a newer list of tags, has opened its bump already."""
    with Emulator(acme.world, forge) as emulator:
        acme.release("0.3.45")
        propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A, target=TARGET)
    assert outcomes(run) == {"template-a": "opened"}
    assert [pull.state for pull in acme["template-a"].pulls] == ["open", "open"]


def test_a_release_that_is_named_as_taken_back(forge: str, acme: Scene, tmp_path: Path) -> None:
    """It is never the target, an error where it is pinned, and the only version from which a bump goes down."""
    config = CONFIG.replace("source:\n", 'source:\n  retracted: [{version: 0.3.45, reason: "it loses data"}]\n')
    acme.release("0.3.45")
    acme["template-a"].commit(pins("0.3.45"))
    acme["template-b"].commit(pins("0.3.46"))
    only = ("template-a", "template-b")
    with Emulator(acme.world, forge) as emulator:
        checked = check(emulator, config, tmp_path, acme.token, only=only)
        assert checked.report.target.version == TARGET
        assert [(one.code.value, one.consumer.name) for one in checked.report.findings] == [
            ("retracted", "template-a"),
            ("retracted", "template-b"),
        ]
        assert "0.3.45 was taken back: it loses data. Pin 0.3.44 instead. Bump it" in checked.messages
        assert "no tag of acme/runtime names 0.3.46. Pin 0.3.44 instead" in checked.messages
        run = propagate(emulator, config, tmp_path, acme.token, only=only)
    assert outcomes(run) == {"template-a": "opened", "template-b": "ahead"}
    assert {path: data.decode() for path, data in acme["template-a"].files(BRANCH).items()} == pins(TARGET)


# bumps that are no longer needed  ---------------------------------------------------------------------------


def test_a_bump_that_a_person_made_by_hand_closes_ours(forge: str, acme: Scene, tmp_path: Path) -> None:
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        acme["template-a"].commit(pins(TARGET), message="by hand")
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
    assert outcomes(run) == {"template-a": "already-pinned"}
    assert f"every pin is at {TARGET} already" in run.report.bumps[0][1].note
    (pull,) = acme["template-a"].pulls
    assert (pull.state, pull.merged) == ("closed", False)
    assert pull.body.startswith(f"Closed by consumer-drift: every pin is at {TARGET} already.")


# branches ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("branch", ["", f"release/{TARGET}"])
def test_the_branch_that_is_compared_is_never_the_bump_branch(
    forge: str, acme: Scene, tmp_path: Path, branch: str
) -> None:
    """A consumer's branch, or its default branch, may have the name of a bump branch."""
    repository = acme["template-a"]
    repository.commit(pins("0.3.40"), new_branch=f"release/{TARGET}")
    listed = "template-a" if branch == "" else f"{{name: template-a, branch: {branch}}}"
    if branch == "":
        repository.default_branch = f"release/{TARGET}"
    config = f"{PINS}consumers:\n  - {listed}\npropagate: {{branch: 'release/{{version}}'}}\n"
    before = acme.state()
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, config, tmp_path, acme.token)
        assert writes(emulator) == []
    assert outcomes(run) == {"template-a": "skipped"}
    assert f"release/{TARGET} is the branch that is compared, and the bump branch" in run.messages
    assert acme.state() == before


def test_a_persons_merged_branch_of_that_name_is_neither_deleted_nor_made_again(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    repository = acme["template-a"]
    repository.commit({"a.txt": "1\n"}, new_branch=BRANCH, author="alice")
    repository.set_branch("main", repository.branches[BRANCH])
    repository.commit({"b.txt": "1\n"})
    before = acme.state()
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
    assert outcomes(run) == {"template-a": "skipped"}
    assert "not from a bump pull request of ours: delete it" in run.messages
    assert acme.state() == before


@pytest.mark.parametrize(("more", "outcome"), [({}, "repaired"), ({"README.md": "more\n"}, "skipped")])
def test_a_branch_with_exactly_the_bump_gets_its_pull_request_whoever_wrote_it(
    forge: str, acme: Scene, tmp_path: Path, more: dict[str, str], outcome: str
) -> None:
    """Teams come from bots of their own, whose branches have the same name."""
    repository = acme["template-a"]
    repository.commit({**pins(TARGET), **more}, new_branch=BRANCH, author="other-bot")
    tip = repository.branches[BRANCH]
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
    assert outcomes(run) == {"template-a": outcome}
    assert repository.branches[BRANCH] == tip
    assert len(repository.pulls) == (outcome == "repaired")


@pytest.mark.parametrize("button", [Repository.update_branch, Repository.rebase_branch])
def test_update_branch_in_the_browser_does_not_make_a_bump_a_persons(
    forge: str, acme: Scene, tmp_path: Path, button: Callable[..., object]
) -> None:
    """Whether it merges the base or rebases onto it."""
    repository = acme["template-a"]
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        repository.commit({"notes.txt": "new\n"})
        button(repository, BRANCH, author="alice")
        acme.release("0.3.45")
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
    assert outcomes(run) == {"template-a": "opened"}
    assert [pull.state for pull in repository.pulls] == ["closed", "open"]


def test_a_bump_that_was_rebased_in_the_browser_gets_the_pins_that_it_lacks(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    repository = acme["template-a"]
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        repository.commit({"more.txt": "acme-runtime==0.3.40\n"})
        repository.rebase_branch(BRANCH, "alice")
        more = CONFIG.replace("pins:\n", "pins:\n  - {file: more.txt, requirement: acme-runtime}\n")
        run = propagate(emulator, more, tmp_path, acme.token, only=A)
    assert outcomes(run) == {"template-a": "updated"}
    assert repository.files(BRANCH)["more.txt"] == f"acme-runtime=={TARGET}\n".encode()


def test_a_version_that_makes_no_branch_name_fails_once_before_any_write(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    acme.release("0.4.0-x.lock")
    config = CONFIG + "prereleases: true\n"
    before = acme.state()
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, config, tmp_path, acme.token)
        assert writes(emulator) == []
    assert run.report.findings[0].code.value == "configuration"
    assert "bump/runtime-0.4.0-x.lock is not a valid branch name" in run.report.findings[0].message
    assert sum("branch name" in finding.message for finding in run.report.findings) == 1
    assert acme.state() == before


# repositories that take no bump -----------------------------------------------------------------------------


def test_a_mirror_is_never_unlisted_and_never_written_to(forge: str, acme: Scene, tmp_path: Path) -> None:
    acme["template-a"].mirror = True
    acme.world.owner("acme").repository("copy", files=pins("0.3.40")).mirror = True
    with Emulator(acme.world, forge) as emulator:
        checked = check(emulator, CONFIG, tmp_path, acme.token)
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        assert writes(emulator) == []
    assert "unlisted" not in checked.codes
    assert "it is a mirror and cannot be bumped. List the repository that it mirrors instead" in checked.messages
    assert outcomes(run) == {"template-a": "skipped"}
    assert "it is a mirror: bump the repository that it mirrors" in run.messages


@pytest.mark.parametrize("had", [False, True])
def test_where_pull_requests_are_switched_off_nothing_is_left_behind(
    forge: str, acme: Scene, tmp_path: Path, had: bool
) -> None:
    """Whether there was an open one before or not."""
    if forge == "github":
        pytest.skip("GitHub's GraphQL does not tell")
    with Emulator(acme.world, forge) as emulator:
        if had:
            propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        acme["template-a"].takes_pull_requests = False
        before = acme.state()
        sent = len(writes(emulator))
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        checked = check(emulator, CONFIG, tmp_path, acme.token, only=A)
        assert len(writes(emulator)) == sent
    assert outcomes(run) == {"template-a": "skipped"}
    assert "its pull requests are switched off: switch them on in its settings" in run.messages
    assert (run.report.exit_code, checked.report.exit_code) == (1, 1)
    assert checked.codes == ["behind"]
    assert acme.state() == before


def test_a_repository_that_moved_to_another_owner_is_not_written_to(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    other = acme.world.organisation("other")
    acme.world.transfer(acme["template-a"], other)
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=A)
        assert writes(emulator) == []
    assert outcomes(run) == {"template-a": "skipped"}
    assert "it has moved to other/template-a: list it there" in run.messages
