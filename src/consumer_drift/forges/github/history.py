"""The commits of a branch, and whether a commit is one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from consumer_drift.forges.github import queries
from consumer_drift.forges.github.client import repository_path
from consumer_drift.forges.github.responses import invalid_response, next_cursor, unexplained
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.source_branch import BranchCommit, CommitPage
from consumer_drift.support.json_fields import InvalidJson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.json_fields import JsonValue


def commits(
    client: GitHubClient, repository: RepositoryName, branch: str, commit: str, after: str
) -> CommitPage | Failure:
    """Return a page of the commits of *branch*, or of what leads to *commit*."""
    asked = f"the commits of {branch} of {repository}"
    variables: dict[str, str | int | None] = {
        "owner": repository.owner,
        "name": repository.name,
        "start": commit or f"refs/heads/{branch}",
        "after": after or None,
    }

    def page(reply: GraphResponse) -> CommitPage | Failure:
        known = reply.data.get("repository")
        if known is None:
            return unexplained(asked)
        start = known.get("object")
        history = start.get("history") if start is not None else None
        return _no_start(repository, branch, commit, asked) if history is None else _page(history)

    return client.read(queries.COMMITS, variables, asked, page)


def _no_start(repository: RepositoryName, branch: str, commit: str, asked: str) -> Failure:
    what, remedy = f"branch {branch!r}", "correct `source.branch`"
    if commit:
        what, remedy = f"commit {commit}", "name a commit that is pushed"
    return Failure(Reason.NOT_FOUND, f"{repository} has no {what}", remedy, asked=asked)


def _page(history: JsonValue) -> CommitPage:
    return CommitPage(tuple(map(_commit, history["nodes"])), next_cursor(history) or "")


def _commit(row: JsonValue) -> BranchCommit:
    parents = tuple(parent["oid"].text() for parent in row["parents"]["nodes"])
    return BranchCommit(row["oid"].text(), row["committedDate"].moment(), parents)


def contained(
    client: GitHubClient, repository: RepositoryName, head: str, wanted: Sequence[str]
) -> frozenset[str] | Failure:
    """Return those of *wanted* that have no commit that *head* lacks.

    https://docs.github.com/en/rest/commits/commits#compare-two-commits: the files are on the first page alone.
    """
    found: set[str] = set()
    for commit in wanted:
        path = f"{repository_path(repository)}/compare/{head}...{quote(commit, safe='')}"
        compared = client.rest(path, {"per_page": 1, "page": 2})
        if isinstance(compared, Failure):
            if compared.reason is not Reason.NOT_FOUND:
                return compared
            continue
        try:
            if compared["ahead_by"].number() == 0:
                found.add(commit)
        except InvalidJson as error:
            return invalid_response(f"GET {path}", error)
    return frozenset(found)
