"""JSON rows of the API → frozen values. Everything here raises Misshapen where a row is not what it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from consumer_drift.forges.http import fields
from consumer_drift.forges.http.messages import proxy_wall, unexpected
from consumer_drift.forges.paths import Entry
from consumer_drift.model.observation import PullRequest, Snapshot, Tag

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.forges.http.fields import Json
    from consumer_drift.forges.http.messages import Answer
    from consumer_drift.model.answers import Obstacle
    from consumer_drift.model.names import RepositoryName

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
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

    entries: tuple[Entry, ...]
    more: bool


def shaped(answer: Answer, asked: str, read: Callable[[Json], T]) -> T | Obstacle:
    """What *read* makes of the body, or the obstacle that the answer turned out to be. Never raises."""
    if not answer.is_json:
        return proxy_wall(answer, asked)
    try:
        return read(answer.json())
    except ValueError:
        return unexpected(answer, asked, "it is no valid JSON")
    except fields.Misshapen as error:
        return unexpected(answer, asked, str(error))


def repository(value: Json) -> Row:
    """A repository's row, alone or in a listing."""
    row = fields.record(value, "a repository")
    name = fields.repository(row, "full_name")
    owner = fields.record(row.get("owner"), "owner")
    # Seen by every signed-in user of the server and by nobody else: not public. Older servers lack it.
    internal = "internal" in row and fields.flag(row, "internal")
    snapshot = Snapshot(
        asked=name,
        name=name,
        web_url=fields.text(row, "html_url"),
        branch=fields.text(row, "default_branch"),
        archived=fields.flag(row, "archived"),
        empty=fields.flag(row, "empty"),
        public=not (fields.flag(row, "private") or internal),
        open_pull_requests=fields.number(row, "open_pr_counter") if "open_pr_counter" in row else None,
        object_format=fields.text(row, "object_format_name") if "object_format_name" in row else "sha1",
    )
    permissions = fields.record(row.get("permissions") or {}, "permissions")
    return Row(snapshot, fields.number(owner, "id"), permissions.get("push") is True)


def repositories(value: Json) -> tuple[Row, ...]:
    """A page of a listing."""
    return tuple(repository(row) for row in fields.rows(value, "the answer"))


def found_repositories(value: Json) -> tuple[Row, ...]:
    """A page of a search, whose rows stand below ``data``."""
    return repositories(fields.record(value, "the answer").get("data"))


def branch_commit(value: Json) -> str:
    """The id of the commit that a branch stands at."""
    return fields.text(fields.record(fields.record(value, "a branch").get("commit"), "commit"), "id")


def tree_page(value: Json) -> TreePage:
    """A page of a tree. An empty tree has ``null`` for its entries."""
    page = fields.record(value, "the answer")
    found = page.get("tree")
    entries = () if found is None else tuple(_entry(row) for row in fields.rows(found, "tree"))
    return TreePage(entries, fields.flag(page, "truncated"))


def _entry(value: Json) -> Entry:
    row = fields.record(value, "an entry")
    return Entry(fields.text(row, "path"), fields.text(row, "type") in {"tree", "commit"})


def tags(value: Json) -> tuple[Tag, ...]:
    """A page of tags."""
    return tuple(_tag(row) for row in fields.rows(value, "the answer"))


def _tag(value: Json) -> Tag:
    row = fields.record(value, "a tag")
    commit = row.get("commit")
    return Tag(
        fields.text(row, "name"),
        fields.text(fields.record(commit, "commit"), "sha") if commit is not None else "",
    )


def release(value: Json) -> Tag:
    """A release's tag; the commit is not told with it."""
    return Tag(fields.text(fields.record(value, "a release"), "tag_name"))


def pull_requests(value: Json, of: RepositoryName) -> tuple[PullRequest, ...]:
    """A page of the pull requests *of* a repository."""
    return tuple(pull_request(row, of) for row in fields.rows(value, "the answer"))


def pull_request(value: Json, of: RepositoryName) -> PullRequest:
    row = fields.record(value, "a pull request")
    head = fields.record(row.get("head"), "head")
    user = row.get("user")
    return PullRequest(
        number=fields.number(row, "number"),
        url=fields.text(row, "html_url"),
        head=_head_branch(head),
        base=fields.text(fields.record(row.get("base"), "base"), "ref"),
        created_at=fields.moment(row, "created_at"),
        from_fork=_is_elsewhere(head.get("repo"), of),
        title=fields.text(row, "title"),
        author=fields.text(fields.record(user, "user"), "login") if user is not None else "",
    )


def _head_branch(head: dict[str, Json]) -> str:
    """The branch; once it, or its fork, is deleted only the label keeps its name."""
    ref = fields.text(head, "ref")
    return fields.text(head, "label").rpartition(":")[2] if ref.startswith("refs/pull/") else ref


def _is_elsewhere(repo: Json, of: RepositoryName) -> bool:
    """Whether the head is no branch of the repository itself. ``null``: its fork was deleted."""
    return repo is None or fields.repository(fields.record(repo, "head.repo"), "full_name") != of
