"""The life of a bump, from the day of a release to the next one, on every forge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consumer_drift.model.findings import Code
from consumer_drift.render import FORMATS
from tests.emulator import Emulator
from tests.emulator.records import entry_of
from tests.propagating import (
    BEHIND,
    BRANCH,
    CONFIG,
    CURRENT,
    FORGES,
    PINS,
    TARGET,
    before_writes,
    pins,
    scene,
    writes,
)
from tests.running import check, propagate

if TYPE_CHECKING:
    from pathlib import Path

    from consumer_drift.model.report import Report
    from tests.propagating import Scene
    from tests.running import Run


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    """What a bump comes to is the same on every forge."""
    return str(request.param)


@pytest.fixture
def acme(forge: str) -> Scene:
    """A fresh fleet."""
    return scene(forge)


def outcomes(run: Run) -> dict[str, str]:
    """Each consumer's outcome."""
    return {name.name: bump.outcome.value for name, bump in run.report.bumps}


def test_six_are_opened_then_under_way_then_in_sync(forge: str, acme: Scene, tmp_path: Path) -> None:
    """One commit each, with both files in it; a second run writes nothing; merged, all is well."""
    with Emulator(acme.world, forge) as emulator:
        first = propagate(emulator, CONFIG, tmp_path, acme.token)
        assert first.report.exit_code == 0
        assert outcomes(first) == {
            **dict.fromkeys(BEHIND, "opened"),
            **dict.fromkeys(CURRENT, "already-pinned"),
            "core": "no-pin",
        }
        for name in BEHIND:
            (pull,) = acme[name].pulls
            assert (pull.head_branch, pull.base_branch, pull.author) == (BRANCH, "main", "bot")
            assert pull.title == f"chore(deps): bump runtime to {TARGET}"
            files = {path: data.decode() for path, data in acme[name].files(BRANCH).items()}
            assert files == pins(TARGET)
            history = list(acme.world.objects.history(acme[name].branches[BRANCH]))
            assert len(history) == 2
        for name in CURRENT:
            assert acme[name].pulls == []
            assert list(acme[name].branches) == ["main"]

        checked = check(emulator, CONFIG, tmp_path, acme.token)
        assert checked.codes == ["in-flight"] * 6
        assert checked.report.exit_code == 0

        emulator.requests.reset()
        second = propagate(emulator, CONFIG, tmp_path, acme.token)
        assert {outcomes(second)[name] for name in BEHIND} == {"pr-exists"}
        assert second.report.exit_code == 0
        assert writes(emulator) == []

        for name in BEHIND:
            acme.world.merge(acme[name].pulls[0], "boss", delete_branch=True)
        merged = check(emulator, CONFIG, tmp_path, acme.token)
        assert merged.codes == []
        assert merged.report.exit_code == 0


def test_a_new_release_supersedes_what_is_still_open(forge: str, acme: Scene, tmp_path: Path) -> None:
    """The older ones are closed with a link, their branches are gone, and nothing of that happens twice."""
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token)
        acme.release("0.3.45")
        run = propagate(emulator, CONFIG, tmp_path, acme.token)
        assert {outcomes(run)[name] for name in (*BEHIND, *CURRENT)} == {"opened"}
        assert run.report.exit_code == 0
        for name in BEHIND:
            old, new = acme[name].pulls
            assert (old.state, old.merged, new.state) == ("closed", False, "open")
            assert old.body.startswith(f"Superseded by {emulator.url}/acme/{name}/pull")
            assert sorted(acme[name].branches) == ["bump/runtime-0.3.45", "main"]
        emulator.requests.reset()
        propagate(emulator, CONFIG, tmp_path, acme.token)
        assert writes(emulator) == []
        # Closed by this program it is no decline: should the older one be the target again, it is opened.
        back = propagate(emulator, CONFIG, tmp_path, acme.token, target=TARGET, only=("template-a",))
        assert outcomes(back) == {"template-a": "opened"}


