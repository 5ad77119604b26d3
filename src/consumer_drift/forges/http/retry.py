"""When to ask again, and after how long: a decision on plain values."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from consumer_drift.forges.http.messages import Rejection, Request
    from consumer_drift.support.deadline import Deadline


_LIMITS = frozenset({Reason.RATE_LIMIT, Reason.SECONDARY_LIMIT})
_PASSING = frozenset({Reason.FORGE_ERROR, Reason.UNREACHABLE, Reason.TIMEOUT, Reason.CUT_SHORT}) | _LIMITS


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long a run puts up with what may pass. All times in seconds.

    *secondary* is GitHub's own minimum where a secondary limit names no time:
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """

    attempts: int = 4
    first: float = 0.5
    longest: float = 120.0
    secondary: float = 60.0


def pause_before_retry(
    refusal: Rejection, attempt: int, retry_policy: RetryPolicy, jitter: float, remaining: float
) -> float | None:
    """Seconds to wait before asking again after the *attempt*-th try (from 1), or None: do not.

    *jitter* lies in [0, 1) and spreads the callers; *remaining* is what the whole run has left.
    """
    reason = refusal.failure.reason
    if reason not in _PASSING or attempt >= retry_policy.attempts:
        return None
    backoff = retry_policy.first * 2 ** (attempt - 1) * (0.5 + jitter)
    if refusal.wait is not None:
        pause = refusal.wait + retry_policy.first * jitter
    elif reason is Reason.SECONDARY_LIMIT:
        pause = retry_policy.secondary * 2 ** (attempt - 1) + backoff
    elif reason is Reason.RATE_LIMIT:
        return None
    else:
        pause = backoff
    return pause if pause <= retry_policy.longest and pause < remaining else None


def applies_to_all(refusal: Rejection) -> bool:
    """Whether a pause is due from every request of this token, not from the refused one alone."""
    return refusal.failure.reason in _LIMITS


# After so many refusals of one kind in a row the forge, or the token, is beyond asking.
_ENOUGH = 8
_HOPELESS = frozenset(
    {
        Reason.BAD_CREDENTIALS,
        Reason.UNREACHABLE,
        Reason.TIMEOUT,
        Reason.FORGE_ERROR,
        Reason.SECONDARY_LIMIT,
    }
)


class RateLimitGate:
    """Holds every request back while a limit of the whole token passes, but no longer than the run lasts."""

    def __init__(self, deadline: Deadline) -> None:
        self._lock = threading.Lock()
        self._deadline = deadline
        self._until = deadline.monotonic()

    def hold(self, seconds: float) -> None:
        """Nobody goes on for so long, or for as long as was said before."""
        with self._lock:
            self._until = max(self._until, self._deadline.monotonic() + seconds)

    def wait(self) -> None:
        """Sleep until nothing holds."""
        while (left := self._until - self._deadline.monotonic()) > 0 and self._deadline.failure() is None:
            self._deadline.wait(left)


class CircuitBreaker:
    """Stops asking where every answer will be the same: a dead forge, a dead token, a spent limit.

    Repeated bad credentials earn a lock-out even for good ones, so going on does harm:
    https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._row: dict[str, list[Failure]] = {}
        self._verdict: dict[str, Failure] = {}

    def verdict(self, request: Request) -> Failure | None:
        """The answer that *request* would get, None where it is worth asking."""
        return self._verdict.get(_channel(request))

    def success(self, request: Request) -> None:
        """A good answer: whatever failed before was no end."""
        if self._row.get(_channel(request)):
            with self._lock:
                self._row[_channel(request)] = []

    def failure(self, request: Request, failure: Failure, *, spent: bool = False) -> None:
        """A request was given up. *spent*: for a limit that will not be lifted in time."""
        channel = _channel(request)
        with self._lock:
            if spent or failure.reason is Reason.RATE_LIMIT:
                self._verdict.setdefault(channel, failure)
                return
            row = self._row.setdefault(channel, [])
            if failure.reason not in _HOPELESS or (row and row[-1].reason is not failure.reason):
                row.clear()
            if failure.reason in _HOPELESS:
                row.append(failure)
            if len(row) >= _ENOUGH:
                said = f"not asked any more after {_ENOUGH} failures in a row: {failure.said}"
                self._verdict.setdefault(channel, replace(failure, said=said))


def _channel(request: Request) -> str:
    """GitHub counts its GraphQL and REST limits apart, and an anonymous request has a fate of its own."""
    return ("graphql" if request.root else "rest") + "-anonymous" * request.anonymous
