"""Tiny servers on real sockets: they keep every request, and answer with the bytes they were told to."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import ssl

    from consumer_drift.support.clock import Clock

# What is done to one connection for one request: send bytes, wait, break it. True: it may be used again.
Act = Callable[[socket.socket], bool]


@dataclass(frozen=True)
class Seen:
    """A request as it arrived. Header names are lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """Answers the n-th request by the n-th of *acts*, and every later one by the last."""

    acts: list[Act]
    tls: ssl.SSLContext | None = None
    seen: list[Seen] = field(default_factory=list)
    most_at_once: int = 0
    connections: int = 0
    _at_once: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: set[socket.socket] = field(default_factory=set)
    _of: dict[socket.socket, Seen] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.url = f"http{'s' if self.tls else ''}://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def last_of(self, connection: socket.socket) -> Seen:
        """The request that *connection* is answered for."""
        return self._of[connection]

    @property
    def paths(self) -> list[str]:
        """The targets that were asked for, in their order."""
        return [one.target for one in self.seen]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
                self.connections += 1
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._serve(self.tls.wrap_socket(connection, server_side=True) if self.tls else connection)
        except OSError:
            connection.close()  # the client went, or did not trust us
        with self._lock:
            self._open.discard(connection)

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as reader:
            for request in _requests(reader):
                with self._lock:
                    act = self.acts[min(len(self.seen), len(self.acts) - 1)]
                    self.seen.append(request)
                    self._of[connection] = request
                    self._at_once += 1
                    self.most_at_once = max(self.most_at_once, self._at_once)
                try:
                    again = act(connection)
                finally:
                    with self._lock:
                        self._at_once -= 1
                if not again:
                    break


def _requests(reader: Any) -> Iterator[Seen]:
    while line := reader.readline():
        method, target, _ = line.decode().split()
        headers = {}
        while (line := reader.readline().decode().strip()) != "":
            key, _, value = line.partition(":")
            headers[key.lower()] = value.strip()
        body = reader.read(int(headers.get("content-length", 0)))
        yield Seen(method, target, headers, body)


def raw(data: bytes, *, keep: bool = True) -> Act:
    """Exactly these bytes."""

    def act(connection: socket.socket) -> bool:
        connection.sendall(data)
        return keep

    return act


def message(status: int, body: bytes = b"", **headers: str) -> bytes:
    """A whole answer. Header names are written with ``_`` for ``-``."""
    lines = [f"HTTP/1.1 {status} Word", f"Content-Length: {len(body)}"]
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def answer(status: int = 200, body: Any = None, **headers: str) -> Act:
    """A whole answer in JSON."""
    text = json.dumps({} if body is None else body).encode()
    return raw(message(status, text, **{"Content_Type": "application/json", **headers}))


def redirect(location: str, status: int = 302) -> Act:
    """A redirect."""
    return raw(message(status, Location=location))


def hang(connection: socket.socket) -> bool:
    """Say nothing until the client goes."""
    with contextlib.suppress(OSError):
        connection.recv(1)
    return False


def reset(connection: socket.socket) -> bool:
    """Break the connection at once."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    return False


def slowly(seconds: float, act: Act) -> Act:
    """The same, but later."""

    def later(connection: socket.socket) -> bool:
        time.sleep(seconds)
        return act(connection)

    return later


def drip(clock: Clock) -> Act:
    """A body that goes on until the client has gone: a byte each second, by *clock*."""

    def act(connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
        while True:
            clock.sleep(1)
            time.sleep(0.001)
            connection.sendall(b" ")

    return act


def drip_head(clock: Clock, line: bytes = b"X-Drip: 1\r\n") -> Act:
    """A head that goes on until the client has gone: a *line* each second, by *clock*."""

    def act(connection: socket.socket) -> bool:
        if not line.startswith(b"HTTP/"):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            clock.sleep(1)
            time.sleep(0.001)
            connection.sendall(line)

    return act


def endless(connection: socket.socket) -> bool:
    """A body larger than anybody wants."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n")
    for _ in range(2000):
        connection.sendall(b" " * 65536)
    return False
