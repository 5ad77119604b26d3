"""Before the end-to-end tests run: what is missing is named, and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from scripts import e2e
from scripts.shifted import inherited

ROOT = Path(__file__).parents[2]
STACK = """\
goroutine 1 [running]:
main.main()
\t/usr/src/docker/cmd/dockerd/docker.go:97 +0x5d
exit status 2
"""


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}")
    path.chmod(0o755)


def run_e2e(path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script on a machine whose programs are those of the folder *path* and this Python."""
    return subprocess.run(
        [sys.executable, "scripts/e2e.py", "-q", "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={"PATH": str(path), "HOME": os.environ.get("HOME", "/"), **inherited(), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize(
    ("log", "reason"),
    [
        (f"level=info msg=up\npanic: runtime error: no cgroup\n\n{STACK}", "panic: runtime error: no cgroup"),
        (f"fatal error: out of memory\n\n{STACK}", "fatal error: out of memory"),
        (
            'level=error msg="x"\nfailed to start daemon: cgroups: mount does not exist\n',
            "failed to start daemon: cgroups: mount does not exist",
        ),
        (
            'time="1" level=fatal msg="bad flag \\"x\\"" error="y"\nUsage: dockerd\n',
            'level=fatal msg="bad flag \\"x\\""',
        ),
        ("permission denied\n\n", "permission denied"),
        ("", "it printed nothing"),
    ],
)
def test_the_reason_is_the_line_that_says_it_and_not_the_end_of_a_stack(log: str, reason: str) -> None:
    assert e2e.daemon_reason(log) == reason


def test_where_nothing_can_be_run_continuous_integration_fails_and_says_why(tmp_path: Path) -> None:
    done = run_e2e(tmp_path, CI="true")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "e2e: docker is not installed, and only root on Debian can install it here",
        "e2e: nothing can be run, and with CI=true that is a failure",
    ]


def test_where_nothing_can_be_run_a_developer_sees_it_skipped(tmp_path: Path) -> None:
    done = run_e2e(tmp_path)
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == "e2e: so the tests are skipped"
    assert "skipped" in done.stdout


def test_a_reason_that_only_the_tests_see_fails_continuous_integration_too(tmp_path: Path) -> None:
    """As act, which is none of the script's affairs."""
    (tmp_path / "bin").mkdir()
    environment = {"CONSUMER_DRIFT_E2E_REQUIRED": "true", "PATH": str(tmp_path / "bin")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/e2e"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: no end-to-end test can be run: " in done.stderr


def test_a_daemon_that_does_not_start_is_named_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "docker", "exit 1\n")
    program(tmp_path / "bin", "dockerd", f"cat >&2 <<'END'\npanic: no cgroup\n\n{STACK}END\nexit 2\n")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    # It is set on the way.
    monkeypatch.setenv("DOCKER_HOST", "")
    with (
        ExitStack() as undo,
        pytest.raises(e2e.MissingError, match=r"\Adockerd does not start: panic: no cgroup\Z"),
    ):
        e2e.Machine(tmp_path, undo).start_daemon()


def test_a_long_silence_is_broken_by_how_far_it_is(tmp_path: Path) -> None:
    """The command here ends when that is printed."""
    said = tmp_path / "stderr"
    waits = f"echo 'I: Extracting base'; until grep -q 'so far: I: Extracting' {said}; do sleep 0.1; done"
    call = (
        "from pathlib import Path; from scripts import e2e; e2e.PROGRESS_SECONDS = 0.2;"
        f"e2e.watched('making it', Path('{tmp_path}/log'), ['sh', '-c', \"{waits}\"], seconds=100)"
    )
    with said.open("w") as output:
        subprocess.run([sys.executable, "-c", call], cwd=ROOT, stderr=output, check=True, timeout=300)
    assert said.read_text().startswith("e2e: making it\n")


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(e2e, "PROGRESS_SECONDS", 0.01)
    assert not e2e.watched("waiting", tmp_path / "log", ["sleep", "1000"], seconds=0)


def test_what_was_mounted_is_unmounted(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    for folder in (inner.parent, inner):
        folder.mkdir()
        if not e2e.succeeds("mount", "-t", "tmpfs", "tmpfs", str(folder)):
            pytest.skip("nothing can be mounted here")
    e2e.unmount_below(tmp_path)
    assert str(tmp_path) not in Path("/proc/self/mounts").read_text()


def test_the_folder_of_a_run_goes_with_it() -> None:
    with e2e.machine() as here:
        (here.work / "docker").mkdir()
    assert not here.work.exists()
