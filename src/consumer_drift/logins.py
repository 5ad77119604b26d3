"""The servers that the token in a variable is known to be for: other variables and other tools' logins say so."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from consumer_drift.settings import ForgeChoice
from consumer_drift.support.files import read_limited

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST = 1024 * 1024
# https://cli.github.com/manual/gh_help_environment
_OF_GITHUB = ("GH_HOST", "GITHUB_SERVER_URL")
# A job's runner sets the first and the last one; tea and its SDK take the first two.
_OF_GITEA = ("GITEA_SERVER_URL", "GITEA_INSTANCE_URL", "FORGEJO_SERVER_URL")
_URL = re.compile(r"^[ \t]*(?:-[ \t]+)?url:[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)
_PORTS = {"http": 80, "https": 443}

# Scheme, host and port.
Host = tuple[str, str, int]


def is_known(server: str, forge: ForgeChoice, environment: Mapping[str, str]) -> bool:
    """Return whether the token in a variable of *forge* is for *server*, an address or empty for GitHub itself."""
    here = host_of(server or "https://github.com")
    if here is None:
        return False
    if forge is ForgeChoice.GITHUB:
        told = ["github.com", *(environment.get(name, "") for name in _OF_GITHUB)]
        return here in map(host_of, told)
    told = [environment.get(name, "") for name in _OF_GITEA]
    return here in map(host_of, told) or here in map(host_of, _logins(environment))


def server_of(forge: ForgeChoice, environment: Mapping[str, str]) -> str:
    """Return the server that the variables of Gitea and Forgejo name; empty if none does, or for GitHub."""
    if forge not in {ForgeChoice.GITEA, ForgeChoice.FORGEJO}:
        return ""
    return next(filter(None, (environment.get(name, "").strip() for name in _OF_GITEA)), "")


def host_of(address: str) -> Host | None:
    """Return the host of an address, whose scheme may be missing as in GH_HOST; None if it has none."""
    try:
        parts = urlsplit(address.strip() if "://" in address else f"https://{address.strip()}")
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname.removeprefix("www."), port) if parts.hostname else None


def shown_host(address: str) -> str:
    """Return the host of *address* for a message, with its port unless that is the one of https; empty if none."""
    host = host_of(address)
    if host is None:
        return ""
    _, name, port = host
    name = f"[{name}]" if ":" in name else name
    return name if port in {0, _PORTS["https"]} else f"{name}:{port}"


def _logins(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield the servers that tools of Gitea and Forgejo have a login for. Their tokens are not looked at.

    https://gitea.com/gitea/tea and https://codeberg.org/forgejo-contrib/forgejo-cli
    """
    home = environment.get("HOME", "")
    config = environment.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")
    data = environment.get("XDG_DATA_HOME") or (f"{home}/.local/share" if home else "")
    if config:
        yield from _URL.findall(_text(Path(config, "tea", "config.yml")))
    if data:
        with contextlib.suppress(ValueError, RecursionError):
            keys = json.loads(_text(Path(data, "forgejo-cli", "keys.json")))
            hosts = keys.get("hosts") if isinstance(keys, dict) else None
            yield from hosts if isinstance(hosts, dict) else ()


def _text(file: Path) -> str:
    try:
        return read_limited(file, _MOST).decode("utf-8", "replace")
    except OSError:
        return ""
