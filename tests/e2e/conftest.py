"""What the end-to-end tests need, and why they are skipped where it is not here."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e import act
from tests.e2e.act import ROOT, Act

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.emulator import Emulator


def missing() -> str:
    """Why these tests cannot run here; empty where they can."""
    if act.program() is None:
        return "act is not here: make e2e installs it"
    try:
        subprocess.run(["docker", "version"], capture_output=True, check=True, timeout=20)
    except FileNotFoundError:
        return "docker is not here"
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return "no Docker daemon answers"
    if subprocess.run(["docker", "image", "inspect", act.JOB_IMAGE], capture_output=True, check=False).returncode:
        return f"the image {act.JOB_IMAGE} is not here: make e2e gets or makes it"
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip everything here with one reason, and give what runs the time that containers take."""
    ours = [item for item in items if item.path.is_relative_to(ROOT / "tests" / "e2e")]
    why = missing() if ours else ""
    if why and os.environ.get("CONSUMER_DRIFT_E2E_REQUIRED"):
        raise pytest.UsageError(f"no end-to-end test can be run: {why}")
    for item in ours:
        item.add_marker(pytest.mark.timeout(1200))
        if why:
            item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(autouse=True)
def alone() -> Iterator[None]:
    """One test at a time: side by side they would build the same image at the same time."""
    with Path(tempfile.gettempdir(), "consumer-drift-e2e.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The action's own repository, tagged v1."""
    folder = tmp_path_factory.mktemp("consumer-drift-action")
    # Also for the tests in which somebody else runs act.
    for parent in (folder, folder.parent, folder.parent.parent):
        parent.chmod(0o755)
    return act.ship(folder)


@pytest.fixture
def machine(action: Path, tmp_path: Path) -> Callable[[Emulator], Act]:
    """A runner beside an emulator."""

    def make(emulator: Emulator, **options: object) -> Act:
        folder = tmp_path / "work"
        folder.mkdir()
        return Act(action, folder, emulator, **options)  # type: ignore[arg-type]

    return make
