"""A run as the history keeps it: what each consumer pinned, and how much was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.report import Scope, State

if TYPE_CHECKING:
    from datetime import datetime

    from consumer_drift.model.exit_codes import Status
    from consumer_drift.model.report import Coverage, WaitReason
    from consumer_drift.model.repository import RepositoryName

# A consumer in one of these has taken over the target version, or need not.
SETTLED = frozenset({State.IN_SYNC, State.AHEAD, State.ARCHIVED})
# What these pin is not known.
UNKNOWN = frozenset({State.UNREADABLE, State.NOT_COMPARED})
# Behind, and excused: no reader has to do anything yet.
_EXCUSED = frozenset({State.IN_FLIGHT, State.LAGGING})


def is_overdue(state: State) -> bool:
    """Whether somebody has to do something about a consumer in that state: it was read, and nothing excuses it."""
    return state not in SETTLED and state not in UNKNOWN and state not in _EXCUSED


@dataclass(frozen=True, slots=True)
class RecordedConsumer:
    """A listed consumer in one run. *pins* are the values that it pins, each once."""

    name: RepositoryName
    state: State
    pins: tuple[str, ...] = ()
    reason: WaitReason | None = None

    @property
    def is_late(self) -> bool:
        """Whether it was read and does not pin the target version."""
        return self.state not in SETTLED and self.state not in UNKNOWN


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """One run. *at* is in UTC, to the second; *source* and *target* are empty where they were not known.

    *unlisted* counts the repositories that have a pin and are neither listed nor exempt.
    """

    at: datetime
    command: str
    status: Status
    scope: Scope
    source: str
    target: str
    coverage: Coverage
    unlisted: int
    consumers: tuple[RecordedConsumer, ...]
    requests: int
    seconds: float

    @property
    def is_full(self) -> bool:
        """Whether it is about every consumer of the list, and compared them with a target version."""
        return self.scope is Scope.FULL and bool(self.target) and bool(self.consumers)


@dataclass(frozen=True, slots=True)
class History:
    """The *runs*, oldest first. *damaged* has the number of each line that was passed over, and why."""

    runs: tuple[RecordedRun, ...] = ()
    damaged: tuple[tuple[int, str], ...] = ()
