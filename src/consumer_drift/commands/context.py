"""What a command gets that works on the consumers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.settings import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from consumer_drift.cache.store import Cache
    from consumer_drift.forges.base import Forge, Progress
    from consumer_drift.model.config import Config
    from consumer_drift.model.shards import Shard
    from consumer_drift.registries.base import Registry
    from consumer_drift.settings import Settings


@dataclass(frozen=True, slots=True)
class Start:
    """What a command gets that reads no configuration before it starts: the settings and the connected server.

    *started* takes the number of repositories to read, 0 where it is not known, and returns what to call for each.
    *workspace* is the folder that the run is in. *dry_run*: write nothing.
    """

    settings: Settings
    forge: Forge
    now: datetime
    started: Callable[[int], Progress]
    workspace: Path
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """The configuration, the server, and the moment of the run (*now* has a time zone).

    *progress* is called for each repository that was read. *shard* is what the report says of its part of the
    list, None for all of it. *cache* None: everything is fetched. *dry_run*: write nothing. *registry* tells which
    releases can be installed, None: they all can. *checks*: read the checks and reviews of open bumps as well.
    *merging* is the server with the token that approves and merges, None where that is the same one. *purpose* is
    what doctor looks at.
    """

    config: Config
    forge: Forge
    now: datetime
    progress: Progress
    shard: Shard | None = None
    cache: Cache | None = None
    dry_run: bool = False
    registry: Registry | None = None
    checks: bool = False
    merging: Forge | None = None
    purpose: Purpose = Purpose.PROPAGATE
