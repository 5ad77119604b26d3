"""The workflow that publishes the page on a branch: the newest page alone, in one commit."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import yaml

from tests.docs.sentences import ROOT

if TYPE_CHECKING:
    from pathlib import Path

WORKFLOW = ROOT / "examples" / "workflows" / "page-gitea.yml"
[PUBLISH] = (
    step["run"]
    for step in yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["check"]["steps"]
    if "run" in step
)


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def test_the_branch_has_the_newest_page_in_one_commit(tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    git(tmp_path, "init", "--quiet", "--bare", str(remote))
    for day in range(2):
        job = tmp_path / f"job-{day}"
        (job / "site").mkdir(parents=True)
        (job / "site" / "index.html").write_text(f"<p>{day}", encoding="utf-8")
        environment = {**os.environ, "REMOTE": str(remote), "TOKEN": "t"}
        subprocess.run(["sh", "-eu", "-c", PUBLISH], cwd=job, env=environment, check=True)
    assert git(remote, "show", "pages:index.html") == "<p>1"
    assert len(git(remote, "log", "--oneline", "pages").splitlines()) == 1
