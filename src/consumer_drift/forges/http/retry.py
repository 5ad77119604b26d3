"""When to send a request again, and after how long: decisions on plain values."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.http.messages import Rejection
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from consumer_drift.forges.http.messages import Request, Response
    from consumer_drift.support.deadline import Deadline


_LIMITS = frozenset({Reason.RATE_LIMIT, Reason.SECONDARY_LIMIT})
_SLOW = _LIMITS | {Reason.TIMEOUT}
_TRANSIENT = frozenset({Reason.FORGE_ERROR, Reason.UNREACHABLE, Reason.TIMEOUT, Reason.CUT_SHORT}) | _LIMITS


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long a run retries. All times in seconds.

    A failure that comes at once (a proxy closes the connection while the server restarts) is retried for nine
    seconds at least; one that takes long by itself, or a limit, only *slow_attempts* times.
    *secondary* is GitHub's own minimum if a secondary limit names no time:
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """

    attempts: int = 6
    slow_attempts: int = 4
    first: float = 0.6
    longest: float = 120.0
    secondary: float = 60.0


def pause_before_retry(
    rejection: Rejection, attempt: int, policy: RetryPolicy, jitter: float, remaining: float
) -> float | None:
    """Return the seconds to wait before the next try after the *attempt*-th (from 1), or None to give up.

    *jitter*, in [0, 1), spreads the callers; *remaining* is what is left of the whole run.
    """
    reason = rejection.failure.reason
    attempts = min(policy.attempts, policy.slow_attempts) if reason in _SLOW else policy.attempts
    if rejection.final or reason not in _TRANSIENT or attempt >= attempts:
        return None
    backoff = policy.first * 2 ** (attempt - 1) * (0.5 + jitter)
    if rejection.wait is not None:
        pause = rejection.wait + policy.first * jitter
    elif reason is Reason.SECONDARY_LIMIT:
        pause = policy.secondary * 2 ** (attempt - 1) + backoff
    elif reason is Reason.RATE_LIMIT:
        return None
    else:
        pause = backoff
    return pause if pause <= policy.longest and pause < remaining else None


def applies_to_all(rejection: Rejection) -> bool:
    """Return whether every request with this token must pause, not only the rejected one."""
    return rejection.failure.reason in _LIMITS


class RateLimitGate:
    """Holds back every request until a limit of the whole token ends, but no longer than the run lasts."""

    def __init__(self, deadline: Deadline) -> None:
        self._lock = threading.Lock()
        self._deadline = deadline
        self._until = deadline.monotonic()

    def hold(self, seconds: float) -> None:
        """Hold back for so long, or as long as before if that is longer."""
        with self._lock:
            self._until = max(self._until, self._deadline.monotonic() + seconds)

    def wait(self) -> None:
        """Wait until the limit ends."""
        while (left := self._until - self._deadline.monotonic()) > 0 and self._deadline.failure() is None:
            self._deadline.wait(left)


# Seconds that a run waits for the first answer of a server that takes no connection; an outage lasts eight.
LONGEST_WITHOUT_ANSWER = 10.0


class Reach:
    """Whether the server was ever reached. An address that was never right is not waited for by every request."""

    def __init__(self, deadline: Deadline) -> None:
        self._lock = threading.Lock()
        self._deadline = deadline
        self._reached = False
        self._end: float | None = None
        self._dead: Failure | None = None

    @property
    def failure(self) -> Failure | None:
        """The failure that every request gets, or None while one is worth sending."""
        return self._dead

    def noted(self, outcome: Response | Rejection) -> None:
        """Note the outcome of an exchange: a connection that breaks was a connection."""
        if not isinstance(outcome, Rejection) or outcome.failure.reason is Reason.CUT_SHORT:
            self._reached = True

    def bounded(self, rejection: Rejection, pause: float | None) -> float | None:
        """Return *pause*, in seconds, or what is left of the time for the first answer; None to give up."""
        if pause is None or not self._unknown(rejection.failure):
            return pause
        now = self._deadline.monotonic()
        with self._lock:
            if self._end is None:
                self._end = now + LONGEST_WITHOUT_ANSWER
        return min(pause, self._end - now) if self._end > now else None

    def gave_up(self, request: Request, failure: Failure) -> None:
        """Note a request that was given up. A write says nothing: it is not repeated."""
        if self._unknown(failure) and not request.writes:
            self._dead = self._dead or failure

    def _unknown(self, failure: Failure) -> bool:
        return failure.reason is Reason.UNREACHABLE and not self._reached


# After so many failures of one kind in a row, further requests would fail the same way.
_ENOUGH = 8
_PERSISTENT = frozenset(
    {
        Reason.BAD_CREDENTIALS,
        Reason.UNREACHABLE,
        Reason.TIMEOUT,
        Reason.FORGE_ERROR,
        Reason.SECONDARY_LIMIT,
    }
)


class CircuitBreaker:
    """Stops sending if every answer will be the same: a dead forge, a bad token, an exhausted limit.

    Repeated bad credentials lock out good ones, too, so going on does harm:
    https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_a_row: dict[str, list[Failure]] = {}
        self._open: dict[str, Failure] = {}

    def failure_for(self, request: Request) -> Failure | None:
        """Return the failure that *request* would get, or None if it is worth sending."""
        return self._open.get(_channel(request))

    def succeeded(self, request: Request) -> None:
        """Note a good answer: the failures before it were no pattern."""
        if self._in_a_row.get(_channel(request)):
            with self._lock:
                self._in_a_row[_channel(request)] = []

    def failed(self, request: Request, failure: Failure, *, exhausted: bool = False) -> None:
        """Note a request that was given up. *exhausted*: for a limit that will not end in time."""
        channel = _channel(request)
        with self._lock:
            if exhausted or failure.reason is Reason.RATE_LIMIT:
                self._open.setdefault(channel, failure)
                return
            in_a_row = self._in_a_row.setdefault(channel, [])
            if failure.reason not in _PERSISTENT or (in_a_row and in_a_row[-1].reason is not failure.reason):
                in_a_row.clear()
            if failure.reason in _PERSISTENT:
                in_a_row.append(failure)
            if len(in_a_row) >= _ENOUGH:
                said = f"not requested after {_ENOUGH} failures in a row: {failure.said}"
                self._open.setdefault(channel, replace(failure, said=said))


def _channel(request: Request) -> str:
    """GitHub counts GraphQL and REST limits separately, and anonymous requests have limits of their own."""
    return ("graphql" if request.root else "rest") + "-anonymous" * request.anonymous
