"""Runners that lack something, containers that die, and the workspace that has to stay as it was."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.e2e.act import ROOT, git, job_of, minimal, step, tell
from tests.emulator import Emulator
from tests.emulator.world import real_time
from tests.fleet import CONFIG, Fleet, fleet

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.act import Act, Job

LIST = ".github/consumer-drift.yml"
FOLDER = ".consumer-drift-action"
ON_THE_HOST = "-self-hosted"
SOMEBODY = 1001
NO_DOCKER = {"DOCKER_HOST": "unix:///nonexistent/docker.sock"}


@pytest.fixture
def acme() -> Fleet:
    """A fleet whose source has the list."""
    made = fleet(now=real_time)
    made.world.repository("acme/runtime").commit({LIST: CONFIG})
    return made


def contents(folder: Path) -> dict[str, tuple[bytes | str, int, int]]:
    """Every path below *folder* with its bytes, its mode and its owner; git's own files are left out."""
    return {
        str(path.relative_to(folder)): (
            str(path.readlink()) if path.is_symlink() else b"" if path.is_dir() else path.read_bytes(),
            path.lstat().st_mode,
            path.lstat().st_uid,
        )
        for path in folder.rglob("*")
        if ".git" not in path.relative_to(folder).parts
    }


def error(job: Job) -> str:
    """The message of the one error."""
    (only,) = job.annotations("error")
    message: str = only["arg"]
    return message


def test_auto_takes_the_runners_python_where_containers_cannot_be_had_and_says_so(
    machine: Callable[..., Act], acme: Fleet
) -> None:
    """The generated folder is not even made: nothing refers to it."""
    with Emulator(acme.world, "gitea") as emulator:
        runner = machine(emulator, platform=ON_THE_HOST, environment=NO_DOCKER)
        job = runner.run(minimal(), token=acme.token("gitea", organisation=True).secret)
        assert not (runner.folder / FOLDER).exists()
    assert "runtime: python (this runner works on the host" in job.log
    assert (job.outputs["exit-code"], job.passed) == ("1", False)


def test_three_uses_in_one_job_do_not_meet_and_leave_the_workspace_as_it_was(
    machine: Callable[..., Act], acme: Fleet
) -> None:
    """Steps that are not root, and containers that are."""
    given = ["token: ${{ secrets.TOKEN }}"]
    workflow = job_of(
        step("first", *given, lenient=True),
        step("second", *given, "only: template-g", lenient=True),
        step(
            "third", *given, "version: 9.9.9", "report: made/report.json", "sarif: made/by/us.sarif", lenient=True
        ),
        *(tell(name, name) for name in ("first", "second", "third")),
        user=SOMEBODY,
    )
    with Emulator(acme.world, "gitea") as emulator:
        runner = machine(emulator, arguments=["--bind"])
        (runner.folder / ".gitignore").write_text("*.ignored\n", encoding="utf-8")
        (runner.folder / "some.ignored").write_text("mine\n", encoding="utf-8")
        runner.prepare(workflow)
        before = contents(runner.folder)
        job = runner.run(workflow, token=acme.token("gitea", organisation=True).secret)
        after = contents(runner.folder)
    assert [job.told(name)["outputs"]["exit-code"] for name in ("first", "second", "third")] == ["1", "0", "1"]
    assert job.told("third")["outputs"]["version"] == "9.9.9"
    assert job.told("third")["outputs"]["report"] == "made/report.json"
    made = {"made", "made/report.json", "made/by", "made/by/us.sarif"}
    assert {path: seen[:2] for path, seen in after.items() if path not in made} == {
        path: seen[:2] for path, seen in before.items()
    }
    assert after.keys() - before.keys() == made
    assert {owner for _, _, owner in after.values()} == {SOMEBODY}
    assert git(runner.folder, "status", "--porcelain", "--ignored").splitlines() == ["?? made/", "!! some.ignored"]


def test_a_container_that_is_killed_is_an_error_that_says_so(machine: Callable[..., Act], acme: Fleet) -> None:
    """It was at work, and never came to a result."""
    with Emulator(acme.world, "gitea") as emulator:
        runner = machine(emulator)
        emulator.latency = 20.0
        killed = threading.Thread(target=kill, args=(emulator, runner))
        killed.start()
        job = runner.run(minimal(), token=acme.token("gitea", organisation=True).secret)
        killed.join()
        emulator.latency = 0.0
    assert (job.outputs["exit-code"], job.outputs["status"], job.passed) == ("2", "error", False)
    assert (job.outputs["drifted"], job.outputs["scope-warning"]) == ("[]", "false")
    assert "the container started and was ended before it had a result" in error(job)


