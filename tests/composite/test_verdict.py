"""The verdict: results are handed on, the workspace is as it was, and the step ends as fail-on says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.composite.shell import Host

if TYPE_CHECKING:
    from pathlib import Path

DEAD = {
    "exit-code": "2",
    "status": "error",
    "drifted": "[]",
    "unlisted": "[]",
    "in-flight": "[]",
    "scope-warning": "false",
    "pull-requests": "[]",
    "changed": "[]",
    "on-change": "false",
    "landed": "[]",
}


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """A slim host."""
    return Host.slim(tmp_path)


def results(host: Host, **files: str) -> str:
    """The folder that a plan made, with *files* as the program left them."""
    out = host.workspace / ".consumer-drift-action" / "out"
    out.mkdir(parents=True)
    for name in ("started", "outputs", "summary.md", "verdict"):
        (out / name).write_text(files.get(name.partition(".")[0], ""), encoding="utf-8")
    return str(out.parent)


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        ("0 in-sync false", 0),
        ("1 drift true", 1),
        ("1 drift false", 0),
        ("2 error true", 2),
        ("3 token-scope true", 3),
        ("3 token-scope false", 0),
    ],
)
def test_the_step_ends_as_the_program_says(host: Host, verdict: str, code: int) -> None:
    folder = results(host, started="true\n", verdict=f"{verdict}\n", outputs="status=x\nversion<<end\n1.0\nend\n")
    step = host.step("verdict.sh", FOLDER=folder, WAY="docker", DOCKER="success")
    assert step.code == code
    assert step.outputs == {"status": "x", "version": "1.0"}
    assert f"status {verdict.split()[1]}, exit code {verdict[0]}" in step.out
    assert "::" not in step.out


def test_the_summary_is_handed_on(host: Host) -> None:
    folder = results(host, verdict="0 in-sync false\n", summary="## fine\n")
    assert host.step("verdict.sh", FOLDER=folder).summary == "## fine\n"


@pytest.mark.parametrize(
    ("verdict", "variable", "code"),
    [
        ("1 drift false", "GITHUB_STEP_SUMMARY", 0),
        ("1 drift true", "GITHUB_STEP_SUMMARY", 1),
        # No later step can read the result, so the step itself ends with it.
        ("0 in-sync false", "GITHUB_OUTPUT", 0),
        ("1 drift false", "GITHUB_OUTPUT", 1),
        ("", "GITHUB_OUTPUT", 2),
    ],
)
def test_a_full_disk_is_told_and_changes_no_result(host: Host, verdict: str, variable: str, code: int) -> None:
    folder = results(host, verdict=f"{verdict}\n", summary="## drift\n", outputs="status=x\n")
    step = host.step("verdict.sh", FOLDER=folder, WAY="docker", DOCKER="failure", **{variable: "/dev/full"})
    assert step.code == code
    what = "summary" if variable == "GITHUB_STEP_SUMMARY" else "outputs"
    assert f"the {what} cannot be written: the log above has the full report" in step.out


@pytest.mark.parametrize("file", ["", "/nowhere/summary.md"])
def test_a_runner_without_summaries_is_told_and_no_more(host: Host, file: str) -> None:
    folder = results(host, verdict="0 in-sync false\n", summary="## fine\n")
    step = host.step("verdict.sh", FOLDER=folder, GITHUB_STEP_SUMMARY=file)
    assert step.code == 0
    assert "this runner takes no job summary: the log above has the full report" in step.out


@pytest.mark.parametrize(
    ("variables", "started", "said"),
    [
        ({"WAY": "docker", "DOCKER": "failure"}, "", "the container could not be built or started"),
        ({"WAY": "docker", "DOCKER": "failure"}, "true\n", "the container started and was ended before"),
        ({"WAY": "docker", "DOCKER": "success"}, "true\n", "the container started and was ended before"),
        ({"WAY": "docker", "DOCKER": "cancelled"}, "true\n", "the container was cancelled before it had a result"),
        ({"WAY": "python", "PYTHON": "failure"}, "", "the Python environment could not be made"),
        ({"WAY": "python", "PYTHON": "failure"}, "true\n", "the program started and was ended before"),
        ({"WAY": "none", "PROBLEM": "there is a reason"}, "", "there is a reason"),
        ({}, "", "the planning step failed"),
    ],
)
def test_without_a_result_it_is_an_error_with_what_can_be_known(
    host: Host, variables: dict[str, str], started: str, said: str
) -> None:
    folder = results(host, started=started, outputs="status=in-sync\n", summary="## fine\n")
    step = host.step("verdict.sh", FOLDER=folder, **variables)
    assert step.code == 2
    assert step.outputs == DEAD
    assert step.summary == ""
    (line,) = [line for line in step.out.splitlines() if line.startswith("::")]
    assert line.startswith(f"::error title=consumer-drift::{said}")


@pytest.mark.parametrize("mark", ["GITEA_ACTIONS", "FORGEJO_ACTIONS"])
def test_where_a_view_shows_commands_as_they_are_the_reason_is_a_line(host: Host, mark: str) -> None:
    folder = results(host)
    step = host.step("verdict.sh", FOLDER=folder, WAY="none", PROBLEM="there is a reason", **{mark: "true"})
    assert step.code == 2
    assert "consumer-drift: error: there is a reason\n" in step.out
    assert "::" not in step.out


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [
        ("", 2),
        ("error", 2),
        ("drift, Error", 2),
        ("drift\nerror\n", 2),
        ("drift", 0),
        ("none", 0),
        ("token-scope", 0),
        (",drift,", 0),
        # What is not understood may have been meant for this.
        ("drift,errors", 2),
        ("drift,none", 2),
        ("drfit", 2),
        (",", 2),
    ],
)
def test_fail_on_counts_for_the_dead_too(host: Host, fail_on: str, code: int) -> None:
    step = host.step("verdict.sh", FOLDER=results(host), WAY="docker", DOCKER="failure", FAIL_ON=fail_on)
    assert (step.code, step.outputs) == (code, DEAD)


@pytest.mark.parametrize(
    ("variables", "told", "never"),
    [
        ({}, "Set the input base-image or image", "Correct"),
        (
            {"IMAGE": "own/x:1"},
            "own/x:1, the input image, cannot be pulled, or it is not an image of this action",
            "base-image",
        ),
        ({"IMAGE": "own/x:1"}, "Correct the input image, or remove it", "Set the input image"),
        (
            {"BASE_IMAGE": "own/python:3"},
            "own/python:3, the input base-image, cannot be pulled, it has no Python 3.11 or newer with pip",
            "Set the input base-image",
        ),
        ({"BASE_IMAGE": "own/python:3"}, "Correct the input base-image, or set the input image", "remove it"),
        ({"WAY": "python", "PYTHON": "failure"}, "Set PIP_INDEX_URL", "set the input runtime"),
    ],
)
def test_advice_names_nothing_that_the_user_has_set_already(
    host: Host, variables: dict[str, str], told: str, never: str
) -> None:
    step = host.step("verdict.sh", **{"FOLDER": results(host), "WAY": "docker", "DOCKER": "failure", **variables})
    (line,) = [line for line in step.out.splitlines() if line.startswith("::")]
    assert told in line
    assert never not in line
    assert "an input has more than 131071 bytes" in line


def test_mistakes_are_reported_where_the_program_could_not_report_them(host: Host) -> None:
    """Those that the plan found, and the one in the input of this step itself."""
    step = host.step(
        "verdict.sh",
        WAY="docker",
        DOCKER="failure",
        FAIL_ON="drift,errors::x\n",
        MISTAKES="the input image is 'a b'",
    )
    first, second = (line for line in step.out.splitlines() if line.startswith("::"))
    assert first == (
        "::error title=consumer-drift::the input image is 'a b'; the input fail-on is 'drift?errors:?x?':"
        " write drift, error or token-scope, with commas in between, or none"
    )
    assert "the container could not be built or started" in second


@pytest.mark.parametrize("verdict", ["", "0", "0 in-sync", "0 in-sync\n", "1 drift fal\n", "1 drift true"])
def test_half_a_verdict_is_none(host: Host, verdict: str) -> None:
    step = host.step("verdict.sh", FOLDER=results(host, verdict=verdict), WAY="docker", DOCKER="failure")
    assert (step.code, step.outputs["status"]) == (2, "error")


@pytest.mark.parametrize("verdict", ["1 drift true\n", ""])
def test_the_folder_of_the_plan_is_gone_afterwards(host: Host, verdict: str) -> None:
    host.step("verdict.sh", FOLDER=results(host, verdict=verdict), WAY="docker", DOCKER="failure")
    assert list(host.workspace.iterdir()) == []


def test_no_other_folder_is_ever_removed(host: Host) -> None:
    (host.workspace / "precious").mkdir()
    for folder in (str(host.workspace), str(host.workspace / "precious"), "", "/"):
        host.step("verdict.sh", FOLDER=folder, WAY="docker", DOCKER="failure")
    assert [path.name for path in host.workspace.iterdir()] == ["precious"]


def test_what_act_cannot_do_in_a_reusable_workflow_is_told_where_act_runs(host: Host) -> None:
    """No variable tells whether this is one."""
    for variables, told in (({"ACT": "true"}, True), ({}, False)):
        step = host.step("verdict.sh", FOLDER=results(host), WAY="docker", DOCKER="failure", **variables)
        assert ("or this is a reusable workflow, where act cannot start" in step.out) is told
