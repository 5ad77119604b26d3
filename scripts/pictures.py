"""Make the pictures of the documentation: ``python -m scripts.pictures``. ``--check`` says whether one is stale.

An emulated GitHub serves the example fleet, the program runs on it as it would in a job, and what it writes
is shown as GitHub shows it and photographed in a real browser. Nothing in a picture is written by hand. Each
picture holds a digest of the page that it was taken of, so a test can tell when one is out of date.
"""

from __future__ import annotations

import hashlib
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scripts import browser, github_looks
from scripts.emulated import ADDRESSES, CONFIG, job, with_shown_times
from tests.emulator import World
from tests.emulator.world import real_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scripts.emulated import Job

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
DEMO = ROOT / "examples" / "demo"
WIDTH = 1040
TARGET = "1.4.0"


@contextmanager
def fleet() -> Iterator[Job]:
    """Serve the example fleet; one consumer has a bump pull request that is three hours old."""
    world = World(now=real_time)
    acme = world.organisation("acme")
    for folder in sorted((DEMO / "fleet").iterdir()):
        files = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        acme.repository(folder.name, files)
    late = world.repository("acme/template-pan")
    late.pull(
        f"bump/runtime-{TARGET}",
        title=f"chore(deps): bump runtime to {TARGET}",
        files={path: data.replace(b"1.2.0", TARGET.encode()) for path, data in late.files().items()},
        author="acme-bump",
        created_at=world.now() - timedelta(hours=3, minutes=5),
    )
    token = world.token("acme-bump", kind="classic", scopes=["repo", "read:org", "workflow"], sees="all")
    with job(world, "github", (DEMO / "consumer-drift.yml").read_text(encoding="utf-8"), token.secret) as here:
        yield here


def pages() -> dict[str, str]:
    """Return the HTML of every picture, by the picture's name."""
    with fleet() as here:
        summary = with_shown_times(here.run("check", "--format=markdown"))
        commands = with_shown_times(here.run("check", "--format=github"))
        here.run("propagate", "--only=template-iris")
        config = (here.folder / CONFIG).read_text(encoding="utf-8")
        return {
            "job-summary": github_looks.job_summary(summary),
            "annotations": github_looks.annotated_file(CONFIG, config, commands),
            "pull-request": _pull_request(here),
        }


def _pull_request(here: Job) -> str:
    repository = here.emulator.world.repository("acme/template-iris")
    pull = repository.pulls[-1]
    before, after = repository.files(), repository.files(pull.head_branch)
    return github_looks.pull_request(
        title=pull.title,
        number=pull.number,
        author=pull.author,
        branches=(pull.base_branch, pull.head_branch),
        labels=[label.name for label in pull.labels],
        body=pull.body.replace(here.emulator.url, ADDRESSES["github"]),
        changes={
            path: (before[path].decode(), after[path].decode()) for path in after if before[path] != after[path]
        },
    )


def digest(html: str) -> str:
    """Return what a picture of *html* says of itself."""
    return f"made of {hashlib.sha256(html.encode()).hexdigest()}"


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of the pictures in *folder* that do not show what the program writes today."""
    return [name for name, html in pages().items() if _said(folder / f"{name}.png") != digest(html)]


def _said(file: Path) -> str:
    return browser.comment_of(file.read_bytes()) if file.exists() else ""


def check() -> int:
    """Return the process's exit code: 1 where a picture is stale."""
    found = stale()
    if found:
        print(f"out of date: {', '.join(found)}. Run: make pictures", file=sys.stderr)
    return 1 if found else 0


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
    sys.exit(check() if "--check" in sys.argv else main())
