"""A fleet in which every kind of consumer lands in another share, checked whole and in shards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift import render
from consumer_drift.sharding.split import parse
from tests.emulator import World
from tests.running import check

if TYPE_CHECKING:
    from pathlib import Path

    from consumer_drift.model.report import Report
    from tests.emulator import Emulator

COUNT = 10
FORMATS = ("json", "log", "markdown", "sarif", "github")
NUMBERED = "\n".join(f"  - consumer-{number:02}" for number in range(20, 0, -1))
CONFIG = f"""\
source: {{tags: "v{{version}}"}}
consumers:
  - {{name: zeta, pins: [{{file: OTHER}}]}}
{NUMBERED}
  - renamed-before
  - archived
  - gone
  - elsewhere/tool
  - binary
  - {{name: core, pins: [], forbid: [workspace/]}}
exempt:
  - {{name: template-exempt, reason: prompts only}}
  - {{name: template-over, reason: for a while, until: 2020-01-01}}
  - {{name: stale, reason: nothing there}}
  - {{name: never-was, reason: nothing there}}
pins:
  - file: .runtime-version
  - {{file: requirements.txt, requirement: acme-runtime, optional: true}}
"""


def world() -> World:
    """Consumers of every state, listed in another order than by name; unlisted, exempt and hidden ones."""
    made = World(now="2026-11-22T12:00:00Z")
    acme, elsewhere = made.organisation("acme"), made.organisation("elsewhere")
    acme.repository("runtime", tags=[f"v1.{minor}.0" for minor in range(5)], files={".runtime-version": "1.4.0\n"})
    for number in range(1, 21):
        pin = "1.4.0" if number % 3 else f"1.{number % 5}.0"
        repository = acme.repository(
            f"consumer-{number:02}",
            files={".runtime-version": f"{pin}\n", "requirements.txt": f"acme-runtime=={pin}\n"},
            private=number % 4 == 0,
        )
        if number == 6:
            repository.pull("bump/runtime-1.4.0", files={".runtime-version": "1.4.0\n"}, author="bot")
    acme.repository("renamed-now", files={".runtime-version": "1.4.0\n"}, renamed_from="renamed-before")
    acme.repository("archived", files={".runtime-version": "1.0.0\n"}, archived=True)
    acme.repository("zeta", files={"OTHER": "1.5.0-rc.1\n"})
    acme.repository("binary", files={".runtime-version": b"\x00\x01\xff"})
    acme.repository("core", files={"workspace/notes.txt": "no\n"})
    elsewhere.repository("tool", files={".runtime-version": "1.3.0\n"})
    for name in ("template-rogue", "template-exempt", "template-over"):
        acme.repository(name, files={".runtime-version": "1.4.0\n"}, private=True)
    acme.repository("stale", files={"README.md": "no pin\n"})
    acme.repository("website", files={"index.html": "<p>\n"})
    return made


def token(made: World, forge: str) -> str:
    """One that may see everything."""
    if forge == "github":
        return made.token("bot", kind="classic", scopes=["repo", "read:org"], sees="all").secret
    return made.token("bot", scopes=["read:repository", "read:organization"], sees="all").secret


@dataclass(frozen=True)
class Shards:
    """The reports of a run on *emulator* in shards, as files."""

    emulator: Emulator
    secret: str
    workspace: Path
    config: str = CONFIG

    def whole(self) -> Report:
        """One run over everything."""
        return check(self.emulator, self.config, self.workspace, self.secret).report

    def shard(self, index: int, count: int = COUNT) -> Path:
        """Run one of them, and give the path of its JSON report."""
        path = self.workspace / f"shard-{index}-of-{count}.json"
        run = check(self.emulator, self.config, self.workspace, self.secret, shard=parse(f"{index}/{count}"))
        path.write_text(render.FORMATS["json"](run.report), encoding="utf-8")
        return path

    def all(self, count: int = COUNT) -> list[Path]:
        """Run all of them."""
        return [self.shard(index, count) for index in range(1, count + 1)]


def shown(report: Report, requests: int = 0, seconds: float = 0.0) -> str:
    """*report* in every format, as if it had taken so long."""
    timed = replace(report, requests=requests, seconds=seconds)
    return "\n".join(render.FORMATS[name](timed) for name in FORMATS)
