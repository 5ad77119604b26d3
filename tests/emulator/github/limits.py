"""GitHub's primary and secondary rate limits, counted on the world's clock.

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.emulator import faulttexts as texts

if TYPE_CHECKING:
    from tests.emulator.access import Caller
    from tests.emulator.world import World

HOUR = 3600
MINUTE = 60


@dataclass
class Window:
    """What one token used of one resource since a moment (seconds since the epoch)."""

    start: int
    used: int = 0


@dataclass
class Limits:
    """The counters of one emulator."""

    world: World
    hours: dict[tuple[str, str], Window] = field(default_factory=dict)
    minutes: dict[tuple[str, str], Window] = field(default_factory=dict)

    def _clock(self) -> int:
        return int(self.world.now().timestamp())

    def window(self, caller: Caller, resource: str) -> Window:
        return self._window(self.hours, caller, resource, HOUR)

    def _window(self, store: dict[tuple[str, str], Window], caller: Caller, resource: str, length: int) -> Window:
        key = (caller.token.name if caller.token else "", resource)
        now = self._clock()
        window = store.get(key)
        if window is None or now >= window.start + length:
            window = store[key] = Window(now)
        return window

    def limit(self, caller: Caller) -> int:
        if caller.token is None:
            return 60
        # a job's own token has its allowance per repository
        return (
            min(1000, self.world.settings.rate_limit)
            if caller.token.kind == "job"
            else self.world.settings.rate_limit
        )

    def remaining(self, caller: Caller, resource: str) -> int:
        return max(0, self.limit(caller) - self.window(caller, resource).used)

    def headers(self, caller: Caller, resource: str) -> list[tuple[str, str]]:
        window = self.window(caller, resource)
        limit = self.limit(caller)
        return [
            ("X-RateLimit-Limit", str(limit)),
            ("X-RateLimit-Remaining", str(max(0, limit - window.used))),
            ("X-RateLimit-Used", str(min(window.used, limit))),
            ("X-RateLimit-Reset", str(window.start + HOUR)),
            ("X-RateLimit-Resource", resource),
        ]

    def spend(self, caller: Caller, resource: str, cost: int = 1) -> bool:
        """Take from the hourly allowance; False when there was nothing left."""
        window = self.window(caller, resource)
        if window.used >= self.limit(caller):
            return False
        window.used += cost
        return True

    def secondary(self, caller: Caller, resource: str, points: int, *, content: bool, active: int) -> str | None:
        """What a secondary limit says to this request, if anything. Off unless the world turns it on."""
        settings = self.world.settings
        if not settings.secondary_limits:
            return None
        minute = self._window(self.minutes, caller, resource, MINUTE)
        minute.used += points
        allowed = settings.graphql_points_per_minute if resource == "graphql" else settings.points_per_minute
        made = self._window(self.minutes, caller, "content", MINUTE)
        made.used += int(content)
        made_in_hour = self._window(self.hours, caller, "content", HOUR)
        made_in_hour.used += int(content)
        over = (
            minute.used > allowed
            or made.used > settings.content_per_minute
            or made_in_hour.used > settings.content_per_hour
        )
        return texts.SECONDARY if over or active > settings.concurrent_requests else None

    def retry_after(self, caller: Caller) -> int:
        """Seconds until the fullest minute of this caller is over."""
        name = caller.token.name if caller.token else ""
        ends = [w.start + MINUTE for (who, _), w in self.minutes.items() if who == name]
        return max(1, max(ends, default=0) - self._clock())
