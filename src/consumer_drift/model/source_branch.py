"""The history of a branch of the source, whose newest commit is the target: commits in the place of releases."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from consumer_drift.model.versions import SHORT_COMMIT, Version, short

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

# Below every commit of a history that was read.
_OLDER = -(2**53)


@dataclass(frozen=True, slots=True)
class BranchCommit:
    """A commit. *date* is when it was committed, with a zone; None where that is not known. *parents* are ids."""

    id: str
    date: datetime | None
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitPage:
    """A page of a listing of commits, newest first. *after* is what to ask for the next one with, empty: none."""

    commits: tuple[BranchCommit, ...]
    after: str = ""


@dataclass(frozen=True, slots=True, order=True)
class CommitOrder:
    """The place of a commit in its history: a later *rank* is never an ancestor of an earlier one."""

    rank: int
    id: str


@dataclass(frozen=True)
class BranchHistory:
    """The newest *commits* of a *branch*, as the server lists them: a commit before its ancestors, at least one.

    *after* is where the listing goes on, empty where it is complete. *older* are ids of commits that are further
    back than that, as far as they were asked for. *tags* leads from the names of the source's tags to commits.
    """

    branch: str
    commits: tuple[BranchCommit, ...]
    after: str = ""
    older: frozenset[str] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def head(self) -> BranchCommit:
        """The newest commit."""
        return self.commits[0]

    @cached_property
    def versions(self) -> Mapping[str, Version]:
        """Every known commit of the branch as a version, by its id."""
        ranks = dict.fromkeys(self.older, _OLDER) | {one.id: -rank for rank, one in enumerate(self.commits)}
        return {one: Version(short(one), False, CommitOrder(rank, one)) for one, rank in ranks.items()}

    @cached_property
    def by_short_form(self) -> Mapping[str, Version]:
        """Every known commit by the short form of its id."""
        return {version.text: version for version in self.versions.values()}

    def pinned(self, text: str) -> Version | None:
        """Return the commit that a pin with this text is of, None where it is not known."""
        # As Go writes it where the module has no go.mod.
        text = text.removesuffix("+incompatible")
        commit = self.tags.get(f"v{text}", text)
        return self.versions.get(commit) or self.by_short_form.get(text[-SHORT_COMMIT:])

    @cached_property
    def dates(self) -> Mapping[Version, datetime]:
        """When each commit came to the branch: of one that was merged, the date of the merge counts."""
        return {self.versions[one.id]: one.date for one in self._mainline if one.date is not None}

    @cached_property
    def _by_id(self) -> Mapping[str, BranchCommit]:
        return {one.id: one for one in self.commits}

    @cached_property
    def _mainline(self) -> tuple[BranchCommit, ...]:
        """The commits that the branch itself was at, newest first: always the first parent."""
        return tuple(self._first_parents())

    def _first_parents(self) -> Iterator[BranchCommit]:
        # A server may say that a commit is its own ancestor.
        seen: set[str] = set()
        at: BranchCommit | None = self.head
        while at is not None and at.id not in seen:
            seen.add(at.id)
            yield at
            at = self._by_id.get(at.parents[0]) if at.parents else None

    @cached_property
    def _ancestors(self) -> dict[str, frozenset[str]]:
        return {}

    def ancestors(self, commit: str) -> frozenset[str]:
        """Return the *commits* that *commit* contains, itself included; none for one that is further back."""
        known = self._ancestors.get(commit)
        if known is None:
            found: set[str] = set()
            todo = [commit]
            while todo:
                at = self._by_id.get(todo.pop())
                if at is not None and at.id not in found:
                    found.add(at.id)
                    todo += at.parents
            known = self._ancestors[commit] = frozenset(found)
        return known

    def contains(self, pinned: Version, other: Version) -> bool:
        """Whether *other* is *pinned* or an ancestor of it. Both are of ``versions``."""
        assert isinstance(pinned.order, CommitOrder)  # noqa: S101 - as all of its versions
        assert isinstance(other.order, CommitOrder)  # noqa: S101
        if other.order.rank == _OLDER:
            # Further back than everything that was listed, in which *pinned* is at least.
            return pinned == other or pinned.order.rank > _OLDER
        return other.order.id in self.ancestors(pinned.order.id)

    def reaches(self, pinned: Version) -> bool:
        """Whether the listing goes back far enough to show everything that *pinned* lacks."""
        return not self.after or self.contains(pinned, self.versions[self._mainline[-1].id])

    def lacking(self, pinned: Version) -> int:
        """Return how many of the *commits* the commit *pinned* does not contain."""
        assert isinstance(pinned.order, CommitOrder)  # noqa: S101 - as all of its versions
        return len(self.commits) - len(self.ancestors(pinned.order.id))
