"""The plan: how a job runs the program, decided with what a slim host has."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.composite.metadata import ROOT
from tests.composite.shell import Host

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".consumer-drift-action"
MARK = "# Made by consumer-drift-action for one job, and safe to remove.\n*\n"
DOCKER = 'echo "$@"'
IN_ITS_CONTAINER = {"ACT": "true", "GITHUB_OUTPUT": "/var/run/act/workflow/outputcmd.txt"}


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """No Docker, no Python, no bash, no Node."""
    return Host.slim(tmp_path)


def with_python(host: Host) -> Host:
    """This interpreter, as python3."""
    host.add("python3", f'exec "{sys.executable}" "$@"')
    return host


def generated(host: Host) -> tuple[Path, dict[str, object]]:
    """The folder of the container action, and that action: in one with a fixed name where an image is built."""
    outer = yaml.safe_load((host.workspace / FOLDER / "action.yml").read_text(encoding="utf-8"))
    if outer["runs"]["using"] == "docker":
        return host.workspace / FOLDER, outer
    path = outer["runs"]["steps"][0]["uses"]
    assert re.fullmatch(rf"\./{re.escape(FOLDER)}/[0-9a-f]{{32}}", path)
    folder = host.workspace / path
    return folder, yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))


def test_a_host_with_docker_gets_a_container_built_from_this_very_action(host: Host) -> None:
    host.add("docker", DOCKER)
    step = host.step("plan.sh")
    assert (step.code, step.err) == (0, "")
    assert step.outputs == {
        "way": "docker",
        "folder": str(host.workspace / FOLDER),
        "handover": f"{FOLDER}/out",
    }
    assert step.out == (
        "consumer-drift: runtime: docker (Docker answers here)\n"
        "consumer-drift: image: built from the Dockerfile"
        " (this version of the action has no image of its own: it is no release)\n"
    )
    folder, action = generated(host)
    assert action["runs"]["image"] == "Dockerfile"
    assert (folder / "src" / "consumer_drift" / "action" / "step.py").exists()
    assert (folder / "requirements.lock").exists()
    assert (host.workspace / FOLDER / ".gitignore").read_text(encoding="utf-8") == MARK
    made = sorted(path.name for path in (host.workspace / FOLDER / "out").iterdir())
    assert made == ["outputs", "started", "summary.md", "verdict"]


@pytest.mark.parametrize(
    ("variables", "docker", "way", "why"),
    [
        ({}, DOCKER, "docker", "Docker answers here"),
        ({}, "exit 1", "python", "no Docker answers here"),
        ({}, None, "python", "no Docker answers here"),
        ({"RUNNER_OS": "macOS"}, DOCKER, "python", "container actions run on Linux only, and this is macOS"),
        ({"ACTIONS_RUNNER_CONTAINER_HOOKS": "/hooks.js"}, None, "python", "starts containers by hooks"),
        (
            {"ACTIONS_RUNNER_CONTAINER_HOOKS": "/hooks.js", "IMAGE": "ghcr.io/org/x:1"},
            None,
            "docker",
            "starts containers by hooks",
        ),
        (
            {"GITHUB_WORKSPACE": "/__w/runtime/runtime", "KUBERNETES_SERVICE_HOST": "10.0.0.1"},
            None,
            "python",
            "runs in Kubernetes and reaches no Docker",
        ),
        ({"ACT": "true"}, DOCKER, "python", "works on the host"),
        ({"RUNTIME": "python"}, DOCKER, "python", "the input runtime requires it"),
        ({"RUNTIME": "docker"}, None, "docker", "the input runtime requires it"),
    ],
)
def test_auto_takes_what_the_runner_can_do_and_says_why(
    host: Host, variables: dict[str, str], docker: str | None, way: str, why: str
) -> None:
    with_python(host)
    if docker is not None:
        host.add("docker", docker)
    step = host.step("plan.sh", **variables)
    assert re.search(rf"^consumer-drift: runtime: {way} \(.*{re.escape(why)}", step.out, re.MULTILINE), step.out


@pytest.mark.parametrize(
    "variables",
    [{"GITHUB_WORKSPACE": "/__w/runtime/runtime"}, {"GITHUB_OUTPUT": "/var/run/act/workflow/outputcmd.txt"}],
)
def test_a_job_that_the_runner_has_put_into_a_container_needs_no_docker_in_it(
    host: Host, variables: dict[str, str]
) -> None:
    """No file is written here: these paths are a runner's."""
    script = f'. "{ROOT}/action/lib/say.sh"; . "{ROOT}/action/lib/runner.sh"; has_docker && say "$reason"'
    environment = {"PATH": str(host.commands), **variables}
    done = subprocess.run(
        ["/bin/sh", "-eu", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout == "consumer-drift: this runner has put the job into a container\n", done.stderr


def test_without_docker_and_without_python_the_problem_says_what_to_install(host: Host) -> None:
    step = host.step("plan.sh")
    assert (step.code, step.outputs["way"]) == (0, "none")
    assert "no Docker answers here, and there is no Python 3.11 or newer" in step.outputs["problem"]
    assert "python3-venv" in step.outputs["problem"]


def test_a_python_that_is_too_old_or_cannot_make_an_environment_is_passed_over(host: Host) -> None:
    host.add("python3", "exit 1")
    host.add("python3.13", f'exec "{sys.executable}" "$@"')
    step = host.step("plan.sh", RUNTIME="python")
    assert step.outputs["python"] == str(host.commands / "python3.13")


def test_what_lies_in_the_workspace_is_not_imported_to_find_a_python(host: Host) -> None:
    with_python(host)
    (host.workspace / "venv.py").write_text("open('obeyed', 'w')", encoding="utf-8")
    step = host.step("plan.sh", RUNTIME="python")
    assert step.outputs["way"] == "python"
    assert [path.name for path in host.workspace.iterdir()] == ["venv.py"]


def test_the_python_way_writes_nothing_into_the_workspace(host: Host) -> None:
    step = with_python(host).step("plan.sh", RUNTIME="python")
    assert list(host.workspace.iterdir()) == []
    assert step.outputs["folder"].startswith(str(host.temporary / "consumer-drift."))
    assert step.outputs["handover"] == step.outputs["folder"] + "/out"


def unchanged(path: Path) -> tuple[int, ...]:
    """What stays the same of a path that is only read, which changes the time of its last access."""
    found = path.lstat()
    return found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns


@pytest.mark.parametrize("kind", ["folder", "file", "link", "dangling link", "link to ours", "folder with a link"])
def test_what_is_in_the_way_is_refused_and_left_alone(host: Host, kind: str) -> None:
    path = host.workspace / FOLDER
    ours = host.temporary / "ours"
    ours.mkdir()
    (ours / ".gitignore").write_text(MARK, encoding="utf-8")
    match kind:
        case "folder":
            path.mkdir()
            (path / ".gitignore").write_text("*\n", encoding="utf-8")
        case "file":
            path.write_text("theirs", encoding="utf-8")
        case "link":
            path.symlink_to(host.temporary)
        case "link to ours":
            path.symlink_to(ours)
        case "folder with a link":
            path.mkdir()
            (path / ".gitignore").symlink_to(ours / ".gitignore")
        case _:
            path.symlink_to("nowhere")
    before = unchanged(path)
    step = host.step("plan.sh", RUNTIME="docker")
    assert (step.code, step.outputs["way"]) == (0, "none")
    assert "folder" not in step.outputs
    assert f"the workspace already contains {FOLDER}" in step.outputs["problem"]
    assert step.outputs["problem"].endswith(": remove it, or set the input runtime to python")
    assert unchanged(path) == before
    assert (ours / ".gitignore").exists()


@pytest.mark.parametrize("killed", ["at once", "while it was written", "while it ran"])
def test_what_a_killed_run_has_left_is_replaced(host: Host, killed: str) -> None:
    """On a runner that keeps its workspace. It removes itself only at the end."""
    path = host.workspace / FOLDER
    path.mkdir()
    precious = host.temporary / "precious"
    precious.write_text("theirs", encoding="utf-8")
    if killed != "at once":
        (path / ".gitignore").write_text(MARK, encoding="utf-8")
        (path / "out").mkdir()
        (path / "link").symlink_to(precious)
    if killed == "while it ran":
        (path / "out" / "verdict").write_text("0 in-sync false\n", encoding="utf-8")
    host.add("docker", DOCKER)
    step = host.step("plan.sh")
    assert step.outputs["way"] == "docker"
    assert f"a run that was killed has left {FOLDER} in the workspace: it is replaced" in step.out
    assert not (path / "link").is_symlink()
    assert precious.read_text(encoding="utf-8") == "theirs"
    assert (path / "out" / "verdict").read_text(encoding="utf-8") == ""


# Nothing can be created there, not even by root.
READ_ONLY = "/proc/self"


def test_a_workspace_that_cannot_be_written_to_is_told_as_such(host: Host) -> None:
    step = host.step("plan.sh", RUNTIME="docker", GITHUB_WORKSPACE=READ_ONLY)
    assert (step.code, step.err, step.outputs["way"]) == (0, "", "none")
    assert step.outputs["problem"] == (
        "nothing can be written to the workspace /proc/self, which has to describe the container:"
        " make it writable, or set the input runtime to python"
    )


def test_auto_goes_on_with_python_where_the_workspace_cannot_be_written_to(host: Host) -> None:
    with_python(host).add("docker", DOCKER)
    step = host.step("plan.sh", GITHUB_WORKSPACE=READ_ONLY)
    assert step.outputs["way"] == "python"
    assert "runtime: python (nothing can be written to the workspace /proc/self" in step.out


def test_no_name_of_an_image_can_be_known_beforehand(tmp_path: Path) -> None:
    """These runners take what has the name, whoever made it: the next job's content says nothing of its name."""
    names = set()
    for index in range(3):
        (tmp_path / str(index)).mkdir()
        host = Host.slim(tmp_path / str(index))
        host.step("plan.sh", RUNTIME="docker")
        names.add(generated(host)[0].name)
    assert len(names) == 3


NO_COMMAND = "without a docker command in the job nothing tells whether"
RELEASED = "ghcr.io/org/consumer-drift@sha256:" + "d" * 64


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """The action as a release has it: with the name of its image."""
    root = tmp_path / "release"
    for name in ("action", "src"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Dockerfile", "requirements.lock"):
        shutil.copy(ROOT / name, root / name)
    (root / "action" / "release-image").write_text(f"# v1.0.0\n{RELEASED}\n", encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("docker", "variables", "said", "used"),
    [
        ("exit 0", {}, f"{RELEASED} (the release's own)", f"docker://{RELEASED}"),
        (
            "echo one; echo 'dial tcp: i/o timeout' >&2; exit 1",
            {},
            f"built from the Dockerfile ({RELEASED} could not be pulled: dial tcp: i/o timeout)",
            "Dockerfile",
        ),
        (
            '[ "$1" = pull ] || exit 0; exec sleep 600',
            {"PULL_SECONDS": "1"},
            f"built from the Dockerfile ({RELEASED} could not be pulled within 1 s)",
            "Dockerfile",
        ),
        (
            None,
            {},
            f"built from the Dockerfile ({NO_COMMAND} {RELEASED} can be pulled)",
            "Dockerfile",
        ),
        (
            "exit 1",
            {"IMAGE": "own.example.org/x:1"},
            "own.example.org/x:1 (the input image)",
            "docker://own.example.org/x:1",
        ),
        (
            "exit 1",
            {"IMAGE": "own.example.org/x:1", "BASE_IMAGE": "python:3.13"},
            "own.example.org/x:1 (the input image; the input base-image is not used)",
            "docker://own.example.org/x:1",
        ),
        (
            "exit 1",
            {"BASE_IMAGE": "docker://python:3.13"},
            "built from the Dockerfile on python:3.13 (the input base-image)",
            "Dockerfile",
        ),
    ],
)
def test_one_line_says_which_image_runs_and_why(
    host: Host, release: Path, docker: str | None, variables: dict[str, str], said: str, used: str
) -> None:
    if docker:
        host.add("docker", docker)
    step = host.step("plan.sh", root=release, RUNTIME="docker", **variables)
    assert [line for line in step.out.splitlines() if " image: " in line] == [f"consumer-drift: image: {said}"]
    assert step.err == ""
    assert generated(host)[1]["runs"] == {"using": "docker", "image": used, "args": ["action"]}


def test_another_base_image_is_in_the_dockerfile(host: Host) -> None:
    host.step(
        "plan.sh", RUNTIME="docker", BASE_IMAGE="docker://mirror.example.org:5000/lib/python@sha256:" + "b" * 64
    )
    folder, _ = generated(host)
    dockerfile = (folder / "Dockerfile").read_text(encoding="utf-8")
    assert f"ARG BASE_IMAGE=mirror.example.org:5000/lib/python@sha256:{'b' * 64}\n" in dockerfile
    assert dockerfile.count("BASE_IMAGE=") == 1


@pytest.mark.parametrize("prefix", ["", "docker://"])
def test_a_prebuilt_image_is_used_as_it_is_and_nothing_is_copied(host: Host, prefix: str) -> None:
    image = "ghcr.io/org/consumer-drift@sha256:" + "c" * 64
    host.step("plan.sh", RUNTIME="docker", IMAGE=prefix + image)
    folder, action = generated(host)
    assert action["runs"]["image"] == f"docker://{image}"
    assert {path.name for path in folder.iterdir()} == {".gitignore", "action.yml", "out"}


@pytest.mark.parametrize("name", ["IMAGE", "BASE_IMAGE"])
@pytest.mark.parametrize(
    "text", ["x|y", "x\nRUN evil", "$(evil)", "-flag", "a b", "x&y", "x\\1", '"', "::error::x", "é"]
)
def test_a_text_that_is_no_image_is_a_mistake_on_one_harmless_line_and_is_not_used(
    host: Host, name: str, text: str
) -> None:
    step = host.step("plan.sh", RUNTIME="docker", **{name: text})
    assert step.outputs["way"] == "docker"
    assert f"the input {name.lower().replace('_', '-')} is '" in step.outputs["mistakes"]
    assert "::" not in step.outputs["mistakes"]
    assert mistakes(host) == [step.outputs["mistakes"]]
    folder, action = generated(host)
    assert action["runs"]["image"] == "Dockerfile"
    usual = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert (folder / "Dockerfile").read_text(encoding="utf-8") == usual


def mistakes(host: Host) -> list[str]:
    """What the program gets to know of the inputs that the plan uses."""
    return (host.workspace / FOLDER / "out" / "mistakes").read_text(encoding="utf-8").splitlines()


def test_an_unknown_runtime_is_a_mistake_that_the_usual_one_reports(host: Host) -> None:
    host.add("docker", DOCKER)
    step = host.step("plan.sh", RUNTIME="podman\nway=none")
    assert step.outputs["way"] == "docker"
    assert mistakes(host) == ["the input runtime is 'podman?way?none': write auto or docker or python"]


def test_all_mistakes_are_passed_on_at_once(host: Host) -> None:
    """To the program; and to the last step, should the program not run."""
    wrong = {"RUNTIME": "podman", "IMAGE": "a b", "BASE_IMAGE": "c d", "CA_BUNDLE": "/nowhere.pem"}
    host.add("docker", DOCKER)
    step = host.step("plan.sh", **wrong)
    assert [line.split()[2] for line in mistakes(host)] == ["image", "base-image", "ca-bundle", "runtime"]
    assert step.outputs["mistakes"] == "; ".join(mistakes(host))
    (host.workspace / FOLDER / ".gitignore").write_text("theirs", encoding="utf-8")
    alone = host.step("plan.sh", **wrong)
    assert alone.outputs["way"] == "none"
    assert alone.outputs["mistakes"] == step.outputs["mistakes"]


def test_a_runtime_is_known_in_any_case(host: Host) -> None:
    assert host.step("plan.sh", RUNTIME="Docker").outputs["way"] == "docker"


PEM = "# ours\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def test_certificates_are_put_where_the_container_sees_them(host: Host) -> None:
    bundle = host.temporary / "own authority.pem"
    bundle.write_text(PEM, encoding="utf-8")
    step = host.step("plan.sh", RUNTIME="docker", CA_BUNDLE=str(bundle))
    assert step.outputs["ca-bundle"] == f"{FOLDER}/out/ca-bundle.pem"
    assert (host.workspace / step.outputs["ca-bundle"]).read_text(encoding="utf-8") == PEM
    assert step.outputs["way"] == "docker"


def test_certificates_that_are_not_there_are_a_mistake(host: Host) -> None:
    step = host.step("plan.sh", RUNTIME="docker", CA_BUNDLE="/nowhere.pem")
    assert mistakes(host) == ["the input ca-bundle is '/nowhere.pem', and there is no such file: name a PEM file"]
    assert "ca-bundle" not in step.outputs


@pytest.mark.parametrize("text", ["", "no certificate", "-----BEGIN PRIVATE KEY-----"])
def test_a_file_without_certificates_is_a_mistake_by_the_users_own_path(host: Host, text: str) -> None:
    bundle = host.temporary / "own.pem"
    bundle.write_text(text, encoding="utf-8")
    step = host.step("plan.sh", RUNTIME="docker", CA_BUNDLE=str(bundle))
    said = f"the input ca-bundle is '{bundle}', which contains no certificate: name a PEM file"
    assert mistakes(host) == [said]
    assert "ca-bundle" not in step.outputs
