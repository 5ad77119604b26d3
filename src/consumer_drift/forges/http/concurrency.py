"""How many requests at once a server bears: found out from how each of them went. Pure, and without a clock.

It starts with all that is allowed, so that a server which bears it is asked at full width from the first
moment on. A refusal for overload (429, 5xx, no answer in time) halves the width, and every further one of
the same burst takes one more off. A route whose answers come much later than they could narrows it by a
quarter. Good answers widen it again: fast up to half of what went wrong, then by one a round, and slowly
across the very width that went wrong.
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
# A route is slow past this many times its fastest answer, and so many seconds on top: a forge's answers
# differ by that much without any strain.
_TIMES, _SECONDS = 2.0, 0.25
# Asking less helped where the answers then came in less than this part of the time.
_HELPED = 0.9
# How many rounds it takes to try a width again that went wrong.
_CAREFUL = 16
# Slowness alone does not narrow below this part of what is allowed: it may be the network's.
_SLOW_FLOOR = 4


class RequestOutcome(Enum):
    """How a request went, as far as the server's strain goes."""

    GOOD = auto()
    OVERLOAD = auto()
    NOTHING = auto()  # an answer that tells nothing about it: a 404, a broken connection


@dataclass(frozen=True, slots=True)
class FinishedRequest:
    """A request that came to its end. *era*: ``Bearing.era`` when it began.

    *route* names requests whose *seconds* may be compared; empty where they may not.
    """

    era: int
    sign: RequestOutcome
    route: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class RouteTiming:
    """How fast a route answers, in seconds: its *fastest* answer, and the present round's *count* and *total*.

    *was_slow*: the round before was; *eased*: the mean for which the width was narrowed last; *tolerated*: a mean
    that asking less did not better.
    """

    fastest: float
    count: int = 0
    total: float = 0.0
    was_slow: bool = False
    eased: float | None = None
    tolerated: float = 0.0

    @property
    def on_trial(self) -> bool:
        """Whether it was slow, and why is not known yet."""
        return self.was_slow or self.eased is not None


@dataclass(frozen=True, slots=True)
class ConcurrencyLimit:
    """*width*: how many requests may be under way, from 1 to *most*. *era* counts how often it was narrowed.

    *mark*: the width that went wrong last; *refused*: refusals of that burst.
    """

    most: int
    width: float
    mark: float
    era: int = 0
    refused: int = 0
    pulses: Mapping[str, RouteTiming] = field(default_factory=dict)

    @classmethod
    def full(cls, most: int) -> ConcurrencyLimit:
        """Where a run begins."""
        return cls(most, float(most), float(most))


def adjusted(bearing: ConcurrencyLimit, done: FinishedRequest) -> ConcurrencyLimit:
    """What is known once *done* is."""
    if done.sign is RequestOutcome.OVERLOAD:
        return _refused(bearing, done)
    if done.sign is RequestOutcome.NOTHING or done.era != bearing.era:
        return bearing
    pulse = bearing.pulses.get(done.route)
    # What asking less brings shows only where nothing else changes meanwhile.
    if pulse is None or not pulse.on_trial:
        bearing = replace(bearing, width=min(bearing.most, bearing.width + _step(bearing)))
    return _timed(bearing, done) if done.route else bearing


def _refused(bearing: ConcurrencyLimit, done: FinishedRequest) -> ConcurrencyLimit:
    if done.era == bearing.era:
        return replace(_narrowed(bearing, max(1.0, bearing.width / 2)), refused=1)
    if done.era < bearing.era - 1:
        return bearing
    refused = bearing.refused + 1
    return replace(bearing, refused=refused, width=max(1.0, min(bearing.width, bearing.mark - refused)))


def _narrowed(bearing: ConcurrencyLimit, width: float) -> ConcurrencyLimit:
    # What goes wrong with a single request does not go wrong for the width.
    mark = bearing.width if bearing.width >= 2 else bearing.mark
    return replace(bearing, width=width, mark=mark, era=bearing.era + 1, refused=0)


def _step(bearing: ConcurrencyLimit) -> float:
    if int(bearing.mark) - 1 <= bearing.width <= bearing.mark + 1:
        return 1 / (_CAREFUL * bearing.width)
    return 1.0 if bearing.width < bearing.mark / 2 else 1 / bearing.width


