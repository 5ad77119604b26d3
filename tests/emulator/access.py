"""Who may do what with a repository: visibility, membership, and what a token is limited to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.emulator.repository import Repository
    from tests.emulator.tokens import Token
    from tests.emulator.world import Owner, World

RANKS = {"none": 0, "read": 1, "triage": 1, "write": 2, "maintain": 2, "admin": 3}


@dataclass(frozen=True)
class Caller:
    """The one who asks: a token, or no one."""

    world: World
    token: Token | None = None

    @property
    def anonymous(self) -> bool:
        return self.token is None

    @property
    def login(self) -> str | None:
        return self.token.user if self.token else None

    @property
    def user(self) -> Owner | None:
        return self.world.owner(self.token.user) if self.token else None

    def rank(self, repository: Repository, *, public_for_job: bool = True) -> int:
        """0 none, 1 read, 2 write, 3 admin."""
        token = self.token
        if token is None:
            return int(_public(repository))
        if token.kind == "job":
            if repository.full_name.lower() == token.job_repository:
                return 2
            return int(public_for_job and _public(repository))
        if not _selected(token, repository):
            return int(_public(repository))
        return user_rank(self.user, repository)

    def sees(self, repository: Repository) -> bool:
        return self.rank(repository) > 0

    def writes(self, repository: Repository) -> bool:
        return self.rank(repository) > 1

    def is_member(self, owner: Owner) -> bool:
        user = self.user
        if user is None:
            return False
        named = user.login in owner.members or user.login in owner.admins or user is owner
        return named or "*" in user.grants or owner.login.lower() in user.grants


def _public(repository: Repository) -> bool:
    return repository.visibility == "public" and repository.owner.visibility == "public"


def _selected(token: Token, repository: Repository) -> bool:
    if token.owner is not None and repository.owner.login.lower() != token.owner:
        return False
    return token.repositories is None or repository.full_name.lower() in token.repositories


def user_rank(user: Owner | None, repository: Repository) -> int:
    """The best of what a user is: owner, granted, in a team, collaborator, or anyone at all."""
    if user is None:
        return int(_public(repository))
    owner, name = repository.owner, repository.full_name.lower()
    if owner is user or user.login in owner.admins:
        return 3
    roles = [user.grants.get(key) for key in ("*", owner.login.lower(), name)]
    roles += [t.role for t in owner.teams if user.login in t.members and covers(t.repositories, repository)]
    roles.append(repository.collaborators.get(user.login))
    inside = user.login in owner.members
    open_to_user = repository.visibility == "public" and (owner.visibility != "private" or inside)
    open_to_member = repository.visibility == "internal" and inside
    return max([int(open_to_user or open_to_member), *(RANKS[r] for r in roles if r)])


def sees_pulls(user: Owner | None, repository: Repository) -> bool:
    """Whether a user's access is to pull requests as well: a team may have single units of a repository."""
    teams = [
        team
        for team in repository.owner.teams
        if user is not None and user.login in team.members and covers(team.repositories, repository)
    ]
    partial = bool(teams) and all(team.units is not None and "pulls" not in team.units for team in teams)
    return not partial or _public(repository) or bool(user and user.grants)


def covers(repositories: set[str] | None, repository: Repository) -> bool:
    return repositories is None or repository.name.lower() in repositories
