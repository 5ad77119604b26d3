"""What a refused write means, held against what a real Gitea was recorded to answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consumer_drift.forges.gitea import errors
from consumer_drift.forges.gitea.errors import refuse
from consumer_drift.forges.http.messages import Request, Response
from consumer_drift.model.result import Reason

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


def test_a_protected_file_is_told_from_a_protected_branch() -> None:
    """Gitea's words: https://github.com/go-gitea/gitea/blob/main/services/pull/patch.go"""
    message = "path is protected and can not be changed [path: .runtime-version]"
    answer = Response(403, {"content-type": "application/json"}, json.dumps({"message": message}).encode())
    rejection = refuse(Request("POST", "/repos/acme/core/contents", writes=True), answer)
    assert rejection is not None
    failure = errors.of_write(rejection.failure)
    assert failure.reason is Reason.PROTECTED
    assert "take the file out of the rule's patterns" in failure.remedy
