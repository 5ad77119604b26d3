"""From settings to a forge: the right kind at the right address, or a sentence about what does not go together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.forges.address import Kind
from consumer_drift.forges.factory import connect, kind_of
from consumer_drift.forges.local.forge import LocalForge
from consumer_drift.model.repository import RepositoryName
from consumer_drift.settings import ForgeChoice, Settings, UsageError
from consumer_drift.support.deadline import Deadline
from tests.forges.http.servers import Server, answer

if TYPE_CHECKING:
    from pathlib import Path

AUTO, GITHUB, GITEA, FORGEJO = ForgeChoice.AUTO, ForgeChoice.GITHUB, ForgeChoice.GITEA, ForgeChoice.FORGEJO


@pytest.mark.parametrize(
    ("forge", "server", "kind"),
    [
        (AUTO, "https://github.com", Kind.GITHUB),
        (AUTO, "https://acme.ghe.com", Kind.GITHUB),
        (AUTO, "https://codeberg.org", Kind.FORGEJO),
        (AUTO, "https://gitea.com/", Kind.GITEA),
        (GITHUB, "https://ghe.corp.example", Kind.GITHUB),
        (GITEA, "https://github.com", Kind.GITEA),
        (FORGEJO, "https://git.example.org", Kind.FORGEJO),
    ],
)
def test_which_kind_of_forge_an_address_is(forge: ForgeChoice, server: str, kind: Kind) -> None:
    """By the option, or without one, by the few well-known addresses."""
    assert kind_of(forge, server) is kind


@pytest.mark.parametrize(
    ("server", "says"),
    [
        ("https://git.example.org", "set forge github"),
        ("git.example.org", "write it as https://"),
        ("https://[broken", "is not a server URL"),
        ("https://u:s3cret@git.example.org", "through the environment"),
    ],
)
def test_an_address_that_tells_nothing_is_a_mistake(server: str, says: str) -> None:
    """With what to add; never a traceback, never a password."""
    with pytest.raises(UsageError, match=says) as caught:
        kind_of(AUTO, server)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "label"),
    [
        (Settings(), "GitHub at https://github.com"),
        (Settings(forge=GITHUB, server="https://ghe.corp.example"), "GitHub at https://ghe.corp.example"),
        (Settings(forge=GITEA, server="https://git.example.org/"), "Gitea at https://git.example.org"),
        (Settings(forge=FORGEJO, server="https://git.example.org"), "Forgejo at https://git.example.org"),
    ],
)
def test_the_forge_that_was_named(settings: Settings, label: str) -> None:
    """Nothing is asked of it yet."""
    forge = connect(settings, Deadline(600))
    assert (forge.label, forge.requests) == (label, 0)


def test_folders_are_a_forge(tmp_path: Path) -> None:
    """Whatever else was said."""
    assert isinstance(connect(Settings(root=tmp_path, forge=GITHUB, token="t"), Deadline(600)), LocalForge)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"forge": ForgeChoice.LOCAL}, "forge local needs root"),
        ({"root": "gone"}, "is not a folder"),
        ({"forge": GITEA}, "forge gitea needs server"),
        ({"forge": FORGEJO}, "forge forgejo needs server"),
        ({"forge": GITEA, "server": "git.example.org"}, "is not a server URL"),
        (
            {"forge": GITHUB, "server": "https://a.example", "graphql": "nonsense"},
            "'nonsense' is not a server URL",
        ),
        (
            {"ca_bundle": "/nowhere/ca.pem"},
            "ca-bundle /nowhere/ca.pem cannot be read as certificates: No such file",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_told(tmp_path: Path, settings: dict[str, Any], says: str) -> None:
    """With what to do."""
    if "root" in settings:
        settings = {"root": tmp_path / settings["root"]}
    with pytest.raises(UsageError, match=says):
        connect(Settings(**settings), Deadline(600))


def test_a_bundle_of_the_environment_is_named_as_what_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No CA bundle is given."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "gone.pem"))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    with pytest.raises(
        UsageError, match="the CA bundle that SSL_CERT_FILE or SSL_CERT_DIR names cannot be read as"
    ):
        connect(Settings(), Deadline(600))


def test_a_proxy_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a mistake of the surroundings, no defect."""
    monkeypatch.setenv("ALL_PROXY", "socks9://u:s3cret@h:1")
    with pytest.raises(UsageError, match="give one as http://host:port") as caught:
        connect(Settings(), Deadline(600))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("forge", "header"), [(GITHUB, "Bearer canary"), (GITEA, "token canary"), (FORGEJO, "token canary")]
)
def test_each_forge_gets_the_token_in_its_own_way(forge: ForgeChoice, header: str) -> None:
    """At the address that was told, and nowhere else."""
    with Server([answer(404, {"message": "Not Found"})]) as server:
        made = connect(Settings(forge=forge, server=server.url, token="canary"), Deadline(600))
        made.latest_release(RepositoryName("acme", "runtime"))
    # What is not there may be public: Gitea is asked again without the token that may hide it.
    assert [one.headers.get("authorization", header) for one in server.seen] == [header] * len(server.seen)
    assert server.seen[0].headers["authorization"] == header
    root = "/api/v3/" if forge is GITHUB else "/api/v1/"
    assert all(path.startswith(root) for path in server.paths)
