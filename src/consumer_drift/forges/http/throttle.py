"""A throttle for writes: a decision on the times of earlier writes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence, Setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.support.deadline import Deadline


@dataclass(frozen=True, slots=True)
class Quota:
    """At most *writes* within any *seconds*."""

    writes: int
    seconds: float


# What GitHub asks for:
# https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
# https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
GAP_SECONDS = 1.0
QUOTAS = (Quota(80, 60.0), Quota(500, 3600.0))


class WriteThrottle:
    """Keeps writes apart, and within quotas. For one thread."""

    def __init__(self, gap: float, quotas: Sequence[Quota], deadline: Deadline) -> None:
        """*gap*: seconds between two writes."""
        self._gap = gap
        self._quotas = tuple(quotas)
        self._deadline = deadline
        self._writes: deque[float] = deque(maxlen=max((quota.writes for quota in quotas), default=1))

    def wait(self) -> Failure | None:
        """Wait until the next write is allowed. Return a failure if that is after the end of the run."""
        now = self._deadline.monotonic()
        pause = pause_before(list(self._writes), self._gap, self._quotas, now)
        if pause > self._deadline.remaining:
            return self._too_late(pause)
        if pause > 0:
            self._deadline.wait(pause)
        self._writes.append(self._deadline.monotonic())
        return None

    def _too_late(self, pause: float) -> Failure:
        widest = max(self._quotas, key=lambda quota: quota.seconds, default=Quota(1, self._gap))
        each, due = f"{widest.seconds / 60:.0f} min", f"{pause / 60:.0f} min"
        return Failure(
            Reason.RATE_LIMIT,
            f"the forge accepts {widest.writes} writes in {each}, and the next one is allowed in {due}",
            Sentence("run it again then: it continues where this run ended; or raise ", Setting.MAX_TIME),
        )


def pause_before(writes: Sequence[float], gap: float, quotas: Sequence[Quota], now: float) -> float:
    """Return the seconds from *now* until a write is allowed, after those at *writes* (ascending)."""
    due = [writes[-1] + gap] if writes else []
    due += [writes[-quota.writes] + quota.seconds for quota in quotas if len(writes) >= quota.writes]
    return max(0.0, max(due, default=now) - now)
