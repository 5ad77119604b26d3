"""Many small works at once, in threads that never keep the process from ending."""

from __future__ import annotations

import contextlib
import queue
import threading
from typing import TYPE_CHECKING, TypeVar

from consumer_drift.support.deadline import POLL_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from consumer_drift.support.deadline import Deadline

T = TypeVar("T")
R = TypeVar("R")


def map_unordered(
    work: Callable[[T], R], items: Sequence[T], *, threads: int, deadline: Deadline
) -> Iterator[tuple[T, R]]:
    """``(item, work(item))`` for every item, as they are done.

    After *stop* the rest is left out: the caller knows its items and says what became of them. The
    threads are daemons, so a request that hangs in one cannot hold the process back (a
    ThreadPoolExecutor would wait for it at exit). An exception in *work* is raised here.
    """
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
            except BaseException as error:  # noqa: BLE001 - carried to the caller, who raises it
                done.put(error)
                return

    for _ in range(min(threads, len(items))):
        threading.Thread(target=serve, daemon=True).start()
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


def run_parallel(*works: Callable[[], R], deadline: Deadline) -> list[R | None]:
    """The results of a few different *works* that run side by side, None for what *stop* cut off."""
    results: list[R | None] = [None] * len(works)
    for index, result in map_unordered(
        lambda index: works[index](), range(len(works)), threads=len(works), deadline=deadline
    ):
        results[index] = result
    return results


def _drain(todo: queue.SimpleQueue[T]) -> None:
    """Leave the threads nothing to do: nobody is there any more to take what they would bring."""
    with contextlib.suppress(queue.Empty):
        while True:
            todo.get_nowait()


def _next(
    done: queue.SimpleQueue[tuple[T, R] | BaseException], deadline: Deadline
) -> tuple[T, R] | BaseException | None:
    while True:
        try:
            return done.get(timeout=POLL_SECONDS)
        except queue.Empty:
            if deadline.failure() is not None:
                return None
