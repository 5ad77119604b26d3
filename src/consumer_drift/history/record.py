"""From a report to the line of the history that keeps it."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from consumer_drift.commands import Command
from consumer_drift.model.findings import Code
from consumer_drift.model.history import RecordedConsumer, RecordedRun
from consumer_drift.model.report import Scope

if TYPE_CHECKING:
    from consumer_drift.model.report import ConsumerResult, Report

# Whoever pins more than this in one repository sees the first of them, which are the outdated ones.
_PINS = 5
_COMMANDS = frozenset({Command.CHECK, Command.PROPAGATE})


def is_recorded(report: Report) -> bool:
    """Whether it compares consumers, and is not about a shard: ``combine`` has the whole run."""
    return report.at is not None and report.scope is not Scope.SHARD and report.command in _COMMANDS


def record(report: Report) -> RecordedRun | None:
    """Return the run that *report* is about, None for one that is not recorded."""
    if report.at is None or not is_recorded(report):
        return None
    return RecordedRun(
        at=report.at.astimezone(UTC).replace(microsecond=0),
        command=report.command,
        status=report.status,
        scope=report.scope,
        source=report.target.source,
        target=report.target.version,
        coverage=report.coverage,
        unlisted=sum(finding.code is Code.UNLISTED for finding in report.findings),
        consumers=tuple(sorted(map(_consumer, report.consumers), key=lambda one: one.name)),
        requests=report.requests,
        seconds=round(report.seconds, 6),
    )


def _consumer(result: ConsumerResult) -> RecordedConsumer:
    pins = tuple(dict.fromkeys(pin.value for pin in result.pins))[:_PINS]
    return RecordedConsumer(result.name, result.state, pins, result.reason)
