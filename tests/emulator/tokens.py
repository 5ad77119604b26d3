"""Tokens: whose they are, what they may do, which repositories they reach."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.emulator.world import World

# https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
PREFIXES = {
    "classic": "ghp_",
    "fine-grained": "github_pat_",
    "installation": "ghs_",
    "job": "ghs_",
    "oauth": "gho_",
    "user-to-server": "ghu_",
    "forge": "",
}

# https://docs.gitea.com/development/oauth2-provider#scopes
FORGE_SCOPES = {"activitypub", "admin", "misc", "notification", "organization", "package", "issue", "repository"}


@dataclass(eq=False)
class Token:
    """A token. Its secret is what a client sends; its name is what the request log shows.

    kind: classic, fine-grained, installation, job, oauth, user-to-server (GitHub), forge or job (Gitea, Forgejo).
    repositories: None is no restriction, else lower-case full names it is limited to.
    authorised: organisations with SAML it is authorised for; None is all.
    """

    name: str
    secret: str
    kind: str
    user: str
    scopes: tuple[str, ...] = ()
    permissions: dict[str, str] = field(default_factory=dict)
    repositories: set[str] | None = None
    owner: str | None = None
    job_repository: str | None = None
    authorised: set[str] | None = None
    revoked: bool = False


def make_token(
    world: World,
    name: str,
    *,
    kind: str | None = None,
    user: str | None = None,
    scopes: Iterable[str] | None = None,
    permissions: Mapping[str, str] | None = None,
    repositories: Iterable[str] | None = None,
    sees: str | Iterable[str] = "public",
    role: str = "write",
    owner: str | None = None,
    job_repository: str | None = None,
    authorised: Iterable[str] | None = None,
    secret: str | None = None,
) -> Token:
    """Add a token named `name`.

    user: whose it is, default a user of the token's name.
    permissions: of fine-grained, installation and job tokens, e.g. {"contents": "read"}.
    sees: "all", "public" or a list of owners and owner/name that the user is given `role` for.
    repositories: limits the token itself to these full names (fine-grained, installation with a selection).
    job_repository: makes it that repository's own job token.
    """
    with world.changing():
        kind = kind or _guess(scopes, permissions, job_repository)
        holder = world.user(user or (f"{name}[bot]" if kind in {"job", "installation"} else name))
        if sees != "public":
            for place in ["*"] if sees == "all" else [sees] if isinstance(sees, str) else sees:
                holder.grants[place.lower()] = role
        token = Token(
            name,
            secret or _secret(name, kind),
            kind,
            holder.login,
            tuple(scopes or ()),
            # an app's or job's token that says nothing else may do everything
            dict({"*": "write"} if permissions is None and kind in {"job", "installation"} else permissions or {}),
            None if repositories is None else {r.lower() for r in repositories},
            owner.lower() if owner else None,
            job_repository.lower() if job_repository else None,
            None if authorised is None else {a.lower() for a in authorised},
        )
        world.tokens[token.secret] = token
        return token


def _guess(scopes: Iterable[str] | None, permissions: Mapping[str, str] | None, job: str | None) -> str:
    if job:
        return "job"
    if permissions is not None:
        return "fine-grained"
    if any(s == "all" or s.partition(":")[2] in FORGE_SCOPES for s in scopes or ()):
        return "forge"
    return "classic"


def _secret(name: str, kind: str) -> str:
    digest = hashlib.sha1(f"{kind} {name}".encode()).hexdigest()
    return PREFIXES[kind] + digest
