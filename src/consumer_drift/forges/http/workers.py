"""A worker pool whose threads never keep the process from ending."""

from __future__ import annotations

import contextlib
import queue
import threading
from typing import TYPE_CHECKING, TypeVar

from consumer_drift.forges.http import memory
from consumer_drift.support.deadline import POLL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from consumer_drift.support.deadline import Deadline, LaterDeadline

    End = Deadline | LaterDeadline

T = TypeVar("T")
R = TypeVar("R")


class Worker(threading.Thread):
    """A thread whose result is waited for no longer than the run lasts, whatever it hangs in."""


def map_unordered(
    work: Callable[[T], R], items: Sequence[T], *, threads: int, deadline: End
) -> Iterator[tuple[T, R]]:
    """Yield ``(item, work(item))`` for every item, as they finish.

    After *deadline* the rest is left out. The threads are daemons, so a request that hangs in one cannot keep the
    process alive (a ThreadPoolExecutor would wait for it at exit). An exception in *work* is raised here.
    """
    # The threads may need the memory of a large answer that this one has read.
    memory.done()
    todo: queue.SimpleQueue[T] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[T, R] | BaseException] = queue.SimpleQueue()
    for item in items:
        todo.put(item)

    def serve() -> None:
        while True:
            try:
                item = todo.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((item, work(item)))
            except BaseException as error:  # noqa: BLE001 - passed to the caller, which raises it
                done.put(error)
                return

    for _ in range(min(threads, len(items))):
        Worker(target=serve, daemon=True).start()
    try:
        for _ in items:
            outcome = _next(done, deadline)
            if outcome is None:
                return
            if isinstance(outcome, BaseException):
                raise outcome
            yield outcome
    finally:
        _drain(todo)


def run_parallel(*works: Callable[[], R], deadline: End) -> list[R | None]:
    """Return the results of different *works* that run in parallel, None for those that *deadline* cut off."""
    results: list[R | None] = [None] * len(works)
    for index, result in map_unordered(
        lambda index: works[index](), range(len(works)), threads=len(works), deadline=deadline
    ):
        results[index] = result
    return results


def _drain(todo: queue.SimpleQueue[T]) -> None:
    """Leave nothing to do for the threads: their results are not used any more."""
    with contextlib.suppress(queue.Empty):
        while True:
            todo.get_nowait()


def _next(
    done: queue.SimpleQueue[tuple[T, R] | BaseException], deadline: End
) -> tuple[T, R] | BaseException | None:
    while True:
        try:
            return done.get(timeout=POLL_SECONDS)
        except queue.Empty:
            if deadline.failure() is not None:
                return None
