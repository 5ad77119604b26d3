"""100,000 repositories on GitHub in shards, in virtual time, against the limits that GitHub publishes.

https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api: points an hour, 2,000
points a minute, 100 requests at once, and 60 seconds of processor time a minute, which GitHub says to estimate by
the time of the responses. A query of ours costs one point. What is rejected is sent again after the wait that
GitHub asks for (a minute, or until the hour is over), and the limit of requests at once adapts as in a run.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from dataclasses import dataclass, field

from bench.blocks import table
from consumer_drift.forges.http.concurrency import ConcurrencyLimit, FinishedRequest, RequestOutcome, adjusted

HOUR, MINUTE = 3600.0, 60.0
# For 100,000 consumers of one owner with as many repositories: tags, batches of fifty; pages and counts.
CONSUMERS, LISTING = 2001, 1150
# Seconds until GitHub rejects what exceeds a limit.
_REJECTION = 0.05


@dataclass(frozen=True)
class Plan:
    """Shards with one token. *points*: what the token may use in an hour; *seconds*: what a response takes."""

    shards: int
    concurrency: int
    points: int
    seconds: float


@dataclass
class Server:
    """GitHub's limits for one token. Times are seconds from the start."""

    points: int
    seconds: float
    used: int = 0
    hour: float = 0.0
    busy: int = 0
    # When each response of the last minute came, and how long it took.
    recent: deque[tuple[float, float]] = field(default_factory=deque)
    spent: float = 0.0

    def wait(self, now: float) -> float | None:
        """Return how long a request at *now* has to wait, None if it is answered."""
        if now >= self.hour + HOUR:
            self.hour, self.used = now, 0
        while self.recent and self.recent[0][0] <= now - MINUTE:
            self.spent -= self.recent.popleft()[1]
        if self.used >= self.points:
            return self.hour + HOUR - now
        if self.busy >= 100 or len(self.recent) >= 2000 or self.spent + self.seconds > MINUTE + 1e-9:
            return MINUTE
        self.used += 1
        self.busy += 1
        self.recent.append((now, self.seconds))
        self.spent += self.seconds
        return None


@dataclass
class Job:
    """One shard: what it has to do, and how many requests at once it allows itself.

    *again*: of each request that was rejected, how often it was sent.
    """

    left: int
    limit: ConcurrencyLimit
    again: deque[int] = field(default_factory=deque)
    flying: int = 0
    held_until: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """*seconds* until the last shard ends; *requests* that were answered, and how often one was *rejected*.

    *tries*: the most that one of them took.
    """

    seconds: float
    requests: int
    rejected: int
    tries: int


def simulated(plan: Plan) -> Outcome:
    """Return what *plan* takes. Deterministic."""
    server = Server(plan.points, plan.seconds)
    each = -(-CONSUMERS // plan.shards)
    limit = ConcurrencyLimit.full(plan.concurrency)
    # The first shard also lists the owner's repositories.
    jobs = [Job(each + (LISTING if number == 0 else 0), limit) for number in range(plan.shards)]
    # When a request ends, or when a shard that was held back goes on (tries 0), and how long it has to wait then.
    events: list[tuple[float, int, Job, int, int, float | None]] = []
    order = itertools.count()
    answered = rejected = most = 0

    def send(job: Job, now: float) -> None:
        while (job.again or job.left) and job.flying < int(job.limit.current) and now >= job.held_until:
            # A rejected request waits in its thread, and goes first.
            tries = (job.again.popleft() if job.again else 0) + 1
            job.left -= tries == 1
            job.flying += 1
            wait = server.wait(now)
            end = now + (plan.seconds if wait is None else _REJECTION)
            heapq.heappush(events, (end, next(order), job, job.limit.epoch, tries, wait))

    now = 0.0
    for job in jobs:
        send(job, now)
    while events:
        now, _, job, epoch, tries, wait = heapq.heappop(events)
        if tries:
            job.flying -= 1
            most = max(most, tries)
            outcome = RequestOutcome.GOOD if wait is None else RequestOutcome.OVERLOAD
            job.limit = adjusted(job.limit, FinishedRequest(epoch, outcome))
        if tries and wait is None:
            server.busy -= 1
            answered += 1
        elif wait is not None:
            rejected += 1
            job.again.append(tries)
            job.held_until = max(job.held_until, now + wait)
            heapq.heappush(events, (job.held_until, next(order), job, 0, 0, None))
        send(job, now)
    return Outcome(now, answered, rejected, most)


PLANS = [
    Plan(shards, concurrency, points, seconds)
    for points in (1000, 5000)
    for seconds in (0.2, 1.0)
    for shards, concurrency in ((1, 16), (10, 8))
]


def costs() -> str:
    """Return the table of what each plan takes."""
    head = [
        "Shards",
        "`concurrency`",
        "Points per hour",
        "Seconds per response",
        "Requests",
        "Rejected",
        "Most tries",
        "Time",
    ]
    rows = [
        [
            str(plan.shards),
            str(plan.concurrency),
            f"{plan.points:,}",
            f"{plan.seconds:g}",
            f"{found.requests:,}",
            f"{found.rejected:,}",
            str(found.tries),
            f"{found.seconds / MINUTE:,.0f} minutes",
        ]
        for plan in PLANS
        for found in [simulated(plan)]
    ]
    return table(head, rows)
