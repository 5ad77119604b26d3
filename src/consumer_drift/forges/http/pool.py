"""Connections that are kept: one client for each request that is under way at once.

A client shared by all threads looks through all of its connections for every request, under a lock. Measured
on a thousand requests, 16 at once, that was a fifth of all processor time.
"""

from __future__ import annotations

import contextlib
import os
import ssl
import weakref
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@lru_cache(maxsize=1)
def _trusted(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    """Return a context that trusts what the system does, or what the variables name that were given.

    To read the certificates takes longer than a request, so it is done once.
    """
    return httpx.create_ssl_context()


class ClientPool:
    """Lends clients to threads. The one used last is lent first, so that its connection is still open."""

    def __init__(self, headers: Mapping[str, str], ca_bundle: str, timeout: httpx.Timeout) -> None:
        """Raises what ``Transport`` says."""
        self._headers = dict(headers)
        self._timeout = timeout
        variables = (os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
        self._verify = ssl.create_default_context(cafile=ca_bundle) if ca_bundle else _trusted(*variables)
        self._all: list[httpx.Client] = []
        self._idle: list[httpx.Client] = []
        # Idle connections are closed with this. Not at exit: a request may hang there still.
        weakref.finalize(self, _close, self._all).atexit = False
        # What the environment says of proxies is wrong at once or never.
        self._idle.append(self._made())

    @contextlib.contextmanager
    def one(self) -> Iterator[httpx.Client]:
        """A client that nobody else has."""
        try:
            client = self._idle.pop()
        except IndexError:
            client = self._made()
        try:
            yield client
        finally:
            self._idle.append(client)

    def _made(self) -> httpx.Client:
        client = httpx.Client(
            headers=self._headers,
            # A session begun with the token would make an anonymous request after it a known one's.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=self._timeout,
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            verify=self._verify,
        )
        self._all.append(client)
        return client


def _close(clients: list[httpx.Client]) -> None:
    for client in clients:
        client.close()
