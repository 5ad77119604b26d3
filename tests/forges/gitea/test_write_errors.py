"""What a refused write means, held against what a real Gitea was recorded to answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consumer_drift.forges.gitea import errors
from consumer_drift.forges.gitea.errors import refuse
from consumer_drift.forges.http.messages import Request, Response
from consumer_drift.model.result import Failure, Reason

RECORDINGS = Path(__file__).parents[2] / "data" / "recordings" / "gitea"


def told(case: str):
    """The recorded answer, as a write is told of it."""
    recorded = json.loads((RECORDINGS / f"{case}.json").read_text())
    response = recorded["response"]
    answer = Response(response["status"], response["headers"], json.dumps(response["body"]).encode())
    request = Request(recorded["request"]["method"], recorded["request"]["path"], writes=True)
    rejection = refuse(request, answer)
    assert rejection is not None
    return errors.of_write(rejection.failure)


@pytest.mark.parametrize(
    ("case", "reason", "remedy"),
    [
        ("write.archived", Reason.ARCHIVED, "unarchive the repository"),
        ("write.branch-exists", Reason.STALE, "run it again"),
        ("write.stale-sha", Reason.STALE, "run it again"),
        ("write.missing-file", Reason.STALE, "run it again"),
        ("write.missing-base", Reason.STALE, ""),
        ("write.protected-branch", Reason.PROTECTED, "another propagate.branch"),
        ("write.read-only-member", Reason.READ_ONLY, "write access"),
        ("write.outsider-public", Reason.READ_ONLY, "a fork is never used"),
        ("write.noscope", Reason.MISSING_SCOPE, "write:repository"),
        ("pr.noscope", Reason.MISSING_SCOPE, "write:repository"),
        ("pr.duplicate", Reason.STALE, "run it again"),
        ("pr.missing-head", Reason.STALE, ""),
    ],
)
def test_a_recorded_rejection_says_what_to_change(case, reason, remedy) -> None:
    failure = told(case)
    assert failure.reason is reason
    assert remedy in failure.remedy


def refused(status: int, message: str) -> Failure:
    answer = Response(status, {"content-type": "application/json"}, json.dumps({"message": message}).encode())
    rejection = refuse(Request("POST", "/repos/acme/core/contents", writes=True), answer)
    assert rejection is not None
    return errors.of_write(rejection.failure)


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        ("reference already exists", Reason.STALE),
        ("is at 1111111111111111111111111111111111111111 but expected 2222222222", Reason.STALE),
        ("Unable to create '/data/core.git/refs/heads/bump/x.lock': File exists.", Reason.STALE),
        ("'refs/heads/bump' exists; cannot create 'refs/heads/bump/x'", Reason.NAME_TAKEN),
    ],
)
def test_a_branch_that_another_run_makes_is_told_from_one_in_the_way(why: str, reason: Reason) -> None:
    """Seen on a real Gitea with two runs at once."""
    assert refused(403, f"cannot lock ref 'refs/heads/bump/x': {why}").reason is reason


def test_a_text_that_two_runs_change_at_once_is_stale() -> None:
    """Seen on a real Gitea: https://github.com/go-gitea/gitea/blob/main/models/issues/issue_update.go"""
    assert refused(400, "the issue is already changed").reason is Reason.STALE


def test_a_protected_file_is_told_from_a_protected_branch() -> None:
    """Gitea's words: https://github.com/go-gitea/gitea/blob/main/services/pull/patch.go"""
    message = "path is protected and can not be changed [path: .runtime-version]"
    failure = refused(403, message)
    assert failure.reason is Reason.PROTECTED
    assert "take the file out of the rule's patterns" in failure.remedy
