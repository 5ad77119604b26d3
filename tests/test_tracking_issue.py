"""The tracking issue on every forge: opened once, changed when something changed, closed when all is proved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from consumer_drift.after import kept
from consumer_drift.model.findings import Code
from consumer_drift.support.deadline import Deadline
from consumer_drift.tracking.state import END
from tests.clocks import VirtualClock
from tests.emulator import Emulator
from tests.propagating import BEHIND, CONFIG, FORGES, pins, scene, token
from tests.running import HASTE, LIMITS, check, settings_at

if TYPE_CHECKING:
    from pathlib import Path

    from consumer_drift.model.kept import Kept
    from consumer_drift.model.report import Report
    from tests.emulator.records import Issue
    from tests.emulator.requestlog import Logged
    from tests.propagating import Scene

TRACKED = CONFIG + "tracking: {issue: true, labels: [Drift, gone], assignees: [boss, nemo]}\npolicy: {grace: 0h}\n"
PLAIN = CONFIG + "tracking: {issue: true}\npolicy: {grace: 0h}\n"


@pytest.fixture(params=FORGES)
def forge(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def made_for(forge: str) -> Scene:
    made = scene(forge)
    made.token = writer(made, forge)
    made.world.user("boss")
    made["runtime"].label("drift")
    return made


def writer(made: Scene, forge: str) -> str:
    """A token with what the issue needs."""
    if forge == "github":
        return token(made.world, forge, "tracker")
    scopes = ["write:issue", "read:user", "read:repository", "read:organization"]
    return made.world.token("tracker", scopes=scopes, sees="all").secret


def report_of(emulator: Emulator, made: Scene, workspace: Path, config: str = PLAIN, **more: object) -> Report:
    made.world.advance(hours=1)
    return check(emulator, config, workspace, made.token, **more).report


def keep(emulator: Emulator, report: Report, secret: str) -> Kept:
    """What an entry point does once the report is ready."""
    chosen = settings_at(emulator, secret, concurrency=4)
    return kept(chosen, report, Deadline(600, VirtualClock()), retry_policy=HASTE, limits=LIMITS)


def track(emulator: Emulator, made: Scene, workspace: Path, config: str = PLAIN, **more: object) -> Kept:
    return keep(emulator, report_of(emulator, made, workspace, config, **more), made.token)


def writes(emulator: Emulator) -> list[Logged]:
    return [one for one in emulator.requests if one.method != "GET" and "graphql" not in one.path]


def merge_all(made: Scene) -> None:
    for name in BEHIND:
        made[name].commit(pins("0.3.44"))


def only_issue(made: Scene) -> Issue:
    [issue] = made["runtime"].issues
    return issue


def test_it_closes_when_all_is_in_sync_and_opens_again_under_its_number(forge: str, tmp_path: Path) -> None:
    made = made_for(forge)
    with Emulator(made.world, forge) as emulator:
        assert track(emulator, made, tmp_path).findings == ()
        issue = only_issue(made)
        assert (issue.state, issue.author, issue.title) == ("open", "tracker", "Consumers of acme/runtime")
        assert "6 behind" in issue.body
        emulator.requests.reset()
        report = report_of(emulator, made, tmp_path)
        emulator.requests.reset()
        keep(emulator, report, made.token)
        assert writes(emulator) == []
        # The repository, the token's user, and the issues that it opened.
        assert emulator.requests.count() == 3
        track(emulator, made, tmp_path, only=("template-g",))
        assert issue.state == "open"
        merge_all(made)
        assert track(emulator, made, tmp_path).findings == ()
        assert (only_issue(made).state, len(issue.comments)) == ("closed", 1)
        made["runtime"].tag("runtime-v0.3.45")
        assert track(emulator, made, tmp_path).findings == ()
    assert (only_issue(made).state, len(issue.comments)) == ("open", 2)
    assert "1 of 11 consumers at 0.3.45" in issue.comments[1].body


def test_what_people_write_stays_and_other_issues_are_left_alone(forge: str, tmp_path: Path) -> None:
    made = made_for(forge)
    runtime = made["runtime"]
    planted = runtime.issue("mine", "<!-- consumer-drift: tracking -->", "somebody")
    with Emulator(made.world, forge) as emulator:
        track(emulator, made, tmp_path)
        issue = runtime.issues[1]
        issue.body = f"Ada knows more.\n{issue.body}\nOur notes: {END}"
        made["template-a"].commit(pins("0.3.44"))
        track(emulator, made, tmp_path)
    assert issue.body.startswith("Ada knows more.\n")
    assert issue.body.endswith(f"\nOur notes: {END}")
    assert "5 behind" in issue.body
    assert (len(runtime.issues), planted.body, planted.state) == (2, "<!-- consumer-drift: tracking -->", "open")


def test_labels_and_assignees_that_do_not_exist_are_told(forge: str, tmp_path: Path) -> None:
    made = made_for(forge)
    with Emulator(made.world, forge) as emulator:
        first = track(emulator, made, tmp_path, TRACKED)
        second = track(emulator, made, tmp_path, TRACKED)
    assert [one.name for one in only_issue(made).labels] == ["drift"]
    assert only_issue(made).assignees == []
    assert {one.code for one in first.findings} == {Code.TRACKING_FAILED}
    assert "'gone'" in first.findings[0].message
    assert "tracking.assignees" in first.findings[1].message
    assert second.findings == ()


def test_a_label_that_could_not_be_read_is_not_called_missing(tmp_path: Path) -> None:
    made = made_for("github")
    config = PLAIN.replace("{issue: true}", "{issue: true, labels: [drift]}")
    with Emulator(made.world, "github") as emulator:
        emulator.faults.add("bad-gateway", path=r"/labels/drift$")
        [finding] = track(emulator, made, tmp_path, config).findings
    assert "its label 'drift' could not be set: " in finding.message
    assert "does not exist" not in finding.message
    assert only_issue(made).labels == []


def test_assignees_are_set(forge: str, tmp_path: Path) -> None:
    made = made_for(forge)
    with Emulator(made.world, forge) as emulator:
        assert track(emulator, made, tmp_path, TRACKED.replace(", nemo", "").replace(", gone", "")).findings == ()
    assert only_issue(made).assignees == ["boss"]


def test_without_the_permission_there_is_a_warning_and_nothing_else(forge: str, tmp_path: Path) -> None:
    made = made_for(forge)
    if forge == "github":
        rights = {"contents": "read", "metadata": "read", "pull_requests": "read", "issues": "read"}
        weak = made.world.token("weak", kind="fine-grained", permissions=rights, sees="all").secret
    else:
        weak = made.world.token("weak", scopes=["read:issue", "read:user", "read:repository"], sees="all").secret
    with Emulator(made.world, forge) as emulator:
        report = report_of(emulator, made, tmp_path)
        [finding] = keep(emulator, report, weak).findings
    assert (finding.code, finding.counts_as) == (Code.TRACKING_FAILED, None)
    assert ("Issues: write" if forge == "github" else "write:issue") in finding.message
    assert made["runtime"].issues == []


def test_the_issue_of_a_renamed_source_is_written_by_its_new_name(forge: str, tmp_path: Path) -> None:
    """A write is never sent through a redirect: GitHub answers one with 307, and Gitea with 301."""
    made = made_for(forge)
    made["runtime"].rename("engine")
    with Emulator(made.world, forge) as emulator:
        assert track(emulator, made, tmp_path).findings == ()
        for name in BEHIND:
            made[name].commit(pins("0.3.44"))
        assert track(emulator, made, tmp_path).findings == ()
        assert {one.status for one in writes(emulator)} <= {200, 201, 204}
    [issue] = made["engine"].issues
    assert (issue.state, len(issue.comments)) == ("closed", 1)


def test_a_source_without_issues_is_told(forge: str, tmp_path: Path) -> None:
    made = made_for(forge)
    made["runtime"].has_issues = False
    with Emulator(made.world, forge) as emulator:
        [finding] = track(emulator, made, tmp_path).findings
    assert "acme/runtime has issues switched off. Enable issues in the repository's settings" in finding.message


@pytest.mark.parametrize(
    "words", ["Issues has been disabled in this repository.", "Issues are disabled for this repo"]
)
def test_issues_that_are_switched_off_meanwhile_are_told(words: str, tmp_path: Path) -> None:
    made = made_for("github")
    with Emulator(made.world, "github") as emulator:
        emulator.faults.add("unknown-403", method="POST", path="/issues$", message=words)
        [finding] = track(emulator, made, tmp_path).findings
    assert "Enable issues in the repository's settings" in finding.message


def test_runs_at_once_leave_one_issue_open_and_say_a_change_once(forge: str, tmp_path: Path) -> None:
    made = made_for(forge)
    with Emulator(made.world, forge) as emulator:

        def at_once() -> None:
            reports = [report_of(emulator, made, tmp_path) for _ in range(3)]
            with ThreadPoolExecutor(3) as pool:
                done = list(pool.map(lambda report: keep(emulator, report, made.token), reports))
            assert [one.findings for one in done] == [()] * 3

        at_once()
        assert [one.state for one in made["runtime"].issues].count("open") == 1
        assert made["runtime"].issues[0].state == "open"
        merge_all(made)
        at_once()
    assert {one.state for one in made["runtime"].issues} == {"closed"}
    assert len(made["runtime"].issues[0].comments) == 1


def test_a_mark_that_somebody_copied_neither_silences_nor_loses_a_comment(forge: str, tmp_path: Path) -> None:
    made = made_for(forge)
    with Emulator(made.world, forge) as emulator:
        track(emulator, made, tmp_path)
        issue = only_issue(made)
        opened = issue.body
        merge_all(made)
        track(emulator, made, tmp_path)
        [said] = issue.comments
        # As before that run, but for a copy of what it will say.
        issue.body, issue.state, issue.comments[:] = opened, "open", []
        made["runtime"].comment(issue.number, said.body, "mallory")
        track(emulator, made, tmp_path)
    assert [one.author for one in issue.comments] == ["mallory", "tracker"]


@pytest.mark.parametrize("fault", ["lost-answer", "bad-gateway"])
def test_a_write_whose_answer_is_lost_is_done_once(forge: str, fault: str, tmp_path: Path) -> None:
    made = made_for(forge)
    with Emulator(made.world, forge) as emulator:

        def disturbed(method: str, path: str) -> None:
            emulator.faults.add(fault, method=method, path=path, times=1)
            track(emulator, made, tmp_path)
            track(emulator, made, tmp_path)

        disturbed("POST", r"/issues$")
        assert only_issue(made).state == "open"
        merge_all(made)
        disturbed("POST", r"/comments$")
        assert (only_issue(made).state, len(only_issue(made).comments)) == ("closed", 1)
        made["runtime"].tag("runtime-v0.3.45")
        disturbed("PATCH", r"/issues/\d+$")
    assert (only_issue(made).state, len(only_issue(made).comments)) == ("open", 2)
