"""The commits of a branch, and whether a commit is one of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea import parse, parse_commits, routes
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.source_branch import BranchCommit, CommitPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.json_fields import JsonValue


def commits(
    client: GiteaClient, repository: RepositoryName, branch: str, commit: str, after: str
) -> CommitPage | Failure:
    """Return fifty commits. A name alone could be that of a tag, so the branch is asked for its commit."""
    start: str | Failure = commit or _tip(client, repository, branch)
    if isinstance(start, Failure):
        return start
    number = int(after or "1")
    request = routes.commits(repository, start, number)
    answer = client.send(repository, request)
    rows = parse.parsed(answer, str(request), _rows)
    if isinstance(rows, Failure):
        return rows
    assert not isinstance(answer, Failure)  # noqa: S101 - rows were read from it
    # A server may show fewer rows a page than it was asked for: only its word, or an empty page, is the end.
    is_last = not rows or answer.headers.get("x-hasmore") == "false"
    return CommitPage(rows, "" if is_last else str(number + 1))


def _tip(client: GiteaClient, repository: RepositoryName, branch: str) -> str | Failure:
    """Return the newest commit of a branch."""
    build = partial(routes.branch, branch_name=branch)
    answer, row = client.found(repository, build)
    if row is None:
        return parse.parsed(answer, str(build(repository)), parse.branch_commit)
    said = f"{row.name} has no branch {branch!r}"
    return Failure(Reason.NOT_FOUND, said, "correct `source.branch`", status=404, asked=str(build(repository)))


def contained(
    client: GiteaClient, repository: RepositoryName, head: str, commits: Sequence[str]
) -> frozenset[str] | Failure:
    """Compare each with *head*: an ancestor has no commit that *head* lacks."""
    found: set[str] = set()
    for commit in commits:
        request = routes.compare(repository, head, commit)
        answer = client.send(repository, request)
        if isinstance(answer, Failure) and answer.reason is Reason.NOT_FOUND:
            continue
        compared = parse.parsed(answer, str(request), parse_commits.comparison)
        if isinstance(compared, Failure):
            return compared
        if compared.complete and not compared.commits:
            found.add(commit)
    return frozenset(found)


def _rows(page: JsonValue) -> tuple[BranchCommit, ...]:
    """Return a page of a branch's commits."""
    return tuple(_branch_commit(row) for row in page)


def _branch_commit(row: JsonValue) -> BranchCommit:
    date = row["commit"]["committer"]["date"].moment()
    parents = row.get("parents")
    ids = () if parents is None else tuple(parent["sha"].text() for parent in parents)
    return BranchCommit(row["sha"].text(), date, ids)
