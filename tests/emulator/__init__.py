"""A forge to test against: one described world, answered as GitHub, Gitea and Forgejo over real HTTP."""

from tests.emulator.faults import FAULTS, Fault, Faults
from tests.emulator.server import Emulator
from tests.emulator.world import (
    LfsPointer,
    Owner,
    PullRequest,
    Release,
    Repository,
    Settings,
    Submodule,
    Symlink,
    Token,
    World,
)

__all__ = [
    "FAULTS",
    "Emulator",
    "Fault",
    "Faults",
    "LfsPointer",
    "Owner",
    "PullRequest",
    "Release",
    "Repository",
    "Settings",
    "Submodule",
    "Symlink",
    "Token",
    "World",
]
