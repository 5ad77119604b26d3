"""The search for repositories, as far as qualifiers say what is wanted.

https://docs.github.com/en/search-github/searching-on-github/searching-for-repositories
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.emulator.github.graphql.connections import Connection

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.emulator.github.graphql.session import Session
    from tests.emulator.repository import Repository

# "A maximum of 1,000 results will be available", says the schema.
MOST = 1000


class SearchConnection(Connection):
    """A page of what was found. The count is that of all, also where no page returns them."""

    def __init__(self, rows: list[Any], node: Callable[[Any], Any], *page: Any) -> None:
        super().__init__(rows[:MOST], node, *page)
        self.repositoryCount = len(rows)


def found_repositories(session: Session, query: str) -> list[Repository]:
    """The repositories that fit the qualifiers of *query*, forks only with ``fork:true``, in no useful order."""
    wanted = dict(word.split(":", 1) for word in query.split())
    owner = session.world.owner(wanted.pop("org", "") or wanted.pop("user", ""))
    rows = [r for r in owner.repositories if session.visible(r)] if owner else []
    if wanted.pop("fork", "") != "true":
        rows = [r for r in rows if not r.fork]
    if visibility := wanted.pop("is", ""):
        rows = [r for r in rows if r.visibility == visibility]
    first, last = (_time(text) for text in wanted.pop("created", "..").split(".."))
    if wanted:
        raise AssertionError(f"the emulator does not know {wanted}")
    rows = [r for r in rows if _within(r, first, last) and r.full_name not in session.world.settings.not_indexed]
    return sorted(rows, key=lambda r: (r.id * 2654435761) % 2**32)


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _within(repository: Repository, first: datetime | None, last: datetime | None) -> bool:
    made = repository.created_at.replace(microsecond=0)
    return (first is None or first <= made) and (last is None or made <= last)
