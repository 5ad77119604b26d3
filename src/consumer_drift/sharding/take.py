"""A run's share of the configuration, and the mark by which all shares of one are known."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift import __version__
from consumer_drift.model.shards import Shard
from consumer_drift.sharding.split import members

if TYPE_CHECKING:
    from consumer_drift.model.config import Config
    from consumer_drift.model.shards import ShardSpec


def select(config: Config, share: ShardSpec, digest: str) -> tuple[Config, Shard]:
    """*config* with the consumers of *share* alone, and what its report says of itself.

    The whole list stays known, and the first share alone looks through the owner's repositories.
    """
    mine = members([one.name for one in config.consumers], share)
    kept = [(position, one) for position, one in enumerate(config.consumers, start=1) if one.name in mine]
    part = replace(
        config,
        consumers=tuple(one for _, one in kept),
        whole_list=config.consumers,
        reconcile=config.reconcile if share.is_first else None,
    )
    return part, replace(blank(share), config=digest, positions=tuple(position for position, _ in kept))


def blank(share: ShardSpec) -> Shard:
    """The shard of a run that got no further than its configuration."""
    return Shard(share, __version__)


def digest(data: bytes, *meaning: object) -> str:
    """The same for two runs that have the same file, read with the same *meaning* (as ``str`` shows it)."""
    held = [hashlib.sha256(data).hexdigest(), *map(str, meaning)]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()
