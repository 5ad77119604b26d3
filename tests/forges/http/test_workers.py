"""Many works at once: all of them come back, or the caller knows at once why not."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.http.workers import map_unordered, run_parallel
from consumer_drift.support.deadline import Deadline


class MishapError(Exception):
    """A defect in a work."""


def fail(number: int) -> int:
    """Three is a defect."""
    if number == 3:
        raise MishapError(number)
    return number


@given(st.lists(st.integers()), st.integers(1, 8))
def test_every_item_comes_back_once_with_its_result(items: list[int], threads: int) -> None:
    """In whatever order, also where items are equal."""
    results = list(map_unordered(lambda number: number * 2, items, threads=threads, deadline=Deadline(60)))
    assert sorted(results) == sorted((number, number * 2) for number in items)


@pytest.mark.parametrize(("threads", "items", "expected"), [(4, 20, 4), (4, 2, 2), (1, 5, 1)])
def test_no_more_threads_than_asked_for_or_needed(threads: int, items: int, expected: int) -> None:
    """A thread costs memory."""
    workers: set[int] = set()
    all_of_them = threading.Barrier(expected, timeout=60)

    def work(_: int) -> None:
        workers.add(threading.get_ident())
        all_of_them.wait()

    list(map_unordered(work, range(items), threads=threads, deadline=Deadline(600)))
    assert len(workers) == expected


def test_results_come_as_they_are_done() -> None:
    """The slow one does not hold back the quick ones."""
    quick_ones_are_here = threading.Event()
    order = []
    for item, _ in map_unordered(
        lambda number: number or quick_ones_are_here.wait(60), [0, 1, 2], threads=2, deadline=Deadline(600)
    ):
        order.append(item)
        if len(order) == 2:
            quick_ones_are_here.set()
    assert order == [1, 2, 0]


def test_a_defect_in_a_work_is_raised_to_the_caller() -> None:
    """It must not be lost in a thread."""
    with pytest.raises(MishapError):
        list(map_unordered(fail, range(6), threads=2, deadline=Deadline(60)))


@pytest.mark.parametrize("ending", ["defect", "caller"])
def test_after_a_defect_or_without_a_caller_the_others_end(ending: str) -> None:
    """A thousand requests that no caller waits for would still be sent."""
    done: list[int] = []

    def work(number: int) -> int:
        time.sleep(0.005)
        done.append(number)
        if ending == "defect":
            raise MishapError
        return number

    works = map_unordered(work, range(1000), threads=2, deadline=Deadline(60))
    if ending == "defect":
        with pytest.raises(MishapError):
            list(works)
    else:
        next(works)
        works.close()
    so_far = len(done)
    time.sleep(0.05)
    assert so_far <= len(done) <= so_far + 2


def test_a_stop_ends_it_at_once_though_a_worker_hangs() -> None:
    """What was done by then is kept."""
    deadline, gate = Deadline(600), threading.Event()
    results = []
    for item, _ in map_unordered(lambda number: number and gate.wait(), [0, 1], threads=2, deadline=deadline):
        results.append(item)
        deadline.interrupt(2)
    assert results == [0]
    gate.set()


def test_the_runs_time_ends_it_too() -> None:
    """After the last request there is no answer to wait for."""
    gate = threading.Event()
    assert list(map_unordered(lambda _: gate.wait(), [1], threads=1, deadline=Deadline(0.05))) == []
    gate.set()


def test_a_hanging_worker_does_not_hold_the_process() -> None:
    """Its thread is a daemon."""
    seen = []
    list(
        map_unordered(
            lambda _: seen.append(threading.current_thread().daemon), [1], threads=1, deadline=Deadline(60)
        )
    )
    assert seen == [True]


def test_nothing_to_do_is_done() -> None:
    """And starts no thread."""
    before = threading.active_count()
    assert list(map_unordered(fail, [], threads=4, deadline=Deadline(60))) == []
    assert threading.active_count() == before


def test_different_works_run_side_by_side_and_keep_their_places() -> None:
    """The second waits for the first to be there: one after the other they would never end."""
    both = threading.Barrier(2, timeout=60)

    def work(value: str) -> str:
        both.wait()
        return value

    assert run_parallel(lambda: work("a"), lambda: work("b"), deadline=Deadline(60)) == ["a", "b"]


def test_what_a_stop_cuts_off_is_none() -> None:
    """The caller says what that means."""
    deadline, first_is_done, gate = Deadline(600), threading.Event(), threading.Event()

    def first() -> str:
        first_is_done.set()
        return "a"

    def second() -> bool:
        first_is_done.wait()
        deadline.interrupt(2)
        return gate.wait()

    assert run_parallel(first, second, deadline=deadline) == ["a", None]
    gate.set()
