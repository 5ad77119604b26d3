"""Run the program itself against an emulator, as a user would, and keep everything it shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from consumer_drift import render
from consumer_drift.commands import Command
from consumer_drift.forges.http.retry import RetryPolicy
from consumer_drift.forges.http.transport import Limits
from consumer_drift.render.redaction import redacted
from consumer_drift.run import run
from consumer_drift.settings import ForgeChoice, Settings
from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from consumer_drift.model.report import Report
    from consumer_drift.support.clock import Clock
    from tests.emulator import Emulator, World

# The waits of a real run, in small.
HASTE = RetryPolicy(attempts=3, first=0.005, longest=1.0, secondary=0.02)
LIMITS = Limits(connect=60, read=60, total=60, body=64 * 1024 * 1024)


@dataclass(frozen=True)
class Run:
    """A finished run: the report, and everything that any user of it could see."""

    report: Report

    @property
    def codes(self) -> list[str]:
        """The findings' codes, worst first, one for each finding."""
        return [finding.code.value for finding in self.report.findings]

    @property
    def messages(self) -> str:
        """All messages, one a line."""
        return "\n".join(finding.message for finding in self.report.findings)

    @property
    def shown(self) -> str:
        """The report in every format there is."""
        return "\n".join(form(self.report) for form in render.FORMATS.values())

    @property
    def json(self) -> dict[str, Any]:
        """The JSON report, parsed."""
        parsed: dict[str, Any] = json.loads(render.FORMATS["json"](self.report))
        return parsed


def settings_at(emulator: Emulator, token: str = "", *, calling: str = "acme/runtime", **more: Any) -> Settings:
    """The settings of a run in a job of *calling* on that server."""
    from consumer_drift.model.repository import RepositoryName  # noqa: PLC0415

    return Settings(
        forge=ForgeChoice(emulator.forge),
        server=emulator.url,
        api=emulator.api_url,
        graphql=emulator.graphql_url if emulator.forge == "github" else "",
        token=token,
        calling=RepositoryName.parse(calling),
        **{"tracks": True, **more},
    )


def check(
    emulator: Emulator,
    config: str,
    workspace: Path,
    token: str = "",
    *,
    calling: str = "acme/runtime",
    concurrency: int = 8,
    max_time: float = 600.0,
    retry_policy: RetryPolicy = HASTE,
    limits: Limits = LIMITS,
    clock: Clock | None = None,
    deadline: Deadline | None = None,
    say: Callable[[str], None] = lambda _line: None,
    **settings: Any,
) -> Run:
    """``consumer-drift check`` with *config* as the configuration's text; another *command* where one is given.

    It is run at the moment that the emulated world is at.
    """
    folder = workspace / ".github"
    folder.mkdir(exist_ok=True)
    (folder / "consumer-drift.yml").write_text(config, encoding="utf-8")
    chosen = settings_at(emulator, token, calling=calling, concurrency=concurrency, max_time=max_time, **settings)
    report = run(
        chosen,
        deadline or Deadline(max_time, clock),
        lambda _count: lambda _name: None,
        now=emulator.world.now(),
        workspace=workspace,
        retry_policy=retry_policy,
        limits=limits,
        say=say,
    )
    return Run(redacted(report, list(filter(None, [token, chosen.merge_token]))))


def propagate(emulator: Emulator, config: str, workspace: Path, token: str = "", **more: Any) -> Run:
    """``consumer-drift propagate``, whose pace costs no time on the wall."""
    if "deadline" not in more:
        more.setdefault("clock", VirtualClock())
    return check(emulator, config, workspace, token, command=Command.PROPAGATE, **more)


def land(emulator: Emulator, config: str, workspace: Path, token: str = "", **more: Any) -> Run:
    """``consumer-drift land``, whose pace costs no time on the wall."""
    if "deadline" not in more:
        more.setdefault("clock", VirtualClock())
    return check(emulator, config, workspace, token, command=Command.LAND, **more)


def token(world: World, forge: str) -> str:
    """A token that may do everything."""
    if forge == "github":
        return world.token("bot", kind="classic", scopes=["repo", "read:org", "workflow"], sees="all").secret
    return world.token("bot", scopes=["write:repository", "read:organization"], sees="all").secret
