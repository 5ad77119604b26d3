"""A consumer that was read: its pins as they were classified, which every later step uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.assess.lock_states import FollowedLock, followed
from consumer_drift.assess.pin_states import PinStates, classify_all
from consumer_drift.model.result import Failure

if TYPE_CHECKING:
    from consumer_drift.assess.pin_states import PinState
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.target import Target
    from consumer_drift.model.versions import Version


@dataclass(frozen=True, slots=True)
class ConsumerReading:
    """A consumer that was read, with its pins classified: every later step uses these states.

    *locks* are the lock files beside its manifests.
    """

    consumer: Consumer
    snapshot: Snapshot
    pin_states: PinStates
    locks: tuple[FollowedLock, ...] = ()

    @property
    def unread(self) -> tuple[tuple[str, Failure], ...]:
        """Its files and forbidden patterns that could not be read, each once, and why."""
        locks = (one for lock in self.locks for one in lock.states.unread)
        unread = (*self.pin_states.unread, *locks)
        files = ((one.path, one.failure) for one in unread if one.failure is not None)
        forbidden = (
            (pattern, paths) for pattern, paths in self.snapshot.forbidden.items() if isinstance(paths, Failure)
        )
        return (*dict.fromkeys(files), *forbidden)

    @property
    def forbidden_paths(self) -> tuple[str, ...]:
        """The forbidden paths that it contains, each once."""
        found = (paths for paths in self.snapshot.forbidden.values() if not isinstance(paths, Failure))
        return tuple(dict.fromkeys(path for paths in found for path in paths))

    def stale_locks(self, target: Version) -> list[PinState]:
        """The places in lock files that do not install *target*, although the manifest asks for it."""
        beside = (one for lock in self.locks for one in lock.stale(target))
        return list(dict.fromkeys((*self.pin_states.stale(target), *beside)))

    def is_settled(self, target: Target) -> bool:
        """Whether there is nothing to say of its content: most consumers of a fleet are at the target."""
        if not self.pin_states.are_at(target) or self.locks:
            return False
        return not any(self.snapshot.forbidden.values())

    def needs_pull_requests(self, target: Target) -> bool:
        """Whether its findings depend on open bump pull requests."""
        if target.version is None or self.snapshot.archived or self.pin_states.are_at(target):
            return False
        return bool(self.pin_states.outdated(target) or self.pin_states.invalid)


def read(consumer: Consumer, snapshot: Snapshot, config: Config) -> ConsumerReading:
    """Classify the consumer's pins. An archived consumer is not compared, so it has none."""
    pins = () if snapshot.archived else consumer.pins
    states = classify_all(pins, snapshot, config.version_format)
    return ConsumerReading(consumer, snapshot, states, followed(states, snapshot, config))
