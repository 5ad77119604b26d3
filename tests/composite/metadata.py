"""The files of the action, parsed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]


def parsed(path: str) -> dict[str, Any]:
    """A YAML file of the repository."""
    document: dict[str, Any] = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    return document


ACTION = parsed("action.yml")
COMPOSITE = parsed("action/composite.yml")
CONTAINER = parsed("action/container.yml")
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"]}
