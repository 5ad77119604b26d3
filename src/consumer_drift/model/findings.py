"""Findings: what a run has to tell, each with its place in the caller's list and in the consumer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from consumer_drift.model.exit_codes import PRECEDENCE, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consumer_drift.model.repository import Location, RepositoryName


class Level(StrEnum):
    """How loudly a finding is shown. The order here is from worst to mildest."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Code(StrEnum):
    """The kinds of finding: part of the contract, never renamed."""

    BEHIND = "behind"
    AHEAD = "ahead"
    MISSING_PIN = "missing-pin"
    INVALID_PIN = "invalid-pin"
    UNPINNED = "unpinned"
    FORBIDDEN_PATH = "forbidden-path"
    UNLISTED = "unlisted"
    EXPIRED_EXEMPTION = "expired-exemption"
    IN_FLIGHT = "in-flight"
    CONFIGURATION = "configuration"
    TARGET_UNKNOWN = "target-unknown"
    UNREADABLE = "unreadable"
    BUMP_FAILED = "bump-failed"
    RECONCILE_FAILED = "reconcile-failed"
    RECONCILE_UNAVAILABLE = "reconcile-unavailable"
    HIDDEN_REPOSITORIES = "hidden-repositories"
    BUMP_INCOMPLETE = "bump-incomplete"
    ARCHIVED_CONSUMER = "archived-consumer"
    RENAMED_CONSUMER = "renamed-consumer"
    STALE_EXEMPTION = "stale-exemption"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table of findings. *counts_as* is None for what never changes the exit code."""

    code: Code
    level: Level
    counts_as: Status | None
    when: str


RULES = {
    rule.code: rule
    for rule in (
        Rule(Code.BEHIND, Level.ERROR, Status.DRIFT, "a pin is lower than the target version"),
        Rule(Code.AHEAD, Level.ERROR, Status.DRIFT, "a pin is higher than the target version"),
        Rule(
            Code.MISSING_PIN, Level.ERROR, Status.DRIFT, "the file, key or line of a required pin does not exist"
        ),
        Rule(Code.INVALID_PIN, Level.ERROR, Status.DRIFT, "a pin is not a valid version"),
        Rule(
            Code.UNPINNED,
            Level.ERROR,
            Status.DRIFT,
            "a pin allows more than one version (range, `latest`, branch)",
        ),
        Rule(Code.FORBIDDEN_PATH, Level.ERROR, Status.DRIFT, "the consumer contains a forbidden path"),
        Rule(
            Code.UNLISTED,
            Level.ERROR,
            Status.DRIFT,
            "a repository of the owner has a pin and is neither listed nor exempt",
        ),
        Rule(
            Code.EXPIRED_EXEMPTION,
            Level.ERROR,
            Status.DRIFT,
            "an exempt repository has a pin and its exemption has ended",
        ),
        Rule(
            Code.IN_FLIGHT,
            Level.NOTICE,
            None,
            "behind, with an open bump pull request that is younger than `policy.grace`",
        ),
        Rule(Code.CONFIGURATION, Level.ERROR, Status.ERROR, "a mistake in the configuration"),
        Rule(Code.TARGET_UNKNOWN, Level.ERROR, Status.ERROR, "the target version could not be determined"),
        Rule(Code.UNREADABLE, Level.ERROR, Status.ERROR, "a listed consumer could not be read"),
        Rule(
            Code.BUMP_FAILED,
            Level.ERROR,
            Status.ERROR,
            "`propagate` could not open the bump pull request",
        ),
        Rule(
            Code.RECONCILE_FAILED,
            Level.ERROR,
            Status.ERROR,
            "the owner's repositories could not be listed or read, for a reason other than a missing permission",
        ),
        Rule(
            Code.RECONCILE_UNAVAILABLE,
            Level.WARNING,
            Status.TOKEN_SCOPE,
            "the token may not list the owner's repositories",
        ),
        Rule(
            Code.HIDDEN_REPOSITORIES,
            Level.WARNING,
            Status.TOKEN_SCOPE,
            "the token cannot see all of the owner's repositories, or that cannot be verified",
        ),
        Rule(
            Code.BUMP_INCOMPLETE,
            Level.WARNING,
            None,
            "the bump pull request is open, but a label, a reviewer, auto-merge or closing an older one failed",
        ),
        Rule(Code.ARCHIVED_CONSUMER, Level.WARNING, None, "a listed consumer is archived and was not compared"),
        Rule(Code.RENAMED_CONSUMER, Level.WARNING, None, "a listed consumer has been renamed"),
        Rule(Code.STALE_EXEMPTION, Level.WARNING, None, "an exemption is no longer needed"),
    )
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the caller's configuration file. Lines and columns count from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell. The message says what is so, where, and what to do about it.

    *consumer* is None for what concerns the whole run. *message* may hold foreign text:
    whoever prints it makes it safe (``render.safe``).
    """

    code: Code
    message: str
    level: Level
    counts_as: Status | None
    consumer: RepositoryName | None = None
    place: Place | None = None
    related: tuple[Location, ...] = ()

    @classmethod
    def of(
        cls,
        code: Code,
        message: str,
        *,
        consumer: RepositoryName | None = None,
        place: Place | None = None,
        related: tuple[Location, ...] = (),
    ) -> Finding:
        """A finding with the level and the weight that its code has in the table."""
        rule = RULES[code]
        return cls(code, message, rule.level, rule.counts_as, consumer, place, related)


def status_of(findings: Iterable[Finding]) -> Status:
    """The one status of a run with *findings*: drift before error before token-scope."""
    counted = {finding.counts_as for finding in findings}
    return next((status for status in PRECEDENCE if status in counted), Status.IN_SYNC)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """*findings* by level, then in the table's order, then by consumer."""
    levels, codes = list(Level), list(Code)
    return tuple(
        sorted(
            findings,
            key=lambda finding: (
                levels.index(finding.level),
                codes.index(finding.code),
                finding.consumer.key if finding.consumer else ("", ""),
            ),
        )
    )
