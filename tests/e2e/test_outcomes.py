"""Each way a check can end, as a job sees it: a workflow with the ``uses:`` line and a token, and no checkout."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.e2e.act import job_of, minimal, step, tell
from tests.emulator import Emulator
from tests.emulator.world import real_time
from tests.fleet import BEHIND, CONFIG, TARGET, Fleet, fleet

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.act import Act

LIST = ".github/consumer-drift.yml"


@pytest.fixture
def acme() -> Fleet:
    """A fleet whose source has the list."""
    made = fleet(now=real_time)
    made.world.repository("acme/runtime").commit({LIST: CONFIG})
    return made


def refuse_to_list(emulator: Emulator) -> None:
    """Refuse both ways to list the owner's repositories."""
    emulator.faults.add("missing-scope", path=r"/repos/search")


def test_drift_turns_the_step_red_and_every_output_reaches_a_later_step(
    machine: Callable[..., Act], acme: Fleet
) -> None:
    """Exit code 1; the forge is found by itself, the list is read through the API at the job's commit."""
    with Emulator(acme.world, "gitea") as emulator:
        job = machine(emulator).run(minimal(), token=acme.token("gitea", organisation=True).secret)
    assert not job.passed
    assert job.told()["outcome"] == "failure"
    assert job.outputs.pop("coverage").startswith("11/11 listed consumers read; 13/13 acme repositories")
    assert job.outputs == {
        "exit-code": "1",
        "status": "drift",
        "version": TARGET,
        "drifted": "[" + ", ".join(f'"acme/{name}"' for name in BEHIND) + "]",
        "unlisted": "[]",
        "in-flight": "[]",
        "scope-warning": "false",
        "report": "",
        "pull-requests": "[]",
        "landed": "[]",
        "changed": "[]",
        "on-change": "false",
    }
    errors = job.annotations("error")
    assert [error["kvPairs"]["title"] for error in errors] == [f"behind acme/{name}" for name in BEHIND]
    lines = CONFIG.splitlines()
    for error, name in zip(errors, BEHIND, strict=True):
        assert error["kvPairs"]["file"] == LIST
        assert lines[int(error["kvPairs"]["line"]) - 1] == f"  - {name}"


def test_on_github_too(machine: Callable[..., Act], acme: Fleet) -> None:
    """The same through GraphQL."""
    with Emulator(acme.world, "github") as emulator:
        job = machine(emulator).run(minimal(), token=acme.token("github", organisation=True).secret)
    assert (job.outputs["exit-code"], job.outputs["status"], job.passed) == ("1", "drift", False)
    assert len(job.annotations("error")) == len(BEHIND)


def test_propagate_opens_the_bumps_and_a_check_then_finds_them_in_flight(
    machine: Callable[..., Act], acme: Fleet
) -> None:
    """The same step with another command, from the same list."""
    with Emulator(acme.world, "gitea") as emulator:
        runner = machine(emulator)
        token = acme.token("gitea", organisation=True).secret
        bumped = runner.run(minimal("command: propagate"), token=token)
        checked = runner.run(minimal(), token=token)
    assert (bumped.outputs["exit-code"], bumped.passed) == ("0", True)
    assert len(json.loads(bumped.outputs["pull-requests"])) == len(BEHIND)
    assert (checked.outputs["exit-code"], checked.passed) == ("0", True)
    assert json.loads(checked.outputs["in-flight"]) == [f"acme/{name}" for name in BEHIND]


def test_a_scope_gap_is_a_warning_on_a_green_step_and_red_where_fail_on_names_it(
    machine: Callable[..., Act], acme: Fleet
) -> None:
    """Exit code 3 in both; one warning annotation, no error."""
    acme.bump()
    with Emulator(acme.world, "gitea") as emulator:
        refuse_to_list(emulator)
        runner = machine(emulator)
        token = acme.token("gitea").secret
        green = runner.run(minimal(), token=token)
        red = runner.run(minimal("fail-on: drift,error,token-scope"), token=token)
    for job in (green, red):
        assert job.outputs["exit-code"] == "3"
        assert job.outputs["status"] == "token-scope"
        assert job.outputs["scope-warning"] == "true"
        assert len(job.annotations("warning")) == 1
        assert job.annotations("error") == []
    assert (green.passed, green.told()["outcome"]) == (True, "success")
    assert (red.passed, red.told()["outcome"]) == (False, "failure")
    assert "read:organization" in green.annotations("warning")[0]["arg"]


