"""What changed since the runs before: which consumers became late, and which have arrived at the target."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from consumer_drift.model.history import SETTLED, UNKNOWN, is_overdue
from consumer_drift.model.report import Scope, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from consumer_drift.model.history import RecordedRun
    from consumer_drift.model.repository import RepositoryName


class Turn(StrEnum):
    """What became of a consumer."""

    LATE = "late"
    CONVERGED = "converged"


@dataclass(frozen=True, slots=True)
class ChangedConsumer:
    """A consumer that is late now and was not, or the other way round."""

    name: RepositoryName
    turn: Turn


def changes(before: Sequence[RecordedRun], now: RecordedRun) -> tuple[ChangedConsumer, ...]:
    """Return what changed in *now* since the runs *before*, oldest first, by name.

    A consumer is compared with the last run of the same source that could read it; one that no run has read is no
    change, unless runs have read others and it is late. Without any run before, nothing changed.
    """
    last = _last_states([run for run in before if run.source == now.source and run.target])
    if not last or not now.target or now.scope is Scope.SHARD:
        return ()
    found = (
        ChangedConsumer(one.name, turn)
        for one in now.consumers
        if one.state not in UNKNOWN and (turn := _turn(last.get(one.name), one.state)) is not None
    )
    return tuple(sorted(found, key=lambda change: change.name))


def _last_states(runs: Iterable[RecordedRun]) -> dict[RepositoryName, State]:
    return {one.name: one.state for run in runs for one in run.consumers if one.state not in UNKNOWN}


def _turn(before: State | None, now: State) -> Turn | None:
    if is_overdue(now) and (before is None or not is_overdue(before)):
        return Turn.LATE
    if now is State.IN_SYNC and before is not None and before not in SETTLED:
        return Turn.CONVERGED
    return None
