"""The badges of ``docs/badge.md`` and of the README.

The first are drawn by the script of the example workflow that readers copy. What the others say is taken from
where it is decided: the supported versions of Python, the licence.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

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


def facts(root: Path) -> dict[str, str]:
    """Return the badges of the README by name: what the project in *root* supports, and its licence."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line) for line in project["classifiers"])
    versions = [match[1] for match in found if match]
    return {
        "python": _drawn("Python", f"{versions[0]} to {versions[-1]}"),
        "licence": _drawn("licence", project["license"]),
    }


def _drawn(label: str, text: str) -> str:
    left, right = len(label) * 7 + 12, len(text) * 7 + 12
    name = f'role="img" aria-label="{label}: {escape(text)}"'
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" {name}>
<clipPath id="round"><rect width="{left + right}" height="20" rx="3"/></clipPath>
<g clip-path="url(#round)"><rect width="{left}" height="20" fill="#444"/>
<rect x="{left}" width="{right}" height="20" fill="#0969da"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="{left / 2}" y="14">{label}</text><text x="{left + right / 2}" y="14">{escape(text)}</text></g>
</svg>
"""


def main(root: Path) -> None:
    """Write all badges below *root*."""
    drawn = {**{name: badge(name) for name in RESULTS}, **facts(root)}
    for name, picture in drawn.items():
        (root / FOLDER / f"badge-{name}.svg").write_text(picture, encoding="utf-8", newline="\n")
