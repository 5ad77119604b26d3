"""Findings: what a run reports, each with its place in the configuration and in the consumer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import TYPE_CHECKING

from consumer_drift.model.exit_codes import PRECEDENCE, Status
from consumer_drift.model.sentence import Sentence, capitalized

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consumer_drift.model.repository import Location, RepositoryName


class Level(StrEnum):
    """The severity of a finding, from worst to mildest."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


class Code(StrEnum):
    """The kinds of finding: part of the contract, never renamed.

    Every report shows findings in this order, within their levels: first what keeps others from being known.
    """

    CONFIGURATION = "configuration"
    TARGET_UNKNOWN = "target-unknown"
    RECONCILE_FAILED = "reconcile-failed"
    UNREADABLE = "unreadable"
    BUMP_FAILED = "bump-failed"
    NOT_READY = "not-ready"
    INVALID_PIN = "invalid-pin"
    MISSING_PIN = "missing-pin"
    RETRACTED = "retracted"
    DEAD_PIN = "dead-pin"
    UNPINNED = "unpinned"
    FORBIDDEN_PATH = "forbidden-path"
    BEHIND = "behind"
    STALE_LOCK = "stale-lock"
    AHEAD = "ahead"
    UNLISTED = "unlisted"
    EXPIRED_EXEMPTION = "expired-exemption"
    RECONCILE_UNAVAILABLE = "reconcile-unavailable"
    HIDDEN_REPOSITORIES = "hidden-repositories"
    READINESS_UNKNOWN = "readiness-unknown"
    IN_FLIGHT_UNKNOWN = "in-flight-unknown"
    UNPUBLISHED = "unpublished"
    BUMP_INCOMPLETE = "bump-incomplete"
    HISTORY_FAILED = "history-failed"
    TRACKING_FAILED = "tracking-failed"
    ARCHIVED_CONSUMER = "archived-consumer"
    RENAMED_CONSUMER = "renamed-consumer"
    MIRROR_CONSUMER = "mirror-consumer"
    STALE_EXEMPTION = "stale-exemption"
    IN_FLIGHT = "in-flight"
    LAGGING = "lagging"


