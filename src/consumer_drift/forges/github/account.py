"""What GitHub tells of an owner, and of what the token may see there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.forges.github import completeness
from consumer_drift.model.result import Failure
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from consumer_drift.forges.github.client import GitHubClient


def is_organization_owner(client: GitHubClient, login: str) -> bool:
    """Return whether the token's user is an owner of the organization, as far as the token may tell.

    https://docs.github.com/en/rest/orgs/members#get-an-organization-membership-for-the-authenticated-user
    """
    membership = object_of(client.rest(f"/user/memberships/orgs/{login}"))
    role = membership.get("role")
    return role is not None and role.value == "admin"


def selection(client: GitHubClient, owner: str) -> str | None:
    """Return which repositories of *owner* an installation may see, None if the token is of another kind.

    An App on all repositories of another owner proves nothing here.
    https://docs.github.com/en/rest/apps/installations#list-repositories-accessible-to-the-app-installation
    """
    if client.kind is not completeness.TokenKind.INSTALLATION:
        return None
    shown = object_of(client.rest("/installation/repositories", {"per_page": 1}))
    try:
        for row in shown["repositories"]:
            if row["full_name"].repository().owner.casefold() != owner.casefold():
                return "selected"
        return shown["repository_selection"].text()
    except InvalidJson:
        return None


def object_of(body: JsonValue | Failure) -> JsonValue:
    """Return *body*, or an empty object: without these answers less is proved, and the report says so."""
    return JsonValue({}) if isinstance(body, Failure) else body


def count_of(account: JsonValue, key: str) -> int | None:
    """Return a number of *account*, None where it is not told."""
    found = account.get(key)
    return found.value if found is not None and type(found.value) is int else None
