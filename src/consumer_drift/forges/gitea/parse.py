"""JSON of the API to frozen values. Functions raise InvalidJson if a value is not what the API promises."""

from __future__ import annotations

import base64
import binascii
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote

from consumer_drift.forges.git import EMAIL, LINK_MODE, TreeEntry
from consumer_drift.forges.http import memory
from consumer_drift.forges.http.messages import proxy_wall, unexpected
from consumer_drift.model.branch import BranchEntry
from consumer_drift.model.bump import Commit
from consumer_drift.model.checks import Check, CheckResult, CheckState, Review, ReviewState
from consumer_drift.model.issue import Issue, IssueComment
from consumer_drift.model.observation import Role, Snapshot, Tag
from consumer_drift.model.pull_request import PullRequest, PullRequestState
from consumer_drift.model.result import Failure, FileText, NoFile, NoText
from consumer_drift.model.source_branch import BranchCommit
from consumer_drift.support.decode import decode
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from consumer_drift.forges.http.messages import Response
    from consumer_drift.model.repository import RepositoryName


T = TypeVar("T")


def parsed(answer: Response | Failure, asked: str, read: Callable[[JsonValue], T]) -> T | Failure:
    """Return what *read* makes of the body, or a failure if the body is something else. Never raises.

    The failure of a request stays what it is.
    """
    if isinstance(answer, Failure):
        return answer
    if not answer.is_json:
        return proxy_wall(answer, asked)
    try:
        return read(JsonValue(answer.json()))
    except ValueError:
        return unexpected(answer, asked, "it is not valid JSON")
    except InvalidJson as error:
        return unexpected(answer, asked, str(error))
    finally:
        # Only what was read of it is kept.
        memory.done()


# repositories -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RepositoryRow:
    """A repository as the API shows it, with its id, which stays when it is renamed, and its owner's id."""

    snapshot: Snapshot
    id: int
    owner_id: int
    has_issues: bool = True

    @property
    def name(self) -> RepositoryName:
        """The name that the forge uses."""
        return self.snapshot.name


def repository(row: JsonValue) -> RepositoryRow:
    """Return a repository, alone or from a listing."""
    name = row["full_name"].repository()
    # Visible to every signed-in user of the server and to no one else, so not public. Older servers lack the
    # field.
    internal = "internal" in row and row["internal"].flag()
    snapshot = Snapshot(
        asked=name,
        name=name,
        web_url=row["html_url"].text(),
        branch=row["default_branch"].text(),
        archived=row["archived"].flag(),
        mirror="mirror" in row and row["mirror"].flag(),
        takes_pull_requests="has_pull_requests" not in row or row["has_pull_requests"].flag(),
        empty=row["empty"].flag(),
        public=not (row["private"].flag() or internal),
        open_pull_requests=row["open_pr_counter"].number() if "open_pr_counter" in row else None,
        object_format=row["object_format_name"].text() if "object_format_name" in row else "sha1",
        role=_role(row.get("permissions")),
        branches=row["branch_count"].number() if "branch_count" in row else None,
        runs_workflows=row["has_actions"].flag() if "has_actions" in row else None,
        merge_methods=frozenset(method for key, method in _METHODS.items() if key in row and row[key].flag()),
    )
    has_issues = "has_issues" not in row or row["has_issues"].flag()
    return RepositoryRow(snapshot, row["id"].number(), row["owner"]["id"].number(), has_issues)


_METHODS = {"allow_merge_commits": "merge", "allow_rebase": "rebase", "allow_squash_merge": "squash"}


def _role(permissions: JsonValue | None) -> Role | None:
    """Return what the token's user may do there, None where the server does not tell."""
    if permissions is None:
        return None
    if permissions["admin"].flag():
        return Role.ADMIN
    if permissions["push"].flag():
        return Role.WRITE
    return Role.READ if permissions["pull"].flag() else Role.NONE


def repositories(page: JsonValue) -> tuple[RepositoryRow, ...]:
    """Return a page of a listing."""
    return tuple(repository(row) for row in page)


def found_repositories(page: JsonValue) -> tuple[RepositoryRow, ...]:
    """Return a page of a search, whose rows are below ``data``."""
    return repositories(page["data"])


def tags(page: JsonValue) -> tuple[Tag, ...]:
    """Return a page of tags."""
    return tuple(_tag(row) for row in page)


def _tag(row: JsonValue) -> Tag:
    commit = row.get("commit")
    if commit is None:
        return Tag(row["name"].text())
    sha, created = commit["sha"].text(), commit.get("created")
    # The date is the tagger's where the tag is an object of its own, and that of the commit otherwise.
    annotated = "id" in row and row["id"].value != sha
    return Tag(row["name"].text(), sha, created.moment() if created is not None else None, annotated)


