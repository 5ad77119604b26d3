"""Write the lock files: what `make` and the image install, each package with its version and its hashes.

`requirements.lock` is what the program needs, and `locks/` has one file for each dependency group. All groups are
resolved together first, and each file takes its versions from there, so that one environment can hold them all.
The files serve every Python from 3.11 on, on Linux, macOS and Windows.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "locks"


def sources(root: Path = ROOT) -> dict[Path, tuple[str, ...]]:
    """Return the lock files under *root*, each with the arguments that name what is locked in it."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    groups = {root / "locks" / f"{name}.lock": ("--group", name) for name in project["dependency-groups"]}
    return {root / "requirements.lock": ("pyproject.toml", "--all-extras"), **groups}


def compile_lock(output: Path, *arguments: str) -> None:
    """Resolve what *arguments* name into *output*, whose versions are kept where it already has them.

    Only packages with a wheel count: a source package would fetch a build tool that no lock holds.
    """
    command = [
        Path(sys.executable).parent / "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
        "--no-build", "--generate-hashes", "--no-emit-index-url", "--no-strip-extras",
        "--custom-compile-command", "make lock", "--output-file", output, *arguments,
    ]  # fmt: skip
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    """Write all lock files, with the newest versions that go together."""
    wanted = sources()
    with tempfile.TemporaryDirectory() as folder:
        everything = Path(folder) / "everything.lock"
        compile_lock(everything, *(argument for arguments in wanted.values() for argument in arguments))
        versions = everything.read_bytes()
    LOCKS.mkdir(exist_ok=True)
    for stale in set(LOCKS.glob("*.lock")) - set(wanted):
        stale.unlink()
    for path, arguments in wanted.items():
        path.write_bytes(versions)
        compile_lock(path, *arguments)


if __name__ == "__main__":
    main()
