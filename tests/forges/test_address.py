"""Where a forge's API is, from the address that a browser uses."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.address import Kind, address_of, check_address, is_exposed, is_github


@pytest.mark.parametrize(
    ("kind", "server", "api", "graphql"),
    [
        (Kind.GITHUB, "https://github.com", "https://api.github.com", "https://api.github.com/graphql"),
        (Kind.GITHUB, "https://www.github.com/", "https://api.github.com", "https://api.github.com/graphql"),
        (Kind.GITHUB, "https://GitHub.com", "https://api.github.com", "https://api.github.com/graphql"),
        (Kind.GITHUB, "https://acme.ghe.com", "https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql"),
        (Kind.GITHUB, "https://ghe.corp.example", "https://ghe.corp.example/api/v3",
         "https://ghe.corp.example/api/graphql"),
        (Kind.GITHUB, "http://ghe.corp.example:8080/", "http://ghe.corp.example:8080/api/v3",
         "http://ghe.corp.example:8080/api/graphql"),
        (Kind.GITHUB, "https://github.com.evil.example", "https://github.com.evil.example/api/v3",
         "https://github.com.evil.example/api/graphql"),
        (Kind.GITEA, "https://git.example.org", "https://git.example.org/api/v1", ""),
        (Kind.FORGEJO, "https://example.org/git/", "https://example.org/git/api/v1", ""),
        (Kind.GITEA, "http://[::1]:3000", "http://[::1]:3000/api/v1", ""),
    ],
)  # fmt: skip
def test_the_api_follows_from_the_browsers_address(kind: Kind, server: str, api: str, graphql: str) -> None:
    """Of each forge as it lays them out."""
    address = address_of(kind, server)
    assert (address.kind, address.server, address.api, address.graphql) == (kind, server.rstrip("/"), api, graphql)


@pytest.mark.parametrize(
    ("kind", "api", "graphql", "expected"),
    [
        (Kind.GITHUB, "https://a.example/api/v3/", "", ("https://a.example/api/v3", "https://a.example/api/graphql")),
        (Kind.GITHUB, "https://a.example/api/v3", "https://b.example/g/",
         ("https://a.example/api/v3", "https://b.example/g")),
        (Kind.GITEA, "https://a.example/api/v1", "https://ignored.example", ("https://a.example/api/v1", "")),
    ],
)  # fmt: skip
def test_what_a_runner_told_goes_first(kind: Kind, api: str, graphql: str, expected: tuple[str, str]) -> None:
    """It knows where its server is, perhaps behind another address."""
    address = address_of(kind, "https://s.example", api, graphql)
    assert (address.api, address.graphql) == expected


BAD = [
    "git.example.org", "ftp://git.example.org", "https://", "https:///x", "", "https://a b", "https://a\n",
    "https://a:port", "https://a:99999", "https://[broken", "javascript:alert(1)", "https://a?x=1", "https://a#x",
]  # fmt: skip


@pytest.mark.parametrize("url", BAD)
def test_what_is_no_address_says_how_one_looks(url: str) -> None:
    """Bad input gets a sentence."""
    with pytest.raises(ValueError, match=r"is not a server URL; write it as https://git\.example\.org"):
        check_address(url)


@pytest.mark.parametrize("place", ["server", "api", "graphql"])
def test_every_address_is_looked_at(place: str) -> None:
    """A runner's variables too."""
    given_ = {"server": "https://a.example", "api": "", "graphql": "", place: "nonsense"}
    with pytest.raises(ValueError, match="'nonsense' is not a server URL"):
        address_of(Kind.GITHUB, **given_)


SECRETS = [
    "https://user:s3cret@git.example.org", "https://s3cret@git.example.org", "user:s3cret@git.example.org",
    "https://user:s3cret@git.example.org:port", "https://user:s3cret@[broken", "https://a?token=s3cret",
    "https://a#s3cret", "ftp://u:s3cret@a",
]  # fmt: skip


@pytest.mark.parametrize("url", SECRETS)
def test_no_secret_of_an_address_is_shown(url: str) -> None:
    """Also where the address cannot be parsed."""
    with pytest.raises(ValueError, match="server URL") as caught:
        check_address(url)
    assert "s3cret" not in str(caught.value)
    if "@" in url:
        assert "through the environment" in str(caught.value)


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("https://github.com", True),
        ("https://WWW.github.com", True),
        ("https://acme.ghe.com", True),
        ("https://ghe.com.evil.example", False),
        ("https://evilghe.com", False),
        ("https://notgithub.com", False),
        ("https://github.com.evil.example", False),
    ],
)
def test_what_is_github_itself(server: str, expected: bool) -> None:
    """A look-alike is not."""
    assert is_github(server) is expected


@given(st.text() | st.text(alphabet="htps:/[]@?#.a0", max_size=30))
def test_no_text_raises_anything_but_a_sentence(url: str) -> None:
    """It is whatever somebody typed."""
    with contextlib.suppress(ValueError):
        check_address(url)
        assert address_of(Kind.GITHUB, url).api.startswith("http")


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("http://git.example.org", True),
        ("http://gitea:3000", True),
        ("http://192.168.0.1", True),
        ("http://localhost.example.org", True),
        ("https://git.example.org", False),
        ("http://localhost:3000", False),
        ("http://git.localhost", False),
        ("http://127.0.0.1:8080", False),
        ("http://127.9.9.9", False),
        ("http://[::1]:3000", False),
        ("", False),
    ],
)
def test_a_token_is_exposed_where_the_way_is_not_encrypted(server: str, expected: bool) -> None:
    """A machine's own addresses do not leave it."""
    assert is_exposed(server) is expected