def _timed(bearing: ConcurrencyLimit, done: FinishedRequest) -> ConcurrencyLimit:
    pulse = bearing.pulses.get(done.route) or RouteTiming(done.seconds)
    pulse = replace(
        pulse,
        fastest=min(pulse.fastest, done.seconds),
        count=pulse.count + 1,
        total=pulse.total + done.seconds,
    )
    if pulse.count < max(_ROUND, bearing.width):
        return _with(bearing, done.route, pulse)
    mean = pulse.total / pulse.count
    pulse = replace(pulse, count=0, total=0.0)
    if mean <= _TIMES * max(pulse.fastest, pulse.tolerated) + _SECONDS:
        return _with(bearing, done.route, replace(pulse, was_slow=False, eased=None))
    if not pulse.was_slow:
        # One slow round may be a hiccup, and after a narrowing it still waits in the queue of before.
        return _with(bearing, done.route, replace(pulse, was_slow=True))
    pulse = replace(pulse, was_slow=False)
    if pulse.eased is not None and mean > _HELPED * pulse.eased:
        # It is as slow with fewer requests, so they are not the cause.
        return _with(bearing, done.route, replace(pulse, eased=None, tolerated=mean))
    floor = max(1.0, bearing.most / _SLOW_FLOOR)
    if bearing.width <= floor:
        return _with(bearing, done.route, pulse)
    narrowed = _narrowed(bearing, max(floor, bearing.width * 0.75))
    return _with(narrowed, done.route, replace(pulse, eased=mean))


def _with(bearing: ConcurrencyLimit, route: str, pulse: RouteTiming) -> ConcurrencyLimit:
    return replace(bearing, pulses={**bearing.pulses, route: pulse})


# What a server does that is asked more than it bears.
_OVERLOADED = frozenset({Reason.TIMEOUT, Reason.FORGE_ERROR, Reason.RATE_LIMIT, Reason.SECONDARY_LIMIT})


def outcome_of(request: Request, outcome: Response | Rejection) -> RequestOutcome:
    """What *outcome* says of the server's strain. A file that is not there was looked for like any other."""
    if isinstance(outcome, Response):
        return RequestOutcome.GOOD
    failure = outcome.failure
    if failure.status in request.impatient:
        # It says that this one request was too much, and the caller asks for less.
        return RequestOutcome.NOTHING
    if failure.reason in _OVERLOADED:
        return RequestOutcome.OVERLOAD
    return RequestOutcome.GOOD if failure.status == 404 else RequestOutcome.NOTHING


def route_of(request: Request) -> str:
    """Requests that cost a forge about the same, so that their times can be compared; empty for the others.

    A GraphQL document costs what it asks for, and a write what it changes.
    """
    if request.root or request.method != "GET":
        return ""
    first, *rest = request.path.strip("/").split("/")
    if first != "repos":
        return first
    return f"repos/{rest[2]}" if len(rest) > 2 else first


class Permit:
    """One request's place. Whoever has it says how the request went."""

    def __init__(self, era: int) -> None:
        self.era = era
        self.done = FinishedRequest(era, RequestOutcome.NOTHING)
        self._begun = 0.0

    def begin(self) -> None:
        """The request goes out now."""
        self._begun = time.monotonic()

    def end(self, sign: RequestOutcome, route: str) -> None:
        """Its answer is here. *route*: see ``Done``."""
        self.done = FinishedRequest(self.era, sign, route, time.monotonic() - self._begun)


class ConcurrencyLimiter:
    """May be used from many threads at once. Never more than *most* are taken."""

    def __init__(self, most: int) -> None:
        self._bearing = ConcurrencyLimit.full(most)
        self._turn = threading.Condition()
        self._taken = 0

    @property
    def width(self) -> int:
        """How many may be taken at this moment."""
        return int(self._bearing.width)

    @contextlib.contextmanager
    def take(self) -> Iterator[Permit]:
        """Wait for a place, and give it back."""
        with self._turn:
            while self._taken >= self.width:
                self._turn.wait()
            self._taken += 1
            slot = Permit(self._bearing.era)
        try:
            yield slot
        finally:
            with self._turn:
                self._taken -= 1
                self._bearing = adjusted(self._bearing, slot.done)
                self._turn.notify(max(0, self.width - self._taken))
