"""Where a forge's API is, from the address that a browser uses."""

from __future__ import annotations

import re
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
        check_address(url)
    server, api, graphql = (url.rstrip("/") for url in (server, api, graphql))
    if kind is not Kind.GITHUB:
        return Address(kind, server, api or f"{server}/api/v1")
    host = urlsplit(server).hostname or ""
    if not api:
        api = f"https://api.{host.removeprefix('www.')}" if is_github(server) else f"{server}/api/v3"
    # GitHub Enterprise Server keeps GraphQL beside REST, not below it.
    return Address(kind, server, api, graphql or f"{api.removesuffix('/v3')}/graphql")


def is_github(server: str) -> bool:
    """Whether *server*, an address that ``check_address`` passed, is GitHub itself and not a server of its own."""
    host = urlsplit(server).hostname or ""
    return host in {"github.com", "www.github.com"} or host.endswith(".ghe.com")


def check_address(url: str) -> None:
    """Raises ValueError, with a sentence that shows no secret, where *url* is no address of a server."""
    # Looked for before parsing: what cannot be parsed may hold a password all the same.
    if "@" in url:
        raise ValueError("the server's address holds a user or a password: give the token through the environment")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
        _ = parts.port
    except ValueError:
        usable = False
    if not usable or any(sign <= " " for sign in url):
        shown = re.split(r"[?#]", url)[0]
        raise ValueError(f"{shown!r} is no server's address: write it as https://git.example.org")
