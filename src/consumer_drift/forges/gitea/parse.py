"""JSON rows of the API → frozen values. Everything here raises Misshapen where a row is not what it should be."""

from __future__ import annotations

import base64
import binascii
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from consumer_drift.forges.git import TreeEntry
from consumer_drift.forges.http.messages import proxy_wall, unexpected
from consumer_drift.model.bump import Commit
from consumer_drift.model.observation import Snapshot, Tag
from consumer_drift.model.pull_request import PullRequest, PullRequestState
from consumer_drift.model.result import FileText, NoFile, NoText
from consumer_drift.support import json_fields
from consumer_drift.support.decode import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from consumer_drift.forges.http.messages import Response
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import Failure
    from consumer_drift.support.json_fields import Json


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RepositoryRow:
    """A repository as the API shows it, and its owner's number, by which the owner can be listed.

    *may_push*: the token's user may write to it, whatever the token itself may.
    """

    snapshot: Snapshot
    owner_id: int
    may_push: bool = False

    @property
    def name(self) -> RepositoryName:
        """What the forge calls it."""
        return self.snapshot.name


@dataclass(frozen=True, slots=True)
class TreePage:
    """A part of a git tree. *more*: the forge says that there are further entries."""

    entries: tuple[TreeEntry, ...]
    more: bool


def parsed(answer: Response, asked: str, read: Callable[[Json], T]) -> T | Failure:
    """What *read* makes of the body, or the obstacle that the answer turned out to be. Never raises."""
    if not answer.is_json:
        return proxy_wall(answer, asked)
    try:
        return read(answer.json())
    except ValueError:
        return unexpected(answer, asked, "it is no valid JSON")
    except json_fields.InvalidJson as error:
        return unexpected(answer, asked, str(error))


def repository(value: Json) -> RepositoryRow:
    """A repository's row, alone or in a listing."""
    row = json_fields.record(value, "a repository")
    name = json_fields.repository(row, "full_name")
    owner = json_fields.record(row.get("owner"), "owner")
    # Seen by every signed-in user of the server and by nobody else: not public. Older servers lack it.
    internal = "internal" in row and json_fields.flag(row, "internal")
    snapshot = Snapshot(
        asked=name,
        name=name,
        web_url=json_fields.text(row, "html_url"),
        branch=json_fields.text(row, "default_branch"),
        archived=json_fields.flag(row, "archived"),
        empty=json_fields.flag(row, "empty"),
        public=not (json_fields.flag(row, "private") or internal),
        open_pull_requests=json_fields.number(row, "open_pr_counter") if "open_pr_counter" in row else None,
        object_format=json_fields.text(row, "object_format_name") if "object_format_name" in row else "sha1",
    )
    permissions = json_fields.record(row.get("permissions") or {}, "permissions")
    return RepositoryRow(snapshot, json_fields.number(owner, "id"), permissions.get("push") is True)


def repositories(value: Json) -> tuple[RepositoryRow, ...]:
    """A page of a listing."""
    return tuple(repository(row) for row in json_fields.rows(value, "the answer"))


def found_repositories(value: Json) -> tuple[RepositoryRow, ...]:
    """A page of a search, whose rows stand below ``data``."""
    return repositories(json_fields.record(value, "the answer").get("data"))


def branch_commit(value: Json) -> str:
    """The id of the commit that a branch stands at."""
    return json_fields.text(
        json_fields.record(json_fields.record(value, "a branch").get("commit"), "commit"), "id"
    )


def tree_page(value: Json) -> TreePage:
    """A page of a tree. An empty tree has ``null`` for its entries."""
    page = json_fields.record(value, "the answer")
    found = page.get("tree")
    entries = () if found is None else tuple(_entry(row) for row in json_fields.rows(found, "tree"))
    return TreePage(entries, json_fields.flag(page, "truncated"))


def _entry(value: Json) -> TreeEntry:
    row = json_fields.record(value, "an entry")
    return TreeEntry(json_fields.text(row, "path"), json_fields.text(row, "type") in {"tree", "commit"})


def tags(value: Json) -> tuple[Tag, ...]:
    """A page of tags."""
    return tuple(_tag(row) for row in json_fields.rows(value, "the answer"))


def _tag(value: Json) -> Tag:
    row = json_fields.record(value, "a tag")
    commit = row.get("commit")
    return Tag(
        json_fields.text(row, "name"),
        json_fields.text(json_fields.record(commit, "commit"), "sha") if commit is not None else "",
    )


def release(value: Json) -> Tag:
    """A release's tag; the commit is not told with it."""
    return Tag(json_fields.text(json_fields.record(value, "a release"), "tag_name"))


def pull_requests(value: Json, of: RepositoryName) -> tuple[PullRequest, ...]:
    """A page of the pull requests *of* a repository."""
    return tuple(pull_request(row, of) for row in json_fields.rows(value, "the answer"))


def pull_request(value: Json, of: RepositoryName) -> PullRequest:
    """A pull request *of* a repository, from a list or by itself."""
    row = json_fields.record(value, "a pull request")
    head = json_fields.record(row.get("head"), "head")
    user, body = row.get("user"), row.get("body")
    return PullRequest(
        number=json_fields.number(row, "number"),
        url=json_fields.text(row, "html_url"),
        head=_head_branch(head),
        base=json_fields.text(json_fields.record(row.get("base"), "base"), "ref"),
        state=_state(row),
        created_at=json_fields.moment(row, "created_at"),
        from_fork=_is_elsewhere(head.get("repo"), of),
        title=json_fields.text(row, "title"),
        body=body if isinstance(body, str) else "",
        author=json_fields.text(json_fields.record(user, "user"), "login") if user is not None else "",
    )


