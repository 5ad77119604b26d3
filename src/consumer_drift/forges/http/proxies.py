"""The proxies that the environment names in HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, except for hosts in NO_PROXY.

https://curl.se/libcurl/c/libcurl-env.html
"""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import httpcore

from consumer_drift.forges.http.wire import name_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLES = frozenset({"http_proxy", "https_proxy", "all_proxy"})
_HTTP = frozenset({"http", "https"})
_SOCKS = frozenset({"socks5", "socks5h"})


class Proxies:
    """The proxies of this process. They are read once."""

    def __init__(self) -> None:
        """Raises ValueError, with a sentence for the user, if one of them cannot be used."""
        named = _named()
        self._by_scheme = {one: _proxy(named[one]) for one in ("http", "https", "all") if named.get(one)}
        self._known: dict[tuple[bytes, bytes, int | None], httpcore.Proxy | None] = {}

    def of(self, url: httpcore.URL) -> httpcore.Proxy | None:
        """Return the proxy that leads to *url*, None if it is reached without one."""
        if not self._by_scheme:
            return None
        origin = (url.scheme, url.host, url.port)
        if origin not in self._known:
            found = self._by_scheme.get(url.scheme.decode()) or self._by_scheme.get("all")
            self._known[origin] = None if _is_exempt(url) else found
        return self._known[origin]


def _named() -> Mapping[str, str]:
    """Return the address of the proxy for each scheme. Two systems have settings beside the environment."""
    if sys.platform not in {"darwin", "win32"} and _VARIABLES.isdisjoint(map(str.lower, os.environ)):
        return {}
    from urllib.request import getproxies  # noqa: PLC0415 - with half of the standard library

    return getproxies()


def _is_exempt(url: httpcore.URL) -> bool:
    """Return whether NO_PROXY names the host of *url*, one above it, or the host with its port."""
    from urllib.request import proxy_bypass  # noqa: PLC0415

    host = url.host.decode()
    return bool(proxy_bypass(host if url.port is None or ":" in host else f"{host}:{url.port}"))


def _proxy(address: str) -> httpcore.Proxy:
    """Return the proxy at *address*, which is foreign to the message: it may have a password."""
    try:
        parts = urlsplit(address if "://" in address else f"http://{address}")
        host, port = parts.hostname, parts.port
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if host is None or parts.scheme not in _HTTP | _SOCKS:
            raise ValueError
        auth = (user.encode(), password.encode()) if user or password else None
        place = httpcore.URL(scheme=parts.scheme, host=name_of(host), port=port, target=b"/")
    except ValueError:
        raise ValueError(
            "the proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names cannot be used: give one as http://host:port,"
            " or unset it"
        ) from None
    if parts.scheme in _SOCKS and importlib.util.find_spec("socksio") is None:
        raise ValueError(
            "the proxy that HTTP_PROXY, HTTPS_PROXY or ALL_PROXY names is a SOCKS proxy, which needs the package"
            " socksio: give one as http://host:port, or unset it"
        )
    return httpcore.Proxy(place, auth)
