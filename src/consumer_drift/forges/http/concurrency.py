"""An adaptive concurrency limit: additive increase, multiplicative decrease, by how each request went.

It starts at the configured maximum, so a server that can handle it is used fully from the first moment. An
overload (429, 5xx, a timeout) halves the limit, and every further one of the same burst lowers it by one. A route
whose answers become much slower than its fastest lowers it by a quarter. Good answers raise it again: fast up to
half of the limit at which the last overload happened, then by one a round, and slowly around that limit.

The decisions are pure functions on frozen values.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Mapping  # noqa: TC003 - a field's type
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from consumer_drift.forges.http.messages import Rejection, Request, Response
from consumer_drift.model.result import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator


# Fewer answers than this say nothing about how slow a route is.
_ROUND = 8
# A route is slow above so many times its fastest answer plus so many seconds: answers differ by that much without
# any overload.
_SLOW_FACTOR, _SLOW_SECONDS = 2.0, 0.25
# A lower limit helped if the answers then took less than this part of the time.
_IMPROVED = 0.9
# How many rounds it takes to try again a limit at which an overload happened.
_CAREFUL_ROUNDS = 16
# Slow answers alone do not lower the limit below this part of the maximum: the network may be slow.
_SLOW_FLOOR = 4


class RequestOutcome(Enum):
    """What a finished request says about the server's load."""

    GOOD = auto()
    OVERLOAD = auto()
    NEUTRAL = auto()  # says nothing about it: a denial, a broken connection


@dataclass(frozen=True, slots=True)
class FinishedRequest:
    """A request that has ended. *epoch*: ``ConcurrencyLimit.epoch`` when it began.

    *route* names requests whose *seconds* can be compared; empty if they cannot.
    """

    epoch: int
    outcome: RequestOutcome
    route: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RouteTiming:
    """How fast a route answers, in seconds: its *fastest* answer, and *count* and *total* of the current round.

    *was_slow*: the previous round was slow; *lowered_at*: the mean for which the limit was lowered; *tolerated*: a
    mean that a lower limit did not improve.
    """

    fastest: float
    count: int = 0
    total: float = 0.0
    was_slow: bool = False
    lowered_at: float | None = None
    tolerated: float = 0.0

    @property
    def is_undecided(self) -> bool:
        """Whether it was slow, and the cause is not known yet."""
        return self.was_slow or self.lowered_at is not None


@dataclass(frozen=True, slots=True)
class ConcurrencyLimit:
    """*current*: how many requests may be in flight, from 1 to *most*. *epoch* counts how often it was lowered.

    *overloaded_at*: the limit at the last overload; *overloads*: how many there were in that burst.
    """

    most: int
    current: float
    overloaded_at: float
    epoch: int = 0
    overloads: int = 0
    timings: Mapping[str, RouteTiming] = field(default_factory=dict)

    @classmethod
    def full(cls, most: int) -> ConcurrencyLimit:
        """Return the limit at the start of a run."""
        return cls(most, float(most), float(most))


def adjusted(limit: ConcurrencyLimit, done: FinishedRequest) -> ConcurrencyLimit:
    """Return the limit after *done*."""
    if done.outcome is RequestOutcome.OVERLOAD:
        return _after_overload(limit, done)
    if done.outcome is RequestOutcome.NEUTRAL or done.epoch != limit.epoch:
        return limit
    timing = limit.timings.get(done.route)
    # What a lower limit improves can be seen only while nothing else changes.
    if limit.current < limit.most and (timing is None or not timing.is_undecided):
        limit = replace(limit, current=min(limit.most, limit.current + _increase(limit)))
    return _timed(limit, done) if done.route else limit


def _after_overload(limit: ConcurrencyLimit, done: FinishedRequest) -> ConcurrencyLimit:
    if done.epoch == limit.epoch:
        return replace(_lowered(limit, max(1.0, limit.current / 2)), overloads=1)
    if done.epoch < limit.epoch - 1:
        return limit
    overloads = limit.overloads + 1
    current = max(1.0, min(limit.current, limit.overloaded_at - overloads))
    return replace(limit, overloads=overloads, current=current)


def _lowered(limit: ConcurrencyLimit, current: float) -> ConcurrencyLimit:
    # An overload with a single request in flight is not caused by the limit.
    overloaded_at = limit.current if limit.current >= 2 else limit.overloaded_at
    return replace(limit, current=current, overloaded_at=overloaded_at, epoch=limit.epoch + 1, overloads=0)


def _increase(limit: ConcurrencyLimit) -> float:
    if int(limit.overloaded_at) - 1 <= limit.current <= limit.overloaded_at + 1:
        return 1 / (_CAREFUL_ROUNDS * limit.current)
    return 1.0 if limit.current < limit.overloaded_at / 2 else 1 / limit.current


