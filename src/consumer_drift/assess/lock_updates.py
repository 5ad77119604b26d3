"""What brings lock files to the target: the package managers' commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.result import FileText
from consumer_drift.pins.locked import Locked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consumer_drift.assess.pin_states import PinState
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.versions import Version


@dataclass(frozen=True, slots=True)
class LockUpdate:
    """A lock file that has to change, and the package manager's *command* for it, empty where it is not known.

    The command is run in the folder of *path*.
    """

    path: str
    command: str

    @property
    def folder(self) -> str:
        """Where the command is run, empty for the root."""
        return self.path.rpartition("/")[0]

    @property
    def instruction(self) -> str:
        """``run `uv lock --upgrade-package acme-runtime` in services/api``."""
        if not self.command:
            return f"update {self.path} with the tool that writes it"
        return f"run `{self.command}`{f' in {self.folder}' if self.folder else ''}"


def lock_update(pin: Pin, snapshot: Snapshot, target: Version) -> LockUpdate:
    """Return what brings the lock file of *pin* to *target*."""
    answer = snapshot.files.get(pin.file)
    text = answer.text if isinstance(answer, FileText) else ""
    return LockUpdate(pin.file, pin.update_command(text, target.text) if isinstance(pin, Locked) else "")


def instructions(states: Iterable[PinState], snapshot: Snapshot, target: Version) -> str:
    """Return what brings the lock files of *states* to *target*, each once."""
    updates = dict.fromkeys(lock_update(one.pin, snapshot, target) for one in states)
    return " and ".join(one.instruction for one in updates)
