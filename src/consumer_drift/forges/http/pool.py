"""A pool of clients, one for each request in flight, each with one connection that is kept open.

A client shared by all threads searches all its connections for every request, under a lock. With a thousand
requests, 16 at once, that was a fifth of all processor time.
"""

from __future__ import annotations

import contextlib
import os
import ssl
import weakref
from functools import lru_cache
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING

from consumer_drift.forges.http.exchanges import Line
from consumer_drift.forges.http.library import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@lru_cache(maxsize=1)
def _trusted(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    """Return a context that trusts what the system does, or what the variables name that were given.

    To read the certificates takes longer than a request, so it is done once.
    """
    return httpx.create_ssl_context()


class _NoCookies(CookieJar):
    """Keeps none: a session cookie from a request with the token would identify an anonymous request after it."""

    def extract_cookies(self, response: object, request: object) -> None:
        """Look at no response. The standard jar makes a message of each before it asks its policy."""


class ClientPool:
    """Lends clients to threads. The one used last is lent first, so its connection is still open."""

    def __init__(self, headers: Mapping[str, str], ca_bundle: str, timeout: httpx.Timeout) -> None:
        """Raises the errors that ``Transport`` names."""
        self._headers = dict(headers)
        self._timeout = timeout
        variables = (os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        self._verify = ssl.create_default_context(cafile=ca_bundle) if ca_bundle else _trusted(*variables)
        self._all: list[httpx.Client] = []
        self._idle: list[tuple[httpx.Client, Line]] = []
        # Closes idle connections. Not at exit: a request may still hang there.
        weakref.finalize(self, _close, self._all).atexit = False
        # A proxy in the environment that cannot be used raises here, and not later.
        self._idle.append(self._new())

    @contextlib.contextmanager
    def client(self) -> Iterator[tuple[httpx.Client, Line]]:
        """Lend a client that no other thread uses, with what is known of its connection."""
        try:
            lent = self._idle.pop()
        except IndexError:
            lent = self._new()
        try:
            yield lent
        finally:
            self._idle.append(lent)

    def _new(self) -> tuple[httpx.Client, Line]:
        client = httpx.Client(
            headers=self._headers,
            cookies=_NoCookies(),
            timeout=self._timeout,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            verify=self._verify,
        )
        self._all.append(client)
        return client, Line()


def _close(clients: list[httpx.Client]) -> None:
    for client in clients:
        client.close()
