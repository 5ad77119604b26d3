"""``python -m bench.peers``: this program beside others that look at the same repositories of a real Gitea.

    python -m bench.peers --server http://127.0.0.1:3000 --token TOKEN --access-log log/access.log \
        --renovate 'node node_modules/renovate/dist/renovate.js' --multi-gitter multi-gitter

The token may create organizations and repositories: the owner and its repositories are made where they are
missing. Gitea writes the access log with ``logger.access.MODE = access`` in ``[log]``:
https://docs.gitea.com/administration/config-cheat-sheet#log-log. What is absent is left out.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import shlex
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bench.blocks import filled, table
from bench.contenders import config
from bench.processes import ROOT, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.cases import Figures

PAGE = ROOT / "docs" / "performance.md"
OWNER, VERSION = "acme", "0.3.43"
FILES = {".runtime-version": f"{VERSION}\n", "requirements.txt": f"acme-runtime=={VERSION}\n"}
# The method, the address, the status and the size of an answer, as Gitea's own template has them.
_LINE = re.compile(r'"(?:GET|POST|PUT|PATCH|DELETE|HEAD) \S+ HTTP/[0-9.]+" (\d{3}) (\d+)')
RENOVATE = {
    "platform": "gitea",
    "onboarding": False,
    "requireConfig": "ignored",
    "dryRun": "lookup",
    "enabledManagers": ["custom.regex"],
    "customManagers": [
        {
            "customType": "regex",
            "fileMatch": [r"^\.runtime-version$"],
            "matchStrings": [r"^(?<currentValue>\S+)"],
            "depNameTemplate": f"{OWNER}/runtime",
            "datasourceTemplate": "gitea-tags",
            "extractVersionTemplate": "^v(?<version>.*)$",
        }
    ],
}


@dataclass(frozen=True)
class Peer:
    """A program. *run* measures it on so many repositories; *lacks*: what it does not do there."""

    name: str
    run: Callable[[int], Figures]
    lacks: str


class Gitea:
    """The server, and what it was asked."""

    def __init__(self, url: str, token: str, log: Path | None) -> None:
        self.url, self.token, self._log = url.rstrip("/"), token, log
        self._read = 0

    def asked(self) -> tuple[int, int]:
        """How many requests it has answered since this was asked last, and how many bytes; 0 without a log."""
        if self._log is None:
            return 0, 0
        # It is written a little later than the answers.
        time.sleep(1.5)
        with self._log.open(encoding="utf-8", errors="replace") as file:
            file.seek(self._read)
            rows = [(int(one[1]), int(one[2])) for one in map(_LINE.search, file) if one]
            self._read = file.tell()
        return len(rows), sum(size for _, size in rows)

    def fill(self, repositories: int) -> None:
        """Make the owner with the source and its consumers, as far as they are missing."""
        self._post("orgs", {"username": OWNER}, 422)
        self._repository("runtime", {})
        for version in ("0.3.42", VERSION):
            self._post(f"repos/{OWNER}/runtime/tags", {"tag_name": f"v{version}", "target": "main"}, 409)
        for number in range(repositories):
            self._repository(f"template-{number:05}", FILES)

    def _repository(self, name: str, files: dict[str, str]) -> None:
        settings = {"name": name, "auto_init": True, "default_branch": "main"}
        if self._post(f"orgs/{OWNER}/repos", settings, 409) and files:
            changes = [
                {"operation": "create", "path": path, "content": _base64(text)} for path, text in files.items()
            ]
            self._post(f"repos/{OWNER}/{name}/contents", {"branch": "main", "files": changes})

    def _post(self, path: str, body: object, there: int = 0) -> bool:
        """Return whether it was made; *there* is the status where it was there before."""
        request = Request(f"{self.url}/api/v1/{path}", json.dumps(body).encode(), method="POST")
        request.add_header("Authorization", f"token {self.token}")
        request.add_header("Content-Type", "application/json")
        try:
            with urlopen(request) as answer:
                return bool(answer.read())
        except HTTPError as error:
            if error.code != there:
                raise
            return False


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def peers(gitea: Gitea, renovate: str, multi_gitter: str) -> Iterator[Peer]:
    """Those that can be run here."""
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "GIT_TERMINAL_PROMPT": "0"}
    run = _Runs(gitea, environment)
    yield Peer("consumer-drift", run.ours, "writes no lock files; knows one source")
    yield Peer(
        "clones in turn",
        run.clones,
        "only prints: no target version, no unlisted repositories, no pull requests, no API",
    )
    if multi_gitter:
        yield Peer(
            "multi-gitter `print`",
            lambda number: run.multi_gitter(multi_gitter, number),
            "only prints what a script says in each clone: no target version, nothing about pull requests",
        )
    if renovate:
        yield Peer(
            "Renovate, `dryRun: lookup`",
            lambda number: run.renovate(renovate, number),
            "looks up one file here; no list of consumers, so none is missing, and one log per repository",
        )


@dataclass(frozen=True)
class _Runs:
    gitea: Gitea
    environment: dict[str, str]

    def ours(self, number: int) -> Figures:
        with config(number) as file:
            where = ["--forge", "gitea", "--server", self.gitea.url, "--token-env", "PEER_TOKEN"]
            command = [sys.executable, "-m", "consumer_drift", "check", "--config", str(file), *where]
            return self._measured(command if number > 1 else [*command, "--no-reconcile"])

    def clones(self, number: int) -> Figures:
        with tempfile.TemporaryDirectory() as folder:
            script = str(ROOT / "bench" / "clones.sh")
            return self._measured(["sh", script, f"{self.gitea.url}/{OWNER}", str(number), folder])

    def multi_gitter(self, program: str, number: int) -> Figures:
        names = ",".join(f"{OWNER}/template-{one:05}" for one in range(number))
        where = ["--platform", "gitea", "--base-url", self.gitea.url, "--token", self.gitea.token]
        return self._measured(
            [*shlex.split(program), "print", "cat .runtime-version requirements.txt", *where, "--repo", names]
        )

    def renovate(self, program: str, number: int) -> Figures:
        with tempfile.TemporaryDirectory() as folder:
            settings = {**RENOVATE, "endpoint": f"{self.gitea.url}/api/v1/", "baseDir": folder}
            [manager] = RENOVATE["customManagers"]  # type: ignore[misc]
            settings["customManagers"] = [{**manager, "registryUrlTemplate": self.gitea.url}]
            settings["repositories"] = [f"{OWNER}/template-{one:05}" for one in range(number)]
            file = Path(folder) / "config.json"
            file.write_text(json.dumps(settings), encoding="utf-8")
            return self._measured(shlex.split(program), RENOVATE_CONFIG_FILE=str(file), LOG_LEVEL="warn")

    def _measured(self, command: list[str], **more: str) -> Figures:
        environment = {
            **self.environment,
            "PEER_TOKEN": self.gitea.token,
            "RENOVATE_TOKEN": self.gitea.token,
            **more,
        }
        self.gitea.asked()
        figures, _ = measured(command, environment)
        requests, size = self.gitea.asked()
        return replace(figures, requests=requests, size=size)


def compared(found: dict[str, tuple[Peer, Figures, Figures]], number: int) -> str:
    """Return the table: of each program a run on one repository, and one on *number*."""
    head = ["", "one repository", f"{number} repositories", "each further one", "requests", "bytes", "memory"]
    rows = []
    for peer, one, many in found.values():
        each = (many.wall - one.wall) / (number - 1)
        rows.append(
            [
                peer.name,
                f"{one.wall:.2f} s",
                f"{many.wall:.2f} s",
                f"{1000 * each:,.0f} ms",
                f"{many.requests:,}" if many.requests else "–",
                f"{many.size / 1000:,.0f} kB" if many.size else "–",
                f"{many.memory:,.0f} MiB",
            ]
        )
    lacks = "".join(f"- {peer.name}: {peer.lacks}.\n" for peer, _, _ in found.values())
    return f"{table(head, rows)}\nWhat they do not do there:\n\n{lacks}"


def main() -> None:
    """Measure all, one after the other, and write their part of the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers")
    parser.add_argument("--server", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--access-log", type=Path)
    parser.add_argument("--repositories", type=int, default=40)
    parser.add_argument("--renovate", default="", help="the command that starts Renovate")
    parser.add_argument("--multi-gitter", default="", help="the command that starts multi-gitter")
    parser.add_argument("--output", type=Path, default=PAGE)
    options = parser.parse_args()
    gitea = Gitea(options.server, options.token, options.access_log)
    gitea.fill(options.repositories)
    found: dict[str, Any] = {}
    for peer in peers(gitea, options.renovate, options.multi_gitter):
        one, many = peer.run(1), peer.run(options.repositories)
        found[peer.name] = peer, one, many
        print(f"{one.wall:8.2f} s {many.wall:8.2f} s  {peer.name}", file=sys.stderr, flush=True)
    page = PAGE.read_text(encoding="utf-8")
    blocks = {"peers": compared(found, options.repositories)}
    options.output.write_text(filled(page, blocks), encoding="utf-8")


if __name__ == "__main__":
    main()
