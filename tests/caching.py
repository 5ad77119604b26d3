"""Run the program with a cache against an emulator, and what it says without one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.emulator import Emulator, World
from tests.running import check

if TYPE_CHECKING:
    from pathlib import Path

    from consumer_drift.model.report import Report
    from tests.emulator.world import Owner
    from tests.running import Run

CONFIG = """\
source: {tags: "v{version}"}
pins:
  - file: .v
consumers:
  - alpha
  - name: beta
    forbid: [workspace/, "**/secret.txt"]
  - name: gamma
    branch: side
  - other/delta
exempt:
  - {name: epsilon, reason: prompts only}
"""
LISTED = ("alpha", "beta", "gamma")
NAMES = (*LISTED, "delta", "epsilon", "zeta")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def scopes(forge: str) -> list[str]:
    return ["repo", "read:org"] if forge == "github" else ["write:repository", "read:organization"]


def small_world() -> tuple[World, Owner]:
    """A source and a few repositories that have not moved for a day; one consumer belongs to somebody else."""
    world = World(now=NOW)
    acme, other = world.organisation("acme"), world.organisation("other")
    acme.repository("runtime", tags=["v1.3.0", "v1.4.0"])
    for name in (*LISTED, "epsilon", "zeta"):
        acme.repository(name, {".v": "1.4.0\n"}, branches={"side": {".v": "1.3.0\n"}})
    acme.repository("website", {"index.html": "<p>\n"})
    other.repository("delta", {".v": "1.4.0\n"})
    world.advance(days=1)
    return world, acme


@dataclass
class Nights:
    """One workspace, one cache, and as many runs as are asked for."""

    emulator: Emulator
    folder: Path
    token: str
    config: str = CONFIG
    said: list[str] = field(default_factory=list)

    @property
    def cache(self) -> Path:
        return self.folder / "kept" / "cache"

    def cached(self, **more: Any) -> Run:
        """With the cache, keeping the lines of its log."""
        self.said.clear()
        arguments = {"cache": self.cache, "say": self.said.append, **more}
        return check(self.emulator, self.config, self.folder, self.token, **arguments)

    def fresh(self, **more: Any) -> Run:
        """Without one."""
        return check(self.emulator, self.config, self.folder, self.token, **more)

    @property
    def read(self) -> int:
        """How many repositories' files were asked for since the log was cleared last."""
        asked = (re.search(r"/repos/[^/]+/[^/]+(?=/(file-)?contents)", one.path) for one in self.emulator.requests)
        return len({found[0] for found in asked if found})


def verdict(report: Report) -> Report:
    """All of it but for what a cache is there to change."""
    return replace(report, requests=0, seconds=0.0)
