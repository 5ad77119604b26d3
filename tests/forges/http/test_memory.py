"""What an answer takes is known before it is parsed, and large ones wait for each other."""

from __future__ import annotations

import contextlib
import gc
import json
import threading
import tracemalloc

import pytest

from consumer_drift.forges.http import memory
from consumer_drift.forges.http.memory import Lease, Memory
from consumer_drift.forges.http.workers import map_unordered, run_parallel
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.deadline import Deadline


def rows(row: bytes, times: int) -> bytes:
    return b"[" + row * times + b"0]"


def keys(count: int) -> bytes:
    return b"{" + b",".join(b'"%d":0' % number for number in range(count)) + b"}"


_TREE = (
    b'{"path":"src/%d.py","mode":"100644","type":"blob","sha":"%040d","size":12,"url":"https://git.example/%040d"}'
)
# Each shape takes more for a byte than most others.
SHAPES = {
    "empty objects": rows(b"{},", 100_000),
    "empty lists": rows(b"[],", 100_000),
    "objects of one key": rows(b'{"":0},', 100_000),
    "objects of another key each": b"[" + b",".join(b'{"k%d":0}' % one for one in range(50_000)) + b"]",
    "one object": keys(100_000),
    # A table of keys grows by doubling: just after that it is largest.
    "one object, just doubled": keys(87_400),
    "objects of eleven keys": rows(keys(11) + b",", 20_000),
    "short texts": rows(b'"ab",', 100_000),
    "whole numbers": rows(b"999,", 100_000),
    "long numbers": rows(b"99999999999999999999,", 50_000),
    "numbers with a fraction": rows(b"1.5,", 100_000),
    "lists in lists": rows(b"[[[[]]]],", 50_000),
    "objects in objects": rows(b'{"a":{"b":{}}},', 50_000),
    "a tree": b"[" + b",".join(_TREE % (one, one, one) for one in range(20_000)) + b"]",
    "one text": b'["' + b"a" * 4_000_000 + b'"]',
    "one text with an emoji": '["\U0001f600'.encode() + b"a" * 4_000_000 + b'"]',
    "one text with an escape": rb'["\ud83d\ude00' + b"a" * 4_000_000 + b'"]',
    "a text of emojis": ('["' + "\U0001f600" * 1_000_000 + '"]').encode(),
    "too deep": b"[" * 100_000,
    "deep": b"[" * 900 + b"]" * 900,
}


@pytest.mark.parametrize("body", SHAPES.values(), ids=SHAPES)
def test_nothing_takes_more_than_its_weight(body: bytes) -> None:
    """With the body itself, and with what the parser needs in between."""
    gc.collect()
    tracemalloc.start()
    try:
        arrived = bytes(bytearray(body))
        with contextlib.suppress(RecursionError, ValueError):
            parsed = json.loads(arrived)
            assert parsed is not None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak <= memory.weight(body)


def test_the_largest_files_and_trees_fit() -> None:
    """A lock file of 16 MiB in base64, and a tree of 50,000 entries."""
    assert memory.weight(b'{"content":"' + b"a" * 24 * 2**20 + b'"}') < memory.MOST
    tree = b",".join(_TREE % (one, one, one) for one in range(50_000))
    assert memory.weight(b'{"tree":[' + tree + b"]}") < memory.MOST


# leases


def leased(of: Memory) -> Lease:
    lease = of.lease(Deadline(60))
    assert isinstance(lease, Lease)
    return lease


def is_free(of: Memory) -> bool:
    """Whether a large answer would not have to wait."""
    lease = of.lease(Deadline(0))
    if isinstance(lease, Failure):
        return False
    lease.end()
    return True


def test_one_large_answer_at_a_time() -> None:
    of = Memory(16)
    first = leased(of)
    assert not is_free(of)
    first.end()
    first.end()
    second = leased(of)
    assert not is_free(of), "the first one ended the second one's lease, too"
    second.end()
    assert is_free(of)


def test_who_waits_learns_that_the_run_has_ended() -> None:
    of = Memory(16)
    first = leased(of)
    stopped = of.lease(Deadline(0))
    assert isinstance(stopped, Failure)
    assert stopped.reason is Reason.OUT_OF_TIME
    first.end()


def test_a_lease_without_a_reference_ends() -> None:
    """Its answer was for a run that has gone on."""
    of = Memory(16)
    lease = leased(of)
    del lease
    assert is_free(of)


def test_a_thread_has_one_lease_at_most() -> None:
    one, other = Memory(16), Memory(16)
    memory.keep(leased(one))
    memory.keep(leased(other))
    assert is_free(one)
    assert not is_free(other)
    memory.done()
    assert is_free(other)


def test_a_thread_that_ends_has_none() -> None:
    of = Memory(16)
    thread = threading.Thread(target=lambda: memory.keep(leased(of)))
    thread.start()
    thread.join(60)
    assert is_free(of)


def test_a_thread_that_waits_for_others_has_none() -> None:
    """They may need it, and would never end."""
    of = Memory(16)
    memory.keep(leased(of))
    assert run_parallel(lambda: is_free(of), deadline=Deadline(60)) == [True]
    memory.keep(leased(of))
    assert list(map_unordered(lambda _: is_free(of), [1], threads=1, deadline=Deadline(60))) == [(1, True)]


def test_the_shares_of_all_requests_are_the_same_whatever_the_concurrency() -> None:
    assert Memory(16).share * 16 == Memory(1).share == Memory(64).share * 64
