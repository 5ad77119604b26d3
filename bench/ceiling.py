"""How many requests a second the replayed answers can take without latency.

What comes near it measures the server.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from bench.cases import GITEA, GITHUB, Kind
from consumer_drift.forges.github import queries
from consumer_drift.model.observation import Wanted
from consumer_drift.model.repository import RepositoryName

if TYPE_CHECKING:
    from bench.processes import Server

THREADS = 8
FILES = (".runtime-version", "requirements.txt")


def ceilings(kind: Kind, at: Server, seconds: float) -> dict[str, float]:
    """Requests a second for each kind of request that a check is made of."""
    requests = _requests(kind, at)
    at.tell("record 0")
    for request in requests.values():
        _rate(at, request, 1, 0)
    at.tell("replay 0")
    return {name: _rate(at, request, THREADS, seconds) for name, request in requests.items()}


def bare(at: Server, latency: int, concurrency: int, seconds: float) -> float:
    """The same with *latency*, by as many bare sockets as a check has requests at once: nothing is faster here.

    After ``ceilings``, which records the request.
    """
    at.tell(f"replay {latency}")
    return _rate(at, _requests(GITEA, at)["two files at once"], concurrency, seconds)


def _requests(kind: Kind, at: Server) -> dict[str, bytes]:
    if kind == GITHUB:
        batch = [Wanted(RepositoryName("acme", f"template-{number:05}"), FILES, (), "") for number in range(50)]
        page = queries.owner_page("acme", FILES, public_only=False, size=100, cursor=None)
        return {
            "a batch of 50 consumers": _graphql(at, *queries.consumers(batch, "bump/runtime-0.3.43")),
            "a page of 100 repositories": _graphql(at, *page),
        }
    repository = "/api/v1/repos/acme/template-00000"
    files = {
        "two files at once": f"{repository}/file-contents?ref=main&body={quote(json.dumps({'files': FILES}))}",
        "one file": f"{repository}/contents/.runtime-version?ref=main",
    }
    if not kind.batch_route:
        del files["two files at once"]
    targets = {**files, "a page of 50 repositories": "/api/v1/orgs/acme/repos?limit=50&page=1"}
    return {name: _raw(at, "GET", target, b"", "token") for name, target in targets.items()}


def _graphql(at: Server, document: str, variables: object) -> bytes:
    body = json.dumps({"query": document, "variables": variables}).encode()
    return _raw(at, "POST", "/api/graphql", body, "Bearer")


def _raw(at: Server, method: str, target: str, body: bytes, scheme: str) -> bytes:
    head = [
        f"{method} {target} HTTP/1.1",
        "Host: bench",
        "User-Agent: bench",
        f"Authorization: {scheme} {at.address['token']}",
    ]
    return "\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).encode() + body


def _rate(at: Server, request: bytes, threads: int, seconds: float) -> float:
    """Raises RuntimeError where an answer is not good."""
    done: list[int] = []
    end = time.monotonic() + seconds

    def ask() -> None:
        place = urlsplit(at.address["url"])
        with socket.create_connection((str(place.hostname), place.port or 80)) as connection:
            reader, count = connection.makefile("rb"), 0
            while not count or time.monotonic() < end:
                connection.sendall(request)
                if b" 200 " not in reader.readline():
                    return
                length = 0
                while (line := reader.readline()) not in {b"\r\n", b""}:
                    name, _, value = line.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                reader.read(length)
                count += 1
            done.append(count)

    asking = [threading.Thread(target=ask) for _ in range(threads)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    if len(done) < threads:
        raise RuntimeError(f"the server refuses {request[:60]!r}")
    return sum(done) / seconds if seconds else 0.0
