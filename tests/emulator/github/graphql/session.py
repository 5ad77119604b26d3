"""The state that the resolvers of one GraphQL request share, and the errors they raise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from tests.emulator import faulttexts as texts
from tests.emulator.faultkinds import At
from tests.emulator.github import permission as permissions

if TYPE_CHECKING:
    from graphql import GraphQLResolveInfo

    from tests.emulator.access import Caller
    from tests.emulator.faults import Faults
    from tests.emulator.github.limits import Limits
    from tests.emulator.repository import Repository
    from tests.emulator.world import Owner, World


class DeniedError(GraphQLError):
    """An error at a field, as GitHub types it.

    One of the type FORBIDDEN says whether it is for single sign-on, as in the answers of a real GitHub that
    https://github.com/peel/fiddle (docs, decision 18) and https://github.com/facebook/sapling/issues/993 quote.
    """

    def __init__(self, kind: str | None, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.kind = kind
        self.extra = {"extensions": {"saml_failure": False}, **extra} if kind == "FORBIDDEN" else extra


def no_repository(name: str) -> DeniedError:
    return DeniedError("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")


@dataclass
class Session:
    """One request: who asks, in which world, and what was touched so far."""

    world: World
    caller: Caller
    url: str
    faults: Faults
    limits: Limits
    cost: int = 1
    node_count: int = 0
    touched: int = 0
    roots: int = 0
    nodes: dict[str, Any] = field(default_factory=dict)

    def touch(self) -> None:
        """Count an object; past the configured resource limit every further one is an error."""
        self.touched += 1
        limit = self.world.settings.graphql_object_limit
        if limit is not None and self.touched > limit:
            raise DeniedError("RESOURCE_LIMITS_EXCEEDED", texts.RESOURCE_LIMITS)

    def touch_root(self) -> None:
        self.roots += 1
        limit = self.world.settings.graphql_alias_limit
        if limit is not None and self.roots > limit:
            raise DeniedError("RESOURCE_LIMITS_EXCEEDED", texts.RESOURCE_LIMITS)

    def check_sso(self, owner: Owner) -> None:
        if permissions.needs_sso(self.caller, owner):
            raise DeniedError("FORBIDDEN", texts.SSO, extensions={"saml_failure": True})

    def visible(self, repository: Repository) -> bool:
        return permissions.visible(self.caller, repository)

    def require(self, repository: Repository, permission: str, level: str = "read") -> None:
        if not permissions.permitted(self.caller, repository, permission, level):
            raise self.lacking()

    def lacking(self) -> DeniedError:
        integration = permissions.kind(self.caller) in permissions.INTEGRATIONS
        return DeniedError("FORBIDDEN", texts.NO_INTEGRATION if integration else texts.NO_PAT)


def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    """Resolve any field: a fault that strikes here, else the attribute of that name."""
    session: Session = info.context
    if session.faults.active:
        _strike(session, source, info, arguments)
    if info.path.prev is None and not info.field_name.startswith("__"):
        session.touch_root()
    value = source[info.field_name] if isinstance(source, dict) else getattr(source, info.field_name)
    return value(**arguments) if callable(value) else value


def _strike(session: Session, source: Any, info: GraphQLResolveInfo, arguments: dict[str, Any]) -> None:
    repository = getattr(source, "repository_name", None)
    if info.parent_type.name == "Query" and info.field_name == "repository":
        repository = f"{arguments['owner']}/{arguments['name']}"
    at = At(tuple(info.path.as_list()), info.parent_type.name, info.field_name, arguments, repository)
    error = session.faults.graphql(at)
    if error is not None:
        message = error.pop("message")
        raise DeniedError(error.pop("type", None), message, **error)


def type_of(value: Any, info: GraphQLResolveInfo, abstract: Any) -> str:
    return value.graphql_type
