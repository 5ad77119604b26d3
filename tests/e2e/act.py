"""Run a workflow with act, the way a forge's runner would, and keep what every step said and set.

https://nektosact.com/
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from scripts.release_tag import SHIPPED

if TYPE_CHECKING:
    from tests.emulator import Emulator

ROOT = Path(__file__).resolve().parents[2]
USES = "org/consumer-drift-action@v1"
# What the action builds on is enough for a job, too: it has sh and Python, and no Docker.
JOB_IMAGE = next(
    line.removeprefix("ARG BASE_IMAGE=")
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    if line.startswith("ARG BASE_IMAGE=")
)
# What `make e2e` finds the containers of its run by.
RUN = os.environ.get("CONSUMER_DRIFT_E2E_RUN", "")


def program() -> str | None:
    """Where act is, or None."""
    beside = Path(sys.executable).parent / "act"
    return str(beside) if beside.exists() else shutil.which("act")


def ship(folder: Path) -> Path:
    """The action as a repository of its own with the tag v1 and what a release has, as a runner clones it."""
    for name in SHIPPED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "ship")
    git(folder, "tag", "v1")
    return folder


def git(folder: Path, *arguments: str) -> str:
    """Git's output, as somebody with a name."""
    someone = ["-c", "user.name=someone", "-c", "user.email=someone@example.invalid", "-c", "safe.directory=*"]
    command = ["git", *someone, *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


@dataclass(frozen=True)
class Job:
    """A finished run of act. *lines* are its records, one a message."""

    code: int
    lines: list[dict[str, Any]]
    stray: str

    @property
    def passed(self) -> bool:
        """Whether the workflow was green."""
        return self.code == 0

    def annotations(self, level: str) -> list[dict[str, Any]]:
        """The commands of that level: each has ``arg`` (the message) and ``kvPairs`` (its properties)."""
        return [line for line in self.lines if line.get("command") == level]

    @cached_property
    def log(self) -> str:
        """All that steps printed, commands included, as they printed it. What is masked is not part of it."""
        shown = [line.get("raw") or line["msg"] for line in self.lines if line.get("command") != "add-mask"]
        return "\n".join(shown) + self.stray

    @cached_property
    def printed(self) -> list[str]:
        """The lines of the log that act took for plain text."""
        return [line["msg"].rstrip("\n") for line in self.lines if line.get("raw_output")]

    def told(self, name: str = "told") -> dict[str, Any]:
        """What the step that prints ``NAME=<JSON>`` printed."""
        found = [line.removeprefix(f"{name}=") for line in self.printed if line.startswith(f"{name}=")]
        parsed: dict[str, Any] = json.loads(found[-1])
        return parsed

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """What the step ``drift`` has as outputs for a later step."""
        outputs: dict[str, Any] = self.told()["outputs"]
        return outputs


@dataclass
class Act:
    """One machine with act: *action* is the action's repository, *folder* the checkout that jobs run in."""

    action: Path
    folder: Path
    emulator: Emulator
    repository: str = "acme/runtime"
    arguments: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    platform: str = JOB_IMAGE
    name: str = field(default_factory=lambda: f"check-{RUN}{uuid4().hex[:12]}")
    """The workflow's: act names containers after it, so it differs from that of any other run on this machine."""

    def prepare(self, workflow: str) -> None:
        """Commit *workflow* to the checkout."""
        path = self.folder / ".github" / "workflows" / f"{self.name}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(workflow, encoding="utf-8")
        if not (self.folder / ".git").exists():
            git(self.folder, "init", "--quiet")
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", "a workflow")

    def run(self, workflow: str, *, token: str = "", commit: str = "", narrow: str = "") -> Job:
        """Push *workflow*. *commit* is what the job runs at, the head of the default branch where it is empty.

        *token* and *narrow* are the secrets TOKEN and NARROW.
        """
        secrets = {name: secret for name, secret in (("TOKEN", token), ("NARROW", narrow)) if secret}
        self.prepare(workflow)
        self._know_head_as(commit)
        done = self._act(secrets)
        lines, stray = [], [done.stderr]
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                lines.append(json.loads(line))
            else:
                stray.append(line)
        return Job(done.returncode, lines, "\n".join(stray))

    def _act(self, secrets: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run act to its end. Where it has none, its containers are removed in its place."""
        try:
            return subprocess.run(
                self._command(list(secrets)),
                cwd=self.folder,
                env={**os.environ, **self.environment, **secrets},
                capture_output=True,
                text=True,
                timeout=1000,
                check=False,
            )
        except BaseException:
            show = ["docker", "ps", "--all", "--quiet", "--filter", f"name={self.name}"]
            left = subprocess.run(show, capture_output=True, text=True, check=True).stdout.split()
            subprocess.run(["docker", "rm", "--force", "--volumes", *left], capture_output=True, check=False)
            raise

    def container(self) -> str:
        """The id of the running container of the generated action, empty where there is none."""
        show = ["docker", "ps", "--filter", f"name={self.name}", "--format", "{{.ID}} {{.Image}}"]
        rows = subprocess.run(show, capture_output=True, text=True, check=True).stdout.splitlines()
        return next((row.split()[0] for row in rows if "consumer-drift-action" in row), "")

    def _know_head_as(self, commit: str) -> None:
        """act takes the job's commit from the checkout: let the forge find *commit* by that name."""
        repository = self.emulator.world.repository(self.repository)
        repository.set_branch(
            git(self.folder, "rev-parse", "HEAD").strip(), commit or repository.branches[repository.default_branch]
        )

    def _command(self, secrets: list[str]) -> list[str]:
        # Without Gitea's own variable: its view shows no annotations, and act does.
        variables = {
            "GITHUB_SERVER_URL": self.emulator.url,
            "GITHUB_API_URL": self.emulator.api_url,
            "GITHUB_GRAPHQL_URL": self.emulator.graphql_url,
            "GITHUB_REPOSITORY": self.repository,
        }
        return [
            str(program()),
            "push",
            "--json",
            "--rm",
            "--pull=false",
            "--network=host",
            "--platform",
            f"ubuntu-latest={self.platform}",
            "--local-repository",
            f"{USES}={self.action}",
            *(part for name in secrets for part in ("--secret", name)),
            *(part for name, text in variables.items() for part in ("--env", f"{name}={text}")),
            *self.arguments,
        ]


def job_of(*steps: str, user: int = 0) -> str:
    """A workflow of one job, whose steps run as *user*; containers of actions run as root all the same."""
    container = f"    container:\n      image: {JOB_IMAGE}\n      options: --user {user}:{user}\n" if user else ""
    return f"on: push\njobs:\n  check:\n    runs-on: ubuntu-latest\n{container}    steps:\n" + "".join(steps)


def minimal(*inputs: str) -> str:
    """A workflow with the ``uses:`` line, a token and *inputs* as ``name: value``; a later step tells outputs."""
    return job_of(step("drift", "token: ${{ secrets.TOKEN }}", *inputs), tell("drift"))


def step(name: str, *inputs: str, lenient: bool = False) -> str:
    """A step that uses the action. *lenient*: the job goes on when it fails."""
    given = "".join(f"          {line}\n" for line in inputs)
    return (
        f"      - id: {name}\n        uses: {USES}\n"
        + ("        continue-on-error: true\n" if lenient else "")
        + (f"        with:\n{given}" if given else "")
    )


def tell(name: str, word: str = "told") -> str:
    """A later step that prints how the step *name* ended and what it put out, on one line."""
    return f"""      - if: always()
        shell: sh
        env:
          OUTCOME: ${{{{ steps.{name}.outcome }}}}
          OUTPUTS: ${{{{ toJSON(steps.{name}.outputs) }}}}
        run: |
          printf '{word}={{"outcome":"%s","outputs":%s}}\\n' "$OUTCOME" "$(printf '%s' "$OUTPUTS" | tr -d '\\n')"
"""
