"""So many at once as the server bears, by threads that really wait."""

from __future__ import annotations

import contextlib
import threading

from consumer_drift.forges.http.concurrency import ConcurrencyLimiter, RequestOutcome
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.support.deadline import Deadline


def busiest(limiter: ConcurrencyLimiter, at_once: int, works: int = 40, threads: int = 12) -> int:
    """The most that were inside at once, where each waits inside until *at_once* are there."""
    lock = threading.Lock()
    together = threading.Barrier(at_once, timeout=60)
    inside = most = 0

    def work(_: int) -> None:
        nonlocal inside, most
        with limiter.permit() as permit:
            with lock:
                inside += 1
                most = max(most, inside)
            permit.start()
            together.wait()
            permit.end(RequestOutcome.NEUTRAL, "")
            with lock:
                inside -= 1

    assert len(list(map_unordered(work, range(works), threads=threads, deadline=Deadline(600)))) == works
    return most


def test_as_many_as_are_allowed_get_in_at_once() -> None:
    """And no more."""
    assert busiest(ConcurrencyLimiter(5), 5) == 5


def test_fewer_get_in_after_a_refusal() -> None:
    """Eight become four."""
    limiter = ConcurrencyLimiter(8)
    with limiter.permit() as permit:
        permit.end(RequestOutcome.OVERLOAD, "")
    assert limiter.limit == 4
    assert busiest(limiter, 4) == 4


def test_those_who_wait_get_in_when_it_widens() -> None:
    """Each good answer makes a place for one more than it gave back."""
    limiter = ConcurrencyLimiter(8)
    with contextlib.ExitStack() as burst:
        for permit in [burst.enter_context(limiter.permit()) for _ in range(7)]:
            permit.end(RequestOutcome.OVERLOAD, "")
    assert limiter.limit == 1
    inside, leave = threading.Barrier(3, timeout=60), threading.Event()

    def stay() -> None:
        with limiter.permit():
            inside.wait()
            leave.wait(60)

    with limiter.permit() as permit:
        for _ in range(2):
            threading.Thread(target=stay, daemon=True).start()
        permit.end(RequestOutcome.GOOD, "")
    inside.wait()
    leave.set()
    assert limiter.limit == 2


def test_a_place_is_given_back_by_whoever_fails() -> None:
    """A defect must not lower the limit."""
    limiter = ConcurrencyLimiter(1)
    for _ in range(3):
        try:
            with limiter.permit():
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    assert busiest(limiter, 1, works=3) == 1
