"""Connections are used again, and each by one thread at a time."""

from __future__ import annotations

import gc
import ssl
from typing import TYPE_CHECKING

import httpcore
import pytest

from consumer_drift.forges.http import pool
from consumer_drift.forges.http.pool import ClientPool
from consumer_drift.forges.http.transport import Transport
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.support.deadline import Deadline
from tests.forges.http.servers import Server, answer, slowly
from tests.forges.http.test_transport import GET, HASTE, LIMITS, refuse

if TYPE_CHECKING:
    from pathlib import Path


URL = httpcore.URL("http://git.example.org/")


def clients() -> ClientPool:
    """Those of one transport."""
    return ClientPool("")


def test_the_client_that_was_used_last_is_lent_first() -> None:
    """Its connection is the one that is surely still open."""
    made = clients()
    with made.client(URL) as (first, _), made.client(URL) as (second, _):
        assert first is not second
    with made.client(URL) as (again, _):
        assert again is first


def test_certificates_are_read_once_and_again_where_others_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It takes longer than a request."""
    read = []
    make = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda **given: read.append(given["capath"]) or make())
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    for folder in ("a", "a", "b"):
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / folder))
        clients()
    assert read == [str(tmp_path / "a"), str(tmp_path / "b")]


def test_a_server_without_tls_needs_no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read for the first one with TLS, once for all its clients, and are what these trust."""
    read = []
    make = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda **given: read.append(make(**given)) or read[-1])
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    pool._trusted.cache_clear()
    made = clients()
    with made.client(URL):
        assert read == []
    secure = httpcore.URL("https://git.example.org/")
    with made.client(secure) as (first, _), made.client(secure) as (second, _), made.client(URL) as (plain, _):
        assert len({first, second, plain}) == 3
    [context] = read
    assert [one._ssl_context for one in (first, second, plain)] == [context, context, None]


def test_a_client_comes_back_from_whoever_fails() -> None:
    """Or every failure would cost a connection."""
    made = clients()
    with pytest.raises(ZeroDivisionError), made.client(URL) as (first, _):
        raise ZeroDivisionError
    with made.client(URL) as (again, _):
        assert again is first


def test_all_of_them_are_closed_with_the_last_user() -> None:
    """Also those that were lent at the same time."""
    made = clients()
    with made.client(URL) as (first, _), made.client(URL) as (second, _):
        pass
    del made
    gc.collect()
    assert not first.connections
    assert not second.connections


def test_a_hundred_requests_open_no_more_connections_than_run_at_once() -> None:
    """Each connection costs a round trip, and more with TLS."""
    with Server([slowly(0.002, answer(200, {}))]) as server:
        client = Transport(server.url, "", refuse, Deadline(600), concurrency=4, retry_policy=HASTE, limits=LIMITS)
        outcomes = list(map_unordered(lambda _: client.send(GET), range(100), threads=4, deadline=Deadline(600)))
        list(map_unordered(lambda _: client.send(GET), range(100), threads=4, deadline=Deadline(600)))
        assert len(outcomes) == 100
        assert server.connections <= 4