def kill(emulator: Emulator, runner: Act) -> None:
    """Kill the container of *runner* when it has asked for something."""
    for _ in range(600):
        container = runner.container() if emulator.active else ""
        if container:
            subprocess.run(["docker", "kill", container], check=True, capture_output=True)
            return
        time.sleep(0.1)


def test_an_image_that_cannot_be_had_is_an_error_that_says_what_to_set(
    machine: Callable[..., Act], acme: Fleet
) -> None:
    """And not a failure of the job where fail-on leaves errors out."""
    with Emulator(acme.world, "gitea") as emulator:
        job = machine(emulator).run(
            minimal("base-image: nowhere.invalid/python:3", "fail-on: drift"), token=acme.token("gitea").secret
        )
    assert (job.outputs["exit-code"], job.outputs["status"], job.passed) == ("2", "error", True)
    assert "nowhere.invalid/python:3, the input base-image, cannot be pulled" in error(job)


def test_a_prebuilt_image_is_run_and_nothing_is_built(machine: Callable[..., Act], acme: Fleet) -> None:
    """By any name that the runner's Docker knows."""
    image = f"consumer-drift-prebuilt:{uuid4().hex[:12]}"
    subprocess.run(["docker", "build", "--quiet", "--tag", image, ROOT], check=True, capture_output=True)
    try:
        with Emulator(acme.world, "gitea") as emulator:
            runner = machine(emulator)
            job = runner.run(minimal(f"image: {image}"), token=acme.token("gitea", organisation=True).secret)
    finally:
        subprocess.run(["docker", "rmi", image], check=True, capture_output=True)
    assert f"consumer-drift: image: {image} (the input image)" in job.printed
    assert "docker build" not in job.log
    assert (job.outputs["exit-code"], job.outputs["status"]) == ("1", "drift")


def test_the_image_with_arguments_is_the_command_line() -> None:
    """For any other CI, with its own exit code."""
    image = f"consumer-drift-prebuilt:{uuid4().hex[:12]}"
    subprocess.run(["docker", "build", "--quiet", "--tag", image, ROOT], check=True, capture_output=True)
    try:
        demo = ["check", "--config", "consumer-drift.yml", "--root", "fleet", "--format", "json"]
        folder = f"{ROOT / 'examples' / 'demo'}:/demo:ro"
        done = subprocess.run(
            ["docker", "run", "--rm", "--network", "none", "--volume", folder, "--workdir", "/demo", image, *demo],
            capture_output=True,
            text=True,
            check=False,
        )
        left = subprocess.run(
            [
                "docker",
                "run",
                "--rm",
                "--entrypoint",
                "sh",
                image,
                "-c",
                "ls /root/.cache /tmp /opt/consumer-drift",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        subprocess.run(["docker", "rmi", image], check=True, capture_output=True)
    assert (done.returncode, json.loads(done.stdout)["status"]) == (1, "drift")
    assert not re.search(r"pip|\.whl|github\b|nacl|gcc", left.stdout)


def test_what_a_job_sets_for_a_python_of_its_own_does_not_matter(machine: Callable[..., Act], acme: Fleet) -> None:
    """For the whole job, which reaches the action's container as well."""
    own = "PYTHONPATH: src", "PYTHONHOME: /nowhere", "PYTHONSTARTUP: x.py", "PATH: /nowhere:/usr/bin:/bin"
    workflow = minimal().replace("on: push\n", "on: push\nenv:\n" + "".join(f"  {line}\n" for line in own))
    with Emulator(acme.world, "gitea") as emulator:
        job = machine(emulator).run(workflow, token=acme.token("gitea", organisation=True).secret)
    assert (job.outputs["exit-code"], job.outputs["status"]) == ("1", "drift")


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_what_is_where_the_action_would_write_is_refused_and_left_alone(
    machine: Callable[..., Act], acme: Fleet, tmp_path: Path, kind: str
) -> None:
    """A checkout could hold anything under that name."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "action.yml").write_text("theirs\n", encoding="utf-8")
    with Emulator(acme.world, "gitea") as emulator:
        runner = machine(emulator, arguments=["--bind"])
        if kind == "link":
            (runner.folder / FOLDER).symlink_to(elsewhere)
        else:
            elsewhere.rename(runner.folder / FOLDER)
        before = contents(runner.folder)
        job = runner.run(minimal("runtime: docker"), token=acme.token("gitea").secret)
        after = {path: seen for path, seen in contents(runner.folder).items() if not path.startswith(".github")}
    assert after == before
    assert (job.outputs["exit-code"], job.passed) == ("2", False)
    assert f"the workspace already contains {FOLDER}" in error(job)
