"""Organisations, users and teams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.emulator.records import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from tests.emulator.repository import Repository
    from tests.emulator.world import World


@dataclass(eq=False)
class Team:
    """A team of an organisation; `repositories` None means all of them, `units` None every part of them."""

    name: str
    role: str
    members: set[str] = field(default_factory=set)
    repositories: set[str] | None = None
    units: tuple[str, ...] | None = None


@dataclass(eq=False)
class Owner:
    """An organisation or a user. A user's `grants` say what it sees: {"*" or owner or owner/name: role}."""

    id: int
    login: str
    kind: str
    world: World
    created_at: datetime
    visibility: str = "public"
    email: str = ""
    full_name: str = ""
    node_hidden: bool = False
    admins: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    teams: list[Team] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    grants: dict[str, str] = field(default_factory=dict)
    saml: bool = False
    """GitHub: classic tokens must be authorised for this organisation (`Token.authorised`)."""

    @property
    def repositories(self) -> list[Repository]:
        repositories = self.world.repositories.values()
        return self.world.remember(("owned", self.id), lambda: [r for r in repositories if r.owner is self])

    def repository(self, name: str, files: Mapping[str, object] | None = None, **options: object) -> Repository:
        """Add a repository, see `World.add_repository`."""
        return self.world.add_repository(self, name, files, **options)  # type: ignore[arg-type]

    def rename(self, login: str) -> None:
        """Give the owner another name; the old one redirects, and so does every repository under it."""
        with self.world.changing():
            self.world.owner_renamed(self, login)

    def team(
        self,
        name: str,
        members: Iterable[str],
        *,
        role: str = "read",
        repositories: Iterable[str] | None = None,
        units: Iterable[str] | None = None,
    ) -> Team:
        """Add a team; `repositories` are names without the owner, None is all."""
        with self.world.changing():
            logins = {self.world.user(m).login for m in members}
            self.members |= logins
            only = None if repositories is None else {r.lower() for r in repositories}
            team = Team(name, role, logins, only, None if units is None else tuple(units))
            self.teams.append(team)
            return team

    def label(self, name: str, color: str = "ee0701", description: str = "") -> Label:
        """Add an organisation's label."""
        with self.world.changing():
            label = Label(self.world.next_id("label"), name, color, description, organisation=True)
            self.labels.append(label)
            return label
