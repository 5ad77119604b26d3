"""Requests as bytes: what reaches the server, whatever an address and a header look like."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.http.messages import Request
from consumer_drift.forges.http.wire import body_of, head_of, url_of

if TYPE_CHECKING:
    import httpcore

HOSTS = st.sampled_from(["git.example.org", "10.0.0.7", "[::1]", "GIT.Example.org", "bücher.example"])
PORTS = st.sampled_from(["", ":3000", ":80", ":443"])
# A path is quoted by whoever makes it, and may be what a server wrote into a redirect.
PATHS = st.lists(
    st.text(string.ascii_letters + string.digits + "-._~%25é&=+@:,;!$'()* ", min_size=1, max_size=12).filter(
        lambda part: set(part) != {"."}
    ),
    max_size=4,
).map(lambda parts: "/" + "/".join(parts))
QUERIES = st.sampled_from(["", "?ref=main", "?body=%7B%22a%22%3A1%7D&ref=x+y", "?q=a/b&c=é"])


def host_of(url: httpcore.URL) -> bytes:
    """The value of the header."""
    return dict(head_of({}, url, b"", "GET"))[b"host"]


@given(st.sampled_from(["http", "https"]), HOSTS, PORTS, PATHS, QUERIES)
def test_an_address_has_the_parts_that_httpx_finds(
    scheme: str, host: str, port: str, path: str, query: str
) -> None:
    """The same host and port, the same resource, and the same ``Host``."""
    text = f"{scheme}://{host}{port}{path}{query}"
    ours, theirs = url_of(text), httpx.Request("GET", text)
    assert (ours.scheme, ours.host.lower(), ours.origin.port) == (
        theirs.url.raw_scheme,
        theirs.url.raw_host,
        theirs.url.port or {"http": 80, "https": 443}[scheme],
    )
    assert host_of(ours).decode().lower() == theirs.headers["host"]
    assert httpx.URL(f"http://h{ours.target.decode()}").path == theirs.url.path
    assert httpx.URL(f"http://h{ours.target.decode()}").params == theirs.url.params


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("https://h", b"/"),
        ("https://h?a=1", b"/?a=1"),
        ("https://h/a%2Fb?x=%20#part", b"/a%2Fb?x=%20"),
        ("https://h/a b/é", b"/a%20b/%C3%A9"),
        ('https://h/a"b<c>|\\', b"/a%22b%3Cc%3E%7C%5C"),
    ],
)
def test_what_may_not_stand_in_a_first_line_is_quoted(text: str, target: bytes) -> None:
    """And what is quoted already stays as it is."""
    assert url_of(text).target == target


@pytest.mark.parametrize(
    "text",
    [
        *["", "/a", "h/a", "ftp://h/a", "file:///etc/passwd", "https://", "https://:3000/a", "https://h:port/"],
        *["https://h:99999/", "https://[::1/", "https://straße.example/", f"https://{'ü' * 70}.example/"],
        *["https://a..example/", "https://.", f"https://{'a' * 64}.example/"],
    ],
)
def test_what_is_no_address_of_a_server_is_refused(text: str) -> None:
    """``ß`` was "ss" in the older standard, and is another host in the newer one."""
    with pytest.raises(ValueError):
        url_of(text)


def test_a_name_in_another_script_is_what_dns_has() -> None:
    """Both standards agree on it."""
    assert url_of("https://bücher.example/").host == b"xn--bcher-kva.example"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("json", [None, {"a": "é"}, []])
def test_the_length_is_said_as_httpx_says_it(method: str, json: object) -> None:
    """A server that waits for a body which does not come holds the connection."""
    request = Request(method, "/", json=json)
    theirs = httpx.Request(method, "http://h/", json=json)
    head = dict(head_of({}, url_of("http://h/"), body := body_of(request), method))
    assert body == theirs.read()
    assert head.get(b"content-length", b"").decode() == theirs.headers.get("content-length", "")


def test_content_goes_as_it_is() -> None:
    """Git's own protocol is no JSON."""
    assert body_of(Request("POST", "/", json={"a": 1}, content=b"0000")) == b"0000"


@pytest.mark.parametrize("headers", [{"x": "é"}, {"é": "x"}])
def test_a_header_that_is_no_ascii_is_refused(headers: dict[str, str]) -> None:
    """A token with such a letter was copied wrongly."""
    with pytest.raises(ValueError):
        head_of(headers, url_of("http://h/"), b"", "GET")