def _timed(limit: ConcurrencyLimit, done: FinishedRequest) -> ConcurrencyLimit:
    timing = limit.timings.get(done.route) or RouteTiming(done.seconds)
    timing = RouteTiming(
        min(timing.fastest, done.seconds),
        timing.count + 1,
        timing.total + done.seconds,
        timing.was_slow,
        timing.lowered_at,
        timing.tolerated,
    )
    if timing.count < max(_ROUND, limit.current):
        return _with(limit, done.route, timing)
    mean = timing.total / timing.count
    timing = replace(timing, count=0, total=0.0)
    if mean <= _SLOW_FACTOR * max(timing.fastest, timing.tolerated) + _SLOW_SECONDS:
        return _with(limit, done.route, replace(timing, was_slow=False, lowered_at=None))
    if not timing.was_slow:
        # One slow round may be chance, and after the limit was lowered the old requests still wait in a queue.
        return _with(limit, done.route, replace(timing, was_slow=True))
    return _after_slow_rounds(limit, done.route, replace(timing, was_slow=False), mean)


def _after_slow_rounds(limit: ConcurrencyLimit, route: str, timing: RouteTiming, mean: float) -> ConcurrencyLimit:
    if timing.lowered_at is not None and mean > _IMPROVED * timing.lowered_at:
        # It is as slow with fewer requests, so they are not the cause.
        return _with(limit, route, replace(timing, lowered_at=None, tolerated=mean))
    floor = max(1.0, limit.most / _SLOW_FLOOR)
    if limit.current <= floor:
        return _with(limit, route, timing)
    lowered = _lowered(limit, max(floor, limit.current * 0.75))
    return _with(lowered, route, replace(timing, lowered_at=mean))


def _with(limit: ConcurrencyLimit, route: str, timing: RouteTiming) -> ConcurrencyLimit:
    return replace(limit, timings={**limit.timings, route: timing})


# What a server does when it gets more requests than it can handle.
_OVERLOADED = frozenset({Reason.TIMEOUT, Reason.FORGE_ERROR, Reason.RATE_LIMIT, Reason.SECONDARY_LIMIT})


def outcome_of(request: Request, outcome: Response | Rejection) -> RequestOutcome:
    """Return what *outcome* says about the server's load. A missing file costs the server as much as any other."""
    if isinstance(outcome, Response):
        return RequestOutcome.GOOD
    failure = outcome.failure
    if failure.status in request.handled:
        # This one request was too expensive, and the caller splits it.
        return RequestOutcome.NEUTRAL
    if failure.reason in _OVERLOADED:
        return RequestOutcome.OVERLOAD
    return RequestOutcome.GOOD if failure.status == 404 else RequestOutcome.NEUTRAL


def route_of(request: Request) -> str:
    """Return a name for requests that cost a forge about the same, or "" if their times cannot be compared.

    A GraphQL document costs what it asks for, and a write what it changes.
    """
    if request.root or request.method != "GET":
        return ""
    first, *rest = request.path.strip("/").split("/")
    if first != "repos":
        return first
    return f"repos/{rest[2]}" if len(rest) > 2 else first


class Permit:
    """The permission to have one request in flight. Its holder reports how the request went."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch
        self.done = FinishedRequest(epoch, RequestOutcome.NEUTRAL)
        self._started = 0.0

    def start(self) -> None:
        """Note that the request is sent now."""
        self._started = time.monotonic()

    def end(self, outcome: RequestOutcome, route: str) -> None:
        """Note how the request went. *route*: see ``FinishedRequest``."""
        self.done = FinishedRequest(self.epoch, outcome, route, time.monotonic() - self._started)


class ConcurrencyLimiter:
    """Hands out permits, at most *most* at once. Safe to use from many threads."""

    def __init__(self, most: int) -> None:
        self._limit = ConcurrencyLimit.full(most)
        self._changed = threading.Condition()
        self._taken = 0

    @property
    def limit(self) -> int:
        """How many permits may be taken now."""
        return int(self._limit.current)

    @contextlib.contextmanager
    def permit(self) -> Iterator[Permit]:
        """Wait for a permit, and return it at the end."""
        with self._changed:
            while self._taken >= self.limit:
                self._changed.wait()
            self._taken += 1
            permit = Permit(self._limit.epoch)
        try:
            yield permit
        finally:
            with self._changed:
                self._taken -= 1
                self._limit = adjusted(self._limit, permit.done)
                self._changed.notify(max(0, self.limit - self._taken))
