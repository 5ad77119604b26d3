"""What has to be known of an open pull request before it is merged: checks, reviews, and whether it merges."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CheckState(StrEnum):
    """The state of one check."""

    PASSED = "passed"
    SKIPPED = "skipped"  # it ran on nothing, or has no opinion
    PENDING = "pending"
    FAILED = "failed"


class CheckResult(StrEnum):
    """The result of all checks of a commit together."""

    PASSING = "passing"
    FAILING = "failing"
    PENDING = "pending"
    NONE = "none"  # no check is registered (yet)
    WARNING = "warning"  # none failed, and the server does not count all of them as passed


class ReviewState(StrEnum):
    """What a reviewer said last."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes-requested"
    DISMISSED = "dismissed"


class ReviewResult(StrEnum):
    """What all reviews come to."""

    NONE = "none"  # no review, and none is required
    REQUIRED = "required"  # approvals are missing
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes-requested"


@dataclass(frozen=True, slots=True)
class Check:
    """A check, with the name that the forge shows (foreign text). *url* is its page, empty if it has none."""

    name: str
    state: CheckState
    url: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """The last opinion of *author*, on the commit *commit*. *counts*: it counts for what the branch requires."""

    author: str
    state: ReviewState
    commit: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class PullRequestChecks:
    """An open pull request at the commit *head*, which all of this is about.

    *result* is what the forge makes of all checks; *complete* is False where there are more than *checks* has.
    *review* is None where reviews were not read. *mergeable* is False where it conflicts with its base, None where
    that is not computed yet. *author* is the login of who opened it, empty where that is not known. *is_open* is
    False where it was merged or closed meanwhile.
    """

    head: str
    result: CheckResult
    checks: tuple[Check, ...] = ()
    complete: bool = True
    review: ReviewResult | None = ReviewResult.NONE
    reviews: tuple[Review, ...] = ()
    mergeable: bool | None = None
    draft: bool = False
    author: str = ""
    is_open: bool = True

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(one for one in self.checks if one.state is CheckState.FAILED)

    @property
    def pending(self) -> tuple[Check, ...]:
        """The checks that are not finished."""
        return tuple(one for one in self.checks if one.state is CheckState.PENDING)


def combined(checks: tuple[Check, ...]) -> CheckResult:
    """Return the result of *checks*: failing before pending before passing.

    Checks that were all skipped pass, as they do on GitHub and on Gitea.
    """
    states = {one.state for one in checks}
    if not states:
        return CheckResult.NONE
    if CheckState.FAILED in states:
        return CheckResult.FAILING
    return CheckResult.PENDING if CheckState.PENDING in states else CheckResult.PASSING


# From bad to good: of two that disagree, the one that allows less counts.
_CAUTION = (
    CheckResult.FAILING,
    CheckResult.PENDING,
    CheckResult.NONE,
    CheckResult.WARNING,
    CheckResult.PASSING,
)


def worse(one: CheckResult, other: CheckResult) -> CheckResult:
    """Return the one of two results that allows less."""
    return min(one, other, key=_CAUTION.index)
