"""The issues of a repository on GitHub, by REST.

https://docs.github.com/en/rest/issues/issues and https://docs.github.com/en/rest/issues/comments
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from consumer_drift.forges.github import write_errors
from consumer_drift.forges.github.client import repository_path
from consumer_drift.forges.github.responses import invalid_response
from consumer_drift.forges.http.messages import ErrorPattern, matching
from consumer_drift.forges.writing import ENABLE_ISSUES, issues_off, missing_labels
from consumer_drift.model.issue import Issue, IssueComment, OwnIssues
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Grant, Sentence
from consumer_drift.support.json_fields import InvalidJson

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.http.throttle import WriteThrottle
    from consumer_drift.model.config import Tracking
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.json_fields import Json, JsonValue


class GitHubIssues:
    """Writes with one token, at the pace of its other writes."""

    def __init__(self, client: GitHubClient, throttle: WriteThrottle) -> None:
        self._client = client
        self._throttle = throttle

    def settle(self) -> None:
        """Wait until replicas, too, show what was written."""
        self._client.settle()

    def refusal(self, repository: RepositoryName) -> Failure | None:
        """Return it after two requests. Nothing tells whether a token has Issues: write."""
        found = self._found(repository)
        return found if isinstance(found, Failure) else None

    def _found(self, repository: RepositoryName) -> tuple[JsonValue, str] | Failure:
        """Return the repository, and the token's user."""
        shown = self._client.rest(repository_path(repository))
        if isinstance(shown, Failure):
            return shown
        if "has_issues" in shown and not shown["has_issues"].flag():
            return issues_off(repository)
        login = self._client.login("the user of the token")
        return login if isinstance(login, Failure) else (shown, login)

    def own(self, repository: RepositoryName) -> OwnIssues | Failure:
        """Return them: a request for the repository, one for the token's user, and one for each hundred issues."""
        found = self._found(repository)
        if isinstance(found, Failure):
            return found
        (shown, login), path = found, repository_path(repository)
        rows = self._client.rows(f"{path}/issues", {"state": "all", "creator": login})
        if isinstance(rows, Failure):
            return rows
        try:
            own, is_public = tuple(_issues(rows, login)), not shown["private"].flag()
            return OwnIssues(own, is_public, login, shown["full_name"].repository())
        except InvalidJson as error:
            return invalid_response(f"{path}/issues", error)

    def open(
        self, repository: RepositoryName, title: str, body: str, extras: Tracking
    ) -> tuple[Issue, tuple[str, ...]] | Failure:
        """Open an issue. An assignee that does not exist is left out, since GitHub refuses all because of one."""
        path = f"{repository_path(repository)}/issues"
        labels, warnings = self._labels(repository, extras.labels)
        given: dict[str, Json] = {"title": title, "body": body, "labels": list(labels)}
        answer = self._write("POST", path, {**given, "assignees": list(extras.assignees)})
        if isinstance(answer, Failure) and answer.status == 422 and extras.assignees:
            warnings.append(f"its assignees were not set ({answer.said}): correct tracking.assignees")
            answer = self._write("POST", path, given)
        if isinstance(answer, Failure):
            return answer
        try:
            return _issue(answer), tuple(warnings)
        except InvalidJson as error:
            return invalid_response(path, error)

    def change(self, repository: RepositoryName, number: int, body: str, *, is_open: bool) -> Failure | None:
        """Change text and state in one request."""
        path = f"{repository_path(repository)}/issues/{number}"
        return _failure(self._write("PATCH", path, {"body": body, "state": "open" if is_open else "closed"}))

    def comments(self, repository: RepositoryName, number: int, since: str) -> tuple[IssueComment, ...] | Failure:
        """Return the comments, a hundred in a request."""
        path = f"{repository_path(repository)}/issues/{number}/comments"
        rows = self._client.rows(path, {"since": since} if since else {})
        if isinstance(rows, Failure):
            return rows
        try:
            return tuple(IssueComment(row["id"].number(), row["body"].text(), _author(row)) for row in rows)
        except InvalidJson as error:
            return invalid_response(path, error)

    def comment(self, repository: RepositoryName, number: int, body: str) -> Failure | None:
        """Add a comment."""
        path = f"{repository_path(repository)}/issues/{number}/comments"
        return _failure(self._write("POST", path, {"body": body}))

    def uncomment(self, repository: RepositoryName, number: int, comment: IssueComment) -> Failure | None:  # noqa: ARG002
        """Delete a comment."""
        return _failure(self._write("DELETE", f"{repository_path(repository)}/issues/comments/{comment.id}"))

    def _labels(self, repository: RepositoryName, wanted: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the labels that exist, since others would be created, and what there is to say of the rest."""
        known: list[str] = []
        unread: dict[str, Failure] = {}
        for name in wanted:
            found = self._client.rest(f"{repository_path(repository)}/labels/{quote(name, safe='')}")
            if not isinstance(found, Failure):
                known.append(name)
            elif found.reason is not Reason.NOT_FOUND:
                unread[name] = found
        missing = missing_labels([name for name in wanted if name not in unread], known)
        return known, [*missing, *(f"its label {name!r} could not be set: {why}" for name, why in unread.items())]

    def _write(self, method: str, path: str, body: Json = None) -> JsonValue | Failure:
        held = self._throttle.wait()
        if held is not None:
            return held
        answer = self._client.write(method, path, body)
        if not isinstance(answer, Failure):
            return answer
        # What a write of contents would need is another permission.
        pattern = matching(_PATTERNS, answer.said)
        return write_errors.of_write(answer) if pattern is None else pattern.applied(answer)


_ISSUES_WRITE = "Issues: write for that repository (classic: repo)"
_PATTERNS = (
    ErrorPattern(
        r"resource not accessible",
        Reason.MISSING_SCOPE,
        Sentence(Grant(f"grant the token {_ISSUES_WRITE}", _ISSUES_WRITE)),
        needs="Issues: write",
    ),
    ErrorPattern(
        r"issues (?:are|has been) disabled",
        Reason.SETTING,
        ENABLE_ISSUES,
    ),
)


def _author(row: JsonValue) -> str:
    """Return who wrote it, "" for a user that is deleted."""
    user = row.get("user")
    return "" if user is None else user["login"].text()


def _issues(rows: Sequence[JsonValue], login: str) -> Iterator[Issue]:
    """Yield the issues among *rows*, which have pull requests, too."""
    for row in rows:
        if "pull_request" not in row and row["user"]["login"].text().casefold() == login.casefold():
            yield _issue(row)


def _issue(row: JsonValue) -> Issue:
    text = row.get("body")
    body = text.text() if text is not None else ""
    return Issue(row["number"].number(), body, row["state"].text() == "open", row["html_url"].text())


def _failure(answer: JsonValue | Failure) -> Failure | None:
    return answer if isinstance(answer, Failure) else None