def release(row: JsonValue) -> Tag:
    """Return a release's tag; the API does not tell the commit with it."""
    return Tag(row["tag_name"].text())


def releases(page: JsonValue) -> tuple[Tag, ...]:
    """Return the tags of a page of releases, without drafts and pre-releases."""
    return tuple(
        Tag(row["tag_name"].text(), date=_published(row))
        for row in page
        if not row["draft"].flag() and not row["prerelease"].flag()
    )


def _published(row: JsonValue) -> datetime | None:
    """Return the date of a release. One that was made for a pushed tag has the start of 1970, which is no date."""
    date = row["published_at"].moment()
    return date if date.timestamp() > 0 else None


# branches and trees -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TreePage:
    """A part of a git tree. *more*: the forge says that there are further entries."""

    entries: tuple[TreeEntry, ...]
    more: bool


def history(page: JsonValue) -> tuple[BranchCommit, ...]:
    """Return a page of a branch's commits."""
    return tuple(_branch_commit(row) for row in page)


def _branch_commit(row: JsonValue) -> BranchCommit:
    date = row["commit"]["committer"]["date"].moment()
    parents = row.get("parents")
    ids = () if parents is None else tuple(parent["sha"].text() for parent in parents)
    return BranchCommit(row["sha"].text(), date, ids)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The commits that one branch has and another lacks. *complete*: these are all. *newest* is a commit id."""

    commits: tuple[Commit, ...]
    complete: bool
    newest: str


def branch_commit(branch: JsonValue) -> str:
    """Return the id of the commit that a branch points to."""
    return branch["commit"]["id"].text()


def requires_checks(branch: JsonValue) -> bool:
    """Return whether a branch's protection names a check that has to pass before a merge."""
    contexts = branch.get("status_check_contexts")
    enabled = branch.get("enable_status_check")
    return contexts is not None and bool(contexts.value) and enabled is not None and enabled.value is True


def branch_names(page: JsonValue) -> frozenset[str]:
    """Return the names in a list of references to branches."""
    return frozenset(row["ref"].text().removeprefix("refs/heads/") for row in page)


@dataclass(frozen=True, slots=True)
class BranchRule:
    """A rule for the branches that fit *name*. *is_open*: everybody with write access may push what they like.

    *is_closed*: no one may push. Else it depends on who pushes, or what.
    """

    name: str
    is_open: bool
    is_closed: bool


def branch_rules(page: JsonValue) -> tuple[BranchRule, ...]:
    """Return a repository's rules for branches. Rules of older servers are about one branch."""
    return tuple(_branch_rule(row) for row in page)


def _branch_rule(row: JsonValue) -> BranchRule:
    name = row.get("rule_name") or row["branch_name"]
    pushes = row["enable_push"].flag()
    limits = [row.get(key) for key in ("enable_push_whitelist", "require_signed_commits")]
    files = row.get("protected_file_patterns")
    is_limited = any(limit is not None and limit.flag() for limit in limits) or bool(files and files.text())
    unprotected = row.get("unprotected_file_patterns")
    return BranchRule(
        name.text(), pushes and not is_limited, not pushes and not (unprotected and unprotected.text())
    )


@dataclass(frozen=True, slots=True)
class MergeRule:
    """Whether a branch requires a check before a merge, and whether the token's user may merge into it."""

    requires_checks: bool
    may_merge: bool


def merge_rule(branch: JsonValue) -> MergeRule:
    """Return what a branch tells of merges into it."""
    may_merge = branch.get("user_can_merge")
    return MergeRule(requires_checks(branch), may_merge is None or may_merge.flag())


def logins(page: JsonValue) -> frozenset[str]:
    """Return the logins of a list of users, in lower case: they compare without case."""
    return frozenset(row["login"].text().casefold() for row in page)


def are_whole(teams: JsonValue) -> bool:
    """Whether every team that may write code sees pull requests as well: a team may be given single units.

    https://docs.gitea.com/usage/access-control/permissions
    """
    return all(_is_whole(row.get("units_map")) for row in teams)


def _is_whole(units: JsonValue | None) -> bool:
    if units is None:
        return False
    levels = {unit: level.text() for unit, level in units.items()}
    return levels.get("repo.code") in {None, "none", "read"} or levels.get("repo.pulls") not in {None, "none"}


def team_names(page: JsonValue) -> frozenset[str]:
    """Return the names of a list of teams, in lower case."""
    return frozenset(row["name"].text().casefold() for row in page)


def tree_page(page: JsonValue) -> TreePage:
    """Return a page of a tree. An empty tree has ``null`` for its entries."""
    found = page.get("tree")
    entries = () if found is None else tuple(_entry(row) for row in found)
    return TreePage(entries, page["truncated"].flag())