def test_a_report_says_what_each_consumer_waits_for(forge: str, acme: Scene, tmp_path: Path) -> None:
    """Behind, then with a pull request, then declined by a person."""
    with Emulator(acme.world, forge) as emulator:
        before = check(emulator, CONFIG, tmp_path, acme.token).report
        opened = propagate(emulator, CONFIG, tmp_path, acme.token).report
        acme.world.close(acme["template-a"].pulls[0], "boss")
        after = propagate(emulator, CONFIG, tmp_path, acme.token).report

    def reasons(report: Report) -> dict[str, str | None]:
        return {one.name.name: one.reason for one in report.consumers}

    assert reasons(before)["template-a"] == "no-pull-request"
    assert reasons(opened)["template-a"] == "pull-request-open"
    assert reasons(after) == {**reasons(opened), "template-a": "declined"}
    assert [one.pull_request.url for one in opened.consumers if one.pull_request] == [
        bump.url for _, bump in opened.pull_requests
    ]


def test_a_persons_no_is_kept(forge: str, acme: Scene, tmp_path: Path) -> None:
    """Also where the branch was deleted with it, which is the usual gesture."""
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token)
        acme.world.close(acme["template-a"].pulls[0], "boss")
        acme.world.close(acme["template-b"].pulls[0], "boss")
        acme["template-b"].delete_branch(BRANCH, "boss")
        before = acme.state()
        emulator.requests.reset()
        run = propagate(emulator, CONFIG, tmp_path, acme.token)
        assert outcomes(run)["template-a"] == outcomes(run)["template-b"] == "declined"
        assert writes(emulator) == []
    assert acme.state() == before
    assert run.codes == ["behind", "behind", *["in-flight"] * 4]
    assert "Not bumped (declined)" in run.messages
    assert run.report.exit_code == 1


def test_a_person_who_reopens_it_changed_their_mind(forge: str, acme: Scene, tmp_path: Path) -> None:
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",))
        acme.world.close(acme["template-a"].pulls[0], "boss")
        acme.world.reopen(acme["template-a"].pulls[0])
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",))
    assert outcomes(run) == {"template-a": "pr-exists"}


def test_a_persons_commit_is_never_overwritten(forge: str, acme: Scene, tmp_path: Path) -> None:
    """Neither on the bump's own branch, nor on an older one that would be superseded."""
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a", "template-b"))
        acme["template-a"].commit({"fix.txt": "by hand\n"}, BRANCH, author="alice", message="fix it")
        # The pull request was closed and taken out of the way, the branch with the commit was not.
        acme["template-b"].commit({"fix.txt": "by hand\n"}, BRANCH, author="alice", message="fix it")
        acme["template-b"].pulls.clear()
        acme.world.outgoing.pop(acme["template-b"].id)
        before = acme.state()
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a", "template-b"))
        assert outcomes(run) == {"template-a": "pr-exists", "template-b": "skipped"}
        assert "has commits of alice" in run.messages
        assert acme.state() == before

        acme.release("0.3.45")
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",))
    assert outcomes(run) == {"template-a": "opened"}
    old, new = acme["template-a"].pulls
    assert (old.state, new.state) == ("open", "open")
    assert acme["template-a"].files(BRANCH)["fix.txt"] == b"by hand\n"
    assert "is left open" in run.report.bumps[0][1].note


@pytest.mark.parametrize("path", ["requirements.txt", "fix.txt"])
def test_a_commit_of_ours_that_a_person_amended_is_theirs(
    forge: str, acme: Scene, tmp_path: Path, path: str
) -> None:
    """The message stays the same, and so may the author: the committer and the content do not."""
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",))
        repository = acme["template-a"]
        tip = repository.tip(BRANCH)
        objects, now = acme.world.objects, acme.world.now()
        by_hand = entry_of(objects, f"# by hand\nacme-runtime=={TARGET}\n")
        amended = objects.commit(
            {**tip.files, path: by_hand}, tip.parents, tip.message, tip.author, acme.world.signature("alice", now)
        )
        repository.set_branch(BRANCH, amended.oid)
        acme.release("0.3.45")
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",))
    assert repository.pulls[0].state == "open"
    assert BRANCH in repository.branches
    assert "has commits of alice and is left open" in run.report.bumps[0][1].note


