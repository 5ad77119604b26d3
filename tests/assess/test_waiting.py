"""What holds an open bump back: the first thing that a person has to do about it."""

from __future__ import annotations

import pytest

from consumer_drift.assess.waiting import with_checks
from consumer_drift.model.checks import CheckResult, PullRequestChecks, ReviewResult
from consumer_drift.model.report import WaitReason
from tests.render.reports import in_flight

C, R = CheckResult, ReviewResult


@pytest.mark.parametrize(
    ("result", "review", "mergeable", "reason"),
    [
        (C.PASSING, R.APPROVED, True, WaitReason.PULL_REQUEST_OPEN),
        (C.NONE, R.NONE, None, WaitReason.PULL_REQUEST_OPEN),
        (C.PENDING, R.NONE, True, WaitReason.CHECKS_PENDING),
        (C.PENDING, R.REQUIRED, True, WaitReason.REVIEW_REQUIRED),
        (C.PASSING, R.REQUIRED, True, WaitReason.REVIEW_REQUIRED),
        (C.PASSING, R.CHANGES_REQUESTED, True, WaitReason.CHANGES_REQUESTED),
        (C.FAILING, R.CHANGES_REQUESTED, True, WaitReason.CHECKS_FAILING),
        (C.FAILING, R.APPROVED, False, WaitReason.CONFLICT),
    ],
)
def test_the_reason_is_what_has_to_be_done_first(
    result: CheckResult, review: ReviewResult, mergeable: bool | None, reason: WaitReason
) -> None:
    checks = PullRequestChecks("f" * 40, result, review=review, mergeable=mergeable)
    found = with_checks(in_flight("desk", 21), checks)
    assert (found.reason, found.checks) == (reason, checks)
    assert found.note.endswith(reason.replace("-", " ")) is (reason is not WaitReason.PULL_REQUEST_OPEN)
