"""A forge's addresses: where its API is, from the address that a browser uses, and the page of a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from consumer_drift.model.observation import Snapshot


# A run asks for the same paths of many repositories, and links to them.
quote = lru_cache(maxsize=1024)(percent_encoded)

# Where GitHub itself is, the server where no other is named.
GITHUB = "https://github.com"


class Kind(StrEnum):
    """The forges that are read over a network."""

    GITHUB = "github"
    GITEA = "gitea"
    FORGEJO = "forgejo"


@dataclass(frozen=True, slots=True)
class Address:
    """*server* is what a browser uses, *api* the root of the REST API; *graphql* is empty if there is none."""

    kind: Kind
    server: str
    api: str
    graphql: str = ""


def address_of(kind: Kind, server: str, api: str = "", graphql: str = "") -> Address:
    """Return the address of a forge at *server*. *api* and *graphql* come from a runner, or are empty.

    Raises ValueError, with a sentence for the user, if one of them is not a URL.

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
    # On GitHub Enterprise Server GraphQL is beside the REST API, not below it.
    return Address(kind, server, api, graphql or f"{api.removesuffix('/v3')}/graphql")


def is_github(server: str) -> bool:
    """Return whether *server*, which ``check_address`` accepted, is GitHub itself and not an Enterprise Server."""
    host = urlsplit(server).hostname or ""
    return host in {"github.com", "www.github.com"} or host.endswith(".ghe.com")


def check_address(url: str) -> None:
    """Raise ValueError, with a sentence that shows no secret, if *url* is not a server's URL."""
    # Before parsing: a URL that cannot be parsed may contain a password, too.
    if "@" in url:
        raise ValueError("the server URL contains a user or a password: pass the token through the environment")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
        _ = parts.port
    except ValueError:
        usable = False
    if not usable or any(sign <= " " for sign in url):
        shown = re.split(r"[?#]", url)[0]
        raise ValueError(f"{shown!r} is not a server URL; write it as https://git.example.org")


def is_exposed(url: str) -> bool:
    """Return whether requests to *url* go over a network without encryption.

    https://www.w3.org/TR/secure-contexts/#is-origin-trustworthy
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "http" or host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return True


def file_page(snapshot: Snapshot, route: str, path: str, line: int) -> str:
    """Return the URL of *line* (from 1; 0: none) of a file at the branch that was read, "" if there is no page.

    *route* is what the forge has between a repository's page and the branch.
    """
    if not snapshot.web_url or not snapshot.branch:
        return ""
    anchor = f"#L{line}" if line else ""
    return f"{snapshot.web_url}/{route}/{quote(snapshot.branch)}/{quote(path)}{anchor}"