def test_a_fork_with_our_branchs_name_is_neither_trusted_nor_closed(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    """Anybody could open one."""
    repository = acme["template-b"]
    fork = acme.world.user("mallory").repository("template-b", fork_of=repository)
    repository.pull(BRANCH, files=pins(TARGET), fork=fork, author="mallory")
    repository.pull("bump/runtime-0.3.41", files=pins("0.3.41"), fork=fork, author="mallory",
                    body="<!-- consumer-drift: opened -->")  # fmt: skip
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-b",))
    assert outcomes(run) == {"template-b": "opened"}
    assert [(p.from_fork, p.state) for p in repository.pulls] == [(True, "open"), (True, "open"), (False, "open")]
    assert BRANCH in fork.branches


def test_a_declined_pull_request_from_a_fork_declines_nothing(forge: str, acme: Scene, tmp_path: Path) -> None:
    repository = acme["template-b"]
    fork = acme.world.user("mallory").repository("template-b", fork_of=repository)
    repository.pull(BRANCH, files=pins(TARGET), fork=fork, author="mallory", state="closed")
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-b",))
    assert outcomes(run) == {"template-b": "opened"}


def test_what_is_ahead_is_never_lowered(forge: str, acme: Scene, tmp_path: Path) -> None:
    """Not even where another pin beside it is behind."""
    acme["template-a"].commit(pins("0.4.0"))
    acme["template-b"].commit({".runtime-version": "0.4.0\n"})
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a", "template-b"))
        assert writes(emulator) == []
    assert outcomes(run) == {"template-a": "ahead", "template-b": "ahead"}


def test_where_one_of_two_pins_is_behind_they_are_made_to_agree(forge: str, acme: Scene, tmp_path: Path) -> None:
    acme["template-g"].commit({"requirements.txt": "acme-runtime==0.3.40  # keep\r\n"})
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-g",))
    assert outcomes(run) == {"template-g": "opened"}
    assert acme["template-g"].files(BRANCH)["requirements.txt"] == b"acme-runtime==0.3.44  # keep\r\n"


def test_a_branch_of_ours_without_its_pull_request_is_repaired(forge: str, acme: Scene, tmp_path: Path) -> None:
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",))
        repository = acme["template-a"]
        repository.pulls.clear()
        acme.world.outgoing.pop(repository.id)
        tip = repository.branches[BRANCH]
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",))
    assert outcomes(run) == {"template-a": "repaired"}
    assert repository.branches[BRANCH] == tip
    assert [p.state for p in repository.pulls] == ["open"]


def test_an_open_branch_of_ours_that_lacks_a_pin_is_updated(forge: str, acme: Scene, tmp_path: Path) -> None:
    """The list got a second pin after the bump was opened."""
    one_pin = CONFIG.replace("  - file: requirements.txt\n    requirement: acme-runtime\n", "")
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, one_pin, tmp_path, acme.token, only=("template-a",))
        assert acme["template-a"].files(BRANCH)["requirements.txt"] == pins("0.3.43")["requirements.txt"].encode()
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",))
        assert outcomes(run) == {"template-a": "updated"}
        assert {p: d.decode() for p, d in acme["template-a"].files(BRANCH).items()} == pins(TARGET)
        assert len(acme["template-a"].pulls) == 1
        emulator.requests.reset()
        propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",))
        assert writes(emulator) == []


def test_a_bump_that_was_merged_and_taken_back_is_opened_again(forge: str, acme: Scene, tmp_path: Path) -> None:
    """Its branch is still there, and merging it once more would come to nothing."""
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",))
        repository = acme["template-a"]
        # What a merge without a merge commit leaves: the base and the branch are the same commit.
        repository.set_branch("main", repository.branches[BRANCH])
        pull = repository.pulls[0]
        pull.state, pull.merged = "closed", True
        repository.commit(pins("0.3.40"), message="Revert")
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",))
        assert outcomes(run) == {"template-a": "opened"}
        acme.world.merge(repository.pulls[-1], "boss")
        assert {p: d.decode() for p, d in repository.files().items()} == pins(TARGET)


