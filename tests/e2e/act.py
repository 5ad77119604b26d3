"""Run a workflow with act, the way a forge's runner would, and keep what every step said and set.

https://nektosact.com/
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.emulator import Emulator

ROOT = Path(__file__).resolve().parents[2]
USES = "org/consumer-drift-action@v1"
JOB_IMAGE = "consumer-drift-e2e:latest"
SHIPPED = ("action.yml", "action", "Dockerfile", "requirements.lock", "src/consumer_drift")


def program() -> str | None:
    """Where act is, or None."""
    beside = Path(sys.executable).parent / "act"
    return str(beside) if beside.exists() else shutil.which("act")


def ship(folder: Path) -> Path:
    """The action as a repository of its own with the tag v1, as a runner clones it."""
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

    @property
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
    owner: int | None = None
    """Whom act runs as, where it is not whom the tests run as."""

    def run(self, workflow: str, *, token: str = "", commit: str = "") -> Job:
        """Push *workflow*. *commit* is what the job runs at, the head of the default branch where it is empty."""
        path = self.folder / ".github" / "workflows" / "check.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(workflow, encoding="utf-8")
        if not (self.folder / ".git").exists():
            git(self.folder, "init", "--quiet")
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", "a workflow")
        if self.owner is not None:
            for found in (self.folder, *self.folder.rglob("*")):
                os.chown(found, self.owner, self.owner, follow_symlinks=False)
        done = subprocess.run(
            self._command(token, commit),
            cwd=self.folder,
            env={**os.environ, **self.environment, "SECRET_FOR_ACT": token},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
            **self._identity(),
        )
        lines, stray = [], [done.stderr]
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                lines.append(json.loads(line))
            else:
                stray.append(line)
        return Job(done.returncode, lines, "\n".join(stray))

    def _identity(self) -> dict[str, Any]:
        if self.owner is None:
            return {}
        group = Path("/var/run/docker.sock").stat().st_gid
        return {"user": self.owner, "group": self.owner, "extra_groups": [group]}

    def _command(self, token: str, commit: str) -> list[str]:
        head = self.emulator.world.repository(self.repository)
        variables = {
            "GITHUB_SERVER_URL": self.emulator.url,
            "GITHUB_API_URL": self.emulator.api_url,
            "GITHUB_GRAPHQL_URL": self.emulator.graphql_url,
            "GITHUB_REPOSITORY": self.repository,
            "GITHUB_SHA": commit or head.branches[head.default_branch],
            **({"GITEA_ACTIONS": "true"} if self.emulator.forge == "gitea" else {}),
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
            *(["--secret", f"TOKEN={token}"] if token else []),
            *(part for name, text in variables.items() for part in ("--env", f"{name}={text}")),
            *self.arguments,
        ]


def minimal(*inputs: str) -> str:
    """A workflow that holds the ``uses:`` line and a token, *inputs* as ``name: value``, and looks at the outputs."""
    return f"""
on: push
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
{step("drift", "token: ${{ secrets.TOKEN }}", *inputs)}{tell("drift")}"""


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


def containers() -> list[str]:
    """The running containers of generated actions."""
    listed = subprocess.run(["docker", "ps", "--format", "{{.ID}} {{.Image}}"], capture_output=True, text=True)
    return [line.split()[0] for line in listed.stdout.splitlines() if re.search("consumer-drift-action", line)]