def _state(row: dict[str, Json]) -> PullRequestState:
    """A merged pull request is closed, and says ``merged`` beside it."""
    if json_fields.flag(row, "merged"):
        return PullRequestState.MERGED
    return PullRequestState.OPEN if json_fields.text(row, "state") == "open" else PullRequestState.CLOSED


def _head_branch(head: dict[str, Json]) -> str:
    """The branch; once it, or its fork, is deleted only the label keeps its name."""
    ref = json_fields.text(head, "ref")
    return json_fields.text(head, "label").rpartition(":")[2] if ref.startswith("refs/pull/") else ref


def _is_elsewhere(repo: Json, of: RepositoryName) -> bool:
    """Whether the head is no branch of the repository itself. ``null``: its fork was deleted."""
    return repo is None or json_fields.repository(json_fields.record(repo, "head.repo"), "full_name") != of


# Author and committer of every commit that this program makes here. No person's, so that one who amends or
# rebases such a commit shows in it; and in a domain that nobody can have (RFC 2606).
NAME = "consumer-drift"
EMAIL = "consumer-drift@noreply.invalid"


@dataclass(frozen=True, slots=True)
class Label:
    """A label and the number it is set by."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Checks:
    """What a branch demands of a pull request before it is merged."""

    required: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """The commits that one branch has and another lacks, and whether these are all. *newest* is an id."""

    commits: tuple[Commit, ...]
    whole: bool
    newest: str


def compared(value: Json) -> Compared:
    """What a comparison shows."""
    row = json_fields.record(value, "the answer")
    found = row.get("commits")
    shown = [] if found is None else json_fields.rows(found, "commits")
    newest = json_fields.text(json_fields.record(shown[0], "a commit"), "sha") if shown else ""
    whole = len(shown) == json_fields.number(row, "total_commits")
    return Compared(tuple(_commit(one) for one in shown), whole, newest)


def _commit(value: Json) -> Commit:
    commit = json_fields.record(json_fields.record(value, "a commit").get("commit"), "commit")
    committer = json_fields.record(commit.get("committer"), "committer")
    author = json_fields.record(commit.get("author"), "author")
    return Commit(
        json_fields.text(commit, "message"),
        json_fields.text(author, "name") or "somebody",
        json_fields.text(committer, "email") == EMAIL and json_fields.text(author, "email") == EMAIL,
    )


def labels(value: Json) -> tuple[Label, ...]:
    """A page of labels."""
    return tuple(
        Label(json_fields.number(row, "id"), json_fields.text(row, "name"))
        for row in (json_fields.record(one, "a label") for one in json_fields.rows(value, "the answer"))
    )


def checks(value: Json) -> Checks:
    """Whether a branch's protection names a check that has to pass."""
    row = json_fields.record(value, "a branch")
    contexts = row.get("status_check_contexts")
    named = bool(contexts) and isinstance(contexts, list)
    return Checks(row.get("enable_status_check") is True and named)


_FOLDER = NoText("a folder", is_file=False)
# What a symbolic link leads to may well hold a pin; a folder and a submodule are none themselves.
_KINDS = {
    "dir": _FOLDER,
    "symlink": NoText("a symbolic link"),
    "submodule": NoText("a submodule", is_file=False),
}

Content = FileText | NoFile | NoText


def content(value: Json, path: str) -> Content:
    """The answer of ``contents/{path}``. Raises Misshapen.

    A list is a folder; an empty one, since git keeps no empty folders, a repository without a commit
    (that is how Forgejo shows it).
    """
    if isinstance(value, list):
        return _FOLDER if value else NoFile()
    row = json_fields.record(value, "the answer")
    # The server tells the path in its own spelling: without a leading "./".
    if json_fields.text(row, "path") != posixpath.normpath(path).strip("/"):
        raise json_fields.InvalidJson(f"it shows another path than {path}")
    kind = json_fields.text(row, "type")
    if kind in _KINDS:
        return _KINDS[kind]
    if kind != "file":
        raise json_fields.InvalidJson(f"type is {kind!r}")
    return _file(row)


def batch(value: Json, paths: Sequence[str]) -> Mapping[str, Content]:
    """The answer of the batch route, which has ``null`` for what is not there. Raises Misshapen.

    It may be shorter than what was asked, and says nothing about the rest then.
    """
    rows = json_fields.rows(value, "the answer")
    if len(rows) > len(paths):
        raise json_fields.InvalidJson(f"it has {len(rows)} rows for {len(paths)} files")
    answered = zip(paths, rows, strict=False)
    return {
        path: NoFile() if row is None else content(json_fields.record(row, path), path) for path, row in answered
    }


def _file(row: dict[str, Json]) -> Content:
    size = json_fields.number(row, "size")
    if row.get("content") is None:
        # Above its own limit (10 MiB by default) the server leaves the content out.
        return NoText(f"a file of {size} bytes, more than the forge hands out")
    if json_fields.text(row, "encoding") != "base64":
        raise json_fields.InvalidJson("encoding is not base64")
    try:
        raw = base64.b64decode(json_fields.text(row, "content").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise json_fields.InvalidJson("content is no base64") from error
    if len(raw) != size:
        raise json_fields.InvalidJson(f"content has {len(raw)} bytes where size says {size}")
    return decode(raw)
