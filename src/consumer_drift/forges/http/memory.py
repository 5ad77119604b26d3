"""How much memory all answers in flight may take at once.

A short text can be JSON of very many values, each of which takes some hundred bytes. What an answer takes at
most is counted before it is parsed. Answers up to a share of the memory are received and parsed at the same time;
of larger ones only one is, and the next waits until the thread that has it is done with it: it sends again, waits
for other threads, or ends.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from consumer_drift.support.deadline import POLL_SECONDS

if TYPE_CHECKING:
    from consumer_drift.model.result import Failure
    from consumer_drift.support.deadline import Deadline

_MIB = 2**20
# What one answer may take: a recursive tree of some 60,000 entries, which is twice what GitHub sends.
MOST = 144 * _MIB
# What the small answers may take together, parsed and as they arrive.
_SMALL = 24 * _MIB
_ARRIVING = 12 * _MIB
# Measured upper bounds, in bytes: an object, one of its keys, any value with its place in a list.
_OBJECT, _KEY, _VALUE = 160, 96, 88
# As bytes, in the document and in its value; four bytes each where any character is outside ASCII, then decoded.
_PLAIN, _WIDE = 4, 10


def weight(body: bytes) -> int:
    """Return how many bytes *body* takes at most with all that ``json.loads`` makes of it."""
    is_plain = body.isascii() and b"\\u" not in body
    characters = len(body) * (_PLAIN if is_plain else _WIDE)
    # A colon before slashes is in an address, and no key ends there.
    keys = body.count(b":") - body.count(b"://")
    values = body.count(b",") + body.count(b"[") + 1
    return characters + body.count(b"{") * _OBJECT + keys * _KEY + values * _VALUE


class Lease:
    """The right to one large answer. It ends by itself with its last reference."""

    def __init__(self, slot: threading.Lock) -> None:
        self._slot: threading.Lock | None = slot

    def end(self) -> None:
        """Let the next large answer come. Does nothing the second time."""
        slot, self._slot = self._slot, None
        if slot is not None:
            slot.release()

    __del__ = end


class Memory:
    """The memory for all answers of one run."""

    def __init__(self, concurrency: int) -> None:
        """*concurrency*: how many answers may arrive at the same time."""
        self.share = _SMALL // concurrency
        self.share_arriving = _ARRIVING // concurrency
        self._slot = threading.Lock()

    def lease(self, deadline: Deadline) -> Lease | Failure:
        """Wait until no other large answer is there; a failure if the run ends before."""
        while not self._slot.acquire(timeout=POLL_SECONDS):
            stopped = deadline.failure()
            if stopped is not None:
                return stopped
        return Lease(self._slot)


class _Mine(threading.local):
    lease: Lease | None = None


_mine = _Mine()


def keep(lease: Lease | None) -> None:
    """Keep *lease* for this thread, which has its answer now, and end the one that it has kept so far."""
    before, _mine.lease = _mine.lease, lease
    if before is not None and before is not lease:
        before.end()


def done() -> None:
    """End this thread's lease: it is done with its answer, or waits for threads that may need one."""
    keep(None)
