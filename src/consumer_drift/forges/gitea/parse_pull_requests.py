"""JSON of the API to pull requests, their commits, checks and reviews. Functions raise InvalidJson."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.forges.git import EMAIL
from consumer_drift.model.bump import Commit
from consumer_drift.model.checks import Check, CheckResult, CheckState, Review, ReviewState
from consumer_drift.model.pull_request import PullRequest, PullRequestState

if TYPE_CHECKING:
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.json_fields import JsonValue


@dataclass(frozen=True, slots=True)
class Comparison:
    """The commits that one branch has and another lacks. *complete*: these are all. *newest* is a commit id."""

    commits: tuple[Commit, ...]
    complete: bool
    newest: str


def comparison(answer: JsonValue) -> Comparison:
    """Return the commits of a comparison."""
    found = answer.get("commits")
    shown = [] if found is None else list(found)
    newest = shown[0]["sha"].text() if shown else ""
    return Comparison(tuple(map(_commit, shown)), len(shown) == answer["total_commits"].number(), newest)


def _commit(row: JsonValue) -> Commit:
    commit = row["commit"]
    committer, author = commit["committer"], commit["author"]
    by_us = author["email"].text() == EMAIL
    # A person who has rebased or amended a commit of ours is its committer alone.
    who = committer if by_us else author
    return Commit(
        commit["message"].text(),
        who["name"].text() or "somebody",
        by_us and committer["email"].text() == EMAIL,
        _length(row.get("files")),
        (_length(row.get("parents")) or 0) > 1,
    )


def _length(rows: JsonValue | None) -> int | None:
    return None if rows is None else len(list(rows))


@dataclass(frozen=True, slots=True)
class Label:
    """A label and the id by which it is set."""

    id: int
    name: str


def labels(page: JsonValue) -> tuple[Label, ...]:
    """Return a page of labels."""
    return tuple(Label(row["id"].number(), row["name"].text()) for row in page)


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
_DRAFTS = ("WIP:", "[WIP]")


def _mergeable(row: JsonValue) -> bool | None:
    """Return whether it merges; False also while that is not computed yet. A draft never merges."""
    if row["title"].text().upper().startswith(_DRAFTS) or "mergeable" not in row:
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
class ChangedFile:
    """A file that a pull request changes. One that becomes a link is in the list twice: deleted, and added."""

    path: str
    status: str

    @property
    def is_modified(self) -> bool:
        """Whether it has the same name and other contents; its mode may be another one."""
        return self.status == "changed"


def changed_files(page: JsonValue) -> tuple[ChangedFile, ...]:
    """Return a page of the files that a pull request changes."""
    return tuple(ChangedFile(row["filename"].text(), row["status"].text()) for row in page)


# The lines of a file begin with a sign, so none of them is taken for a header.
_SECTION = re.compile(r"^diff --git (?P<names>.*)\n(?P<mode>old mode )?", re.MULTILINE)


def other_modes(diff: str, count: int) -> frozenset[str] | None:
    """Return the files that have another mode after *diff*; None where it is no diff of *count* files.

    https://git-scm.com/docs/diff-format#generate_patch_text_with_p
    """
    sections = list(_SECTION.finditer(diff))
    if len(sections) != count:
        return None
    # A name follows "a/" and, once more, " b/".
    names = (one["names"] for one in sections if one["mode"])
    return frozenset(one[(len(one) + 5) // 2 :] for one in names)


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
        is_draft or row["title"].text().upper().startswith(_DRAFTS),
    )
