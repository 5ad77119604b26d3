"""The end of a list, on servers that tell it in different ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.gitea.pagination import Page, Rows, all_pages, page_of
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.deadline import Deadline


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
        first = self.page(1)
        return (
            first
            if isinstance(first, Failure)
            else all_pages(first, self.page, threads=threads, deadline=Deadline(600))
        )


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


def test_the_lowest_count_holds_where_pages_disagree() -> None:
    counts = iter([75, 74])

    def fetch(_: int) -> Page[int]:
        return page_of((2,), {"x-total-count": str(next(counts)), "link": ""})

    first = page_of((1,), {"x-total-count": "76", "link": '<http://x?page=3>; rel="last"'})
    found = all_pages(first, fetch, threads=1, deadline=Deadline(600))
    assert isinstance(found, Rows)
    assert found.total == 74


def test_a_page_that_fails_fails_the_list() -> None:
    refusal = Failure(Reason.FORGE_ERROR, "no", "wait")
    first = page_of(tuple(range(50)), {"x-total-count": "100"})
    assert all_pages(first, lambda _: refusal, threads=2, deadline=Deadline(600)) is refusal


def test_a_stopped_run_gives_no_part_for_the_whole() -> None:
    deadline = Deadline(600)
    deadline.interrupt(2)
    first = page_of(tuple(range(50)), {"x-total-count": "5000"})
    found = all_pages(first, lambda _: deadline.failure() or first, threads=2, deadline=deadline)
    assert isinstance(found, Failure)
    assert found.reason is Reason.INTERRUPTED


@pytest.mark.parametrize(
    "headers", [{"x-total-count": "999999999"}, {"link": '<http://x?page=99999999>; rel="last"'}]
)
def test_a_count_beyond_reason_is_not_followed(headers: dict[str, str]) -> None:
    found = all_pages(page_of((1,), headers), lambda _: page_of((1,), {}), threads=2, deadline=Deadline(600))
    assert isinstance(found, Failure)
    assert found.reason is Reason.UNEXPECTED


def test_a_server_that_never_ends_is_left() -> None:
    link = {"link": '<http://x?page=2>; rel="next"'}
    found = all_pages(
        page_of((1,), link), lambda number: page_of((number,), link), threads=2, deadline=Deadline(600)
    )
    assert isinstance(found, Failure)
    assert found.reason is Reason.UNEXPECTED


@pytest.mark.parametrize("headers", [{}, {"link": '<http://x?page=2>; rel="next"'}])
def test_a_server_that_shows_the_same_page_for_ever_is_left_at_once(headers: dict[str, str]) -> None:
    asked: list[int] = []

    def fetch(number: int) -> Page[int]:
        asked.append(number)
        return page_of((1,), headers)

    found = all_pages(page_of((1,), headers), fetch, threads=2, deadline=Deadline(600))
    assert isinstance(found, Failure)
    assert len(asked) <= 2


@given(st.dictionaries(st.sampled_from(["link", "x-total-count"]), st.text(max_size=60)))
def test_no_header_makes_it_raise(headers: dict[str, str]) -> None:
    page = page_of((1,), headers)
    assert page.last >= 1
    assert page.has_next(1) in {True, False}