def test_a_dry_run_and_a_run_without_a_token_write_nothing(forge: str, acme: Scene, tmp_path: Path) -> None:
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, acme.token, dry_run=True)
        assert writes(emulator) == []
        assert [outcomes(run)[name] for name in BEHIND] == ["would-open"] * 6
        assert "-acme-runtime==0.3.43\n+acme-runtime==0.3.44\n" in run.report.bumps[0][1].diff
        assert run.report.exit_code == 1
        anonymous = propagate(emulator, CONFIG, tmp_path)
        assert writes(emulator) == []
    public = "error" if forge == "github" else "would-open"
    assert outcomes(anonymous)["template-b"] == public
    assert anonymous.report.exit_code == (2 if forge == "github" else 1)


def test_labels_reviewers_and_auto_merge(forge: str, acme: Scene, tmp_path: Path) -> None:
    """The final text comes last, and says that everything before it was tried."""
    extras = "propagate: {labels: [dependencies, nope], reviewers: [boss, nobody], auto-merge: squash}\n"
    acme.world.user("boss")
    for name in BEHIND:
        acme[name].label("dependencies")
    acme["template-a"].required_checks = {"main": ["test"]}
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG + extras, tmp_path, acme.token, only=("template-a", "template-b"))
        emulator.requests.reset()
        propagate(emulator, CONFIG + extras, tmp_path, acme.token, only=("template-a", "template-b"))
        assert writes(emulator) == []
    for name in ("template-a", "template-b"):
        (pull,) = acme[name].pulls
        assert [label.name for label in pull.labels] == ["dependencies"]
        assert pull.reviewers == ["boss"]
        assert pull.body.endswith("<!-- consumer-drift: opened -->\n")
        assert pull.state == "open"
    assert acme["template-a"].pulls[0].auto_merge is not None
    assert acme["template-b"].pulls[0].auto_merge is None
    first, second = (bump.warnings for _, bump in run.report.bumps)
    assert "the label 'nope' does not exist there: create it" in first[0]
    assert any(one.startswith("nobody was not asked to review") for one in first)
    assert not any("auto-merge" in one for one in first)
    assert any("auto-merge was not switched on" in one and "at once" in one for one in second)
    assert run.report.exit_code == 0
    assert run.codes == ["bump-incomplete", "bump-incomplete", "in-flight", "in-flight"]


def test_what_all_bumps_lack_is_one_warning(forge: str, acme: Scene, tmp_path: Path) -> None:
    """Such as a label that no consumer has."""
    extras = "propagate: {labels: [dependencies, automerge]}\n"
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG + extras, tmp_path, acme.token, only=("template-a", "template-b"))
    [finding] = [one for one in run.report.findings if one.code is Code.BUMP_INCOMPLETE]
    assert finding.consumer is None
    said = (
        "2 bump pull requests are open, but the labels 'dependencies' and 'automerge' do not exist there: create"
    )
    assert finding.message.startswith(said)
    assert finding.message.endswith("They are those of acme/template-a, acme/template-b")


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_branch_of_a_merged_bump_is_deleted_if_asked(
    forge: str, acme: Scene, tmp_path: Path, dry_run: bool
) -> None:
    """Where the server keeps it: ours alone, and none that somebody pushed to."""
    names = ("template-a", "template-b")
    asked = CONFIG + "propagate: {delete-branch: true}\n"
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=names)
        for name in names:
            acme.world.merge(acme[name].pulls[0], "boss")
        acme["template-b"].commit({"more.txt": "x\n"}, branch=BRANCH, author="boss")
        emulator.requests.reset()
        propagate(emulator, CONFIG, tmp_path, acme.token, only=names)
        assert writes(emulator) == []
        run = propagate(emulator, asked, tmp_path, acme.token, only=names, dry_run=dry_run)
        emulator.requests.reset()
        again = propagate(emulator, asked, tmp_path, acme.token, only=names, dry_run=dry_run)
        assert writes(emulator) == []
    assert (BRANCH in acme["template-a"].branches, BRANCH in acme["template-b"].branches) == (dry_run, True)
    assert outcomes(run) == dict.fromkeys(names, "already-pinned")
    said = f"{'would delete' if dry_run else 'deleted'} the merged branch {BRANCH}"
    assert [bump.note for _, bump in run.report.bumps] == [said, ""]
    assert [bump.note for _, bump in again.report.bumps] == [said if dry_run else "", ""]
    assert run.report.exit_code == 0


