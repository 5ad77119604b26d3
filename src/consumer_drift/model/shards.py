"""Shards: the part of the list that one run checks, and what its report adds for ``combine``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumer_drift.model.evidence import ProbedOwner, ReadConsumer


@dataclass(frozen=True, slots=True)
class ShardSpec:
    """Part *index* (from 1) of *count*."""

    index: int
    count: int

    @property
    def is_first(self) -> bool:
        """Whether this is the shard that searches the owner's repositories."""
        return self.index == 1

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


@dataclass(frozen=True, slots=True)
class Shard:
    """What a shard's report says beyond its own findings.

    *config* is a digest of the configuration and of all that changes its meaning, empty where the configuration
    could not be used; *program* the version that ran. *positions* has the place of each of its consumers in the
    whole list, from 1; *read* are those that were read; *probed* is None where this shard did not search the
    owner's repositories, or could not.
    """

    spec: ShardSpec
    program: str
    config: str = ""
    positions: tuple[int, ...] = ()
    read: tuple[ReadConsumer, ...] = ()
    probed: ProbedOwner | None = None