class Subject(Enum):
    """What the findings with one code are about."""

    RUN = "run"
    CONSUMER = "consumer"  # a repository under ``consumers:``
    REPOSITORY = "repository"  # one with a pin that is not under ``consumers:``
    OWNER = "owner"  # the owner's repositories, or one that could not be looked into
    EXEMPTION = "exemption"  # an entry under ``exempt:``


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table of findings.

    *counts_as* is None for what does not affect the exit code. *may_be_advisory*: a policy can make it
    one that does not affect the exit code. *or_counts_as* is what some of its findings count as instead.
    """

    code: Code
    level: Level
    counts_as: Status | None
    when: str
    subject: Subject = Subject.CONSUMER
    may_be_advisory: bool = False
    or_counts_as: Status | None = None

    def may_count_as(self, status: Status | None) -> bool:
        """Whether a finding with this code may count as *status*."""
        if status is None:
            return self.may_be_advisory or self.counts_as is None
        return status in {self.counts_as, self.or_counts_as}

    @property
    def is_of_reconcile(self) -> bool:
        """Whether reconcile alone finds it."""
        return self.subject in {Subject.REPOSITORY, Subject.OWNER, Subject.EXEMPTION}

    @property
    def is_of_probe(self) -> bool:
        """Whether a probe of one repository of the owner may find it."""
        return self.subject in {Subject.REPOSITORY, Subject.OWNER}


def _error(code: Code, counts_as: Status, when: str, subject: Subject = Subject.CONSUMER) -> Rule:
    return Rule(code, Level.ERROR, counts_as, when, subject)


def _warning(code: Code, counts_as: Status | None, when: str, subject: Subject = Subject.CONSUMER) -> Rule:
    return Rule(code, Level.WARNING, counts_as, when, subject)


RULES = {
    rule.code: rule
    for rule in (
        _error(Code.CONFIGURATION, Status.ERROR, "a mistake in the configuration", Subject.RUN),
        _error(Code.TARGET_UNKNOWN, Status.ERROR, "the target version could not be determined", Subject.RUN),
        _error(
            Code.RECONCILE_FAILED,
            Status.ERROR,
            "the owner's repositories could not be listed or read, for a reason other than a missing permission",
            Subject.OWNER,
        ),
        _error(Code.UNREADABLE, Status.ERROR, "a listed consumer could not be read"),
        _error(Code.BUMP_FAILED, Status.ERROR, "`propagate` could not open the bump pull request"),
        Rule(
            Code.NOT_READY,
            Level.ERROR,
            Status.ERROR,
            "`doctor` found something that will not work in a consumer; counts as token-scope if the token is the"
            " only reason, and is a warning if only extras of the bump will not work",
            may_be_advisory=True,
            or_counts_as=Status.TOKEN_SCOPE,
        ),
        _error(Code.INVALID_PIN, Status.DRIFT, "a pin is not a valid version"),
        _error(Code.MISSING_PIN, Status.DRIFT, "the file, key or line of a required pin does not exist"),
        _error(
            Code.RETRACTED,
            Status.DRIFT,
            "a pin is a release that the source took back (`source.retracted`), or no longer has",
        ),
        _error(
            Code.DEAD_PIN,
            Status.DRIFT,
            "a pinned version can no longer be installed: the registry of `source.published` does not have it",
        ),
        _error(Code.UNPINNED, Status.DRIFT, "a pin allows more than one version (range, `latest`, branch)"),
        _error(Code.FORBIDDEN_PATH, Status.DRIFT, "the consumer contains a forbidden path"),
        _error(Code.BEHIND, Status.DRIFT, "a pin is lower than the target version"),
        _error(
            Code.STALE_LOCK,
            Status.DRIFT,
            "a pin is at the target version, and the lock file installs another version",
        ),
        Rule(
            Code.AHEAD,
            Level.ERROR,
            Status.DRIFT,
            "a pin is higher than the target version",
            may_be_advisory=True,
        ),
        _error(
            Code.UNLISTED,
            Status.DRIFT,
            "a repository of the owner has a pin and is neither listed nor exempt",
            Subject.REPOSITORY,
        ),
        _error(
            Code.EXPIRED_EXEMPTION,
            Status.DRIFT,
            "an exempt repository has a pin and its exemption has ended",
            Subject.REPOSITORY,
        ),
        _warning(
            Code.RECONCILE_UNAVAILABLE,
            Status.TOKEN_SCOPE,
            "the token may not list the owner's repositories",
            Subject.OWNER,
        ),
        Rule(
            Code.HIDDEN_REPOSITORIES,
            Level.WARNING,
            Status.TOKEN_SCOPE,
            "the token cannot see all of the owner's repositories, or nothing proves that it can",
            Subject.OWNER,
            may_be_advisory=True,
        ),
        Rule(
            Code.READINESS_UNKNOWN,
            Level.WARNING,
            Status.TOKEN_SCOPE,
            "`doctor` found something in a consumer of which nothing tells whether it will work",
            may_be_advisory=True,
        ),
        Rule(
            Code.IN_FLIGHT_UNKNOWN,
            Level.WARNING,
            Status.TOKEN_SCOPE,
            "behind within `policy.grace`, and its bump pull requests could not be read; another reason than a"
            " missing permission counts as error",
            or_counts_as=Status.ERROR,
        ),
        Rule(
            Code.UNPUBLISHED,
            Level.WARNING,
            None,
            "a newer release is tagged and cannot be installed yet; past `policy.grace` it is an error, and counts"
            " as one",
            Subject.RUN,
            or_counts_as=Status.ERROR,
        ),
        _warning(
            Code.BUMP_INCOMPLETE,
            None,
            "the bump pull request is open, but a label, a reviewer, auto-merge or closing an older one failed",
        ),
        _warning(Code.HISTORY_FAILED, None, "the run could not be added to the history on a branch", Subject.RUN),
        _warning(
            Code.TRACKING_FAILED,
            None,
            "the tracking issue could not be read or written, or lacks a label or an assignee",
            Subject.RUN,
        ),
        _warning(Code.ARCHIVED_CONSUMER, None, "a listed consumer is archived and was not compared"),
        _warning(Code.RENAMED_CONSUMER, None, "a listed consumer has been renamed"),
        _warning(Code.MIRROR_CONSUMER, None, "a listed consumer is a mirror, which cannot be bumped"),
        _warning(Code.STALE_EXEMPTION, None, "an exemption is no longer needed", Subject.EXEMPTION),
        Rule(
            Code.IN_FLIGHT,
            Level.NOTICE,
            None,
            "behind with an open bump pull request, and the oldest release that it has not taken over is younger"
            " than `policy.grace`",
        ),
        Rule(
            Code.LAGGING,
            Level.NOTICE,
            None,
            "behind, and the oldest release that it has not taken over is younger than `policy.window`",
        ),
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
    """One thing to report. The message says what is wrong, where, and what to do about it.

    *consumer* is the repository that it is about, None for what concerns the whole run. *message* may contain
    text of other people's repositories: every renderer makes it safe (``support.escape``). *remedy* is the end of
    it that says what to do, empty where that is not a part of its own.
    """

    code: Code
    message: str
    level: Level
    counts_as: Status | None
    consumer: RepositoryName | None = None
    place: Place | None = None
    related: tuple[Location, ...] = ()
    remedy: str = ""

    @classmethod
    def of(
        cls,
        code: Code,
        message: str,
        *,
        consumer: RepositoryName | None = None,
        place: Place | None = None,
        related: tuple[Location, ...] = (),
        remedy: str = "",
    ) -> Finding:
        """Return a finding with the level of its code, counting as its code does; *remedy* ends its message."""
        rule, remedy = RULES[code], capitalized(remedy)
        whole = Sentence(message, ". ", remedy) if remedy else message
        return cls(code, whole, rule.level, rule.counts_as, consumer, place, related, remedy)

    @property
    def what(self) -> str:
        """The message without the consumer's name before it and without the remedy."""
        what = self.message.removeprefix(f"{self.consumer}: ") if self.consumer else self.message
        return what.removesuffix(self.remedy).rstrip(" .") if self.remedy else what

    @property
    def rule(self) -> Rule:
        """What is true of all findings with this code."""
        return RULES[self.code]

    @property
    def advisory(self) -> Finding:
        """The same as a warning that does not affect the exit code."""
        return replace(self, level=Level.WARNING, counts_as=None)


def status_of(findings: Iterable[Finding]) -> Status:
    """Return the status of a run with *findings*: drift before error before token-scope.

    Without a target version no pin was compared, so the run is an error whatever else was found.
    """
    shown = tuple(findings)
    if any(finding.code is Code.TARGET_UNKNOWN for finding in shown):
        return Status.ERROR
    counted = {finding.counts_as for finding in shown}
    return next((status for status in PRECEDENCE if status in counted), Status.IN_SYNC)


_LEVEL_RANK = {level: rank for rank, level in enumerate(Level)}
_CODE_RANK = {code: rank for rank, code in enumerate(Code)}


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort *findings* by level, then in the table's order, then by repository. Every report has this order."""
    return tuple(sorted(findings, key=_rank))


def _rank(finding: Finding) -> tuple[int, int, tuple[str, str]]:
    consumer = finding.consumer.key if finding.consumer else ("", "")
    return _LEVEL_RANK[finding.level], _CODE_RANK[finding.code], consumer
