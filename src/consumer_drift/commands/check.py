"""Compare the consumers with the target: read everything, then judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.pipeline.early import EarlyReader
from consumer_drift.pipeline.observe import dated, observe, open_bumps
from consumer_drift.pipeline.report import report_of, with_checks

if TYPE_CHECKING:
    from datetime import datetime

    from consumer_drift.cache.store import Cache
    from consumer_drift.commands.context import Context
    from consumer_drift.forges.base import Forge, Progress
    from consumer_drift.model.config import Config
    from consumer_drift.model.report import Report
    from consumer_drift.model.shards import Shard
    from consumer_drift.registries.base import Registry


def run(context: Context) -> Report:
    """Check what *context* has."""
    config, forge, now, progress = context.config, context.forge, context.now, context.progress
    shard, cache, registry = context.shard, context.cache, context.registry
    return check(config, forge, now, progress, shard, cache, registry, checks=context.checks)


def check(
    config: Config,
    forge: Forge,
    now: datetime,
    progress: Progress,
    shard: Shard | None = None,
    cache: Cache | None = None,
    registry: Registry | None = None,
    *,
    checks: bool = False,
) -> Report:
    """Return the report on all that *config* names on *forge*. *now* has a time zone.

    With *shard* the report is about a part of the list, and contains what combine needs. Without *cache*
    everything is fetched, and without *registry* every release can be installed. Failures of the server are
    findings; nothing is raised for them. *checks*: the checks and reviews of open bumps are read as well.
    """
    # What the commits of a branch are is known only after all consumers were read.
    early = EarlyReader(config) if config.source.branch is None else None
    seen = observe(config, forge, progress, cache, registry, checks=checks, early=early)
    seen = dated(seen, forge, early)
    report = report_of("check", seen.config, forge, seen, open_bumps(seen, forge), now, shard)
    return with_checks(report, seen, forge) if checks else report
