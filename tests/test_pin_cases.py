"""Small inputs with the right answer: what the check says of each, and what a bump makes of it.

``tests/cases/`` holds them. The target is 9.8.7 throughout.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from consumer_drift.run import run
from consumer_drift.settings import Command, ForgeChoice, Settings
from consumer_drift.support.deadline import Deadline

if TYPE_CHECKING:
    from consumer_drift.model.report import ConsumerResult

TARGET = "9.8.7"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
FILES = sorted((Path(__file__).parent / "cases").glob("*.yml"))
CASES: list[dict[str, Any]] = [case for file in FILES for case in yaml.safe_load(file.read_text(encoding="utf-8"))]
BUMPED = [case for case in CASES if "bumped" in case]


def consumer_of(case: dict[str, Any], fleet: Path, command: Command) -> ConsumerResult:
    """The one consumer of *case*, a folder in *fleet*, after *command*."""
    folder = fleet / "acme" / "app"
    for name, text in case["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(text, encoding="utf-8", newline="")
    config = {
        "owner": "acme",
        "source": {"version": TARGET},
        "scheme": case["scheme"],
        "pins": case["pins"],
        "consumers": ["app"],
        "reconcile": False,
        "policy": case.get("policy", {}),
    }
    (fleet / "list.yml").write_text(json.dumps(config), encoding="utf-8")
    settings = Settings(config="list.yml", root=fleet, forge=ForgeChoice.LOCAL, command=command, write=True)
    report = run(settings, Deadline(60.0), lambda _count: lambda _name: None, now=NOW, workspace=fleet)
    assert report.consumers, report.findings
    return report.consumers[0]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_state_is_the_right_one(case: dict[str, Any], tmp_path: Path) -> None:
    found = consumer_of(case, tmp_path, Command.CHECK)
    assert found.state.value in case["state"], (found.state, found.note)
    assert case.get("note", found.note) == found.note


@pytest.mark.parametrize("case", BUMPED, ids=lambda case: case["name"])
def test_a_bump_writes_the_right_text(case: dict[str, Any], tmp_path: Path) -> None:
    consumer_of(case, tmp_path, Command.PROPAGATE)
    folder = tmp_path / "acme" / "app"
    for pin in case["pins"]:
        before, after = case["files"][pin["file"]], (folder / pin["file"]).read_text(encoding="utf-8")
        if case["bumped"] == "unchanged":
            assert after == before
        else:
            assert case["bumped"] in after
            assert len(after.splitlines()) == len(before.splitlines())


@pytest.mark.parametrize("case", BUMPED, ids=lambda case: case["name"])
def test_after_its_bump_it_is_in_sync(case: dict[str, Any], tmp_path: Path) -> None:
    if case["bumped"] == "unchanged":
        return
    consumer_of(case, tmp_path, Command.PROPAGATE)
    assert consumer_of(case, tmp_path, Command.CHECK).state.value in {"in-sync", "stale-lock"}
