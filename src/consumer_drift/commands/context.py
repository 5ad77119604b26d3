"""What a command gets that works on the consumers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from consumer_drift.cache.store import Cache
    from consumer_drift.forges.base import Forge, Progress
    from consumer_drift.model.config import Config
    from consumer_drift.model.shards import Shard


@dataclass(frozen=True, slots=True)
class Context:
    """The configuration, the server, and the moment of the run (*now* has a time zone).

    *progress* is called for each repository that was read. *shard* is what the report says of its part of the
    list, None for all of it. *cache* None: everything is fetched. *dry_run*: write nothing.
    """

    config: Config
    forge: Forge
    now: datetime
    progress: Progress
    shard: Shard | None = None
    cache: Cache | None = None
    dry_run: bool = False
