"""One deadline for each exchange, from the connection to the last byte, that closes its socket.

A time-out of a socket starts again with every byte that arrives, so a server that sends one now and then holds a
connection for as long as it likes. A thread compares the clock with the end of every exchange in flight.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from consumer_drift.support.deadline import POLL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer_drift.support.deadline import Deadline

# Seconds that a write which was sent has for its answer after the end of the run: else it is not known whether it
# was applied.
WRITE_GRACE = 2.0
# The thread ends after it has had nothing to do so many times.
_IDLE_POLLS = 10
_MADE = ("connect_tcp.complete", "connect_unix_socket.complete", "start_tls.complete")


@dataclass(eq=False, slots=True)
class Exchange:
    """A request in flight, with its *end* by the run's clock. *late*: it was ended before it was complete.

    Time in which its own answer waits for others does not count: the reader moves *end*.
    """

    end: float
    writes: bool = False
    late: bool = False
    _connection: socket.socket | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def connected(self, connection: socket.socket | None) -> None:
        """Note the connection that the exchange uses from now on, and close it if it comes too late."""
        with self._lock:
            self._connection = connection
            if self.late:
                self._close()

    def cut_off(self) -> None:
        """End the exchange: whoever reads or writes its socket learns that at once."""
        with self._lock:
            self.late = True
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            # Not SSLSocket's own method, which changes an object that another thread uses.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._connection, socket.SHUT_RDWR)


class Line:
    """A client's one connection, which outlives an exchange. For one thread at a time."""

    def __init__(self) -> None:
        self._connection: socket.socket | None = None
        self._exchange: Exchange | None = None

    @contextlib.contextmanager
    def used_by(self, exchange: Exchange) -> Iterator[None]:
        """Let *exchange* know the connection, also if a new one is made meanwhile."""
        self._exchange = exchange
        exchange.connected(self._connection)
        try:
            yield
        finally:
            self._exchange = None
            # From here on another exchange may use it.
            exchange.connected(None)

    def trace(self, event: str, details: dict[str, Any]) -> None:
        """Take an event of the client library: https://www.encode.io/httpcore/extensions/#trace"""
        if event.endswith(_MADE):
            self._connection = details["return_value"].get_extra_info("socket")
            if self._exchange is not None:
                self._exchange.connected(self._connection)


class Exchanges:
    """All exchanges in flight. Safe to use from many threads."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self._active: set[Exchange] = set()
        self._lock = threading.Lock()
        self._watched = False

    @contextlib.contextmanager
    def begun(self, seconds: float, *, writes: bool) -> Iterator[Exchange]:
        """An exchange that starts now, and ends after so many seconds or with the run."""
        exchange = Exchange(self._deadline.monotonic() + min(seconds, self.remaining(writes=writes)), writes)
        with self._lock:
            self._active.add(exchange)
            if not self._watched:
                self._watched = True
                threading.Thread(target=self._watch, daemon=True).start()
        try:
            yield exchange
        finally:
            with self._lock:
                self._active.discard(exchange)

    def remaining(self, *, writes: bool) -> float:
        """Seconds until an exchange ends with the run."""
        return self._deadline.remaining + (WRITE_GRACE if writes else 0.0)

    def _watch(self) -> None:
        idle = 0
        pause = threading.Event()
        while True:
            pause.wait(POLL_SECONDS)
            with self._lock:
                active = list(self._active)
                idle = 0 if active else idle + 1
                if idle > _IDLE_POLLS:
                    self._watched = False
                    return
            self._end_late(active)

    def _end_late(self, active: list[Exchange]) -> None:
        now, stopped = self._deadline.monotonic(), self._deadline.failure() is not None
        for exchange in active:
            if stopped:
                exchange.end = min(exchange.end, now + (WRITE_GRACE if exchange.writes else 0.0))
            if not exchange.late and now >= exchange.end:
                exchange.cut_off()
