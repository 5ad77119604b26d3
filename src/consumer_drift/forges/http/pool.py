"""A pool of clients, one for each request in flight, each with one connection that is kept open.

A client shared by all threads searches all its connections for every request, under a lock. With a thousand
requests, 16 at once, that was a fifth of all processor time.
"""

from __future__ import annotations

import contextlib
import os
import ssl
import threading
import weakref
from functools import lru_cache
from typing import TYPE_CHECKING

import certifi
import httpcore

from consumer_drift.forges.http.exchanges import Line
from consumer_drift.forges.http.proxies import Proxies
from consumer_drift.forges.http.wire import host_of, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator

# Seconds after which an idle connection is not used again. Servers close theirs after a few more.
_KEPT = 5.0
_reading = threading.Lock()


@lru_cache(maxsize=1)
def _trusted(file: str | None, folder: str | None) -> ssl.SSLContext:
    """Return a context that trusts what the variables name, or what the system does.

    To read the certificates takes longer than a request, so it is done once. Raises OSError where that fails.
    """
    if file or folder:
        return ssl.create_default_context(cafile=file or None, capath=None if file else folder)
    context = ssl.create_default_context()
    if not context.cert_store_stats()["x509_ca"]:
        # A system without any, or one that looks for each when it is needed.
        context.load_verify_locations(certifi.where())
    return context


class ClientPool:
    """Lends clients to threads. The one used last is lent first, so its connection is still open."""

    def __init__(self, ca_bundle: str) -> None:
        """Raises the errors that ``Transport`` names."""
        self._variables = (os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        # What was named and cannot be read raises here, and not later.
        self._own = ssl.create_default_context(cafile=ca_bundle) if ca_bundle else None
        if self._own is None and any(self._variables):
            self._trusted()
        self._proxies = Proxies()
        self._all: list[httpcore.ConnectionPool] = []
        # Those of each proxy, with TLS and without.
        self._idle: dict[tuple[httpcore.Proxy | None, bool], list[tuple[httpcore.ConnectionPool, Line]]] = {}
        # Closes idle connections. Not at exit: a request may still hang there.
        weakref.finalize(self, _close, self._all).atexit = False

    def proxy_of(self, url: str) -> str:
        """Return the address of the proxy that leads to *url*, without its password; empty for none."""
        proxy = self._proxies.of(url_of(url))
        return f"{proxy.url.scheme.decode()}://{host_of(proxy.url).decode()}" if proxy is not None else ""

    @contextlib.contextmanager
    def client(self, url: httpcore.URL) -> Iterator[tuple[httpcore.ConnectionPool, Line]]:
        """Lend a client for *url* that no other thread uses, with what is known of its connection."""
        proxy, secure = self._proxies.of(url), url.scheme != b"http"
        idle = self._idle.setdefault((proxy, secure), [])
        try:
            lent = idle.pop()
        except IndexError:
            lent = self._new(proxy, self._trusted() if secure else None)
        try:
            yield lent
        finally:
            idle.append(lent)

    def _trusted(self) -> ssl.SSLContext:
        """Return what connections with TLS trust. A server without it needs no certificates."""
        with _reading:
            return self._own or _trusted(*self._variables)

    def _new(
        self, proxy: httpcore.Proxy | None, trusted: ssl.SSLContext | None
    ) -> tuple[httpcore.ConnectionPool, Line]:
        client = httpcore.ConnectionPool(
            trusted, proxy, max_connections=1, max_keepalive_connections=1, keepalive_expiry=_KEPT
        )
        self._all.append(client)
        return client, Line()


def _close(clients: list[httpcore.ConnectionPool]) -> None:
    for client in clients:
        client.close()