def test_a_draft_is_one_there(forge: str, acme: Scene, tmp_path: Path) -> None:
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG + "propagate: {draft: true}\n", tmp_path, acme.token, only=("template-a",))
    (pull,) = acme["template-a"].pulls
    assert pull.draft if forge == "github" else pull.title.startswith("WIP: ")


def test_a_renamed_consumer_is_written_to_by_its_new_name(forge: str, acme: Scene, tmp_path: Path) -> None:
    """A write is never sent through a redirect."""
    acme["template-b"].rename("template-new")
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-b",))
        assert all(one.status in {200, 201} for one in writes(emulator))
    assert outcomes(run) == {"template-b": "opened"}
    assert len(acme["template-new"].pulls) == 1


def test_another_branch_than_the_default_one(forge: str, acme: Scene, tmp_path: Path) -> None:
    acme["template-g"].commit(pins("0.3.40"), new_branch="release/1.x")
    listed = f"{PINS}consumers:\n  - {{name: template-g, branch: release/1.x}}\n"
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, listed, tmp_path, acme.token)
        assert outcomes(run) == {"template-g": "opened"}
        assert acme["template-g"].pulls[0].base_branch == "release/1.x"
        again = propagate(emulator, listed, tmp_path, acme.token)
    assert outcomes(again) == {"template-g": "pr-exists"}


def test_an_action_pinned_by_its_commit_gets_the_targets_commit(forge: str, acme: Scene, tmp_path: Path) -> None:
    """Version and commit are changed together; where the commit is unknown, nothing is."""
    target = acme["runtime"].tags["runtime-v0.3.44"]
    old = acme["runtime"].commit({"old": "1"}, new_branch="old").oid
    acme["runtime"].tag("runtime-v0.3.40", "old")
    other = acme.world.add_repository(acme["runtime"].owner, "other", files={"a": "1"})
    elsewhere = other.resolve(other.default_branch).oid
    other.tag("v0.3.40")
    workflow = "jobs:\n  a:\n    steps:\n      - uses: {}@{} # runtime-v0.3.40\n"
    acme["template-a"].commit({".github/workflows/ci.yml": workflow.format("acme/runtime", old)})
    acme["template-b"].commit({".github/workflows/ci.yml": workflow.format("acme/other", elsewhere)})
    pin = "  - {file: .github/workflows/ci.yml, uses: acme/%s}\n"
    head = "source:\n  tags: runtime-v{version}\nconsumers:\n"
    listed = head + "".join(
        f"  - name: {name}\n    pins:\n    {pin % action}"
        for name, action in (("template-a", "runtime"), ("template-b", "other"))
    )
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, listed, tmp_path, acme.token)
    assert outcomes(run) == {"template-a": "opened", "template-b": "needs-lock"}
    written = acme["template-a"].files(BRANCH)[".github/workflows/ci.yml"].decode()
    assert f"- uses: acme/runtime@{target} # runtime-v0.3.44\n" in written
    assert "is tied to a commit" in run.messages


def test_text_keeps_every_byte_but_the_versions(forge: str, acme: Scene, tmp_path: Path) -> None:
    """BOM, CRLF, tabs, comments, other languages, no final newline."""
    before = "\ufeff# größe — 日本\r\n\tacme-runtime == 0.3.40 ; python_version >= '3.11'  # pin\r\nrich"
    acme["template-a"].commit({"requirements.txt": before.encode()})
    with Emulator(acme.world, forge) as emulator:
        propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",))
    after = acme["template-a"].files(BRANCH)["requirements.txt"]
    assert after == before.replace("0.3.40", "0.3.44").encode()


