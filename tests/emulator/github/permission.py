"""What a GitHub token may see and do: visibility, scopes, permissions, SAML.

https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
https://docs.github.com/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.emulator.access import Caller
    from tests.emulator.repository import Repository
    from tests.emulator.world import Owner

SCOPED = {"classic", "oauth", "forge"}
INTEGRATIONS = {"installation", "job", "user-to-server"}
LEVELS = {"none": 0, "read": 1, "write": 2, "admin": 3}
ORGANISATION_SCOPES = {"read:org", "write:org", "admin:org"}


def kind(caller: Caller) -> str:
    return caller.token.kind if caller.token else ""


def scopes(caller: Caller) -> tuple[str, ...]:
    return caller.token.scopes if caller.token else ()


def rank(caller: Caller, repository: Repository) -> int:
    """0 invisible, 1 read, 2 write, 3 admin; a classic token without `repo` sees nothing private."""
    found = caller.rank(repository)
    if kind(caller) in SCOPED and "repo" not in scopes(caller):
        if repository.private:
            return 0
        return found if "public_repo" in scopes(caller) else min(found, 1)
    return found


def visible(caller: Caller, repository: Repository) -> bool:
    return rank(caller, repository) > 0


def needs_sso(caller: Caller, owner: Owner) -> bool:
    """Whether an organisation's SAML keeps this token out until its owner authorises it."""
    token = caller.token
    if not owner.saml or token is None or token.kind not in SCOPED or not caller.is_member(owner):
        return False
    return token.authorised is not None and owner.login.lower() not in token.authorised


def permitted(caller: Caller, repository: Repository, permission: str, level: str = "read") -> bool:
    """Whether a token with permissions has this one; a public repository is read without any."""
    token = caller.token
    if token is None or token.kind in SCOPED:
        return True
    if level == "read" and repository.visibility == "public":
        return True
    if permission == "checks" and token.kind == "fine-grained":
        # There is no such permission to give: https://github.com/cli/cli/pull/8843
        return False
    held = token.permissions
    best = LEVELS[held.get(permission, "none")]
    return max(best, LEVELS[held.get("*", "none")]) >= LEVELS[level]


def organisation_scope(caller: Caller) -> bool:
    """Whether a token may read an organisation's own data."""
    if kind(caller) in SCOPED:
        return bool(ORGANISATION_SCOPES & set(scopes(caller)))
    return True


def private_count_shown(caller: Caller, owner: Owner) -> bool:
    token = caller.token
    if token is None or not caller.is_member(owner):
        return False
    if token.kind in SCOPED:
        return bool(ORGANISATION_SCOPES & set(token.scopes))
    return token.kind == "fine-grained" and "organization_administration" in token.permissions
