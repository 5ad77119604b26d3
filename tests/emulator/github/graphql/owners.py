"""Owners and people as GraphQL nodes."""

# ruff: noqa: N803, N815 - the names are GraphQL's
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.emulator.github.call import when
from tests.emulator.github.graphql.connections import Connection
from tests.emulator.github.graphql.session import Session, no_repository

if TYPE_CHECKING:
    from tests.emulator.git import Signature
    from tests.emulator.world import Owner, Team

ORDERS = {
    "NAME": lambda r: r.name.lower(),
    "CREATED_AT": lambda r: (r.created_at, r.id),
    "UPDATED_AT": lambda r: (r.updated_at, r.id),
    "PUSHED_AT": lambda r: (r.pushed_at, r.id),
    "STARGAZERS": lambda r: r.id,
}


class OwnerNode:
    """A user or an organisation."""

    repository_name = None

    def __init__(self, session: Session, owner: Owner, *, as_actor: bool = False) -> None:
        self.session, self.owner = session, owner
        self.graphql_type = _kind(owner)
        self.databaseId = owner.id
        self.login, self.name = owner.login, owner.full_name or owner.login
        if as_actor:
            self.login = self.login.removesuffix("[bot]")
        self.email, self.description = owner.email, None
        self.id = f"{'O' if owner.kind == 'organisation' else 'U'}_{owner.id}"
        self.resourcePath = f"/{owner.login}"
        self.url = f"{session.url}/{owner.login}"
        self.createdAt = self.updatedAt = when(owner.created_at)

    def avatarUrl(self, size: int | None = None) -> str:
        return f"https://avatars.githubusercontent.com/u/{self.owner.id}?v=4"

    @property
    def isViewer(self) -> bool:
        return self.session.caller.login == self.owner.login

    @property
    def viewerIsAMember(self) -> bool:
        return self.session.caller.is_member(self.owner)

    @property
    def viewerCanAdminister(self) -> bool:
        return self.session.caller.login in self.owner.admins

    def organization(self, login: str) -> OwnerNode | None:
        found = self.session.world.owner(login)
        mine = found is not None and found.kind == "organisation" and self.owner.login in found.members
        return OwnerNode(self.session, found) if mine and found else None

    def team(self, slug: str) -> dict[str, Any] | None:
        found = next((t for t in self.owner.teams if t.name.lower() == slug.lower()), None)
        return TeamNode(self.owner, found) if found else None  # type: ignore[return-value]

    def repository(self, name: str, followRenames: bool = True) -> Any:
        return find_repository(self.session, self.owner.login, name, followRenames)

    def repositories(
        self,
        orderBy: dict[str, str] | None = None,
        privacy: str | None = None,
        visibility: str | None = None,
        isArchived: bool | None = None,
        isFork: bool | None = None,
        first: int | None = None,
        last: int | None = None,
        after: str | None = None,
        before: str | None = None,
        **_: Any,
    ) -> Connection:
        from tests.emulator.github.graphql.repositories import RepositoryNode  # noqa: PLC0415 - GraphQL types form cycles

        session = self.session
        session.check_sso(self.owner)
        order = orderBy or {"field": "CREATED_AT", "direction": "ASC"}
        key = (visibility or privacy, isArchived, isFork, order["field"], order["direction"])
        token = session.caller.token
        kept = ("graphql", self.owner.id, token.secret if token else "", *key)
        rows = session.world.remember(kept, lambda: self._rows(*key))
        return Connection(rows, lambda r: RepositoryNode(session, r), first, last, after, before)

    def _rows(
        self, wanted: str | None, archived: bool | None, fork: bool | None, field: str, direction: str
    ) -> Any:
        rows = [r for r in self.owner.repositories if self.session.visible(r)]
        rows = [r for r in rows if wanted is None or r.visibility == wanted.lower()]
        rows = [r for r in rows if archived is None or r.archived == archived]
        rows = [r for r in rows if fork is None or r.fork == fork]
        return sorted(rows, key=ORDERS[field], reverse=direction == "DESC")


class TeamNode:
    """A team, as a reviewer."""

    graphql_type = "Team"
    databaseId = 1

    def __init__(self, owner: Owner, team: Team) -> None:
        self.id, self.name, self.slug = f"T_{owner.login}/{team.name}", team.name, team.name.lower()
        self.combinedSlug = f"{owner.login}/{self.slug}"


def _kind(owner: Owner) -> str:
    if owner.kind == "organisation":
        return "Organization"
    return "Bot" if owner.login.endswith("[bot]") else "User"


def actor(session: Session, login: str | None) -> OwnerNode | None:
    """Who did something. An app's is named without the suffix that REST and `viewer` name it with.

    Both names beside each other: glunk-works/claude-workbench, reviews of `glunk-review[bot]`.
    """
    owner = session.world.owner(login) if login else None
    return OwnerNode(session, owner, as_actor=True) if owner else None


class GitActorNode:
    """The name git has for someone."""

    graphql_type = "GitActor"

    def __init__(self, session: Session, person: Signature) -> None:
        self.session, self.name, self.email = session, person.name, person.email
        self.date = when(person.date)

    def avatarUrl(self, size: int | None = None) -> str:
        return "https://avatars.githubusercontent.com/u/0?v=4"

    @property
    def user(self) -> OwnerNode | None:
        found = actor(self.session, self.name)
        return found if found and found.graphql_type == "User" else None


def find_repository(session: Session, owner: str, name: str, follow: bool = True) -> Any:
    """The repository of that name; raises NOT_FOUND when there is none, or none this caller may see."""
    from tests.emulator.github.graphql.repositories import RepositoryNode  # noqa: PLC0415 - GraphQL types form cycles

    session.touch()
    key = f"{owner}/{name}".lower()
    found = session.world.names.get(key) or (session.world.redirects.get(key) if follow else None)
    if found is None:
        raise no_repository(f"{owner}/{name}")
    session.check_sso(found.owner)
    if not session.visible(found):
        raise no_repository(f"{owner}/{name}")
    return RepositoryNode(session, found)