def test_in_sync_is_green_and_says_nothing_loud(machine: Callable[..., Act], acme: Fleet) -> None:
    """Exit code 0, no annotation at all."""
    acme.bump()
    with Emulator(acme.world, "gitea") as emulator:
        job = machine(emulator).run(minimal(), token=acme.token("gitea", organisation=True).secret)
    assert job.passed
    assert (job.outputs["exit-code"], job.outputs["status"]) == ("0", "in-sync")
    assert [job.annotations(level) for level in ("error", "warning", "notice")] == [[], [], []]


def test_a_broken_list_is_an_error_at_its_line(machine: Callable[..., Act], acme: Fleet) -> None:
    """Exit code 2, at the commit that the job runs at and not at the branch's head."""
    source = acme.world.repository("acme/runtime")
    broken = source.commit({LIST: CONFIG.replace("consumers:", "consumer:")})
    source.commit({LIST: CONFIG})
    with Emulator(acme.world, "gitea") as emulator:
        job = machine(emulator).run(
            minimal(), token=acme.token("gitea", organisation=True).secret, commit=broken.oid
        )
    assert not job.passed
    assert (job.outputs["exit-code"], job.outputs["status"]) == ("2", "error")
    line = str(CONFIG.splitlines().index("consumers:") + 1)
    places = [(error["kvPairs"]["file"], error["kvPairs"]["line"]) for error in job.annotations("error")]
    assert (LIST, line) in places


def test_mistakes_in_the_inputs_are_told_by_their_names_and_all_at_once(
    machine: Callable[..., Act], acme: Fleet
) -> None:
    """Exit code 2, red whatever fail-on would have said."""
    with Emulator(acme.world, "gitea") as emulator:
        job = machine(emulator).run(minimal("fail-on: drfit", "reconcile: maybe", "concurrency: 0"))
    assert (job.outputs["exit-code"], job.passed) == ("2", False)
    told = "\n".join(error["arg"] for error in job.annotations("error"))
    assert [name for name in ("fail-on", "reconcile", "concurrency") if f"the input {name} is" not in told] == []


def test_the_runners_own_python_ends_in_the_same_ways(machine: Callable[..., Act], acme: Fleet) -> None:
    """Drift, an error, a scope gap and nothing at all, without a container."""
    current = "\n".join(line for line in CONFIG.splitlines() if line.strip(" -") not in BEHIND)
    whole = current + "\nreconcile:\n  include: [website]\n"
    acme.world.repository("acme/runtime").commit(
        {"lists/broken.yml": CONFIG.replace("consumers:", "consumer:"), "lists/whole.yml": whole}
    )
    plain = ["runtime: python", "token: ${{ secrets.TOKEN }}"]
    narrow = ["runtime: python", "token: ${{ secrets.NARROW }}"]
    steps = {
        "drift": step("drift", *plain, lenient=True),
        "broken": step("broken", *plain, "config: acme/runtime/lists/broken.yml", lenient=True),
        "gap": step("gap", *narrow, "config: acme/runtime/lists/whole.yml", lenient=True),
        "whole": step("whole", *plain, "config: acme/runtime/lists/whole.yml", lenient=True),
    }
    workflow = job_of(*steps.values(), *(tell(name, name) for name in steps))
    with Emulator(acme.world, "gitea") as emulator:
        refuse_to_list(emulator)
        job = machine(emulator).run(
            workflow,
            token=acme.token("gitea", organisation=True).secret,
            narrow=acme.token("gitea", name="narrow").secret,
        )
    ends = {name: (job.told(name)["outputs"]["exit-code"], job.told(name)["outcome"]) for name in steps}
    assert ends == {
        "drift": ("1", "failure"),
        "broken": ("2", "failure"),
        "gap": ("3", "success"),
        "whole": ("0", "success"),
    }
    assert "runtime: python (the input runtime requires it)" in job.log