def _entry(row: JsonValue) -> TreeEntry:
    mode = row.get("mode")
    is_link = mode is not None and mode.value == f"{LINK_MODE:o}"
    return TreeEntry(row["path"].text(), row["type"].text() in {"tree", "commit"}, is_link)


def branch_entries(page: JsonValue) -> tuple[BranchEntry, ...]:
    """Return what is at the root of a branch. Raises InvalidJson if one page does not have all of it."""
    if page["truncated"].flag():
        raise page.invalid("has more entries than a branch of this program")
    found = page.get("tree")
    return () if found is None else tuple(map(_branch_entry, found))


def _branch_entry(row: JsonValue) -> BranchEntry:
    mode = row["mode"].text()
    if not re.fullmatch("[0-7]{5,6}", mode):
        raise row.invalid("has no mode of git")
    return BranchEntry(int(mode, 8), row["path"].text(), row["sha"].text())


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


# pull requests ----------------------------------------------------------------------------------------------


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


# checks and reviews -----------------------------------------------------------------------------------------

_STATES = {
    "success": CheckState.PASSED,
    # Neither forge holds a merge back for these, and neither says that the check passed.
    "warning": CheckState.SKIPPED,
    "skipped": CheckState.SKIPPED,
    "pending": CheckState.PENDING,
}
_RESULTS = {"success": CheckResult.PASSING, "pending": CheckResult.PENDING}


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
    """A file that a pull request changes. *is_modified*: it has the same name and mode, and other contents."""

    path: str
    is_modified: bool


def changed_files(page: JsonValue) -> tuple[ChangedFile, ...]:
    """Return a page of the files that a pull request changes."""
    return tuple(ChangedFile(row["filename"].text(), row["status"].text() == "changed") for row in page)


def login(user: JsonValue) -> str:
    """Return a user's login."""
    return user["login"].text()


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


# files ------------------------------------------------------------------------------------------------------

_FOLDER = NoText("a folder", is_file=False)
# The target of a symbolic link may well be a file with a pin; a folder and a submodule are not files.
_KINDS = {"dir": _FOLDER, "symlink": NoText("a symbolic link")}

Content = FileText | NoFile | NoText


def content(answer: JsonValue, path: str) -> Content:
    """Return the file in an answer of ``contents/{path}``.

    A list is a folder; an empty list, since git keeps no empty folders, is a repository without a commit (on
    Forgejo).
    """
    if isinstance(answer.value, list):
        return _FOLDER if answer.value else NoFile()
    # The server normalises the path: without a leading "./".
    if answer["path"].text() != posixpath.normpath(path).strip("/"):
        raise InvalidJson(f"it shows another path than {path}")
    kind = answer["type"].text()
    if kind in _KINDS:
        return _KINDS[kind]
    if kind == "submodule":
        # The id of a tree's entry: https://docs.gitea.com/api (ContentsResponse)
        return NoText("a submodule", is_file=False, commit=answer["sha"].text())
    if kind != "file":
        raise answer["type"].invalid(f"is {kind!r}")
    return _file(answer)


def is_at_branch(row: JsonValue, path: str, branch: str) -> bool:
    """Return whether a row of contents says that it was read at *branch*, or does not say where.

    Its page is under ``/src/branch/``, ``/src/tag/`` or ``/src/commit/``. Folders, submodules and old servers may
    have none.
    """
    page = row.get("html_url") if isinstance(row.value, dict) else None
    if page is None or not isinstance(page.value, str):
        return True
    end = f"/src/branch/{branch}/{posixpath.normpath(path).strip('/')}"
    return unquote(page.value).endswith(end)


def batch(answer: JsonValue, paths: Sequence[str]) -> Mapping[str, Content]:
    """Return the files in an answer of the batch route, which has ``null`` for a missing file.

    The answer may be shorter than what was asked, and then says nothing about the rest.
    """
    rows = list(answer)
    if len(rows) > len(paths):
        raise InvalidJson(f"it has {len(rows)} rows for {len(paths)} files")
    return {path: NoFile() if row.is_null else content(row, path) for path, row in zip(paths, rows, strict=False)}


def _file(row: JsonValue) -> Content:
    size = row["size"].number()
    if row.get("content") is None:
        # Above its own limit (10 MiB by default) the server leaves the content out.
        return NoText(f"a file of {size} bytes, more than the forge returns")
    if row["encoding"].text() != "base64":
        raise row["encoding"].invalid("is not base64")
    try:
        raw = base64.b64decode(row["content"].text().replace("\n", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise row["content"].invalid("is not base64") from error
    if len(raw) != size:
        raise row["content"].invalid(f"has {len(raw)} bytes where size says {size}")
    return decode(raw)


# issues -----------------------------------------------------------------------------------------------------


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
