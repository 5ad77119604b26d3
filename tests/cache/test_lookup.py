"""What a cache returns, keeps and passes on."""

from __future__ import annotations

from datetime import timedelta

from consumer_drift.cache.entries import cache_key
from consumer_drift.cache.store import Cache
from consumer_drift.model.result import Failure, FileText, Reason
from tests.cache.cases import NOON, entry, snapshot, validator, wanted

DAY = timedelta(days=1)


def filled() -> Cache:
    return Cache({cache_key(wanted()): entry()})


def test_a_valid_entry_is_returned_and_counted() -> None:
    cache = filled()
    assert cache.get(wanted(), validator(seen=NOON + DAY)) == entry()
    assert cache.get(wanted("acme/other"), validator()) is None
    assert cache.get(wanted(), validator("changed")) is None
    assert (cache.hits, cache.added) == (1, 0)


def test_a_consumer_with_a_branch_is_neither_returned_nor_kept() -> None:
    cache = filled()
    cache.put(wanted(branch="b"), validator(), snapshot())
    assert cache.get(wanted(branch="b"), validator()) is None


def test_a_new_entry_replaces_the_old_one() -> None:
    cache = filled()
    cache.put(wanted(), validator("changed"), snapshot(files={".v": FileText("2.0.0")}))
    known = cache.get(wanted(), validator("changed", seen=NOON + DAY))
    assert known is not None
    assert known.files == {".v": FileText("2.0.0")}
    assert cache.added == 1


def test_a_failure_drops_the_entry() -> None:
    cache = filled()
    cache.put(wanted(), validator("changed"), Failure(Reason.DENIED, "no", ""))
    assert cache.entries() == {}


def test_an_entry_that_was_not_asked_for_is_kept_until_it_is_too_old() -> None:
    """A run over a part of the list does not drop the others."""
    cache = filled()
    cache.put(wanted("acme/other"), validator(seen=NOON + 6 * DAY), snapshot("acme/other"))
    assert list(cache.entries()) == [cache_key(wanted("acme/other")), cache_key(wanted())]
    cache.put(wanted("acme/third"), validator(seen=NOON + 8 * DAY), snapshot("acme/third"))
    assert cache_key(wanted()) not in cache.entries()
