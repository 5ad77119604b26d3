"""Run the commands of docs/quick-start.md, and write what they print into the page.

All blocks of shell commands run in one shell, in an empty folder, and the block of text behind each gets what it
prints. Blocks after the comment ``<!-- not run -->`` are left alone. The server is the emulator.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.emulated import with_shown_times
from scripts.shifted import inherited
from tests.emulator import Emulator
from tests.emulator.world import real_time
from tests.emulator.worlds import quickstart

ROOT = Path(__file__).resolve().parent.parent
PAGE = Path("docs/quick-start.md")
# The page shows one address, whatever port was free.
SHOWN_SERVER = "http://127.0.0.1:8080"
SHOWN_SECONDS = "in 0.1 s"
# The day of the releases that the page shows: a bump that is open for an hour is to be of a new release.
SHOWN_DAY = "found on 2026-06-12"
_STEP = re.compile(
    r"(?P<skip><!-- not run -->\n\n)?^```sh\n(?P<commands>.*?)^```\n"
    r"(?P<between>\n^```text\n)?(?P<output>(?(between).*?^```\n))",
    re.MULTILINE | re.DOTALL,
)
_NEXT = "\x1e"


def page(root: Path) -> str:
    """Return the page of the folder *root* with the output of its commands regenerated."""
    text = (root / PAGE).read_text(encoding="utf-8")
    outputs = iter(_outputs([step["commands"] for step in _STEP.finditer(text) if not step["skip"]]))

    def made(step: re.Match[str]) -> str:
        output = "" if step["skip"] else next(outputs)
        if not step["between"] or step["skip"]:
            return step[0]
        return f"```sh\n{step['commands']}```\n{step['between']}{output}```\n"

    return _STEP.sub(made, text)


def _outputs(steps: list[str]) -> list[str]:
    script = f"printf '{_NEXT}'\n".join(steps)
    with Emulator(quickstart(now=real_time), "gitea") as server, tempfile.TemporaryDirectory() as folder:
        token = next(token.secret for token in server.world.tokens.values() if token.name == "bot")
        shell = subprocess.run(
            ["/bin/sh"],
            input=script,
            env=_environment(SERVER=server.url, GITEA_SERVER_URL=server.url, GITEA_TOKEN=token, TMPDIR=folder),
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        printed = re.sub(r"\bin \d+\.\d s\b", SHOWN_SECONDS, shell.stdout.replace(server.url, SHOWN_SERVER))
        printed = with_shown_times(printed)
        printed = re.sub(r"\bfound on \d{4}-\d\d-\d\d\b", SHOWN_DAY, printed)
        # The folder's name differs from run to run.
        return re.sub(rf"{re.escape(folder)}/tmp\.\w+", "/tmp/tour", printed).split(_NEXT)


def _environment(**more: str) -> dict[str, str]:
    """Return what a reader's shell has: the program on the path, and no token and no job."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "SYSTEMROOT") if name in os.environ}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**kept, **inherited(), "PATH": path, "LC_ALL": "C.UTF-8", **more}


def main(root: Path) -> None:
    """Write the page under *root*."""
    (root / PAGE).write_text(page(root), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(ROOT)
