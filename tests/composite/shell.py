"""Run the steps of the action as a runner does: sh, variables, and files for what they put out."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.composite.metadata import ROOT

# What a slim host has; everything else is put beside it by the test that wants it.
TOOLS = (
    "sh",
    "cat",
    "cp",
    "cut",
    "dirname",
    "grep",
    "head",
    "mkdir",
    "mktemp",
    "mv",
    "rm",
    "rmdir",
    "sed",
    "sleep",
    "tr",
    "uname",
    "env",
)


@dataclass(frozen=True)
class Host:
    """A host with few commands: *commands* is its PATH, *workspace* and *temporary* are the job's."""

    commands: Path
    workspace: Path
    temporary: Path

    @classmethod
    def slim(cls, folder: Path) -> Host:
        host = cls(folder / "commands", folder / "workspace", folder / "temporary")
        for one in (host.commands, host.workspace, host.temporary):
            one.mkdir()
        for tool in TOOLS:
            for place in ("/bin", "/usr/bin"):
                if Path(place, tool).exists() and not (host.commands / tool).exists():
                    (host.commands / tool).symlink_to(Path(place, tool))
        return host

    def add(self, name: str, script: str) -> None:
        """A command of that name."""
        path = self.commands / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def step(self, script: str, root: Path = ROOT, **variables: str) -> Step:
        """Run ``action/SCRIPT`` of the action at *root* in the workspace."""
        files = {name: self.temporary / name for name in ("outputs", "summary")}
        for path in files.values():
            path.write_bytes(b"")
        environment = {
            "PATH": str(self.commands),
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_OUTPUT": str(files["outputs"]),
            "GITHUB_STEP_SUMMARY": str(files["summary"]),
            "RUNNER_TEMP": str(self.temporary),
            "RUNNER_OS": "Linux",
            **variables,
        }
        done = subprocess.run(
            ["/bin/sh", "-e", root / "action" / script],
            cwd=self.workspace,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        return Step(
            done.returncode,
            done.stdout,
            done.stderr,
            parse_outputs(files["outputs"].read_text(encoding="utf-8")),
            files["summary"].read_text(encoding="utf-8"),
        )


@dataclass(frozen=True)
class Step:
    """A finished step."""

    code: int
    out: str
    err: str
    outputs: dict[str, str]
    summary: str


def parse_outputs(text: str) -> dict[str, str]:
    """What a runner reads from its file for outputs: ``name=value``, and ``name<<end`` over several lines."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        assert line, "a blank line is an error to some runners"
        name, sign, end = line.partition("<<")
        if sign and "=" not in name:
            value: list[str] = []
            while (part := next(lines)) != end:
                value.append(part)
            found[name] = os.linesep.join(value)
        else:
            found[line.partition("=")[0]] = line.partition("=")[2]
    return found
