"""Select the consumers of one shard, and mark its report so that `combine` knows which belong together."""

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
    """Return *config* with the consumers of *share* only, and the shard that its report names.

    The whole list stays known. Only the first shard runs reconcile.
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
    """Return the shard of a run that stopped at its configuration."""
    return Shard(share, __version__)


def digest(data: bytes, *meaning: object) -> str:
    """Return a digest that two runs share if the file and *meaning* (as ``str`` shows it) are the same."""
    held = [hashlib.sha256(data).hexdigest(), *map(str, meaning)]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()
