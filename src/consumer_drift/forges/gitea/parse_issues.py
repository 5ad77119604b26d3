"""JSON of the API to issues, their comments, and labels. Functions raise InvalidJson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.issue import Issue, IssueComment

if TYPE_CHECKING:
    from consumer_drift.support.json_fields import JsonValue


@dataclass(frozen=True, slots=True)
class Label:
    """A label and the id by which it is set."""

    id: int
    name: str


def labels(page: JsonValue) -> tuple[Label, ...]:
    """Return a page of labels."""
    return tuple(Label(row["id"].number(), row["name"].text()) for row in page)


@dataclass(frozen=True, slots=True)
class IssueRow:
    """An issue and the login of who opened it, empty for a deleted user."""

    issue: Issue
    author: str


def issues(page: JsonValue) -> tuple[IssueRow, ...]:
    """Return a page of issues."""
    return tuple(map(issue, page))


def issue(row: JsonValue) -> IssueRow:
    """Return an issue."""
    is_open = row["state"].text() == "open"
    shown = Issue(row["number"].number(), row["body"].text(), is_open, row["html_url"].text())
    return IssueRow(shown, _author(row))


def _author(row: JsonValue) -> str:
    """Return who wrote it, "" for a user that is deleted."""
    user = row.get("user")
    return user["login"].text() if user is not None else ""


def comments(page: JsonValue) -> tuple[IssueComment, ...]:
    """Return comments."""
    return tuple(IssueComment(row["id"].number(), row["body"].text(), _author(row)) for row in page)
