"""action.yml and the actions that are written from it name the same things, and hand on what they are given."""

from __future__ import annotations

import re

import pytest

from consumer_drift import __version__
from consumer_drift.options import OPTIONS
from scripts import action_metadata
from tests.composite.metadata import ACTION, COMPOSITE, CONTAINER, ROOT, STEPS

CONTRACT = {
    "inputs": "config command token merge-token forge server-url version only reconcile fail-on runtime image"
    " base-image"
    " report sarif history history-branch page page-visibility summary concurrency ca-bundle user-agent"
    " cache dry-run shard reports max-time for",
    "outputs": "exit-code status version drifted unlisted in-flight scope-warning coverage report pull-requests"
    " changed on-change landed",
}
PLANNED = {"runtime", "image", "base-image"}
OURS = {"handover", "job-token"}


def test_inputs_and_outputs_are_those_that_workflows_are_written_against() -> None:
    for kind, names in CONTRACT.items():
        assert set(ACTION[kind]) == set(names.split())


def test_each_is_described() -> None:
    for kind in CONTRACT:
        for name, one in ACTION[kind].items():
            assert len(one["description"]) > 30, name
            # The marketplace shows a link as it is written, and where it leads is not there.
            assert "](" not in one["description"], name


@pytest.mark.parametrize("name", action_metadata.FILES)
def test_what_is_made_of_the_options_is_up_to_date(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "# generated: " in text
    assert action_metadata.with_blocks(text) == text, "run: make generate"


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("token", "${{ github.token }}"),
        ("fail-on", "drift,error"),
        ("command", "check"),
        ("runtime", "auto"),
        ("concurrency", "16"),
        ("max-time", "3000"),
        ("config", ""),
    ],
)
def test_defaults_stand_in_action_yml(name: str, default: str) -> None:
    assert ACTION["inputs"][name]["default"] == default


def test_a_token_that_is_given_and_empty_stays_empty() -> None:
    """The job's own is the default, and is not put in its place."""
    assert STEPS["docker"]["with"]["token"] == "${{ inputs.token }}"
    assert STEPS["docker"]["with"]["job-token"] == "${{ inputs.token == github.token }}"


def test_the_program_gets_every_input_that_the_plan_does_not_use_up() -> None:
    expected = set(ACTION["inputs"]) - PLANNED | OURS
    assert set(STEPS["docker"]["with"]) == expected
    assert set(COMPOSITE["inputs"]) == set(CONTAINER["inputs"]) == expected
    (inner,) = COMPOSITE["runs"]["steps"]
    assert inner["with"] == {name: f"${{{{ inputs.{name} }}}}" for name in COMPOSITE["inputs"]}


def test_both_ways_are_given_the_same() -> None:
    by_variable = {
        name.removeprefix("INPUT_").replace("_", "-").lower(): text
        for name, text in STEPS["python"]["env"].items()
        if name.startswith("INPUT_")
    }
    assert by_variable == STEPS["docker"]["with"]


def test_the_program_knows_every_input_that_it_is_given() -> None:
    known = {option.input for option in OPTIONS.values() if option.input}
    assert known == set(STEPS["docker"]["with"]) | PLANNED


def test_every_output_comes_from_the_verdict() -> None:
    for name, one in ACTION["outputs"].items():
        assert one["value"] == f"${{{{ steps.verdict.outputs.{name} }}}}"


def test_the_verdict_always_runs_and_nothing_before_it_ends_the_job() -> None:
    assert list(STEPS) == ["plan", "docker", "python", "verdict"]
    assert STEPS["verdict"]["if"] == "always()"
    assert [STEPS[name]["continue-on-error"] for name in ("docker", "python")] == [True, True]


def test_no_expression_is_in_a_script() -> None:
    """The text of an input would be run."""
    scripts = [step["run"] for step in STEPS.values() if "run" in step]
    assert len(scripts) == 3
    assert [script for script in scripts if "${{" in script] == []
    assert {step["shell"] for step in STEPS.values() if "run" in step} == {"sh"}


def test_nothing_is_fetched_from_elsewhere() -> None:
    """Runners fetch every ``uses:`` up front, also one that is never run."""
    used = [step["uses"] for step in (*STEPS.values(), *COMPOSITE["runs"]["steps"]) if "uses" in step]
    assert used == ["./.consumer-drift-action", "@path@"]


def test_the_token_reaches_only_the_steps_that_read_the_forge() -> None:
    for name in ("plan", "verdict"):
        assert "token" not in str(STEPS[name])


def test_the_container_runs_the_entry_point_for_jobs() -> None:
    assert CONTAINER["runs"] == {"using": "docker", "image": "@image@", "args": ["action"]}


def test_the_images_label_is_the_programs_version() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r'image\.version="([^"]+)"', dockerfile) == [__version__]
