"""The way of one check: observe, judge."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.pipeline.observe import observe, open_bumps
from consumer_drift.pipeline.report import report_of

if TYPE_CHECKING:
    from datetime import datetime

    from consumer_drift.forges.base import Forge, Progress
    from consumer_drift.model.config import Config
    from consumer_drift.model.report import Report
    from consumer_drift.model.shards import Shard


def check(config: Config, forge: Forge, now: datetime, progress: Progress, shard: Shard | None = None) -> Report:
    """Read everything *config* names on *forge*, and judge it. *now* has a time zone.

    *shard*: the report is that of a share of the list, and hands on what was seen. Whatever the forge
    answers ends up in the report; nothing is raised for it.
    """
    started = time.monotonic()
    seen = observe(config, forge, progress)
    report = report_of("check", seen.config, forge, seen, open_bumps(seen, forge), now, shard)
    return replace(report, seconds=time.monotonic() - started)
