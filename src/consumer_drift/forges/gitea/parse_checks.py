"""JSON of the API to checks and reviews, and what they are about. Functions raise InvalidJson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea.parse_pull_requests import DRAFTS
from consumer_drift.model.checks import Check, CheckResult, CheckState, Review, ReviewState

if TYPE_CHECKING:
    from consumer_drift.support.json_fields import JsonValue

_STATES = {
    "success": CheckState.PASSED,
    # Neither says that the check passed. Whether it holds a merge back, the result of all checks tells.
    "warning": CheckState.SKIPPED,
    "skipped": CheckState.SKIPPED,
    "pending": CheckState.PENDING,
}


_RESULTS = {
    "success": CheckResult.PASSING,
    "pending": CheckResult.PENDING,
    # Of Forgejo and older versions of Gitea, whose result is the worst of all.
    "warning": CheckResult.WARNING,
}


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A check of a commit. *page* is the forge's own result of all checks of the same page."""

    id: int
    check: Check
    page: CheckResult


def statuses(page: JsonValue) -> tuple[StatusRow, ...]:
    """Return a page of a combined status. A commit without checks has ``null`` for them."""
    rows = page.get("statuses")
    result = _RESULTS.get(page["state"].text(), CheckResult.FAILING)
    return () if rows is None else tuple(StatusRow(row["id"].number(), _status(row), result) for row in rows)


def _status(row: JsonValue) -> Check:
    # The state's key is "status"; some versions, as GitHub, say "state".
    state = row.get("status") or row["state"]
    url = row.get("target_url")
    return Check(
        row["context"].text(),
        _STATES.get(state.text(), CheckState.FAILED),
        url.text() if url is not None else "",
    )


_REVIEWS = {"APPROVED": ReviewState.APPROVED, "REQUEST_CHANGES": ReviewState.CHANGES_REQUESTED}


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review; *opinion* is None where it says neither yes nor no."""

    id: int
    opinion: Review | None


def reviews(page: JsonValue) -> tuple[ReviewRow, ...]:
    """Return a page of reviews."""
    return tuple(ReviewRow(row["id"].number(), _review(row)) for row in page)


def _review(row: JsonValue) -> Review | None:
    # A team that was asked for its review has no user.
    if row["state"].text() not in _REVIEWS or row.get("user") is None:
        return None
    state = ReviewState.DISMISSED if row["dismissed"].flag() else _REVIEWS[row["state"].text()]
    return Review(row["user"]["login"].text(), state, row["commit_id"].text(), row["official"].flag())


def required_approvals(branch: JsonValue) -> int:
    """Return how many approvals the protection of a branch asks for."""
    found = branch.get("required_approvals")
    return found.number() if found is not None else 0


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a pull request: its commit, and the commit at which it left its base."""

    commit: str
    merge_base: str
    draft: bool


def head(row: JsonValue) -> Head:
    """Return the head of a pull request."""
    start, draft = row.get("merge_base"), row.get("draft")
    is_draft = draft is not None and draft.flag()
    return Head(
        row["head"]["sha"].text(),
        start.text() if start is not None else "",
        is_draft or row["title"].text().upper().startswith(DRAFTS),
    )
