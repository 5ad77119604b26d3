"""The issues of a repository on Gitea and Forgejo.

https://docs.gitea.com/api (issue)
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from consumer_drift.forges.gitea import errors, parse, parse_issues, routes
from consumer_drift.forges.writing import issues_off, missing_labels
from consumer_drift.model.issue import Issue, OwnIssues
from consumer_drift.model.result import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.forges.gitea.page_reader import PageReader
    from consumer_drift.forges.gitea.parse import RepositoryRow
    from consumer_drift.forges.gitea.pull_requests import PullRequestReader
    from consumer_drift.forges.http.messages import Request, Response
    from consumer_drift.model.config import Tracking
    from consumer_drift.model.issue import IssueComment
    from consumer_drift.model.repository import RepositoryName

_WRITING = frozenset({"all", "write:issue"})
# The user of a job's own token is none of the server's, so no list can be filtered by it.
# https://github.com/go-gitea/gitea/blob/main/models/user/user_system.go
_NO_USERS = frozenset({"gitea-actions", "forgejo-actions"})


class GiteaIssues:
    """Writes with one token, one request after the other."""

    def __init__(self, client: GiteaClient, reader: PullRequestReader, pages: PageReader) -> None:
        self._client = client
        self._reader = reader
        self._pages = pages

    def settle(self) -> None:
        """Lists of issues come from the database, so there is nothing to wait for."""

    def refusal(self, repository: RepositoryName) -> Failure | None:
        """Return it after two requests. A token's scopes are told only where it lacks read:user."""
        found = self._found(repository)
        return found if isinstance(found, Failure) else None

    def _found(self, repository: RepositoryName) -> tuple[RepositoryRow, str] | Failure:
        """Return the repository, and the token's user."""
        row = self._client.repository(repository)
        if isinstance(row, Failure):
            return row
        if not row.has_issues:
            return issues_off(row.name)
        login = self._client.login()
        return _with_both_scopes(login) if isinstance(login, Failure) else (row, login)

    def own(self, repository: RepositoryName) -> OwnIssues | Failure:
        """Return them: a request for the token's user, and one for each fifty issues."""
        found_in = self._found(repository)
        if isinstance(found_in, Failure):
            return found_in
        row, login = found_in
        build = partial(routes.issues, row.name, "" if login in _NO_USERS else login)
        found = self._pages.rows(row.name, build, parse_issues.issues, attrgetter("issue.number"))
        if isinstance(found, Failure):
            return found
        own = tuple(one.issue for one in found if one.author.casefold() == login.casefold())
        return OwnIssues(own, row.snapshot.public, login, row.name)

    def open(
        self, repository: RepositoryName, title: str, body: str, extras: Tracking
    ) -> tuple[Issue, tuple[str, ...]] | Failure:
        """Open an issue. An assignee that the server refuses is left out, since it refuses all because of one."""
        labels, warnings = self._labels(repository, extras.labels)
        given: dict[str, Any] = {"title": title, "body": body, "labels": labels}
        answer = self._write(routes.open_issue(repository, {**given, "assignees": list(extras.assignees)}))
        if isinstance(answer, Failure) and answer.status == 422 and extras.assignees:
            warnings.append(f"its assignees were not set ({answer.said}): correct tracking.assignees")
            answer = self._write(routes.open_issue(repository, given))
        if isinstance(answer, Failure):
            return answer
        opened = parse.parsed(answer, str(routes.open_issue(repository, None)), parse_issues.issue)
        return opened if isinstance(opened, Failure) else (opened.issue, tuple(warnings))

    def change(self, repository: RepositoryName, number: int, body: str, *, is_open: bool) -> Failure | None:
        """Change text and state in one request."""
        state = {"body": body, "state": "open" if is_open else "closed"}
        return _failure(self._write(routes.change_issue(repository, number, state)))

    def comments(self, repository: RepositoryName, number: int, since: str) -> tuple[IssueComment, ...] | Failure:
        """Return the comments, which this route does not cut into pages."""
        request = routes.comments(repository, number, since)
        answer = self._client.direct(request)
        return parse.parsed(answer, str(request), parse_issues.comments)

    def comment(self, repository: RepositoryName, number: int, body: str) -> Failure | None:
        """Add a comment."""
        return _failure(self._write(routes.comment(repository, number, {"body": body})))

    def uncomment(self, repository: RepositoryName, number: int, comment: IssueComment) -> Failure | None:  # noqa: ARG002
        """Delete a comment."""
        return _failure(self._write(routes.delete_comment(repository, comment.id)))

    def _labels(self, name: RepositoryName, wanted: Sequence[str]) -> tuple[list[int], list[str]]:
        """Return the ids of the labels that exist, and what there is to say of the others."""
        if not wanted:
            return [], []
        known = self._reader.labels(name)
        if isinstance(known, Failure):
            return [], [f"its labels could not be set: {known}"]
        by_name = {label.name.casefold(): label.id for label in known}
        ids = [by_name[label.casefold()] for label in wanted if label.casefold() in by_name]
        return ids, missing_labels(wanted, by_name)

    def _write(self, request: Request) -> Response | Failure:
        answer = self._client.direct(request)
        return errors.of_write(answer) if isinstance(answer, Failure) else answer


def _with_both_scopes(refused: Failure) -> Failure:
    """Return the failure to read the token's user, whose remedy names what writing issues needs as well."""
    has = {scope.strip() for scope in refused.has.split(",")}
    if not refused.has or not has.isdisjoint(_WRITING):
        return refused
    return replace(refused, remedy="create a token that has read:user and write:issue as well")


def _failure(answer: Response | Failure) -> Failure | None:
    return answer if isinstance(answer, Failure) else None
