"""Listed consumers, many in one query; what does not land is asked again in halves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.github import queries, reading
from consumer_drift.forges.github.session import TOO_MUCH
from consumer_drift.forges.http.crew import each
from consumer_drift.model.answers import Obstacle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from consumer_drift.forges.github.session import Session
    from consumer_drift.model.names import RepositoryName
    from consumer_drift.model.observation import Snapshot, Wanted

# The true bound of a query is what it costs GitHub to run, which nobody tells beforehand: this is what
# goes through by experience, and what does not is halved.
_BATCH = 50
_BATCH_FIELDS = 250


@dataclass(frozen=True, slots=True)
class _Job:
    """A batch. *denied*: why pull requests are not asked for, by consumer, where that was tried before."""

    wanted: Sequence[Wanted]
    bump_branch: str
    denied: Mapping[RepositoryName, Obstacle] = field(default_factory=dict)


@dataclass(slots=True)
class _Outcome:
    """What became of a batch."""

    done: dict[RepositoryName, Snapshot | Obstacle] = field(default_factory=dict)
    smaller: list[Wanted] = field(default_factory=list)
    without_pulls: list[Wanted] = field(default_factory=list)
    denied: dict[RepositoryName, Obstacle] = field(default_factory=dict)


def read(
    session: Session, wanted: Sequence[Wanted], bump_branch: str
) -> Iterator[tuple[RepositoryName, Snapshot | Obstacle]]:
    """Every consumer as it is read."""
    jobs = [_Job(batch, bump_branch) for batch in _batches(wanted)]
    while jobs:
        again: list[_Job] = []
        for job, outcome in each(
            lambda job: _batch(session, job), jobs, threads=session.threads, stop=session.stop
        ):
            yield from outcome.done.items()
            half = max(1, (len(job.wanted) + 1) // 2)
            again += [
                replace(job, wanted=outcome.smaller[start : start + half])
                for start in range(0, len(outcome.smaller), half)
            ]
            if outcome.without_pulls:
                again.append(_Job(outcome.without_pulls, "", outcome.denied))
        jobs = again


def _batches(wanted: Sequence[Wanted]) -> list[Sequence[Wanted]]:
    most = max((len(one.files) + 2 for one in wanted), default=1)
    size = max(1, min(_BATCH, _BATCH_FIELDS // most))
    return [wanted[start : start + size] for start in range(0, len(wanted), size)]


def _batch(session: Session, job: _Job) -> _Outcome:
    alone = len(job.wanted) == 1
    document, variables = queries.consumers(job.wanted, job.bump_branch)
    first = job.wanted[0].name
    asked = str(first) if alone else f"{len(job.wanted)} consumers from {first} on"
    reply = session.ask(document, variables, asked, can_ask_less=not alone)
    if isinstance(reply, Obstacle):
        if reply.status in TOO_MUCH and not alone:
            return _Outcome(smaller=list(job.wanted))
        return _Outcome({wanted.name: reply for wanted in job.wanted})
    outcome = _Outcome()
    for index, wanted in enumerate(job.wanted):
        result = reading.consumer(reply, f"r{index}", wanted, alone=alone)
        if isinstance(result, reading.AskLess):
            outcome.smaller.append(wanted)
        elif isinstance(result, reading.NoPullRequests):
            outcome.without_pulls.append(wanted)
            outcome.denied[wanted.name] = result.obstacle
        elif isinstance(result, Obstacle):
            outcome.done[wanted.name] = result
        else:
            outcome.done[wanted.name] = _finish(session, job, wanted, result)
    return outcome


def _finish(session: Session, job: _Job, wanted: Wanted, landed: reading.Landed) -> Snapshot:
    snapshot = complete(session, landed)
    denied = job.denied.get(wanted.name)
    if denied is not None:
        snapshot = replace(snapshot, pull_requests=denied)
    rest = [pattern for pattern in wanted.forbid if pattern not in snapshot.forbidden]
    if not rest:
        return snapshot
    in_tree = session.in_tree(snapshot.name, landed.commit, rest) if landed.commit else dict.fromkeys(rest, ())
    return replace(snapshot, forbidden={**snapshot.forbidden, **in_tree})


def complete(session: Session, landed: reading.Landed) -> Snapshot:
    """The snapshot with the files that only REST tells."""
    snapshot = landed.snapshot
    if not landed.blobs:
        return snapshot
    blobs = {path: session.blob(snapshot.name, oid) for path, oid in landed.blobs.items()}
    return replace(snapshot, files={**snapshot.files, **blobs})
