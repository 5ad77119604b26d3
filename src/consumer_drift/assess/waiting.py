"""What a consumer with an open bump pull request waits for: its checks, its review, or its merge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.model.checks import CheckResult, ReviewResult
from consumer_drift.model.report import WaitReason

if TYPE_CHECKING:
    from consumer_drift.model.checks import PullRequestChecks
    from consumer_drift.model.report import ConsumerResult


def with_checks(result: ConsumerResult, checks: PullRequestChecks) -> ConsumerResult:
    """Return *result* with the *checks* of its open bump pull request, and what it waits for because of them."""
    reason = _reason(checks)
    if reason is None:
        return replace(result, checks=checks)
    note = ", ".join(filter(None, [result.note, reason.replace("-", " ")]))
    return replace(result, checks=checks, reason=reason, note=note)


def _reason(checks: PullRequestChecks) -> WaitReason | None:
    """Return what a person has to do first, None where nothing is known to hold it back."""
    if checks.mergeable is False:
        return WaitReason.CONFLICT
    if checks.result is CheckResult.FAILING:
        return WaitReason.CHECKS_FAILING
    if checks.review is ReviewResult.CHANGES_REQUESTED:
        return WaitReason.CHANGES_REQUESTED
    if checks.review is ReviewResult.REQUIRED:
        return WaitReason.REVIEW_REQUIRED
    return WaitReason.CHECKS_PENDING if checks.result is CheckResult.PENDING else None
