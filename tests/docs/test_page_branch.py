"""The workflow that keeps the history on a branch loses no run: not of two at once, and not when it is killed."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
import yaml

from consumer_drift.history import file
from tests.docs.sentences import ROOT
from tests.history.runs import consumer, run

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOW = ROOT / "examples" / "workflows" / "page-gitea.yml"
STEPS = {
    step["name"]: step["run"]
    for step in yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["check"]["steps"]
    if "run" in step
}
FETCH, PUBLISH = STEPS.values()
# The same pauses, a tenth as long.
HASTY = PUBLISH.replace('sleep "$pause"', 'sleep "0.$pause"')
# Runs in place of git, and kills the step's shell at one of git's calls: before it, or after it.
KILLER = """\
#!/bin/sh
echo x >> "$CALLS"
now=$(wc -l < "$CALLS")
if [ "$now" -eq "$AT" ] && [ "$WHEN" = before ]; then kill -9 "$PPID"; exit 1; fi
"$GIT" "$@"; code=$?
if [ "$now" -eq "$AT" ] && [ "$WHEN" = after ]; then kill -9 "$PPID"; fi
exit $code
"""


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A repository with a commit of its own."""
    folder = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", str(folder))
    return folder


def job(folder: Path, remote: Path, day: int, **more: str) -> subprocess.Popen[bytes]:
    """A job whose run is that of *day*: fetch, the run, and publishing begun."""
    folder.mkdir(exist_ok=True)
    environment = {**os.environ, "REMOTE": str(remote), "TOKEN": "t", **more}
    subprocess.run(["sh", "-eu", "-c", FETCH], cwd=folder, env={**environment, "AT": "0"}, check=True)
    file.append(folder / "history.jsonl", run(day, "1.4.0", consumer("core", "1.4.0")))
    (folder / "site").mkdir(exist_ok=True)
    (folder / "site" / "index.html").write_text(f"<p>{day}", encoding="utf-8")
    return subprocess.Popen(
        ["sh", "-eu", "-c", HASTY],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def days(remote: Path) -> list[int]:
    """The days of the runs on the branch, each as often as it is there."""
    lines = git(remote, "show", "pages:history.jsonl").splitlines()
    assert file.parse("\n".join(lines).encode()).damaged == ()
    return [int(json.loads(line)["at"][8:10]) - 1 for line in lines]


def test_the_branch_has_one_commit_for_each_run_and_shares_none(tmp_path: Path, remote: Path) -> None:
    for day in range(3):
        assert job(tmp_path / f"job-{day}", remote, day).wait(120) == 0
    assert days(remote) == [0, 1, 2]
    assert len(git(remote, "log", "--oneline", "pages").splitlines()) == 3
    assert git(remote, "show", "pages:index.html") == "<p>2"


def test_runs_at_once_lose_nothing_and_double_nothing(tmp_path: Path, remote: Path) -> None:
    for first in range(0, 12, 4):
        jobs = [job(tmp_path / f"job-{day}", remote, day) for day in range(first, first + 4)]
        assert [one.wait(240) for one in jobs] == [0] * 4
    assert days(remote) == list(range(12))


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_job_that_is_killed_at_any_call_of_git_leaves_the_branch_whole(
    tmp_path: Path, remote: Path, when: str
) -> None:
    """Each time the next run finds what was published before, and adds its own."""
    assert job(tmp_path / "first", remote, 0).wait(120) == 0
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "git").write_text(KILLER, encoding="utf-8")
    (programs / "git").chmod(0o755)
    real = subprocess.run(
        ["sh", "-c", "command -v git"], capture_output=True, text=True, check=True
    ).stdout.strip()
    published = {0}
    for at in range(1, 7):
        calls = tmp_path / f"calls-{at}"
        # The fetch of a job is killed in no case: it writes nothing.
        killed = job(
            tmp_path / f"killed-{at}",
            remote,
            at,
            PATH=f"{programs}:{os.environ['PATH']}",
            GIT=real,
            CALLS=str(calls),
            AT=str(at + _calls_of_fetch()),
            WHEN=when,
        )
        killed.wait(120)
        found = days(remote)
        assert set(found) >= published
        assert len(found) == len(set(found))
        assert set(found) - published <= {at}
        assert git(remote, "fsck", "--full") == ""
        published = set(found)
    assert job(tmp_path / "last", remote, 20).wait(120) == 0
    assert set(days(remote)) == published | {20}


def _calls_of_fetch() -> int:
    """How often the step that fetches calls git where the branch exists."""
    return sum(FETCH.count(f"git {verb}") for verb in ("ls-remote", "clone"))
