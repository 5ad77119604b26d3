"""Lint what is not Python: workflows, the action and shell scripts.

zizmor and ShellCheck come from the lock file, and ShellCheck from the machine where it has no package. actionlint
is a Go program: it is used where it is installed, built where there is Go, and skipped with its reason elsewhere.
On GitHub's runners, which have Go, nothing is skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"


def installed(name: str) -> Path | None:
    """Return the program *name* of the virtual environment, or else of the machine."""
    beside = TOOLS / name
    found = str(beside) if beside.exists() else shutil.which(name)
    return Path(found) if found else None


def build_actionlint() -> str:
    """Build actionlint into the virtual environment. Return why that is impossible, or an empty text."""
    if not shutil.which("go"):
        return "there is no Go here to build it with"
    environment = {**os.environ, "GOBIN": str(TOOLS)}
    built = subprocess.run(
        ["go", "install", ACTIONLINT], env=environment, capture_output=True, text=True, check=False
    )
    last = (built.stderr.splitlines() or ["no message"])[-1]
    return "" if built.returncode == 0 else f"Go cannot build it here: {last}"


def run(*command: str | Path) -> bool:
    """Run *command* from the root of the checkout, and return whether it succeeded."""
    print("+", " ".join(str(part) for part in command), flush=True)
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode == 0


def skip(name: str, why: str) -> bool:
    """Print that *name* is skipped, and return whether the machine may do so."""
    required = os.environ.get("GITHUB_ACTIONS") == "true"
    print(f"{name} {'is missing' if required else 'is skipped'}: {why}", file=sys.stderr)
    return not required


def check_shell() -> bool:
    """Run ShellCheck over every shell script that Git tracks."""
    shellcheck = installed("shellcheck")
    if shellcheck is None:
        return skip("ShellCheck", "it has no package for this system; install it as `shellcheck`")
    listing = ["git", "ls-files", "*.sh", ".ci/run"]
    tracked = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    return run(shellcheck, *tracked.stdout.split())


def check_workflows() -> bool:
    """Run zizmor over the action and all workflows, and actionlint over the workflows."""
    folders = (ROOT / ".github" / "workflows", ROOT / "examples" / "workflows")
    workflows = [path.relative_to(ROOT) for folder in folders for path in sorted(folder.glob("*.yml"))]
    secure = run(TOOLS / "zizmor", "--offline", "--quiet", "action.yml", *workflows)
    why = "" if installed("actionlint") else build_actionlint()
    actionlint = installed("actionlint")
    if actionlint is None:
        return skip("actionlint", why) and secure
    shellcheck = installed("shellcheck") or ""
    return run(actionlint, "-shellcheck", shellcheck, *workflows) and secure


def main() -> int:
    """Return the process's exit code."""
    results = [check_shell(), check_workflows()]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
