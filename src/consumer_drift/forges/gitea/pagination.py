"""All pages of a list, although neither server tells in one way how many there are.

``X-Total-Count`` may count rows that are not shown, ``Link`` is missing on some routes, and a page may
run short in the middle: only an answer without a further page announced, or an empty one, is the end.

https://docs.gitea.com/development/api-usage#pagination
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from consumer_drift.forges.gitea.routes import PAGE
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from consumer_drift.support.deadline import Deadline

T = TypeVar("T")

# No list anybody keeps is longer than this; a count that says so is a fault, and would cost as many requests.
_MOST_PAGES = 2000
_LINK = re.compile(r'<([^<>]*)>[^,<]*?\brel="?(\w+)"?')
_PAGE = re.compile(r"[?&]page=(\d{1,9})(?:&|$)")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """*total*: the forge's count of all rows. *links*: page numbers by relation, None without a header."""

    rows: tuple[T, ...]
    total: int | None
    links: Mapping[str, int] | None

    @property
    def last(self) -> int:
        """The last page's number, as far as the first page tells."""
        if self.links is not None:
            return max(1, self.links.get("last", 1), self.links.get("next", 1))
        if self.total is None or self.total <= len(self.rows):
            return 1
        return -(-self.total // (len(self.rows) or PAGE))

    def goes_on(self, seen: int) -> bool:
        """Whether a further page must be asked for after this one, *seen* rows being known so far."""
        if self.links is not None:
            return "next" in self.links
        return bool(self.rows) and (self.total is None or seen < self.total)


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """The rows of all pages. *total*: the lowest count that any page told, None where none did."""

    rows: tuple[T, ...]
    total: int | None


def page_of(rows: tuple[T, ...], headers: Mapping[str, str]) -> Page[T]:
    """A page with what its headers say. Never raises."""
    count = headers.get("x-total-count", "").strip()
    total = int(count) if count.isascii() and count.isdigit() and len(count) < 10 else None
    return Page(rows, total, _links(headers["link"]) if "link" in headers else None)


def _links(header: str) -> Mapping[str, int]:
    links: dict[str, int] = {}
    for url, relation in _LINK.findall(header):
        number = _PAGE.search(url)
        if number:
            links[relation] = int(number[1])
    return links


def rest(
    first: Page[T], fetch: Callable[[int], Page[T] | Failure], *, threads: int, deadline: Deadline
) -> Rows[T] | Failure:
    """*first* and all pages after it; those whose number is known beforehand are asked for at once."""
    last = first.last
    if last > _MOST_PAGES:
        return _endless(last)
    pages: dict[int, Page[T] | Failure] = {1: first}
    pages.update(map_unordered(fetch, range(2, last + 1), threads=threads, deadline=deadline))
    while True:
        whole = _whole([pages.get(number) or deadline.failure() for number in range(1, last + 1)])
        if isinstance(whole, Failure):
            return whole
        if not whole[-1].goes_on(sum(len(page.rows) for page in whole)):
            return _joined(whole)
        last += 1
        if last > _MOST_PAGES:
            return _endless(last)
        pages[last] = fetch(last)
        if pages[last] == whole[-1]:
            return Failure(
                Reason.UNEXPECTED,
                "the forge shows the same page again where the next one was asked for",
                "check what stands before the forge: it must pass the whole address on",
            )


def _whole(pages: Sequence[Page[T] | Failure | None]) -> list[Page[T]] | Failure:
    whole: list[Page[T]] = []
    for number, page in enumerate(pages, start=1):
        if page is None:
            return Failure(Reason.CUT_SHORT, f"page {number} of a list did not come", "run again")
        if isinstance(page, Failure):
            return page
        whole.append(page)
    return whole


def _joined(pages: list[Page[T]]) -> Rows[T]:
    counts = [page.total for page in pages if page.total is not None]
    return Rows(tuple(row for page in pages for row in page.rows), min(counts, default=None))


def _endless(pages: int) -> Failure:
    return Failure(
        Reason.UNEXPECTED,
        f"the forge announces {pages} pages, which no list has",
        "check that the server's address leads to the forge itself; if it does, please report this",
    )
