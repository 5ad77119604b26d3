"""The roots of a query."""

# ruff: noqa: N803 - the names are GraphQL's
from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.emulator import faulttexts as texts
from tests.emulator.github import permission as permissions
from tests.emulator.github.graphql.objects import of_oid
from tests.emulator.github.graphql.owners import OwnerNode, find_repository
from tests.emulator.github.graphql.pulls import PullRequestNode
from tests.emulator.github.graphql.refs import find_ref
from tests.emulator.github.graphql.repositories import LabelNode, RepositoryNode
from tests.emulator.github.graphql.search import SearchConnection, found_repositories
from tests.emulator.github.graphql.session import DeniedError, Session
from tests.emulator.github.limits import HOUR

if TYPE_CHECKING:
    from tests.emulator.repository import Repository


class Query:
    """Query's fields."""

    graphql_type = "Query"
    id = "Q"

    def __init__(self, session: Session) -> None:
        self.session = session

    def repository(self, owner: str, name: str, followRenames: bool = True) -> RepositoryNode:
        return find_repository(self.session, owner, name, followRenames)

    def repositoryOwner(self, login: str) -> OwnerNode | None:
        owner = self.session.world.owner(login)
        return OwnerNode(self.session, owner) if owner else None

    def organization(self, login: str) -> OwnerNode:
        owner = self.session.world.owner(login)
        if owner is None or owner.kind != "organisation":
            raise DeniedError("NOT_FOUND", f"Could not resolve to an Organization with the login of '{login}'.")
        self.session.check_sso(owner)
        if not permissions.organisation_scope(self.session.caller):
            has = str(list(permissions.scopes(self.session.caller)))
            raise DeniedError("INSUFFICIENT_SCOPES", texts.NO_SCOPES.replace("['']", has))
        return OwnerNode(self.session, owner)

    def user(self, login: str) -> OwnerNode:
        owner = self.session.world.owner(login)
        # An app's user is a Bot, and no User.
        if owner is None or owner.kind != "user" or owner.login.endswith("[bot]"):
            raise DeniedError("NOT_FOUND", f"Could not resolve to a User with the login of '{login}'.")
        return OwnerNode(self.session, owner)

    def search(
        self,
        query: str,
        type: str,
        first: int | None = None,
        last: int | None = None,
        after: str | None = None,
        before: str | None = None,
    ) -> SearchConnection:
        if type != "REPOSITORY":
            raise AssertionError(f"the emulator does not search for {type}")
        session = self.session
        rows = session.world.remember(
            ("search", session.caller.token.secret if session.caller.token else "", query),
            lambda: found_repositories(session, query),
        )
        return SearchConnection(rows, lambda r: RepositoryNode(session, r), first, last, after, before)

    @property
    def viewer(self) -> OwnerNode:
        owner = self.session.caller.user
        if owner is None:
            raise DeniedError("FORBIDDEN", texts.NO_INTEGRATION)
        return OwnerNode(self.session, owner)

    def rateLimit(self, dryRun: bool = False) -> dict[str, Any]:
        session = self.session
        window = session.limits.window(session.caller, "graphql")
        limit = session.limits.limit(session.caller)
        used = window.used + session.cost
        return {
            "cost": session.cost,
            "nodeCount": session.node_count,
            "limit": limit,
            "used": used,
            "remaining": max(0, limit - used),
            "resetAt": iso(window.start + HOUR),
        }

    def node(self, id: str) -> Any:
        found = find_node(self.session, id)
        if found is None:
            raise DeniedError("NOT_FOUND", f"Could not resolve to a node with the global id of '{id}'")
        return found

    def nodes(self, ids: list[str]) -> list[Any]:
        return [find_node(self.session, one) for one in ids]


def iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def repository_of(session: Session, number: str) -> RepositoryNode | None:
    found: Repository | None = session.world.repositories.get(int(number)) if number.isdigit() else None
    return RepositoryNode(session, found) if found and session.visible(found) else None


def find_node(session: Session, text: str) -> Any:
    """The node of a global id this emulator gave out; None when it means nothing to this caller."""
    kind, _, rest = text.partition("_")
    if kind == "R":
        return repository_of(session, rest)
    if kind == "PR":
        pulls = (p for r in session.world.repositories.values() for p in r.pulls if str(p.id) == rest)
        pull = next(pulls, None)
        return PullRequestNode(RepositoryNode(session, pull.repository), pull) if pull else None
    if kind == "REF":
        number, _, name = rest.partition("_")
        repository = repository_of(session, number)
        return find_ref(repository, name) if repository else None
    if kind in {"O", "U"}:
        owner = next((o for o in session.world.owners.values() if str(o.id) == rest), None)
        return OwnerNode(session, owner) if owner else None
    if kind == "LA":
        for known in session.world.repositories.values():
            for label in known.labels:
                if str(label.id) == rest and session.visible(known):
                    return LabelNode(RepositoryNode(session, known), label)
    number, _, oid = rest.partition("_")
    repository = repository_of(session, number) if oid else None
    return of_oid(repository, oid) if repository else None
