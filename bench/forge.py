"""``python -m bench.forge``: an emulated forge in several processes that share one world and one address.

Commands, a line each: ``latency MS`` and ``tally``. Each is answered by what was done since the one before.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import signal
import socket
import struct
import sys
import threading
import time
from typing import TYPE_CHECKING

from bench.worlds import FLEETS
from tests.emulator.requestlog import Logged, RequestLog
from tests.emulator.server import Emulator
from tests.emulator.world import real_time

if TYPE_CHECKING:
    from tests.emulator.world import World

# Each worker's own figures: requests, bytes of bodies, seconds of its processor time. Only it writes them, so
# there is nothing to lock between processes. The first place holds the latency.
_PLACE = struct.Struct("qqd")


class Shared:
    """Memory that the parent and all workers see."""

    def __init__(self, workers: int) -> None:
        self._memory = mmap.mmap(-1, _PLACE.size * (workers + 1))
        self._workers = workers
        self._told = (0, 0, 0.0)

    @property
    def latency(self) -> float:
        """In seconds."""
        return float(_PLACE.unpack_from(self._memory, 0)[2])

    @latency.setter
    def latency(self, seconds: float) -> None:
        _PLACE.pack_into(self._memory, 0, 0, 0, seconds)

    def write(self, worker: int, figures: tuple[int, int, float]) -> None:
        """What the *worker* (from 0) did so far."""
        _PLACE.pack_into(self._memory, _PLACE.size * (worker + 1), *figures)

    def tally(self) -> dict[str, float]:
        """What all of them did since this was asked last."""
        places = [_PLACE.unpack_from(self._memory, _PLACE.size * (one + 1)) for one in range(self._workers)]
        now = tuple(map(sum, zip(*places, strict=True)))
        since = {key: now[i] - self._told[i] for i, key in enumerate(("requests", "bytes", "seconds"))}
        self._told = (now[0], now[1], now[2])
        return since


class Tally(RequestLog):
    """Counts requests in place of keeping them."""

    def __init__(self, shared: Shared, worker: int) -> None:
        super().__init__()
        self._shared = shared
        self._worker = worker
        self._counting = threading.Lock()
        self._figures = (0, 0, 0.0)

    def append(self, item: Logged) -> None:
        """Add *item*."""
        with self._counting:
            requests, size, _ = self._figures
            self._figures = (requests + 1, size + item.bytes + len(item.body), time.process_time())
            self._shared.write(self._worker, self._figures)


class Worker(Emulator):
    """One of the processes."""

    def __init__(self, world: World, forge: str, shared: Shared, number: int) -> None:
        self._shared = shared
        super().__init__(world, forge)
        self.requests = Tally(shared, number)

    @property
    def latency(self) -> float:
        """As the parent was told."""
        return self._shared.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        """Only the parent sets it."""


def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="python -m bench.forge")
    parser.add_argument("--forge", required=True)
    parser.add_argument("--consumers", type=int, required=True)
    parser.add_argument("--fleet", choices=FLEETS, default="plain")
    parser.add_argument("--lock-bytes", type=int, default=0)
    parser.add_argument("--no-batch-route", action="store_true")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    world = FLEETS[options.fleet](options.consumers, options.lock_bytes, now=real_time)
    # An Enterprise Server by default counts no requests.
    world.settings.ghes = options.forge == "github"
    world.settings.has_batch_route = not options.no_batch_route
    shared = Shared(options.workers)
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    children = [_fork(world, options.forge, shared, number, listener) for number in range(options.workers)]
    signal.signal(signal.SIGTERM, lambda *_: _end(children))
    host, port = listener.getsockname()[:2]
    token = next(one.secret for one in world.tokens.values() if one.name == "bot")
    _say({"url": f"http://{host}:{port}", "token": token, "consumers": options.consumers})
    for line in sys.stdin:
        word, _, value = line.strip().partition(" ")
        if word == "latency":
            shared.latency = float(value) / 1000
        _say(shared.tally())
    _end(children)


def _fork(world: World, forge: str, shared: Shared, number: int, listener: socket.socket) -> int:
    child = os.fork()
    if child:
        return child
    sys.stdin.close()
    Worker(world, forge, shared, number).start(listener)
    signal.pause()
    os._exit(0)


def _end(children: list[int]) -> None:
    for child in children:
        os.kill(child, signal.SIGTERM)
    os._exit(0)


def _say(what: object) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
