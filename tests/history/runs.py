"""Runs of a history, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from consumer_drift.model.exit_codes import Status
from consumer_drift.model.history import RecordedConsumer, RecordedRun
from consumer_drift.model.report import Coverage, Reconciled, Scope, State, WaitReason
from consumer_drift.model.repository import RepositoryName

START = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


def consumer(
    name: str, pin: str, state: State = State.IN_SYNC, reason: WaitReason | None = None
) -> RecordedConsumer:
    """*name* of acme, with one pin; an unreadable one has none."""
    return RecordedConsumer(RepositoryName.parse(name, "acme"), state, (pin,) if pin else (), reason)


def behind(name: str, pin: str, reason: WaitReason = WaitReason.NO_PULL_REQUEST) -> RecordedConsumer:
    """One that is behind."""
    return consumer(name, pin, State.BEHIND, reason)


def run(
    day: float,
    target: str,
    *consumers: RecordedConsumer,
    scope: Scope = Scope.FULL,
    status: Status | None = None,
) -> RecordedRun:
    """A run so many days after START."""
    late = any(one.is_late for one in consumers)
    read = sum(one.state is not State.UNREADABLE for one in consumers)
    return RecordedRun(
        at=START + timedelta(days=day),
        command="check",
        status=status or (Status.DRIFT if late else Status.IN_SYNC),
        scope=scope,
        source="acme/runtime",
        target=target,
        coverage=Coverage(len(consumers), read, Reconciled.COMPLETE, 20, 14, 0, "acme"),
        unlisted=0,
        consumers=tuple(sorted(consumers, key=lambda one: one.name)),
        requests=9,
        seconds=0.5,
    )
