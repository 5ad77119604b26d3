"""A share of the list that one run reads, and what its report hands to the merge of all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumer_drift.model.findings import Finding, Place
    from consumer_drift.model.repository import RepositoryName


@dataclass(frozen=True, slots=True)
class ShardSpec:
    """The *index*-th (from 1) of *count* shares."""

    index: int
    count: int

    @property
    def is_first(self) -> bool:
        """Whether this is the one that looks through the owner's repositories."""
        return self.index == 1

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


@dataclass(frozen=True, slots=True)
class Known:
    """A consumer that was read, under the *name* it has by now, which may not be the one it is listed by."""

    name: RepositoryName
    public: bool = True


@dataclass(frozen=True, slots=True)
class ProbedRepository:
    """One of the owner's repositories as the listing showed it, and what looking into it brought.

    *looked*: it was probed; *carries* a pin: None where that cannot be told or nobody looked. *unread* is
    why it could not be read, None where it was; then *denied* says that the token may not look, and
    *excused* that the answer is not needed. *findings* hold unless the repository is a consumer after all.
    """

    name: RepositoryName
    archived: bool = False
    looked: bool = False
    carries: bool | None = None
    unread: str | None = None
    denied: bool = False
    excused: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the owner's repositories showed, before it is known which of them are consumers under a new name.

    *hidden* and *doubts* are those of the listing; *public_only*: the others do not matter; *place* is that
    of the rules in the configuration.
    """

    owner: str
    rows: tuple[ProbedRepository, ...]
    hidden: int | None
    doubts: tuple[str, ...]
    public_only: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Shard:
    """What a share's report says beyond its own findings.

    *config* is a digest of the configuration and of all that changes its meaning, empty where the run got no
    further than that; *program* the version that ran. *positions* has the place of each of its consumers in
    the whole list, from 1; *known* are those that were read; *evidence* is None where this share did not look
    through the owner's repositories, or could not.
    """

    share: ShardSpec
    program: str
    config: str = ""
    positions: tuple[int, ...] = ()
    known: tuple[Known, ...] = ()
    evidence: Evidence | None = None
