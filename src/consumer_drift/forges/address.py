"""Where a forge's API is, from the address that a browser uses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class Kind(StrEnum):
    """The forges that are read over a network."""

    GITHUB = "github"
    GITEA = "gitea"
    FORGEJO = "forgejo"


@dataclass(frozen=True, slots=True)
class Address:
    """*server* is what a browser uses; *api* the root of REST; *graphql* is empty where there is none."""

    kind: Kind
    server: str
    api: str
    graphql: str = ""


def address_of(kind: Kind, server: str, api: str = "", graphql: str = "") -> Address:
    """The address of a forge at *server*; *api* and *graphql* where a runner told them.

    Raises ValueError, with a sentence for the user, where an address is none.

    https://docs.github.com/en/enterprise-server@latest/rest/enterprise-admin#endpoint-urls
    """
    for url in filter(None, (server, api, graphql)):
        _check(url)
    server, api, graphql = (url.rstrip("/") for url in (server, api, graphql))
    if kind is not Kind.GITHUB:
        return Address(kind, server, api or f"{server}/api/v1")
    parts = urlsplit(server)
    host = parts.hostname or ""
    if not api:
        on_github = host in {"github.com", "www.github.com"} or host.endswith(".ghe.com")
        api = f"https://api.{host.removeprefix('www.')}" if on_github else f"{server}/api/v3"
    # GitHub Enterprise Server keeps GraphQL beside REST, not below it.
    return Address(kind, server, api, graphql or f"{api.removesuffix('/v3')}/graphql")


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
        secret = parts.username or parts.password
        _ = parts.port
    except ValueError:
        usable, secret = False, None
    if secret:
        raise ValueError("the server's address holds a user or a password: give the token through the environment")
    if not usable:
        raise ValueError(f"{url!r} is no server's address: write it as https://git.example.org")
