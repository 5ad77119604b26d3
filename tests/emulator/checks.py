"""What is registered about a commit and said about a pull request: checks, reviews, and what a merge waits for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.emulator.access import user_rank

if TYPE_CHECKING:
    from datetime import datetime

    from tests.emulator.records import PullRequest
    from tests.emulator.repository import Repository

# The states of a Gitea, which are GitHub's and two of its own.
GOOD = {"success", "warning", "skipped", "neutral"}
BAD = {"error", "failure", "cancelled", "timed_out", "action_required", "startup_failure", "stale"}


@dataclass(eq=False)
class CheckRow:
    """One report of a check about a commit. `since`: when the server learns of it.

    kind: `status`, which anybody may set by a name of their own, or `run`, which an app registers (GitHub alone).
    """

    id: int
    name: str
    state: str
    since: datetime
    kind: str = "status"
    workflow: str = ""


@dataclass(eq=False)
class ReviewRow:
    """A review that was submitted: APPROVED, CHANGES_REQUESTED or COMMENTED."""

    id: int
    author: str
    state: str
    commit: str
    submitted_at: datetime
    dismissed: bool = False


def visible(repository: Repository, oid: str) -> list[CheckRow]:
    """Return the reports that a commit has so far, the newest of each name."""
    now = repository.world.now()
    newest: dict[tuple[str, str, str], CheckRow] = {}
    for row in sorted(repository.checks.get(oid, ()), key=lambda row: (row.since, row.id)):
        if row.since <= now:
            newest[row.kind, row.workflow, row.name] = row
    return list(newest.values())


def combined(rows: list[CheckRow]) -> str:
    """The state of all together, as both products say it; empty where there is nothing."""
    if not rows:
        return ""
    if any(row.state in BAD for row in rows):
        return "failure"
    return "success" if all(row.state in GOOD for row in rows) else "pending"


def counts(pull: PullRequest, row: ReviewRow) -> bool:
    """Whether a review counts for what the base branch requires: its author may write, or is on the list."""
    repository = pull.repository
    if repository.approvers is not None:
        return row.author in repository.approvers
    return user_rank(repository.world.owner(row.author), repository) > 1


def opinions(pull: PullRequest) -> list[ReviewRow]:
    """The last review of each reviewer that says yes or no."""
    latest: dict[str, ReviewRow] = {}
    for row in pull.reviews:
        if row.state != "COMMENTED":
            latest[row.author] = row
    return list(latest.values())


def decision(pull: PullRequest) -> str | None:
    """GitHub's reviewDecision, which Gitea goes by without naming it; None where nothing is asked for."""
    standing = [row for row in opinions(pull) if not row.dismissed]
    if any(row.state == "CHANGES_REQUESTED" and counts(pull, row) for row in standing):
        return "CHANGES_REQUESTED"
    wanted = pull.repository.approvals_for(pull.base_branch)
    given = sum(1 for row in standing if row.state == "APPROVED" and counts(pull, row))
    if given < wanted:
        return "REVIEW_REQUIRED"
    return "APPROVED" if wanted else None


def missing_check(pull: PullRequest) -> str:
    """A required check that is not there and good; empty where there is none."""
    good = {row.name for row in visible(pull.repository, pull.head_tip) if row.state in GOOD}
    return next((name for name in pull.repository.checks_for(pull.base_branch) if name not in good), "")


def is_blocked(pull: PullRequest) -> bool:
    """Whether a rule of the base branch keeps the pull request from being merged."""
    return bool(missing_check(pull)) or decision(pull) in {"REVIEW_REQUIRED", "CHANGES_REQUESTED"}
