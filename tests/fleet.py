"""The fleet that the product was made for: eleven listed consumers of ``runtime-v0.3.44``, six of them behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.emulator import World

if TYPE_CHECKING:
    from tests.emulator.tokens import Token
    from tests.emulator.world import Owner

TARGET = "0.3.44"
BEHIND = tuple(f"template-{letter}" for letter in "abcdef")
CURRENT = tuple(f"template-{letter}" for letter in "ghij")
CORE = "core"

CONFIG = "\n".join(
    [
        "source:",
        "  tags: runtime-v{version}",
        "pins:",
        "  - file: .runtime-version",
        "consumers:",
        *(f"  - {name}" for name in (*BEHIND, *CURRENT)),
        f"  - name: {CORE}",
        "    pins: []",
        "    forbid: [workspace/]",
        "",
    ]
)


@dataclass(frozen=True)
class Fleet:
    """The world, and its one owner."""

    world: World
    acme: Owner

    def bump(self) -> None:
        """What the six bump pull requests do when they are merged."""
        for repository in self.acme.repositories:
            if repository.name in BEHIND:
                repository.commit({".runtime-version": f"{TARGET}\n"})

    def token(self, forge: str, *, organisation: bool = False, name: str = "bot") -> Token:
        """A token that writes repositories, with or without the right to read the organisation."""
        if forge == "github":
            return self.world.token(
                name, kind="classic", scopes=["repo", *(["read:org"] if organisation else [])], sees="all"
            )
        scopes = ["write:repository", *(["read:organization"] if organisation else [])]
        return self.world.token(name, scopes=scopes, sees="all")


def fleet(**settings: object) -> Fleet:
    """A fresh fleet: public and private consumers, old tags, tags of something else, a website without a pin."""
    world = World(**settings)
    acme = world.organisation("acme")
    tags = [f"runtime-v0.3.{patch}" for patch in range(30, 45)]
    acme.repository("runtime", tags=[*tags, "runtime-v0.4.0-rc.1", "cli-v9.9.9", "nightly"])
    for index, name in enumerate(BEHIND):
        acme.repository(name, files={".runtime-version": f"0.3.{43 - index}\n"}, private=index % 2 == 0)
    for index, name in enumerate(CURRENT):
        acme.repository(name, files={".runtime-version": f"{TARGET}\n"}, private=index % 2 == 0)
    acme.repository(CORE, files={"README.md": "no pin\n"})
    acme.repository("website", files={"index.html": "<p>\n"}, private=True)
    return Fleet(world, acme)
