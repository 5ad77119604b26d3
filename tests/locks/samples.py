"""The lock files that the real tools made, with what these said is in them: scripts/lock_samples.py."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from consumer_drift.locks.base import Installed, LockFormat, LockReading
from consumer_drift.locks.formats import lock_format
from consumer_drift.locks.reading import read_lock

DATA = Path(__file__).resolve().parent.parent / "data" / "locks"


@dataclass(frozen=True)
class Sample:
    """*packages* has the versions of each package, *local* those that are folders of the project."""

    name: str
    file: str
    text: str
    packages: dict[str, list[str]]
    local: frozenset[str]

    @property
    def form(self) -> LockFormat:
        found = lock_format(self.file, self.text)
        assert found is not None
        return found

    def read(self, text: str, package: str, size: int | None = None) -> LockReading:
        return read_lock(self.form, text, package, size)


def _load(folder: Path) -> Sample:
    answer = json.loads((folder / "answer.json").read_text("utf-8"))
    lock = next(path for path in folder.iterdir() if path.name != "answer.json")
    text = lock.read_bytes().decode()
    return Sample(folder.name, lock.name, text, answer["packages"], frozenset(answer["local"]))


# The answer beside a go.mod is for the pins of modules, which read it.
SAMPLES = {folder.name: _load(folder) for folder in sorted(DATA.iterdir()) if folder.name != "go-mod"}
# These say the name and the version of each package at least twice, in places that have to agree.
REPEATING = (
    "uv",
    "poetry",
    "pdm",
    "npm-v2",
    "npm-v3",
    "pnpm-7",
    "pnpm-8",
    "pnpm-10",
    "pnpm-12",
    "yarn-1",
    "yarn-3",
)
# The text of these alone shows that their end is missing.
CLOSED = (
    *("uv", "uv-script", "poetry", "npm-v1", "npm-v2", "npm-v3", "pnpm-7", "pnpm-8", "pnpm-10", "pnpm-12"),
    *("yarn-2", "yarn-3", "yarn-4", "bundler", "composer"),
)


def versions(reading: LockReading) -> list[str]:
    """The versions that a complete lock installs, each once."""
    assert isinstance(reading, Installed), reading
    return sorted({one.version for one in reading.versions})
