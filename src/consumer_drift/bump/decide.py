"""What the pins of a consumer and the state of its repository decide, before its pull requests are known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.assess.lock_updates import instructions
from consumer_drift.bump.step import Step
from consumer_drift.model.outcome import Outcome
from consumer_drift.model.result import Failure

if TYPE_CHECKING:
    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.assess.pin_states import PinStates
    from consumer_drift.model.config import Consumer
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.target import Target


def decided(consumer: Consumer, reading: ConsumerReading | Failure, target: Target) -> Step | None:
    """The step of a consumer that is not to be bumped; None where it is, which depends on its pull requests."""
    if isinstance(reading, Failure):
        return Step(consumer.name, Outcome.ERROR, f"it could not be read: {reading.said}")
    if target.version is None:
        return Step(consumer.name, Outcome.SKIPPED, "the target version is unknown")
    why = takes_no_commit(consumer, reading) or _takes_no_pull_request(reading)
    if why:
        return Step(consumer.name, Outcome.SKIPPED, why)
    step = _by_pins(consumer.name, reading.pin_states, target)
    stale = reading.stale_locks(target.version)
    if stale and step is not None and step.outcome is Outcome.ALREADY_PINNED:
        run = instructions(stale, reading.snapshot, target.version)
        return replace(step, outcome=Outcome.NEEDS_LOCK, note=f"{stale[0].what}: {run}")
    return step


def takes_no_commit(consumer: Consumer, reading: ConsumerReading) -> str:
    """Why the repository takes no commit, whatever it pins; empty where it may."""
    snapshot = reading.snapshot
    if snapshot.archived:
        return "it is archived"
    if snapshot.mirror:
        return "it is a mirror: bump the repository that it mirrors"
    if snapshot.empty:
        return "it is empty: push a first commit"
    if snapshot.name.owner.casefold() != consumer.name.owner.casefold():
        return f"it has moved to {snapshot.name}: list it there"
    return ""


def _takes_no_pull_request(reading: ConsumerReading) -> str:
    if reading.snapshot.takes_pull_requests:
        return ""
    return "its pull requests are switched off: switch them on in its settings"


def _by_pins(name: RepositoryName, pin_states: PinStates, target: Target) -> Step | None:
    failed = next(((one.path, one.failure) for one in pin_states.unread if one.failure is not None), None)
    if failed is not None:
        path, failure = failed
        return Step(name, Outcome.ERROR, f"{path} could not be read: {failure.said}")
    ahead = pin_states.not_lowered(target)
    if ahead:
        untagged = ", and no tag names it" if ahead[0].version in target.untagged else ""
        return Step(name, Outcome.AHEAD, f"{ahead[0].what} is higher than {target.version}{untagged}")
    if pin_states.outdated(target):
        return None
    wrong = next(iter((*pin_states.invalid, *pin_states.unpinned(target))), None)
    if wrong is not None:
        return Step(name, Outcome.SKIPPED, wrong.what)
    missing = pin_states.missing[0].what if pin_states.missing else ""
    if not pin_states.comparable:
        return Step(name, Outcome.NO_PIN, missing or "no pin is configured for it")
    return Step(name, Outcome.SKIPPED if missing else Outcome.ALREADY_PINNED, missing)
