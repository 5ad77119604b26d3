"""Check that this environment holds the oldest versions that pyproject.toml promises to work with.

A bound that cannot be installed beside the others is never tried: raise it to what is installed.
"""

from __future__ import annotations

import sys
import tomllib
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent


def promised(project: dict[str, Any]) -> list[Requirement]:
    """Return what the parsed pyproject.toml *project* asks for, for users and for the suite."""
    asked = (
        *project["project"]["dependencies"],
        *(one for extra in project["project"]["optional-dependencies"].values() for one in extra),
        *project["dependency-groups"]["build"],
        *project["dependency-groups"]["test"],
    )
    return [Requirement(one) for one in asked]


def mistake(requirement: Requirement, installed: Version) -> str:
    """Return what is wrong with the lower bound of *requirement*, or an empty text."""
    bounds = [Version(one.version) for one in requirement.specifier if one.operator in (">=", "==")]
    if not bounds:
        return f"{requirement} has no lower bound: write >={installed}"
    if max(bounds) != installed:
        return f"{requirement} promises a version that was not tried: the oldest here is {installed}"
    return ""


def main() -> int:
    """Return the process's exit code."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = [mistake(one, Version(metadata.version(one.name))) for one in promised(project)]
    print("\n".join(filter(None, found)), file=sys.stderr, end="\n" if any(found) else "")
    return 1 if any(found) else 0


if __name__ == "__main__":
    sys.exit(main())
