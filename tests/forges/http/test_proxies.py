"""The proxies of the environment: which requests go through them, and what they are told."""

from __future__ import annotations

import base64
import os

import pytest

from consumer_drift.forges.http.pool import ClientPool
from consumer_drift.forges.http.proxies import Proxies
from consumer_drift.forges.http.transport import Transport
from consumer_drift.forges.http.wire import url_of
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.deadline import Deadline
from tests.forges.http.servers import Server, answer
from tests.forges.http.test_transport import GET, HASTE, refuse


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of this machine counts."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("variables", "url", "through"),
    [
        ({}, "https://h/", None),
        ({"HTTPS_PROXY": "http://p:1"}, "https://h/", b"http://p:1/"),
        ({"https_proxy": "p:1"}, "https://h/", b"http://p:1/"),
        ({"HTTPS_PROXY": "http://p:1"}, "http://h/", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://h/", b"http://p:1/"),
        ({"ALL_PROXY": "http://p:1"}, "http://h/", b"http://p:1/"),
        ({"ALL_PROXY": "http://p:1", "HTTPS_PROXY": "https://q"}, "https://h/", b"https://q/"),
        ({"HTTPS_PROXY": ""}, "https://h/", None),
        ({"HTTPS_PROXY": "http://bücher.example:1"}, "https://h/", b"http://xn--bcher-kva.example:1/"),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "*"}, "https://h/", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "x, example.org"}, "https://git.example.org/", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": ".example.org"}, "https://git.example.org:3000/", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "example.org"}, "https://example.com/", b"http://p:1/"),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "ample.org"}, "https://example.org/", b"http://p:1/"),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "h:3000"}, "http://h:3000/", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "h:3000"}, "http://h:4000/", b"http://p:1/"),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "127.0.0.1"}, "http://127.0.0.1:3000/", None),
        ({"ALL_PROXY": "http://p:1", "NO_PROXY": "::1"}, "http://[::1]:3000/", None),
    ],
)
def test_the_environment_says_which_requests_go_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], url: str, through: bytes | None
) -> None:
    """As curl and pip read it. Asked twice: the answer is kept."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    proxies = Proxies()
    for _ in range(2):
        found = proxies.of(url_of(url))
        assert (found and bytes(found.url)) == through


def test_a_proxy_gets_the_whole_address_and_its_own_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the server's token stays in its own header."""
    with Server([answer(200, {})]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("http://", "http://me:p%40ss@"))
        client = Transport("http://git.example.org/api", "token abcdefgh", refuse, Deadline(60), concurrency=1)
        client.send(GET)
    [seen] = proxy.seen
    assert seen.target.startswith("http://git.example.org/api/")
    assert seen.headers["host"] == "git.example.org"
    assert seen.headers["proxy-authorization"] == f"Basic {base64.b64encode(b'me:p@ss').decode()}"
    assert seen.headers["authorization"] == "token abcdefgh"


def test_a_proxy_that_opens_no_tunnel_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It never sees the token of a server that is reached through TLS."""
    with Server([answer(403, {})]) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        client = Transport(
            "https://git.example.org", "token abcdefgh", refuse, Deadline(60), concurrency=1, retry_policy=HASTE
        )
        outcome = client.send(GET)
    assert isinstance(outcome, Failure)
    assert outcome.reason is Reason.UNREACHABLE
    assert {(one.method, one.target) for one in proxy.seen} == {("CONNECT", "git.example.org:443")}
    assert all("authorization" not in one.headers for one in proxy.seen)


def test_what_cannot_be_reached_through_a_proxy_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's address is right, and what refuses is the proxy; its password stays unsaid."""
    with Server([answer()]) as gone:
        proxy = gone.url
    monkeypatch.setenv("https_proxy", proxy.replace("http://", "http://me:s3cret@"))
    client = Transport("https://git.example.org", "", refuse, Deadline(60), concurrency=1, retry_policy=HASTE)
    outcome = client.send(GET)
    assert isinstance(outcome, Failure)
    assert outcome.said.startswith(
        f"https://git.example.org (through the proxy {proxy}) cannot be reached (Connect"
    )
    assert "NO_PROXY" in outcome.remedy


def test_a_proxy_that_asks_for_a_password_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It will not open a tunnel the next time, either."""
    with Server([answer(407, {})]) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        client = Transport("https://git.example.org", "", refuse, Deadline(60), concurrency=1, retry_policy=HASTE)
        outcome = client.send(GET)
    assert isinstance(outcome, Failure)
    assert "http://user:password@host:port" in outcome.remedy
    assert client.requests == 1


@pytest.mark.parametrize("address", ["http://[::1]:3128", "https://p:3128", "http://p"])
def test_the_address_of_a_proxy_is_shown_as_it_is_written(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Without its password."""
    monkeypatch.setenv("HTTPS_PROXY", address.replace("://", "://me:s3cret@"))
    assert ClientPool("").proxy_of("https://h/x") == address


@pytest.mark.parametrize("address", ["ftp://p:1", "http://:3128", "http://p:port", "http://[::1", "http://a..b:1"])
def test_a_proxy_that_is_none_is_told_without_its_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """It may contain a password."""
    monkeypatch.setenv("ALL_PROXY", address)
    with pytest.raises(ValueError, match="give one as http://host:port") as caught:
        Proxies()
    assert address not in str(caught.value)


def test_what_a_socks_proxy_needs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is no dependency of the program."""
    monkeypatch.setenv("ALL_PROXY", "socks5://me:s3cret@p:1080")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ValueError, match="socksio") as caught:
        Proxies()
    assert "s3cret" not in str(caught.value)
