"""Drift: the state of one listed consumer, and its findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.assess.consumer_checks import ConsumerChecks
from consumer_drift.assess.lag import Lag, lag_of
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.report import ConsumerResult, State, WaitReason
from consumer_drift.model.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.assess.pin_states import Address, PinState
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.pull_request import PullRequests
    from consumer_drift.model.result import Failure
    from consumer_drift.model.target import Target
    from consumer_drift.model.versions import Version


def judge_unreadable(consumer: Consumer, failure: Failure) -> tuple[ConsumerResult, Finding]:
    """Return the result of a listed consumer that could not be read at all."""
    finding = Finding.of(
        Code.UNREADABLE,
        Sentence(f"{consumer.name} could not be read: ", failure.said),
        consumer=consumer.name,
        place=consumer.place,
        remedy=failure.remedy,
    )
    result = ConsumerResult(
        consumer.name,
        State.UNREADABLE,
        (),
        consumer.place,
        note=failure.said,
        reason=WaitReason.UNREADABLE,
    )
    return result, finding


def judge(
    reading: ConsumerReading,
    config: Config,
    target: Target,
    pull_requests: PullRequests | Failure | None,
    now: datetime,
    address: Address,
) -> tuple[ConsumerResult, tuple[Finding, ...]]:
    """Return the result and all findings of a consumer that was read.

    *pull_requests*: those from bump branches, None where they were not asked for.
    """
    checks = ConsumerChecks(reading, config, target, _lag(reading, config, target, pull_requests, now), address)
    findings = tuple(checks.findings())
    state = _state(findings, target, archived=reading.snapshot.archived)
    pins = tuple(one.location(reading.snapshot, address) for one in _shown(reading, target) if one.value)
    consumer = reading.consumer
    result = ConsumerResult(
        consumer.name,
        state,
        pins,
        consumer.place,
        reading.snapshot.web_url,
        checks.note(state),
        public=reading.snapshot.public,
        reason=_reason(checks.lag, state),
        pull_request=checks.lag.awaited if state in _WAITING else None,
        behind_since=checks.lag.since,
    )
    return result, findings


def _shown(reading: ConsumerReading, target: Target) -> Sequence[PinState]:
    """Return the pins to show. What is wrong comes first: a table shows only the first few."""
    if reading.is_settled(target):
        return reading.pin_states.states
    present = reading.pin_states.present
    if target.version is not None:
        present += [one for one in reading.stale_locks(target.version) if one not in present]
    return sorted(present, key=lambda one: one.compare(target) == 0)


def _reason(lag: Lag, state: State) -> WaitReason | None:
    """Return what a consumer in *state* waits for."""
    if state is State.UNREADABLE:
        return WaitReason.UNREADABLE
    if state not in _WAITING or lag.failure is not None:
        return None
    if lag.merging is not None:
        return WaitReason.PULL_REQUEST_OPEN
    return WaitReason.CONFLICT if lag.conflicting is not None else WaitReason.NO_PULL_REQUEST


_NO_LAG = Lag()
# A bump brings these to the target.
_WAITING = frozenset({State.BEHIND, State.IN_FLIGHT, State.LAGGING, State.RETRACTED, State.DEAD_PIN})


def _lag(
    reading: ConsumerReading,
    config: Config,
    target: Target,
    pull_requests: PullRequests | Failure | None,
    now: datetime,
) -> Lag:
    """Return how long its pins have been behind, and what excuses that."""
    outdated = [] if reading.pin_states.are_at(target) else reading.pin_states.outdated(target)
    if not outdated and not pull_requests:
        return _NO_LAG

    pinned = [one.version for one in outdated if one.version is not None]

    def is_above(version: Version) -> bool:
        series = any(one.is_below(version) for one in outdated if one.version is None)
        return series or any(target.is_lacked(version, one) for one in pinned)

    is_complete = target.reaches(pinned)
    lag = lag_of(is_above, config, target, pull_requests, reading.snapshot.branch, now, is_complete=is_complete)
    # Without a pin that is behind there is no lag, but a bump may put an invalid pin right.
    return lag if outdated else Lag(merging=lag.merging)


def _state(findings: Sequence[Finding], target: Target, *, archived: bool) -> State:
    if archived:
        return State.ARCHIVED
    if findings:
        codes = {finding.code.value for finding in findings}
        worst = next((state for state in State if state.value in codes), None)
        if worst is not None:
            return worst
    return State.IN_SYNC if target.version is not None else State.NOT_COMPARED