@pytest.mark.parametrize("forge", ["gitea", "forgejo"], indirect=True)
def test_without_the_scope_for_labels_the_bump_is_opened_all_the_same(
    acme: Scene, forge: str, tmp_path: Path
) -> None:
    """Labels are behind a scope of their own there."""
    narrow = acme.world.token("narrow", user="bot", scopes=["write:repository"], kind="forge").secret
    extras = "propagate: {labels: [dependencies]}\n"
    acme["template-a"].label("dependencies")
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG + extras, tmp_path, narrow, only=("template-a",))
    assert outcomes(run) == {"template-a": "opened"}
    assert "read:issue" in run.report.bumps[0][1].warnings[0]


@pytest.mark.parametrize("forge", ["gitea", "forgejo"], indirect=True)
def test_an_organisations_label_is_found_where_the_repository_has_none(
    acme: Scene, forge: str, tmp_path: Path
) -> None:
    acme.world.owner("acme").label("dependencies")
    with Emulator(acme.world, forge) as emulator:
        config = CONFIG + "propagate: {labels: [dependencies]}\n"
        run = propagate(emulator, config, tmp_path, acme.token, only=("template-a",))
    assert [label.name for label in acme["template-a"].pulls[0].labels] == ["dependencies"]
    assert run.report.bumps[0][1].warnings == ()


def test_somebody_who_is_faster_is_seen(forge: str, acme: Scene, tmp_path: Path) -> None:
    """The branch and its pull request appear between this run's look and its write."""
    done: list[bool] = []

    def meanwhile() -> None:
        if not done:
            done.append(True)
            acme["template-b"].pull(BRANCH, files=pins(TARGET), author="alice")

    with Emulator(acme.world, forge) as emulator:
        before_writes(emulator, meanwhile)
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-b",))
    assert done
    assert outcomes(run) == {"template-b": "pr-exists"}
    assert [pull.author for pull in acme["template-b"].pulls] == ["alice"]


def test_a_base_that_moves_meanwhile_is_planned_again(forge: str, acme: Scene, tmp_path: Path) -> None:
    """Nothing that was pushed in between is lost, neither on the base nor by the merge."""
    done: list[bool] = []

    def meanwhile() -> None:
        if not done:
            done.append(True)
            acme["template-b"].commit({"requirements.txt": "rich\nacme-runtime==0.3.42\n"})

    with Emulator(acme.world, forge) as emulator:
        before_writes(emulator, meanwhile)
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-b",))
    assert outcomes(run) == {"template-b": "opened"}
    if forge != "github":
        assert acme["template-b"].files(BRANCH)["requirements.txt"] == b"rich\nacme-runtime==0.3.44\n"
    else:
        # There the commit is made on what was read, and git merges the two.
        repository, objects = acme["template-b"], acme.world.objects
        start = objects.merge_base(repository.branches["main"], repository.branches[BRANCH])
        assert objects.blobs[start.files["requirements.txt"].oid].decode() == pins("0.3.42")["requirements.txt"]


def test_what_is_written_on_is_read_and_never_remembered(forge: str, acme: Scene, tmp_path: Path) -> None:
    """A cache is for checks."""
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, acme.token, only=("template-a",), cache=tmp_path / "cache")
    assert outcomes(run) == {"template-a": "opened"}
    assert not (tmp_path / "cache").exists()


def test_a_run_without_a_token_says_in_its_first_line_that_it_writes_nothing(
    forge: str, acme: Scene, tmp_path: Path
) -> None:
    if forge == "github":
        pytest.skip("GitHub's GraphQL answers nothing without a token")
    with Emulator(acme.world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path)
        assert writes(emulator) == []
    first = FORMATS["log"](run.report).splitlines()[0]
    assert first == "Dry run: nothing is written, because there is no token"
