"""GraphQL data to the checks and reviews of pull requests. Functions raise InvalidJson."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.forges.github.parse_pull_requests import MERGEABLE, author_of
from consumer_drift.model.checks import (
    Check,
    CheckResult,
    CheckState,
    PullRequestChecks,
    Review,
    ReviewResult,
    ReviewState,
    worse,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from consumer_drift.forges.github.responses import GraphError, GraphResponse
    from consumer_drift.support.json_fields import JsonValue

_CONCLUSIONS = {"SUCCESS": CheckState.PASSED, "NEUTRAL": CheckState.SKIPPED, "SKIPPED": CheckState.SKIPPED}


_STATUSES = {"SUCCESS": CheckState.PASSED, "PENDING": CheckState.PENDING, "EXPECTED": CheckState.PENDING}


_ROLLUPS = {
    "SUCCESS": CheckResult.PASSING,
    "PENDING": CheckResult.PENDING,
    "EXPECTED": CheckResult.PENDING,
}


_REVIEWS = {
    "APPROVED": ReviewState.APPROVED,
    "CHANGES_REQUESTED": ReviewState.CHANGES_REQUESTED,
    "DISMISSED": ReviewState.DISMISSED,
}


def errors_of_checks(reply: GraphResponse, *path: str | int) -> tuple[GraphError, ...]:
    """Return the errors below *path* after which the checks there are not known.

    The workflow of a check takes a permission of its own (Actions: read), and a check is one without its name.
    """
    found = reply.errors_at(*path)
    return tuple(error for error in found if error.kind != "FORBIDDEN" or "workflowRun" not in error.path)


def checks(row: JsonValue) -> PullRequestChecks:
    """Return the checks of a pull request from the fields of ``bump_queries.checks``."""
    head = row["headRefOid"].text()
    commit = next((one["commit"] for one in row["commits"]["nodes"] if one["commit"]["oid"].text() == head), None)
    rollup = commit.get("statusCheckRollup") if commit is not None else None
    reviews = tuple(_reviews(row))
    known = PullRequestChecks(
        head,
        CheckResult.NONE,
        review=_review_result(row, reviews),
        reviews=reviews,
        mergeable=MERGEABLE.get(row["mergeable"].text()),
        draft=row["isDraft"].flag(),
        author=author_of(row),
        is_open=row["state"].text() == "OPEN",
    )
    return known if rollup is None else _with_checks(known, rollup)


def _with_checks(known: PullRequestChecks, rollup: JsonValue) -> PullRequestChecks:
    contexts = rollup["contexts"]
    shown = [one for one in contexts["nodes"] if not one.is_null]
    newest = tuple(_newest(shown))
    result = _ROLLUPS.get(rollup["state"].text(), CheckResult.FAILING)
    pending = any(one.state is CheckState.PENDING for one in newest)
    return replace(
        known,
        # Of what is still running, the rollup may know later than its rows.
        result=worse(result, CheckResult.PENDING) if pending else result,
        checks=newest,
        complete=len(list(contexts["nodes"])) == contexts["totalCount"].number(),
    )


def _newest(rows: Sequence[JsonValue]) -> Iterator[Check]:
    """Yield each check once: a run that was started again is shown beside the one before it."""
    latest: dict[tuple[str, str], tuple[str, Check]] = {}
    for row in rows:
        key, started, check = _check(row)
        if key not in latest or latest[key][0] <= started:
            latest[key] = started, check
    yield from (check for _, check in latest.values())


# Later than any time, as ISO 8601 texts compare: a run that has not started yet is the newest.
_NOT_YET = "9"


def _check(row: JsonValue) -> tuple[tuple[str, str], str, Check]:
    """Return what tells a check from others, when it started, and the check."""
    if row["__typename"].text() == "StatusContext":
        name = row["context"].text()
        state = _STATUSES.get(row["state"].text(), CheckState.FAILED)
        return (name, ""), "", Check(name, state, _text(row, "targetUrl"))
    suite = row["checkSuite"].get("workflowRun")
    workflow = suite["workflow"]["name"].text() if suite is not None else ""
    event = suite["event"].text() if suite is not None else ""
    name = f"{workflow} / {row['name'].text()}" if workflow else row["name"].text()
    state = CheckState.PENDING
    if row["status"].text() == "COMPLETED":
        state = _CONCLUSIONS.get(_text(row, "conclusion"), CheckState.FAILED)
    return (name, event), _text(row, "startedAt") or _NOT_YET, Check(name, state, _text(row, "detailsUrl"))


def _text(row: JsonValue, key: str) -> str:
    found = row.get(key)
    return found.text() if found is not None else ""


def _reviews(row: JsonValue) -> Iterator[Review]:
    shown = row.get("latestOpinionatedReviews")
    for one in shown["nodes"] if shown is not None else ():
        state = _REVIEWS.get(one["state"].text())
        if state is not None:
            commit = one.get("commit")
            yield Review(
                author_of(one),
                state,
                commit["oid"].text() if commit is not None else "",
                one["authorCanPushToRepository"].flag(),
            )


def _review_result(row: JsonValue, reviews: Sequence[Review]) -> ReviewResult:
    """GitHub decides where the branch requires reviews; elsewhere the reviews themselves count."""
    decided = _text(row, "reviewDecision")
    if any(one.state is ReviewState.CHANGES_REQUESTED for one in reviews) or decided == "CHANGES_REQUESTED":
        return ReviewResult.CHANGES_REQUESTED
    if decided == "REVIEW_REQUIRED":
        return ReviewResult.REQUIRED
    approved = decided == "APPROVED" or any(one.state is ReviewState.APPROVED for one in reviews)
    return ReviewResult.APPROVED if approved else ReviewResult.NONE
