"""``python -m bench.gitserver``: bare repositories over HTTP by git's own http-backend, each answer late.

https://git-scm.com/docs/git-http-backend
Commands as of ``bench.forge``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FILES = {".runtime-version": "0.3.43\n", "requirements.txt": "acme-runtime==0.3.43\n"}


class Served(ThreadingHTTPServer):
    """What is served, how late, and what was asked."""

    daemon_threads = True

    def __init__(self, root: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.root = root
        self.latency = 0.0
        self._counting = threading.Lock()
        self._requests = self._bytes = 0

    def count(self, size: int) -> None:
        """One exchange with so many bytes of bodies."""
        with self._counting:
            self._requests += 1
            self._bytes += size

    def tally(self) -> dict[str, float]:
        """What was asked since this was asked last."""
        with self._counting:
            told = {"requests": self._requests, "bytes": self._bytes, "seconds": 0.0}
            self._requests = self._bytes = 0
        return told


class Handler(BaseHTTPRequestHandler):
    """A gateway to the backend, and nothing more."""

    protocol_version = "HTTP/1.1"
    server: Served

    def do_GET(self) -> None:
        """The references."""
        self._pass_on(b"")

    def do_POST(self) -> None:
        """The wanted objects."""
        self._pass_on(self.rfile.read(int(self.headers.get("content-length", 0))))

    def log_message(self, format: str, *args: object) -> None:
        """No one reads it."""

    def _pass_on(self, body: bytes) -> None:
        path, _, query = self.path.partition("?")
        answer = subprocess.run(
            ["git", "http-backend"],
            input=body,
            capture_output=True,
            check=True,
            env={
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(self.server.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("content-type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("content-encoding", ""),
                "GIT_PROTOCOL": self.headers.get("git-protocol", ""),
            },
        ).stdout
        head, _, content = answer.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.server.count(len(body) + len(content))
        time.sleep(self.server.latency)
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def make(root: Path, repositories: int) -> None:
    """``template-00000.git`` and so on, each of one commit with the two pins."""
    work = root / "work"
    work.mkdir()
    for name, text in FILES.items():
        (work / name).write_text(text)
    me = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], [*me, "commit", "-q", "-m", "pins"]):
        subprocess.run(["git", "-C", str(work), *command], check=True)
    first = root / "template-00000.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(work), str(first)], check=True)
    for number in range(1, repositories):
        shutil.copytree(first, root / f"template-{number:05}.git")


def main() -> None:
    """Serve until the input ends."""
    parser = argparse.ArgumentParser(prog="python -m bench.gitserver")
    parser.add_argument("--repositories", type=int, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), options.repositories)
        served = Served(Path(folder))
        threading.Thread(target=served.serve_forever, daemon=True).start()
        print(json.dumps({"url": f"http://127.0.0.1:{served.server_address[1]}"}), flush=True)
        for line in sys.stdin:
            word, _, value = line.strip().partition(" ")
            if word == "latency":
                served.latency = float(value) / 1000
            print(json.dumps(served.tally()), flush=True)


if __name__ == "__main__":
    main()
