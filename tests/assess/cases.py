"""Small worlds to judge: a configuration, repositories as a forge shows them, and the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from consumer_drift.assess import consumer_reading, drift
from consumer_drift.model.config import (
    AutoMerge,
    Config,
    Consumer,
    Exemption,
    FromTags,
    Policy,
    Propagate,
    Reconcile,
    Source,
    Visibility,
)
from consumer_drift.model.findings import Place
from consumer_drift.model.observation import Snapshot
from consumer_drift.model.pull_request import PullRequest, PullRequestState
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import Failure, FileText, Reason
from consumer_drift.model.target import Target
from consumer_drift.model.versions import Scheme, parse_version
from consumer_drift.pins.whole_file import WholeFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.model.findings import Finding
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.report import ConsumerResult
    from consumer_drift.model.result import FileResult
    from consumer_drift.model.versions import Version

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
FILE = ".runtime-version"
PIN = WholeFile(FILE)
DENIED = Failure(Reason.DENIED, "GitHub denies it (403)", "ask for the right")
TIMED_OUT = Failure(Reason.TIMEOUT, "no answer in time", "run again")


def name(text: str) -> RepositoryName:
    """``core`` is ``acme/core``."""
    return RepositoryName.parse(text, "acme")


def place(line: int) -> Place:
    """A line of the configuration."""
    return Place("c.yml", line, 5)


def version(text: str, scheme: Scheme = Scheme.SEMVER) -> Version:
    """A version that is one."""
    found = parse_version(text, scheme)
    assert found is not None
    return found


def target(text: str, *releases: str, scheme: Scheme = Scheme.SEMVER) -> Target:
    """A target, and the source's versions."""
    return Target(version(text, scheme), "the tags", releases=tuple(version(one, scheme) for one in releases))


NO_TARGET = Target(None, looked_at=("the tags",))
TARGET = target("1.4.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0")


def listed(text: str = "core", *pins: Pin, line: int = 10, **more: Any) -> Consumer:
    """A consumer on the list; with the one common pin where no other is given."""
    return Consumer(name(text), place(line), pins or (PIN,), **more)


def exempt(text: str, until: Any = None, line: int = 30) -> Exemption:
    """An exempt repository."""
    return Exemption(name(text), "it installs nothing", place(line), until)


def config(*consumers: Consumer, **more: Any) -> Config:
    """A configuration of *consumers*; *more* replaces any field."""
    fields: dict[str, Any] = {
        "file": "c.yml",
        "source": Source(name("runtime"), (FromTags("runtime-v{version}"),), place(2)),
        "scheme": Scheme.SEMVER,
        "prereleases": False,
        "owner": "acme",
        "pins": (PIN,),
        "consumers": consumers,
        "consumers_place": place(9),
        "exempt": (),
        "reconcile": Reconcile((), (), Visibility.ALL, place(40)),
        "policy": Policy(timedelta(hours=72)),
        "propagate": Propagate("bump/{source}-{version}", "t", "b", (), (), draft=False, auto_merge=AutoMerge.OFF),
    }
    return Config(**{**fields, **more})


def shown(text: str = "core", files: Mapping[str, FileResult | str] | str | None = None, **more: Any) -> Snapshot:
    """A repository as it was seen. *files*: the text of the one pinned file, or answers by path."""
    by_path = {FILE: files} if isinstance(files, str) else files or {}
    answers = {path: FileText(one) if isinstance(one, str) else one for path, one in by_path.items()}
    asked = name(more.pop("asked", text))
    return Snapshot(asked, name(text), f"https://git.example/{name(text)}", "main", files=answers, **more)


def pull(hours: float, number: int = 7, *, from_fork: bool = False, base: str = "main") -> PullRequest:
    """An open bump pull request of that age."""
    return PullRequest(
        number,
        f"https://git.example/pull/{number}",
        "bump/runtime-1.4.0",
        base,
        PullRequestState.OPEN,
        NOW - timedelta(hours=hours),
        from_fork=from_fork,
    )


def address(snapshot: Snapshot, path: str, line: int) -> str:
    """Where a browser would show it."""
    return f"{snapshot.web_url}/{path}#{line}"


def judge(
    consumer: Consumer,
    snapshot: Snapshot,
    target: Target = TARGET,
    pulls: Any = (),
    rules: Config | None = None,
) -> tuple[ConsumerResult, tuple[Finding, ...]]:
    """What there is to say of one consumer."""
    chosen = rules or config(consumer)
    return drift.judge(consumer_reading.read(consumer, snapshot, chosen), chosen, target, pulls, NOW, address)


def codes(findings: Sequence[Finding]) -> list[str]:
    """The codes alone."""
    return [finding.code.value for finding in findings]
