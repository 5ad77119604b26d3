"""The history on a branch of the source: kept by each run, on every forge, whatever happens in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from consumer_drift.after import kept
from consumer_drift.history.branch import runs_of
from consumer_drift.model.findings import Code
from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock
from tests.emulator import Emulator
from tests.propagating import CONFIG, FORGES
from tests.propagating import scene as public_scene
from tests.running import HASTE, LIMITS, check, settings_at

if TYPE_CHECKING:
    from pathlib import Path

    from consumer_drift.model.history import RecordedRun
    from consumer_drift.model.kept import Kept
    from consumer_drift.model.report import Report
    from tests.propagating import Scene

BRANCH = "drift/history"


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def scene(forge: str) -> Scene:
    """The source is private, as some consumers are."""
    made = public_scene(forge)
    made["runtime"].visibility = "private"
    return made


def keep(emulator: Emulator, report: Report, token: str, branch: str = BRANCH) -> Kept:
    """What an entry point does once the report is ready."""
    chosen = settings_at(emulator, token, history_branch=branch, concurrency=4)
    return kept(chosen, report, Deadline(600, VirtualClock()), retry_policy=HASTE, limits=LIMITS)


def report_of(emulator: Emulator, made: Scene, workspace: Path) -> Report:
    made.world.advance(seconds=1)
    return check(emulator, CONFIG, workspace, made.token).report


def test_the_history_of_a_renamed_source_is_kept_by_its_new_name(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    made["runtime"].rename("engine")
    with Emulator(made.world, forge) as emulator:
        assert keep(emulator, report_of(emulator, made, tmp_path), made.token).findings == ()
    assert made["engine"].files(BRANCH)


def test_an_archived_source_keeps_no_history_and_is_told_so(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    with Emulator(made.world, forge) as emulator:
        report = report_of(emulator, made, tmp_path)
        made["runtime"].archive()
        [finding] = keep(emulator, report, made.token).findings
    assert "the repository is archived and read-only. Unarchive the repository" in finding.message


def history(made: Scene) -> tuple[RecordedRun, ...]:
    """The runs on the branch."""
    files = {path: data.decode() for path, data in made["runtime"].files(BRANCH).items()}
    read = runs_of(files)
    assert read.damaged == ()
    assert sum(text.count("\n") for text in files.values()) == len(read.runs)
    return read.runs


def test_each_run_is_one_commit_on_a_branch_that_shares_none(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    source = made["runtime"]
    others = dict(source.branches)
    with Emulator(made.world, forge) as emulator:
        for number in range(3):
            report = report_of(emulator, made, tmp_path)
            emulator.requests.reset()
            added = keep(emulator, report, made.token)
            assert added.findings == ()
            assert added.history is not None
            assert len(added.history.runs) == number
            assert emulator.requests.count("POST", r"git-receive-pack") == 1
            # The repository, the branch, its root, one file and the push; on GitHub the first three are one.
            assert emulator.requests.count() <= (3 if forge == "github" else 5)
    assert len(history(made)) == 3
    commits = list(made.world.objects.history(source.branches[BRANCH]))
    assert [len(one.parents) for one in commits] == [1, 1, 0]
    assert {name: tip for name, tip in source.branches.items() if name != BRANCH} == others


def test_old_runs_are_compacted_with_the_next_one(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    with Emulator(made.world, forge) as emulator:
        for pause in (timedelta(0), timedelta(hours=1), timedelta(days=100)):
            made.world.advance(seconds=pause.total_seconds())
            keep(emulator, report_of(emulator, made, tmp_path), made.token)
    days = [one.at for one in history(made)]
    assert len(days) == 2
    assert days[1] - days[0] > timedelta(days=99)


def test_a_run_that_is_kept_twice_is_there_once(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    with Emulator(made.world, forge) as emulator:
        report = report_of(emulator, made, tmp_path)
        keep(emulator, report, made.token)
        tip = made["runtime"].branches[BRANCH]
        assert keep(emulator, report, made.token).findings == ()
    assert made["runtime"].branches[BRANCH] == tip


def test_runs_at_once_lose_nothing_and_double_nothing(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    with Emulator(made.world, forge) as emulator:
        reports = [report_of(emulator, made, tmp_path) for _ in range(4)]
        with ThreadPoolExecutor(len(reports)) as pool:
            found = list(pool.map(lambda report: keep(emulator, report, made.token), reports))
    assert [one.findings for one in found] == [()] * len(reports)
    assert [one.at for one in history(made)] == [report.at for report in reports]
    assert len(list(made.world.objects.history(made["runtime"].branches[BRANCH]))) == len(reports)


@pytest.mark.parametrize("fault", ["lost-answer", "connection-closed", "bad-gateway", "cut-body"])
def test_a_push_whose_answer_is_lost_is_neither_lost_nor_doubled(forge: str, fault: str, tmp_path: Path) -> None:
    made = scene(forge)
    with Emulator(made.world, forge) as emulator:
        for _ in range(2):
            emulator.faults.add(fault, method="POST", path="git-receive-pack", times=1)
            assert keep(emulator, report_of(emulator, made, tmp_path), made.token).findings == ()
    assert len(history(made)) == 2


def without_permission(made: Scene) -> str:
    if made.world.tokens[made.token].kind == "forge":
        return made.world.token("reader", scopes=["read:repository"], sees="all").secret
    return made.world.token(
        "reader", kind="fine-grained", permissions={"contents": "read", "metadata": "read"}, sees="all"
    ).secret


def test_without_the_permission_there_is_a_warning_and_nothing_else(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    token = without_permission(made)
    with Emulator(made.world, forge) as emulator:
        added = keep(emulator, report_of(emulator, made, tmp_path), token)
    [finding] = added.findings
    assert (finding.code, finding.counts_as) == (Code.HISTORY_FAILED, None)
    assert "contents: write" in finding.message
    assert added.history is not None
    assert added.history.runs == ()
    assert BRANCH not in made["runtime"].branches


def test_the_runs_before_are_known_where_this_one_cannot_be_added(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    with Emulator(made.world, forge) as emulator:
        keep(emulator, report_of(emulator, made, tmp_path), made.token)
        second = keep(emulator, report_of(emulator, made, tmp_path), without_permission(made))
        made["runtime"].visibility = "public"
        third = keep(emulator, report_of(emulator, made, tmp_path), made.token)
    for added in (second, third):
        assert [one.code for one in added.findings] == [Code.HISTORY_FAILED]
        assert added.history is not None
        assert added.history.runs == history(made)
    assert len(history(made)) == 1


def test_a_user_of_gitea_who_may_only_read_is_refused_by_its_hook(tmp_path: Path) -> None:
    made = scene("gitea")
    reader = made.world.token("reader", role="read", scopes=["write:repository", "read:organization"], sees="all")
    with Emulator(made.world, "gitea") as emulator:
        [finding] = keep(emulator, report_of(emulator, made, tmp_path), reader.secret).findings
    assert "('ng refs/heads/drift/history pre-receive hook declined')" in finding.message
    assert "Give the token's user write access to acme/runtime; " in finding.message


def test_names_of_private_consumers_are_in_no_public_repository(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    made["runtime"].visibility = "public"
    with Emulator(made.world, forge) as emulator:
        made["template-a"].visibility = "private"
        [finding] = keep(emulator, report_of(emulator, made, tmp_path), made.token).findings
        assert "acme/template-a" in finding.message
        assert BRANCH not in made["runtime"].branches
        for one in made["runtime"].owner.repositories:
            one.visibility = "public"
        assert keep(emulator, report_of(emulator, made, tmp_path), made.token).findings == ()


@pytest.mark.parametrize(
    ("branch", "words"),
    [
        ("main", "other content"),
        ("feature", "other content"),
        ("work", "'README.md', 'x'"),
        ("kept", "write access to acme/runtime; if it has that, exempt the branch"),
    ],
)
def test_a_branch_that_is_not_its_own_is_left_alone(forge: str, branch: str, words: str, tmp_path: Path) -> None:
    """The default branch, one of a person, and one that a rule protects."""
    made = scene(forge)
    made["runtime"].commit({"history.jsonl": ""}, "main")
    made["runtime"].commit({"x": "y", "history.jsonl": None}, new_branch="feature")
    made["runtime"].commit({"x": "y"}, new_branch="work")
    made["runtime"].protected = ["kept"]
    before = dict(made["runtime"].branches)
    with Emulator(made.world, forge) as emulator:
        [finding] = keep(emulator, report_of(emulator, made, tmp_path), made.token, branch).findings
    assert words in finding.message
    assert made["runtime"].branches == before


def test_a_damaged_line_is_passed_over_and_stays(forge: str, tmp_path: Path) -> None:
    made = scene(forge)
    with Emulator(made.world, forge) as emulator:
        keep(emulator, report_of(emulator, made, tmp_path), made.token)
        text = made["runtime"].files(BRANCH)["history.jsonl"].decode()
        made["runtime"].commit({"history.jsonl": "half" + text}, BRANCH)
        added = keep(emulator, report_of(emulator, made, tmp_path), made.token)
    assert added.history is not None
    assert len(added.history.damaged) == 1
    assert made["runtime"].files(BRANCH)["history.jsonl"].decode().startswith("half" + text)
