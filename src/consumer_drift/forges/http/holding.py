"""What the answers so far mean for those who have not asked yet: wait, or do not ask at all."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.model.answers import Obstacle, Reason

if TYPE_CHECKING:
    from consumer_drift.forges.http.messages import Request
    from consumer_drift.forges.http.stop import Stop

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


class Gate:
    """Holds every request back while a limit of the whole token passes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0

    def hold(self, seconds: float) -> None:
        """Nobody goes on for so long, or for as long as was said before."""
        with self._lock:
            self._until = max(self._until, time.monotonic() + seconds)

    def wait(self, stop: Stop) -> None:
        """Sleep until nothing holds, but no longer than the run lasts."""
        while (left := self._until - time.monotonic()) > 0 and stop.obstacle() is None:
            stop.wait(left)


class Breaker:
    """Stops asking where every answer will be the same: a dead forge, a dead token, a spent limit.

    Repeated bad credentials earn a lock-out even for good ones, so going on does harm:
    https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._row: dict[str, list[Obstacle]] = {}
        self._verdict: dict[str, Obstacle] = {}

    def verdict(self, request: Request) -> Obstacle | None:
        """The answer that *request* would get, None where it is worth asking."""
        return self._verdict.get(_channel(request))

    def success(self, request: Request) -> None:
        """A good answer: whatever failed before was no end."""
        if self._row.get(_channel(request)):
            with self._lock:
                self._row[_channel(request)] = []

    def failure(self, request: Request, obstacle: Obstacle, *, spent: bool = False) -> None:
        """A request was given up. *spent*: for a limit that will not be lifted in time."""
        channel = _channel(request)
        with self._lock:
            if spent or obstacle.reason is Reason.RATE_LIMIT:
                self._verdict.setdefault(channel, obstacle)
                return
            row = self._row.setdefault(channel, [])
            if obstacle.reason not in _HOPELESS or (row and row[-1].reason is not obstacle.reason):
                row.clear()
            if obstacle.reason in _HOPELESS:
                row.append(obstacle)
            if len(row) >= _ENOUGH:
                said = f"not asked any more after {_ENOUGH} failures in a row: {obstacle.said}"
                self._verdict.setdefault(channel, replace(obstacle, said=said))


def _channel(request: Request) -> str:
    """GitHub counts its GraphQL and REST limits apart, and an anonymous request has a fate of its own."""
    return ("graphql" if request.root else "rest") + "-anonymous" * request.anonymous
