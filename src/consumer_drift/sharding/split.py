"""Which consumers each shard reads. The names alone decide, so that every shard computes the same split."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.shards import ShardSpec

MOST = 1000
_WRITTEN = re.compile(r"([0-9]{1,4})/([0-9]{1,4})\Z")


def parse(text: str) -> ShardSpec:
    """Parse ``3/10``: the third of ten shards. Raises ValueError, with a sentence for the user, for other text."""
    from consumer_drift.model.shards import ShardSpec  # noqa: PLC0415 - few runs are about a shard

    found = _WRITTEN.match(text.strip())
    index, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= index <= count <= MOST:
        raise ValueError(f"write the share and how many there are, as 3/10, up to {MOST}")
    return ShardSpec(index, count)


def members(names: Iterable[RepositoryName], share: ShardSpec) -> frozenset[RepositoryName]:
    """Return the *names* that the shard *share* reads.

    The names are sorted and cut into runs, so that an owner's repositories stay together and few shards list that
    owner. Sizes differ by at most one. One name more or less moves at most one consumer across each border.
    """
    ordered = sorted(names)
    start, end = (len(ordered) * border // share.count for border in (share.index - 1, share.index))
    return frozenset(ordered[start:end])
