"""The end of a list, on servers that tell it in different ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.gitea.pagination import Page, Rows, all_rows, page_of
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.deadline import Deadline

if TYPE_CHECKING:
    from collections.abc import Callable


class Server:
    """Serves the numbers 0..total-1; some rows are dropped after a page was cut, as hidden ones are."""

    def __init__(
        self, total: int, *, size: int = 50, drop: frozenset[int] = frozenset(), header: str = "both"
    ) -> None:
        self.total, self.size, self.drop, self.header = total, size, drop, header
        self.asked: list[int] = []

    def page(self, number: int) -> Page[int] | Failure:
        self.asked.append(number)
        start = (number - 1) * self.size
        shown = tuple(row for row in range(start, min(start + self.size, self.total)) if row not in self.drop)
        headers: dict[str, str] = {}
        if self.header in {"count", "both"}:
            headers["x-total-count"] = str(self.total)
        if self.header in {"link", "both"}:
            headers["link"] = self._link(number)
        return page_of(shown, headers)

    def _link(self, number: int) -> str:
        last = -(-self.total // self.size)
        links = [
            f'<http://x/r?limit=50&page={number + 1}>; rel="next"',
            f'<http://x/r?page={last}&a=b>; rel="last"',
        ]
        before = [f'<http://x/r?limit=50&page={number - 1}>; rel="prev"']
        return ",".join([*(links if number < last else []), *(before if number > 1 else [])])

    def everything(self, threads: int = 4) -> Rows[int] | Failure:
        return all_rows(self.page, lambda row: row, threads=threads, deadline=Deadline(600))


@pytest.mark.parametrize("header", ["both", "count", "link", "none"])
@pytest.mark.parametrize("size", [50, 7])
@pytest.mark.parametrize("total", [0, 1, 50, 51, 120, 350])
def test_every_row_comes_whatever_the_headers_and_the_servers_page_size(
    header: str, size: int, total: int
) -> None:
    server = Server(total, size=size, header=header)
    found = server.everything()
    assert isinstance(found, Rows)
    assert sorted(found.rows) == list(range(total))
    assert found.total == (total if header in {"both", "count"} else None)


@given(
    total=st.integers(0, 200), drop=st.frozensets(st.integers(0, 199)), header=st.sampled_from(["both", "link"])
)
def test_rows_dropped_from_the_middle_of_pages_end_nothing(total: int, drop: frozenset[int], header: str) -> None:
    found = Server(total, size=20, drop=drop, header=header).everything(threads=1)
    assert isinstance(found, Rows)
    assert set(found.rows) == set(range(total)) - drop


def test_no_page_is_asked_for_twice_and_none_too_many() -> None:
    server = Server(500, header="count")
    server.everything()
    assert sorted(server.asked) == list(range(1, 11))


class Changing:
    """Serves pages of two rows; before the page *when* is answered, *change* happens to the rows, each time."""

    def __init__(self, rows: str, when: int, change: Callable[[list[str]], None], times: int = 1) -> None:
        self.rows, self.when, self.change, self.times = list(rows), when, change, times
        self.asked: list[int] = []

    def page(self, number: int) -> Page[str]:
        self.asked.append(number)
        if number == self.when and self.times:
            self.times -= 1
            self.change(self.rows)
        shown = tuple(self.rows[2 * number - 2 : 2 * number])
        return page_of(shown, {"x-total-count": str(len(self.rows))})

    def everything(self) -> Rows[str] | Failure:
        return all_rows(self.page, str.lower, threads=1, deadline=Deadline(600))


def deleted(rows: list[str]) -> None:
    del rows[0]


def renamed_to_the_end(rows: list[str]) -> None:
    rows.append(rows.pop(0).upper())


def created(rows: list[str]) -> None:
    rows.insert(0, chr(ord("z") - len(rows)))


@pytest.mark.parametrize("change", [deleted, renamed_to_the_end, created])
def test_a_list_that_changes_between_two_pages_is_read_again(change: Callable[[list[str]], None]) -> None:
    """A row that goes moves another to a page that was read already."""
    server = Changing("abcdef", 2, change)
    found = server.everything()
    assert isinstance(found, Rows)
    assert not found.changed
    assert {row.lower() for row in found.rows} == {row.lower() for row in server.rows}
    assert len(found.rows) == found.total
    assert server.asked.count(1) == 2


@pytest.mark.parametrize("change", [deleted, renamed_to_the_end])
def test_a_list_that_does_not_stop_changing_is_not_taken_for_complete(
    change: Callable[[list[str]], None],
) -> None:
    found = Changing("abcdefgh", 2, change, times=99).everything()
    assert isinstance(found, Rows)
    assert found.changed


def test_a_page_that_fails_fails_the_list() -> None:
    refusal = Failure(Reason.FORGE_ERROR, "no", "wait")
    first = page_of(tuple(range(50)), {"x-total-count": "100"})
    assert all_rows(lambda _: refusal, int, threads=2, deadline=Deadline(600), first=first) is refusal


def test_a_stopped_run_gives_no_part_for_the_whole() -> None:
    deadline = Deadline(600)
    deadline.interrupt(2)
    first = page_of(tuple(range(50)), {"x-total-count": "5000"})
    found = all_rows(lambda _: deadline.failure() or first, int, threads=2, deadline=deadline, first=first)
    assert isinstance(found, Failure)
    assert found.reason is Reason.INTERRUPTED


@pytest.mark.parametrize(
    "headers", [{"x-total-count": "999999999"}, {"link": '<http://x?page=99999999>; rel="last"'}]
)
def test_a_count_beyond_reason_is_not_followed(headers: dict[str, str]) -> None:
    first = page_of((1,), headers)
    found = all_rows(lambda _: page_of((1,), {}), int, threads=2, deadline=Deadline(600), first=first)
    assert isinstance(found, Failure)
    assert found.reason is Reason.UNEXPECTED


def test_a_server_that_never_ends_is_left() -> None:
    link = {"link": '<http://x?page=2>; rel="next"'}
    found = all_rows(lambda number: page_of((number,), link), int, threads=2, deadline=Deadline(600))
    assert isinstance(found, Failure)
    assert found.reason is Reason.UNEXPECTED


@pytest.mark.parametrize("headers", [{}, {"link": '<http://x?page=2>; rel="next"'}])
def test_a_server_that_shows_the_same_page_for_ever_is_left_at_once(headers: dict[str, str]) -> None:
    asked: list[int] = []

    def fetch(number: int) -> Page[int]:
        asked.append(number)
        return page_of((1,), headers)

    found = all_rows(fetch, int, threads=2, deadline=Deadline(600))
    assert isinstance(found, Failure)
    assert len(asked) <= 3


@given(st.dictionaries(st.sampled_from(["link", "x-total-count"]), st.text(max_size=60)))
def test_no_header_makes_it_raise(headers: dict[str, str]) -> None:
    page = page_of((1,), headers)
    assert page.last >= 1
    assert page.has_next(1) in {True, False}
