"""Run the program against an emulated server, as a job would, and keep what it prints."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.emulator import Emulator
from tests.processes import consumer_drift

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.emulator import World

CONFIG = ".github/consumer-drift.yml"
ADDRESSES = {"github": "https://github.com", "gitea": "https://git.example.org"}
# What differs from run to run: a page is to change with the program and not with the machine's speed.
_DURATION = re.compile(r"in \d+\.\d s\b")
_MOMENT = re.compile(r"\b(?P<word>since|until) \d{4}-\d\d-\d\d(?P<time> \d\d:\d\d UTC)?")
_SHOWN = {"since": "2026-06-12", "until": "2026-06-13"}


def with_shown_times(printed: str) -> str:
    """Return what was *printed* with one date for all releases."""
    return _MOMENT.sub(
        lambda found: f"{found['word']} {_SHOWN[found['word']]}{' 09:00 UTC' if found['time'] else ''}", printed
    )


@dataclass(frozen=True)
class Job:
    """A server that is emulated, and a folder that holds the configuration."""

    emulator: Emulator
    folder: Path
    token: str

    def run(self, command: str, *arguments: str) -> str:
        """Return what *command* prints, with a usual address in place of the emulator's."""
        forge = "github" if self.emulator.forge == "github" else "gitea"
        server = (f"--forge={forge}", f"--server={self.emulator.url}", "--token-env=TOKEN")
        variables = {"CI": "true", "TOKEN": self.token, "NO_COLOR": "1", "COLUMNS": "100"}
        done = consumer_drift(command, *server, *arguments, cwd=self.folder, env={**os.environ, **variables})
        if not done.stdout:
            raise RuntimeError(done.stderr)
        return _DURATION.sub("in 0.4 s", done.stdout.replace(self.emulator.url, ADDRESSES[forge]))


@contextmanager
def job(world: World, forge: str, config: str, token: str) -> Iterator[Job]:
    """Serve *world* as *forge*, with *config* in a folder of its own."""
    # An Enterprise Server's API lies below the address that a browser uses, so one address is enough.
    world.settings.ghes = forge == "github"
    with tempfile.TemporaryDirectory() as folder, Emulator(world, forge) as emulator:
        file = Path(folder, CONFIG)
        file.parent.mkdir()
        file.write_text(config, encoding="utf-8")
        yield Job(emulator, Path(folder), token)
