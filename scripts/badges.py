"""The badges of ``docs/badge.md``, drawn by the script of the example workflow that readers copy."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOW = "examples/workflows/badge.yml"
FOLDER = "docs/pictures"
# What the step is given: the status, the drifted consumers and the unlisted repositories.
RESULTS = {
    "in-sync": ("in-sync", "[]", "[]"),
    "drift": ("drift", '["acme/core","acme/desk"]', '["acme/lab"]'),
    "token-scope": ("token-scope", "[]", "[]"),
    "error": ("error", "", ""),
}


def script() -> str:
    """Return the script of the step that pushes the badge."""
    content = yaml.safe_load((ROOT / WORKFLOW).read_text(encoding="utf-8"))
    return str(content["jobs"]["check"]["steps"][-1]["run"])


def pushed(status: str, drifted: str, unlisted: str, remote: Path) -> str:
    """Return the badge that the script pushes to the repository *remote* for such a result."""
    with tempfile.TemporaryDirectory() as folder:
        results = {"STATUS": status, "DRIFTED": drifted, "UNLISTED": unlisted, "REMOTE": str(remote), "TOKEN": "t"}
        subprocess.run(["sh", "-eu", "-c", script()], cwd=folder, env={**os.environ, **results}, check=True)
    shown = subprocess.run(
        ["git", "show", "badges:drift.svg"], cwd=remote, capture_output=True, text=True, check=True
    )
    return shown.stdout


def badge(name: str) -> str:
    """Return the badge of a result in ``RESULTS``."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "--quiet", "--bare", folder], check=True)
        return pushed(*RESULTS[name], Path(folder))


def main(root: Path) -> None:
    """Write the badges that the page shows."""
    for name in RESULTS:
        (root / FOLDER / f"badge-{name}.svg").write_text(badge(name), encoding="utf-8", newline="\n")
