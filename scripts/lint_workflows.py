"""Lint what is no Python: workflows, the action and shell scripts.

actionlint is a Go program without a package of its own for Python: it is used where it is installed, or built
where there is a Go toolchain, and its absence is said.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"


def actionlint() -> Path | None:
    """The program, built into the virtual environment's folder where it has to be."""
    found = shutil.which("actionlint")
    if found:
        return Path(found)
    built = Path(sys.executable).parent / "actionlint"
    if not built.exists() and shutil.which("go"):
        subprocess.run(["go", "install", ACTIONLINT], env={**os.environ, "GOBIN": str(built.parent)}, check=True)
    return built if built.exists() else None


def run(*command: str | Path) -> bool:
    """Run *command* from the root of the checkout, and say whether it found nothing."""
    print("+", " ".join(str(part) for part in command), flush=True)
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """The process's exit code."""
    tools = Path(sys.executable).parent
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    examples = sorted((ROOT / "examples" / "workflows").glob("*.yml"))
    actions = [path for path in (ROOT / "action.yml",) if path.exists()]
    tracked = subprocess.run(
        ["git", "ls-files", "*.sh", ".ci/run"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    good = run(tools / "shellcheck", *tracked.stdout.split())
    if actions or workflows or examples:
        good &= run(tools / "zizmor", "--offline", "--no-progress", *actions, *workflows, *examples)
    if workflows or examples:
        program = actionlint()
        if program is not None:
            good &= run(program, "-shellcheck", tools / "shellcheck", *workflows, *examples)
        else:
            print("actionlint is not here, so workflows were not checked with it", file=sys.stderr)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
