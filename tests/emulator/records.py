"""The small things a repository holds: kinds of content, labels, releases, pull requests, comments."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.emulator.git import EXECUTABLE, FILE, SUBMODULE, SYMLINK, Entry, Objects

if TYPE_CHECKING:
    from tests.emulator.checks import ReviewRow
    from tests.emulator.repository import Repository


@dataclass(frozen=True)
class Symlink:
    """A symbolic link; the target is kept as git keeps it, as the blob's text."""

    target: str


@dataclass(frozen=True)
class Submodule:
    """A commit of another repository; `url` is what .gitmodules would say."""

    oid: str = "1" * 40
    url: str = "https://example.invalid/sub.git"


@dataclass(frozen=True)
class Executable:
    """A file with the executable bit."""

    data: str | bytes


@dataclass(frozen=True)
class LfsPointer:
    """The pointer git holds where LFS holds the file.

    https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
    """

    data: bytes

    def text(self) -> bytes:
        digest = hashlib.sha256(self.data).hexdigest()
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(self.data)}\n".encode()


Content = str | bytes | Symlink | Submodule | Executable | LfsPointer


def entry_of(objects: Objects, content: Content) -> Entry:
    """Store a content and return its tree entry."""
    match content:
        case Submodule():
            return Entry(SUBMODULE, content.oid)
        case Symlink():
            return Entry(SYMLINK, objects.blob(content.target.encode()))
        case Executable(data):
            return Entry(EXECUTABLE, objects.blob(as_bytes(data)))
        case LfsPointer():
            return Entry(FILE, objects.blob(content.text()))
        case _:
            return Entry(FILE, objects.blob(as_bytes(content)))


def as_bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


def moment(value: datetime | str) -> datetime:
    """An aware UTC time, to the second, from a time or its ISO text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone: {value}")
    return value.astimezone(UTC).replace(microsecond=0)


@dataclass(eq=False)
class Label:
    """A label; `organisation` when it belongs to the owner and not to one repository."""

    id: int
    name: str
    color: str = "ee0701"
    description: str = ""
    organisation: bool = False


@dataclass(eq=False)
class Comment:
    """A comment on an issue or pull request."""

    id: int
    author: str
    body: str
    created_at: datetime


@dataclass(eq=False)
class Issue:
    """An issue; it shares its numbers with the pull requests of its repository."""

    id: int
    number: int
    title: str
    author: str
    created_at: datetime
    updated_at: datetime
    body: str = ""
    state: str = "open"
    labels: list[Label] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


@dataclass(eq=False)
class Release:
    """A release; a draft one need not have a tag that exists."""

    id: int
    tag: str
    name: str
    author: str
    created_at: datetime
    published_at: datetime
    body: str = ""
    target: str = ""
    draft: bool = False
    prerelease: bool = False


@dataclass(eq=False)
class AutoMerge:
    """A merge that waits for its checks."""

    user: str
    method: str
    delete_branch: bool = False
    due: datetime | None = None


@dataclass(eq=False)
class PullRequest:
    """A pull request; `head_repository` is the base's own, a fork, or None when the fork is gone."""

    id: int
    number: int
    repository: Repository
    head_repository: Repository | None
    head_branch: str
    base_branch: str
    title: str
    author: str
    created_at: datetime
    updated_at: datetime
    head_oid: str
    base_oid: str
    head_owner: str
    body: str = ""
    state: str = "open"
    draft: bool = False
    merged: bool = False
    merged_at: datetime | None = None
    merged_by: str | None = None
    merge_commit: str | None = None
    closed_at: datetime | None = None
    branch_gone: bool = False
    labels: list[Label] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    team_reviewers: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reviews: list[ReviewRow] = field(default_factory=list)
    auto_merge: AutoMerge | None = None
    checking: int = 0
    """How often Gitea still says that it does not merge, because it has not computed that yet."""

    @property
    def from_fork(self) -> bool:
        return self.head_repository is not self.repository

    @property
    def head_tip(self) -> str:
        """The head's commit: the branch's newest while the request is open and the branch is there."""
        if self.state != "open" or self.head_repository is None:
            return self.head_oid
        return self.head_repository.branches.get(self.head_branch, self.head_oid)

    @property
    def base_tip(self) -> str:
        if self.state != "open":
            return self.base_oid
        return self.repository.branches.get(self.base_branch, self.base_oid)
