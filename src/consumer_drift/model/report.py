"""The report: the result of a run, which every renderer shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from consumer_drift.model.exit_codes import Status, exit_code
from consumer_drift.model.findings import status_of

if TYPE_CHECKING:
    from datetime import datetime

    from consumer_drift.model.checks import PullRequestChecks
    from consumer_drift.model.config import Tracking
    from consumer_drift.model.findings import Finding, Place
    from consumer_drift.model.outcome import Bump
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.readiness import Readiness
    from consumer_drift.model.repository import Location, RepositoryName
    from consumer_drift.model.shards import Shard


class State(StrEnum):
    """The state of a listed consumer, from worst to best."""

    UNREADABLE = "unreadable"
    INVALID_PIN = "invalid-pin"
    MISSING_PIN = "missing-pin"
    RETRACTED = "retracted"
    DEAD_PIN = "dead-pin"
    UNPINNED = "unpinned"
    FORBIDDEN_PATH = "forbidden-path"
    BEHIND = "behind"
    STALE_LOCK = "stale-lock"
    AHEAD = "ahead"
    NOT_COMPARED = "not-compared"  # read while the target version is unknown
    IN_FLIGHT_UNKNOWN = "in-flight-unknown"
    IN_FLIGHT = "in-flight"
    LAGGING = "lagging"
    ARCHIVED = "archived"
    IN_SYNC = "in-sync"


class WaitReason(StrEnum):
    """What a consumer that is behind waits for."""

    NO_PULL_REQUEST = "no-pull-request"
    PULL_REQUEST_OPEN = "pull-request-open"
    CHECKS_FAILING = "checks-failing"
    CHECKS_PENDING = "checks-pending"
    CHANGES_REQUESTED = "changes-requested"
    REVIEW_REQUIRED = "review-required"
    CONFLICT = "conflict"
    DECLINED = "declined"
    NEEDS_LOCK = "needs-lock"
    BUMP_FAILED = "bump-failed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class ConsumerResult:
    """A listed consumer and its pins. *note* is a few words for a table (may contain foreign text).

    *bump* is its outcome where propagate ran, else None. *public* is None where the repository was not read.
    *reason* is None where it waits for nothing, or where its state says all there is to say; *pull_request* is
    the open one that *reason* is about, *checks* what is known of it, None where it was not asked.
    *behind_since* is when the oldest release was made that a consumer that is behind has not taken over, None
    where that is not known.
    """

    name: RepositoryName
    state: State
    pins: tuple[Location, ...]
    place: Place
    url: str = ""
    note: str = ""
    bump: Bump | None = None
    public: bool | None = None
    reason: WaitReason | None = None
    pull_request: PullRequest | None = None
    checks: PullRequestChecks | None = None
    behind_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExemptResult:
    """An exempt repository. *until* is an ISO date or empty; *has_pin* is None where it was not probed."""

    name: RepositoryName
    reason: str
    until: str
    place: Place
    has_pin: bool | None = None


@dataclass(frozen=True, slots=True)
class ReportedTarget:
    """The target version, empty where none was found.

    *origin* says where it comes from (``the highest of 44 tags runtime-v{version} of acme/runtime``);
    *looked_at* has a sentence for each place that was tried.
    """

    version: str
    source: str
    origin: str = ""
    looked_at: tuple[str, ...] = ()


class Scope(StrEnum):
    """How much of the consumer list a run is about."""

    FULL = "full"
    SELECTED = "selected"  # the consumers that the user named
    SHARD = "shard"


class Reconciled(StrEnum):
    """How completely the owner's repositories were seen."""

    COMPLETE = "complete"
    UNPROVEN = "unproven"  # it cannot be verified that these are all
    PARTIAL = "partial"
    UNAVAILABLE = "unavailable"
    FAILED = "failed"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much was read.

    *listed* and *read* count consumers of the list; *visible* and *probed* the owner's repositories that the
    token sees and those of them that were searched for pins; *hidden* those that it does not see; *paths* the
    files and patterns that were looked at in each. None: unknown, or reconcile did not run. *owner* is whose
    repositories they are, empty where that is not known.
    """

    listed: int
    read: int
    reconcile: Reconciled
    visible: int | None = None
    probed: int | None = None
    hidden: int | None = None
    owner: str = ""
    paths: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The result of one run. *findings* are sorted worst first (``findings.worst_first``).

    *command* is the name of the command, that of the runs for joined reports; *forge* the server (``Gitea at
    http://…``). *seconds* is wall time, *requests* counts HTTP exchanges. *shard* is None where the report is
    about the whole list. *config_from* says in words where the configuration was read, with its commit; empty for
    a file in no checkout. *notes* are sentences of a command that has no table of consumers, the first of them its
    result. *at* is the moment of the run, with a zone. *selected*: only consumers that the user named were
    checked. *dry_run* is why a command that writes wrote nothing, empty where it may write. *doctor* has a row for
    each listed consumer where doctor ran. *private* names the repositories in the report that are not public.
    *tracking* is the issue that the configuration asks for.
    """

    command: str
    forge: str
    config_file: str
    target: ReportedTarget
    coverage: Coverage
    consumers: tuple[ConsumerResult, ...]
    findings: tuple[Finding, ...]
    exempt: tuple[ExemptResult, ...] = ()
    requests: int = 0
    seconds: float = 0.0
    shard: Shard | None = None
    config_from: str = ""
    notes: tuple[str, ...] = ()
    at: datetime | None = None
    selected: bool = False
    private: tuple[RepositoryName, ...] = ()
    list_bump: tuple[RepositoryName, Bump] | None = None
    dry_run: str = ""
    doctor: tuple[Readiness, ...] = ()
    tracking: Tracking | None = None

    @property
    def scope(self) -> Scope:
        """How much of the list it is about."""
        if self.shard is not None:
            return Scope.SHARD
        return Scope.SELECTED if self.selected else Scope.FULL

    @classmethod
    def without_results(
        cls,
        command: str,
        findings: tuple[Finding, ...],
        *,
        forge: str = "",
        config_file: str = "",
        requests: int = 0,
        notes: tuple[str, ...] = (),
    ) -> Report:
        """Return the report of a run that read no consumer, because of *findings*."""
        return cls(
            command=command,
            forge=forge,
            config_file=config_file,
            target=ReportedTarget("", ""),
            coverage=Coverage(0, 0, Reconciled.OFF),
            consumers=(),
            findings=findings,
            requests=requests,
            notes=notes,
        )

    @property
    def bumps(self) -> tuple[tuple[RepositoryName, Bump], ...]:
        """The outcome of each consumer, where propagate ran; that of the source, where init proposed its list."""
        found = tuple((one.name, one.bump) for one in self.consumers if one.bump is not None)
        return found if self.list_bump is None else (self.list_bump, *found)

    @property
    def pull_requests(self) -> tuple[tuple[RepositoryName, Bump], ...]:
        """Those of them that have an open pull request to the target."""
        return tuple((name, bump) for name, bump in self.bumps if bump.is_in_flight and bump.url)

    @property
    def landed(self) -> tuple[tuple[RepositoryName, Bump], ...]:
        """Those whose pull request this run merged."""
        return tuple((name, bump) for name, bump in self.bumps if bump.has_landed)

    @property
    def status(self) -> Status:
        """The result of the run."""
        return status_of(self.findings)

    @property
    def exit_code(self) -> int:
        """The process's exit code."""
        return exit_code(self.status)
