"""JSON of the API to pull requests. Functions raise InvalidJson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.pull_request import PullRequest, PullRequestState

if TYPE_CHECKING:
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.json_fields import JsonValue


def pull_requests(page: JsonValue, of: RepositoryName) -> tuple[PullRequest, ...]:
    """Return a page of the pull requests of the repository *of*."""
    return tuple(pull_request(row, of) for row in page)


def pull_request(row: JsonValue, of: RepositoryName) -> PullRequest:
    """Return a pull request of the repository *of*, from a list or alone."""
    head = row["head"]
    user, body = row.get("user"), row.get("body")
    return PullRequest(
        number=row["number"].number(),
        url=row["html_url"].text(),
        head=_head_branch(head),
        base=row["base"]["ref"].text(),
        state=_state(row),
        created_at=row["created_at"].moment(),
        from_fork=_is_elsewhere(head, of),
        mergeable=_mergeable(row),
        title=row["title"].text(),
        body=body.value if body is not None and isinstance(body.value, str) else "",
        author=user["login"].text() if user is not None else "",
        commit=head["sha"].text(),
    )


# A title that begins so makes a draft; older servers do not say which pull requests are drafts.
DRAFTS = ("WIP:", "[WIP]")


def _mergeable(row: JsonValue) -> bool | None:
    """Return whether it merges; False also while that is not computed yet. A draft never merges."""
    if row["title"].text().upper().startswith(DRAFTS) or "mergeable" not in row:
        return None
    return row["mergeable"].flag()


def _state(row: JsonValue) -> PullRequestState:
    """A merged pull request is closed, and has ``merged`` besides."""
    if row["merged"].flag():
        return PullRequestState.MERGED
    return PullRequestState.OPEN if row["state"].text() == "open" else PullRequestState.CLOSED


def _head_branch(head: JsonValue) -> str:
    """Return the branch. After it or its fork was deleted only the label keeps its name."""
    ref = head["ref"].text()
    return head["label"].text().rpartition(":")[2] if ref.startswith("refs/pull/") else ref


def _is_elsewhere(head: JsonValue, of: RepositoryName) -> bool:
    """Return whether the head is not a branch of the repository itself. ``null``: its fork was deleted."""
    repo = head.get("repo")
    return repo is None or repo["full_name"].repository() != of
