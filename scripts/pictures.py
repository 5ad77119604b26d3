"""Make the pictures of the documentation: ``python -m scripts.pictures``.

The example fleet stands in an emulated GitHub, the program runs on it as it would in a job, and what it writes
is shown as GitHub shows it and photographed in a real browser. Nothing in a picture is written by hand. Each
picture holds a digest of the page that it was taken of, so a test can tell when one is out of date.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scripts import browser, github_looks
from tests.emulator import Emulator, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.emulator import PullRequest

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
DEMO = ROOT / "examples" / "demo"
CONFIG = ".github/consumer-drift.yml"
WIDTH = 1040
TARGET = "1.4.0"
_DURATION = re.compile(r"in \d+\.\d s\b")


@dataclass(frozen=True)
class Scene:
    """An emulated GitHub with the example fleet, and a workspace that holds its configuration."""

    emulator: Emulator
    workspace: Path
    token: str

    def run(self, *arguments: str) -> str:
        """Return what the program prints, with GitHub's own address in place of the emulator's."""
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "consumer_drift",
                *arguments,
                "--forge=github",
                f"--server={self.emulator.url}",
            ],
            cwd=self.workspace,
            env={**os.environ, "GITHUB_TOKEN": self.token, "NO_COLOR": "1", "COLUMNS": "100"},
            capture_output=True,
            text=True,
            check=False,
        )
        if not done.stdout:
            raise RuntimeError(done.stderr)
        # A picture changes when the report does, not with the machine's speed.
        return _DURATION.sub("in 0.4 s", done.stdout.replace(self.emulator.url, "https://github.com"))


@contextmanager
def scene() -> Iterator[Scene]:
    """Serve the example fleet; one consumer has a bump pull request that is three hours old."""
    world = World(ghes=True)  # whose API lies below the address that a browser uses
    acme = world.organisation("acme")
    for folder in sorted((DEMO / "fleet").iterdir()):
        files = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        acme.repository(folder.name, files)
    late = world.repository("acme/template-pan")
    bumped = {path: data.replace(b"1.2.0", TARGET.encode()) for path, data in late.files().items()}
    late.pull(
        f"bump/runtime-{TARGET}",
        title=f"chore(deps): bump runtime to {TARGET}",
        files=bumped,
        author="acme-bump",
        created_at=world.now() - timedelta(hours=3, minutes=5),
    )
    token = world.token("acme-bump", kind="classic", scopes=["repo", "read:org", "workflow"], sees="all")
    with tempfile.TemporaryDirectory() as folder, Emulator(world, "github") as emulator:
        config = Path(folder, CONFIG)
        config.parent.mkdir()
        config.write_bytes((DEMO / "consumer-drift.yml").read_bytes())
        yield Scene(emulator, Path(folder), token.secret)


def pages() -> dict[str, str]:
    """Return the HTML of every picture, by the picture's name."""
    with scene() as here:
        summary = here.run("check", "--format=markdown")
        commands = here.run("check", "--format=github")
        here.run("propagate", "--only=template-iris")
        repository = here.emulator.world.repository("acme/template-iris")
        pull = repository.pulls[-1]
        return {
            "job-summary": github_looks.job_summary(summary),
            "annotations": github_looks.annotated_file(
                CONFIG, (here.workspace / CONFIG).read_text(encoding="utf-8"), commands
            ),
            "pull-request": _pull_request(pull, here.emulator.url),
        }


def _pull_request(pull: PullRequest, address: str) -> str:
    repository = pull.repository
    before, after = repository.files(), repository.files(pull.head_branch)
    return github_looks.pull_request(
        title=pull.title,
        number=pull.number,
        author=pull.author,
        branches=(pull.base_branch, pull.head_branch),
        labels=[label.name for label in pull.labels],
        body=pull.body.replace(address, "https://github.com"),
        changes={
            path: (before[path].decode(), after[path].decode()) for path in after if before[path] != after[path]
        },
    )


def digest(html: str) -> str:
    """Return what a picture of *html* says of itself."""
    return f"made of {hashlib.sha256(html.encode()).hexdigest()}"


def main() -> int:
    """Write every picture, and return the process's exit code."""
    FOLDER.mkdir(exist_ok=True)
    try:
        for name, html in pages().items():
            file = FOLDER / f"{name}.png"
            file.write_bytes(browser.picture(html, WIDTH, digest(html)))
            print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} KiB")
    except RuntimeError as error:
        print(f"pictures: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
