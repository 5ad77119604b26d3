"""The world an emulator answers from: owners, repositories, users, tokens and the servers' settings.

A world is mutable and may be changed while a server answers from it: every change takes `world.lock`.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import RLock
from typing import TYPE_CHECKING, Any

from tests.emulator.git import Objects, Signature
from tests.emulator.owner import Owner, Team
from tests.emulator.records import (
    AutoMerge,
    Comment,
    Content,
    Executable,
    Label,
    LfsPointer,
    PullRequest,
    Release,
    Submodule,
    Symlink,
    moment,
)
from tests.emulator.repository import BranchConflictError, Repository
from tests.emulator.settings import Settings
from tests.emulator.tokens import Token, make_token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = [
    "AutoMerge",
    "BranchConflictError",
    "Comment",
    "Content",
    "Executable",
    "Label",
    "LfsPointer",
    "Owner",
    "PullRequest",
    "Release",
    "Repository",
    "Settings",
    "Submodule",
    "Symlink",
    "Team",
    "Token",
    "World",
]

# repositories from which on listings are kept
MANY = 2000

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def real_time() -> datetime:
    """The clock of a world that a whole process talks to, whose own clock no test holds."""
    return datetime.now(UTC).replace(microsecond=0)


class World:
    """Everything one forge instance knows. `now`: the time of its clock (ISO text or time), or a running one."""

    seeder = "seed"

    def __init__(self, *, now: datetime | str | Callable[[], datetime] = NOON, **settings: object) -> None:
        self.lock = RLock()
        self.revision = 0
        self.settings = Settings(**settings)  # type: ignore[arg-type]
        self.objects = Objects()
        self.owners: dict[str, Owner] = {}
        self.repositories: dict[int, Repository] = {}
        self.names: dict[str, Repository] = {}
        self.redirects: dict[str, Repository] = {}
        self.owner_redirects: dict[str, Owner] = {}
        self.tokens: dict[str, Token] = {}
        self.outgoing: dict[int, list[PullRequest]] = defaultdict(list)
        self.scheduled: list[PullRequest] = []
        self._kept: dict[tuple[object, ...], Any] = {}
        self._kept_at = -1
        self._now = now if callable(now) else partial(moment, moment(now))
        self._offset = timedelta()
        self._ids: dict[str, int] = defaultdict(int)

    # clock and bookkeeping -------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The world's time, UTC, whole seconds."""
        return self._now() + self._offset

    def advance(self, **delta: float) -> None:
        """Move the clock: `advance(hours=3)`."""
        with self.lock:
            self._offset += timedelta(**delta)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock for a change; caches keyed by `revision` are void afterwards."""
        with self.lock:
            yield
            self.revision += 1

    def remember(self, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """What `make` gives, kept until the next change in a world so large that listing it costs.

        Small worlds, in which a test may change any attribute, are asked again every time.
        """
        if len(self.repositories) < MANY:
            return make()
        if self._kept_at != self.revision:
            self._kept, self._kept_at = {}, self.revision
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def next_id(self, kind: str) -> int:
        self._ids[kind] += 1
        return self._ids[kind]

    def copy(self) -> World:
        """The same world, which changes by itself from now on."""
        return copy.deepcopy(self, {id(self.lock): RLock()})

    # building --------------------------------------------------------------------------------------------

    def organisation(self, login: str, **options: object) -> Owner:
        return self._owner(login, "organisation", options)

    def user(self, login: str, **options: object) -> Owner:
        """A user, made when not there yet."""
        known = self.owners.get(login.lower())
        return known or self._owner(login, "user", {"email": f"{login}@example.invalid", **options})

    def _owner(self, login: str, kind: str, options: Mapping[str, object]) -> Owner:
        with self.changing():
            if login.lower() in self.owners:
                raise ValueError(f"{login} is there already")
            owner = Owner(self.next_id("owner"), login, kind, self, self.now(), **options)  # type: ignore[arg-type]
            self.owners[login.lower()] = owner
            return owner

    def add_repository(
        self,
        owner: Owner,
        name: str,
        files: Mapping[str, object] | None = None,
        *,
        branches: Mapping[str, Mapping[str, Content]] | None = None,
        tags: Iterable[str] = (),
        releases: Iterable[str] = (),
        private: bool = False,
        internal: bool = False,
        empty: bool = False,
        archived: bool = False,
        default_branch: str = "main",
        renamed_from: str | Iterable[str] = (),
        fork_of: Repository | None = None,
        message: str = "seed\n",
        author: str | None = None,
        created_at: datetime | str | None = None,
        updated_at: datetime | str | None = None,
        **rest: object,
    ) -> Repository:
        """Add a repository.

        files: {path: content} of the default branch, or {branch: {path: content}}; None is a README.
        branches: more branches, whose files are laid over the default branch's. tags: names at the default branch.
        """
        with self.changing():
            when = moment(created_at) if created_at else self.now()
            visibility = "private" if private else "internal" if internal else "public"
            repository = Repository(
                self.next_id("repository"),
                owner,
                name,
                when,
                when,
                when,
                visibility=visibility,
                default_branch=default_branch,
                fork=fork_of is not None,
                parent=fork_of,
                **rest,  # type: ignore[arg-type]
            )
            self._register(repository)
            if fork_of is not None and files is None:
                repository.branches = dict(fork_of.branches)
            elif not empty:
                self._fill(repository, files, branches or {}, message, author, when)
            for tag in tags:
                repository.tag(tag)
            for tag in releases:
                repository.release(tag, author=author, date=when)
            for old in [renamed_from] if isinstance(renamed_from, str) else renamed_from:
                repository.old_names.append(old)
                self.redirects[f"{owner.login}/{old}".lower()] = repository
            repository.updated_at = repository.pushed_at = moment(updated_at) if updated_at else when
            if archived:
                repository.archive()
            return repository

    def _register(self, repository: Repository) -> None:
        key = repository.full_name.lower()
        if key in self.names:
            raise ValueError(f"{repository.full_name} is there already")
        self.redirects.pop(key, None)
        self.repositories[repository.id] = repository
        self.names[key] = repository

    @staticmethod
    def _fill(
        repository: Repository,
        files: Mapping[str, object] | None,
        branches: Mapping[str, Mapping[str, Content]],
        message: str,
        author: str | None,
        when: datetime,
    ) -> None:
        main = repository.default_branch
        if files is None:
            files = {"README.md": f"# {repository.name}\n"}
        per_branch = dict(files) if files and all(isinstance(v, dict) for v in files.values()) else {main: files}
        base = per_branch.pop(main, {})
        repository.commit(base, main, message=message, author=author, date=when)  # type: ignore[arg-type]
        for name, content in {**per_branch, **branches}.items():
            repository.commit(content, main, message=message, author=author, date=when, new_branch=name)  # type: ignore[arg-type]

    def token(self, name: str, **options: object) -> Token:
        """Add a token and the user it belongs to, see `make_token`."""
        return make_token(self, name, **options)  # type: ignore[arg-type]

    def renamed(self, repository: Repository, name: str) -> None:
        old = repository.full_name.lower()
        self.names.pop(old)
        repository.name = name
        self._register(repository)
        self.redirects[old] = repository

    def owner_renamed(self, owner: Owner, login: str) -> None:
        mine = owner.repositories
        old = owner.login.lower()
        names = [self.names.pop(r.full_name.lower()).full_name.lower() for r in mine]
        self.owners.pop(old)
        owner.login = login
        self.owners[login.lower()] = owner
        self.owner_redirects[old] = owner
        for repository, name in zip(mine, names, strict=True):
            self.names[repository.full_name.lower()] = repository
            self.redirects[name] = repository

    def transfer(self, repository: Repository, owner: Owner) -> None:
        """Hand a repository to another owner; the old name redirects."""
        with self.changing():
            old = repository.full_name.lower()
            self.names.pop(old)
            repository.owner = owner
            self._register(repository)
            self.redirects[old] = repository

    def delete(self, repository: Repository) -> None:
        """Delete a repository; requests that came from it lose their head."""
        with self.changing():
            del self.repositories[repository.id]
            del self.names[repository.full_name.lower()]
            for pull in self.outgoing.pop(repository.id, []):
                pull.head_oid = pull.head_tip
                pull.head_repository = None
                pull.branch_gone = True

    # asking ----------------------------------------------------------------------------------------------

    def owner(self, login: str) -> Owner | None:
        return self.owners.get(login.lower())

    def repository(self, full_name: str) -> Repository:
        """The repository of that name, for a test that knows it is there."""
        return self.names[full_name.lower()]

    def signature(self, login: str | None, when: datetime) -> Signature:
        user = self.user(login or self.seeder)
        return Signature(user.login, user.email, when)

    # pull requests ---------------------------------------------------------------------------------------

    def open_pull(
        self,
        base: Repository,
        head: Repository,
        head_branch: str,
        base_branch: str,
        *,
        title: str,
        body: str,
        author: str,
        when: datetime | None = None,
        draft: bool = False,
    ) -> PullRequest:
        """Open a pull request between two branches that are there."""
        with self.changing():
            when = when or self.now()
            pull = PullRequest(
                self.next_id("pull"),
                base.next_number,
                base,
                head,
                head_branch,
                base_branch,
                title,
                author,
                when,
                when,
                head_oid=head.branches[head_branch],
                base_oid=base.branches[base_branch],
                head_owner=head.owner.login,
                body=body,
                draft=draft,
            )
            base.pulls.append(pull)
            self.outgoing[head.id].append(pull)
            return pull

    def close(self, pull: PullRequest, by: str | None = None, *, when: datetime | None = None) -> None:
        """Close a pull request without merging it."""
        with self.changing():
            pull.head_oid, pull.base_oid = pull.head_tip, pull.base_tip
            pull.state = "closed"
            pull.auto_merge = None
            pull.closed_at = pull.updated_at = when or self.now()

    def reopen(self, pull: PullRequest) -> None:
        with self.changing():
            pull.state = "open"
            pull.closed_at = None
            pull.updated_at = self.now()

    def merge(
        self, pull: PullRequest, by: str, *, when: datetime | None = None, delete_branch: bool = False
    ) -> None:
        """Merge a pull request: the base branch gets the head's changes as one commit."""
        with self.changing():
            when = when or self.now()
            objects = self.objects
            head, base = objects.commits[pull.head_tip], objects.commits[pull.base_tip]
            start = objects.merge_base(base.oid, head.oid)
            old = start.files if start else {}
            changes = {p: head.files.get(p) for p in {*old, *head.files} if old.get(p) != head.files.get(p)}
            commit = pull.repository.commit_entries(
                changes, pull.base_branch, message=f"{pull.title} (#{pull.number})\n", author=by, date=when
            )
            pull.head_oid, pull.base_oid = head.oid, base.oid
            pull.state, pull.merged = "closed", True
            pull.merged_at = pull.closed_at = pull.updated_at = when
            pull.merged_by, pull.merge_commit, pull.auto_merge = by, commit.oid, None
            source = pull.head_repository
            if delete_branch and source is not None and pull.head_branch in source.branches:
                source.delete_branch(pull.head_branch, by)
