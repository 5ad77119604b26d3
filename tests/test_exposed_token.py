"""A token that goes over a network without encryption is a warning in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from consumer_drift.run import run
from consumer_drift.settings import ForgeChoice, Settings
from consumer_drift.support.deadline import Deadline
from tests.emulator import Emulator
from tests.fleet import fleet
from tests.running import HASTE, LIMITS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("server", "has_token", "warned"),
    [
        ("http://git.example.org", True, True),
        ("http://git.example.org", False, False),
        ("https://git.example.org", True, False),
        ("http://127.0.0.1:3000", True, False),
    ],
)
def test_a_token_over_plain_http_is_warned_of(server: str, has_token: bool, warned: bool, tmp_path: Path) -> None:
    """The way to the machine itself is no network. The emulator answers for each server."""
    said: list[str] = []
    acme = fleet()
    (tmp_path / "consumer-drift.yml").write_text("consumers: [acme/a]\nversion: 3\n", encoding="utf-8")
    with Emulator(acme.world, "gitea") as emulator:
        settings = Settings(
            forge=ForgeChoice.GITEA,
            server=server,
            api=emulator.api_url,
            token=acme.token("gitea").secret if has_token else "",
        )
        run(
            settings,
            Deadline(60),
            lambda _count: lambda _name: None,
            now=emulator.world.now(),
            workspace=tmp_path,
            retry_policy=HASTE,
            limits=LIMITS,
            say=said.append,
        )
    assert said == ([f"warning: the token goes to {server} without encryption: use an https address"] * warned)
