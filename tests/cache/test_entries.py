"""When an earlier reading still holds, and what may be kept of one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from consumer_drift.cache.entries import MAX_TEXT, CacheEntry, cache_key, entry_of, is_cacheable, is_valid
from consumer_drift.model.result import Failure, FileText, NoFile, NoText, Reason
from tests.cache.cases import HOUR, NOON, entry, snapshot, validator, wanted

if TYPE_CHECKING:
    from consumer_drift.cache.entries import Validator

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
REFUSED = Failure(Reason.TIMEOUT, "no answer", "run again")


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (validator(), validator(seen=NOON + DAY), True),
        (validator(), validator(), True),
        (validator(), validator("another", seen=NOON + DAY), False),
        # Within two minutes of the reading another change may have got the same second.
        (
            validator(changed=NOON - timedelta(minutes=2)),
            validator(changed=NOON - timedelta(minutes=2), seen=NOON + DAY),
            False,
        ),
        (validator(changed=NOON - 121 * SECOND), validator(changed=NOON - 121 * SECOND, seen=NOON + DAY), True),
        (validator(changed=NOON + HOUR), validator(changed=NOON + HOUR, seen=NOON + DAY), False),
        # What no row shows is found out after a week.
        (validator(), validator(seen=NOON + 7 * DAY), True),
        (validator(), validator(seen=NOON + 7 * DAY + SECOND), False),
        # A server whose clock was set back tells nothing by its times.
        (validator(), validator(seen=NOON - SECOND), False),
    ],
)
def test_a_reading_holds_while_nothing_speaks_against_it(then: Validator, now: Validator, expected: bool) -> None:
    assert is_valid(entry(validator=then), now) is expected


def test_the_same_repository_asked_for_something_else_is_another_question() -> None:
    asked = [wanted(), wanted("acme/other"), wanted(files=(".v", "b")), wanted(files=("b", ".v"))]
    assert len({cache_key(one) for one in asked}) == len(asked)


def test_names_compare_without_case() -> None:
    assert cache_key(wanted("Acme/Core")) == cache_key(wanted("acme/core"))


def test_another_branch_than_the_default_one_is_read_every_time() -> None:
    """It can be renamed, and another one given its name, while its row stays the same."""
    assert is_cacheable(wanted())
    assert not is_cacheable(wanted(branch="release/1.x"))


def test_what_was_read_whole_is_kept() -> None:
    read = snapshot(files={"a": FileText("x"), "b": NoFile(), "c": NoText("a folder", is_file=False)})
    assert entry_of(validator(), read) == CacheEntry(validator(), read.files, {"workspace/": ()})


@pytest.mark.parametrize(
    "read",
    [
        REFUSED,
        snapshot(files={".v": FileText("1"), "b": REFUSED}),
        snapshot(forbidden={"workspace/": REFUSED}),
        snapshot(archived=True),
        snapshot(empty=True),
        snapshot(files={".v": FileText("x" * (MAX_TEXT + 1))}),
        snapshot(files={".v": FileText("x" * MAX_TEXT), "b": FileText("x")}),
    ],
    ids=["obstacle", "obstacle at a file", "obstacle at a path", "archived", "empty", "long", "long together"],
)
def test_what_was_not_is_not(read: object) -> None:
    assert entry_of(validator(), read) is None  # type: ignore[arg-type]
