"""What is at a pin's path and is no file: it never passes for a pin, on any forge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.emulator import Emulator, Submodule, Symlink, World
from tests.running import check, propagate

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
pins:
  - file: V
  - file: requirements.txt
    requirement: runtime
    optional: true
consumers: [linked, nested, plain, sub]
"""


@pytest.fixture(params=["github", "gitea", "forgejo"])
def forge(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def acme(forge: str, version: str) -> tuple[World, str]:
    """Consumers with *version*, some of them by a link or a submodule only."""
    world = World()
    owner = world.organisation("acme")
    owner.repository("runtime", tags=["v1.4.0"])
    owner.repository("linked", files={"V": Symlink(version)})
    owner.repository("nested", files={"V": version, "requirements.txt": Symlink(f"runtime=={version}")})
    owner.repository("plain", files={"V": version})
    owner.repository("sub", files={"V": Submodule()})
    scopes = ["repo", "read:org"] if forge == "github" else ["write:repository", "read:organization"]
    return world, world.token(
        "bot", scopes=scopes, sees="all", kind=None if forge != "github" else "classic"
    ).secret


def test_a_link_and_a_submodule_are_no_pins(forge: str, tmp_path: Path) -> None:
    """The target of the link reads like the version that is wanted."""
    world, token = acme(forge, "1.4.0")
    world.owners["acme"].repository("unlisted", files={"V": Symlink("1.4.0")})
    world.owners["acme"].repository("website", files={"V": Submodule()})
    with Emulator(world, forge) as emulator:
        run = check(emulator, CONFIG, tmp_path, token)
    found = {(one.code.value, one.consumer.name if one.consumer else "") for one in run.report.findings}
    assert found == {
        ("invalid-pin", "linked"),
        ("invalid-pin", "nested"),
        ("invalid-pin", "sub"),
        # Whether the link leads to a pin is not known.
        ("reconcile-failed", "unlisted"),
    }
    assert "V is a symbolic link" in run.messages
    assert "V is a submodule" in run.messages


def test_a_bump_replaces_no_link(forge: str, tmp_path: Path) -> None:
    world, token = acme(forge, "1.3.0")
    with Emulator(world, forge) as emulator:
        run = propagate(emulator, CONFIG, tmp_path, token)
    assert {name.name: bump.outcome.value for name, bump in run.report.bumps}["plain"] == "opened", run.messages
    for name in ("linked", "sub"):
        assert world.repository(f"acme/{name}").pulls == []
    entries = dict(world.objects.trees[world.repository("acme/nested").tip("main").tree])  # type: ignore[union-attr]
    assert entries["requirements.txt"].mode == "120000"
    assert run.report.exit_code == 1
