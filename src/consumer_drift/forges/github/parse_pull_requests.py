"""GraphQL data to pull requests. Functions raise InvalidJson."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.pull_request import PullRequest, PullRequestState

if TYPE_CHECKING:
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.json_fields import JsonValue


MERGEABLE = {"MERGEABLE": True, "CONFLICTING": False}


def pull_request(row: JsonValue) -> PullRequest:
    """Return a pull request from the fields of ``query_builder.PULL_REQUEST``."""
    try:
        state = PullRequestState(row["state"].text().lower())
    except ValueError as error:
        raise row["state"].invalid(f"is {row['state'].value!r}") from error
    return PullRequest(
        number=row["number"].number(),
        url=row["url"].text(),
        head=row["headRefName"].text(),
        base=row["baseRefName"].text(),
        state=state,
        created_at=row["createdAt"].moment(),
        from_fork=row["isCrossRepository"].flag(),
        # UNKNOWN until GitHub has computed it.
        mergeable=MERGEABLE.get(row["mergeable"].text()),
        title=row["title"].text(),
        body=row["body"].text(),
        author=author_of(row),
        id=row["id"].text(),
    )


def author_of(row: JsonValue) -> str:
    """Return the login of who wrote it, "" for an account that is deleted."""
    author = row.get("author")
    return author["login"].text() if author is not None else ""


def own_pull_requests(connection: JsonValue, of: RepositoryName) -> tuple[PullRequest, ...]:
    """Return the pull requests of the repository *of* whose head is its own branch."""
    return tuple(
        found
        for row in connection["nodes"]
        if row["repository"]["nameWithOwner"].repository() == of and not (found := pull_request(row)).from_fork
    )
