"""All pages of a list, although neither server tells in one way how many there are.

``X-Total-Count`` may count rows that are not shown, ``Link`` is missing on some routes, and a page in the middle
may have fewer rows than others: only a page without a next page, or an empty page, is the end.

A list may change while its pages are read: a row that is deleted moves the rows after it to earlier places, and
one of them to a page that was read already. Pages are cut at places, so this shows only in the counts and in rows
that come twice. Such a list is read again.

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
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from consumer_drift.support.deadline import Deadline

T = TypeVar("T")

# No real list is longer. A count that says so is a fault, and would cost as many requests.
_MOST_PAGES = 2000
# A list that changed while it was read is read once more.
_TRIES = 2
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

    def has_next(self, seen: int) -> bool:
        """Return whether another page must be requested after this one, with *seen* rows known so far."""
        if self.links is not None:
            return "next" in self.links
        return bool(self.rows) and (self.total is None or seen < self.total)


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """The rows of all pages, each once. *total*: the lowest count that a page told, None if none did.

    *changed*: the list changed while it was read, so a row may be missing.
    """

    rows: tuple[T, ...]
    total: int | None
    changed: bool = False


def page_of(rows: tuple[T, ...], headers: Mapping[str, str]) -> Page[T]:
    """Return a page with what its headers say. Never raises."""
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


def all_rows(
    fetch: Callable[[int], Page[T] | Failure],
    key: Callable[[T], Hashable],
    *,
    threads: int,
    deadline: Deadline,
    first: Page[T] | None = None,
) -> Rows[T] | Failure:
    """Return the rows of all pages, read twice if the list changed meanwhile. *first* is page 1, if it was read.

    *key* tells rows apart, whatever they are called now.
    """
    found: Rows[T] | Failure = Rows((), None)
    for _ in range(_TRIES):
        start = first or fetch(1)
        first = None
        if isinstance(start, Failure):
            return start
        pages = _all_pages(start, fetch, threads=threads, deadline=deadline)
        found = pages if isinstance(pages, Failure) else _joined(pages, key)
        if isinstance(found, Failure) or not found.changed:
            break
    return found


def _all_pages(
    first: Page[T], fetch: Callable[[int], Page[T] | Failure], *, threads: int, deadline: Deadline
) -> list[Page[T]] | Failure:
    """Return *first* and all pages after it. Pages whose number is known beforehand are fetched in parallel."""
    last = first.last
    if last > _MOST_PAGES:
        return _too_many(last)
    pages: dict[int, Page[T] | Failure] = {1: first}
    pages.update(map_unordered(fetch, range(2, last + 1), threads=threads, deadline=deadline))
    while True:
        complete = _complete([pages.get(number) or deadline.failure() for number in range(1, last + 1)])
        if isinstance(complete, Failure):
            return complete
        if not complete[-1].has_next(sum(len(page.rows) for page in complete)):
            return complete
        last += 1
        if last > _MOST_PAGES:
            return _too_many(last)
        pages[last] = fetch(last)
        if pages[last] == complete[-1]:
            return Failure(
                Reason.UNEXPECTED,
                "the forge shows the same page again instead of the next one",
                "check the proxy in front of the forge: it must pass on the whole address",
            )


def _complete(pages: Sequence[Page[T] | Failure | None]) -> list[Page[T]] | Failure:
    complete: list[Page[T]] = []
    for number, page in enumerate(pages, start=1):
        if page is None:
            return Failure(Reason.CUT_SHORT, f"page {number} of a list did not arrive", "run it again")
        if isinstance(page, Failure):
            return page
        complete.append(page)
    return complete


def _joined(pages: list[Page[T]], key: Callable[[T], Hashable]) -> Rows[T]:
    counts = {page.total for page in pages if page.total is not None}
    rows = [row for page in pages for row in page.rows]
    unique = {key(row): row for row in rows}
    changed = len(counts) > 1 or len(unique) < len(rows)
    return Rows(tuple(unique.values()), min(counts, default=None), changed)


def _too_many(pages: int) -> Failure:
    return Failure(
        Reason.UNEXPECTED,
        f"the forge announces {pages} pages, more than any real list has",
        "check that the server's address leads to the forge itself; if it does, please report this",
    )
