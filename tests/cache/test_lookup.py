"""What a run recalls, learns and hands on."""

from __future__ import annotations

from datetime import timedelta

from consumer_drift.cache.entries import cache_key
from consumer_drift.cache.store import Cache
from consumer_drift.model.result import Failure, FileText, Reason
from tests.cache.cases import NOON, entry, snapshot, stamp, wanted

DAY = timedelta(days=1)


def filled() -> Cache:
    book = Cache()
    book.fill({cache_key(wanted()): entry()})
    return book


def test_what_holds_is_recalled_and_counted() -> None:
    book = filled()
    assert book.recall(wanted(), stamp(seen=NOON + DAY)) == entry()
    assert book.recall(wanted("acme/other"), stamp()) is None
    assert book.recall(wanted(), stamp("moved")) is None
    assert (book.recalled, book.learned) == (1, 0)


def test_a_branch_of_its_own_is_neither_recalled_nor_learned() -> None:
    book = filled()
    book.learn(wanted(branch="b"), stamp(), snapshot())
    assert book.recall(wanted(branch="b"), stamp()) is None


def test_what_is_read_anew_takes_the_place_of_what_was_known() -> None:
    book = filled()
    book.learn(wanted(), stamp("moved"), snapshot(files={".v": FileText("2.0.0")}))
    known = book.recall(wanted(), stamp("moved", seen=NOON + DAY))
    assert known is not None
    assert known.files == {".v": FileText("2.0.0")}
    assert book.learned == 1


def test_what_cannot_be_read_any_more_is_forgotten() -> None:
    book = filled()
    book.learn(wanted(), stamp("moved"), Failure(Reason.DENIED, "no", ""))
    assert book.entries() == {}


def test_what_was_not_asked_for_stays_until_it_is_too_old() -> None:
    """So a run over a part of the list spoils nothing."""
    book = filled()
    book.learn(wanted("acme/other"), stamp(seen=NOON + 6 * DAY), snapshot("acme/other"))
    assert list(book.entries()) == [cache_key(wanted("acme/other")), cache_key(wanted())]
    book.learn(wanted("acme/third"), stamp(seen=NOON + 8 * DAY), snapshot("acme/third"))
    assert cache_key(wanted()) not in book.entries()
