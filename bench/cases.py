"""What is measured: values, and which of them a run of the bench covers."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from consumer_drift.forges.github import creation

SIZES = (10, 100, 1000, 10_000)
LATENCIES = (0, 20, 50, 150)
# Where the budgets of time are given.
BUDGET_SIZE, BUDGET_LATENCY = 1000, 50
GITHUB_PAGE, GITEA_PAGE = 100, 50
# Of the fleet every tenth consumer is behind, and every second of those has an open bump.
BEHIND, OPEN = 10, 20


@dataclass(frozen=True)
class Kind:
    """A forge as it can be met."""

    forge: str
    batch_route: bool = True

    def __str__(self) -> str:
        name = {"github": "GitHub", "gitea": "Gitea"}[self.forge]
        return name if self.batch_route else f"{name}, no batch route"


GITHUB, GITEA, OLD_GITEA = Kind("github"), Kind("gitea"), Kind("gitea", batch_route=False)
KINDS = (GITHUB, GITEA, OLD_GITEA)


@dataclass(frozen=True)
class Case:
    """One check. *latency* is in milliseconds; *listed*: how many of the fleet's *consumers* are on the list."""

    kind: Kind
    consumers: int
    latency: int
    concurrency: int
    listed: int

    @classmethod
    def of(cls, kind: Kind, consumers: int, latency: int, concurrency: int) -> Case:
        """With every consumer listed."""
        return cls(kind, consumers, latency, concurrency, consumers)

    def one_by_one(self) -> Case:
        """The same reads, one after the other."""
        return replace(self, concurrency=1)

    def sampled(self, most: int) -> Case:
        """The same with at most so many consumers."""
        return replace(self, consumers=min(most, self.consumers), listed=min(most, self.listed))

    @property
    def chain(self) -> int:
        """Round trips of which each needs the one before: no concurrency shortens them."""
        pages = math.ceil((self.consumers + 1) / (GITHUB_PAGE if self.kind == GITHUB else GITEA_PAGE))
        if self.kind == GITHUB and self.consumers > creation.LARGE:
            # Tags; the first page; the span of creation times, and counts of its parts; the pages of a part.
            return 1 + 1 + 2 + creation.MOST // GITHUB_PAGE
        if self.kind == GITHUB:
            # Tags; the first page; the others from both ends, beside the owner's own count.
            return 1 + 1 + max(1, math.ceil((pages - 1) / 2))
        # Tags; the first page, the others at once; one consumer that finds out about the batch route (and a
        # branch that proves its absence), the others; pull requests.
        finding_out = 1 if self.kind.batch_route else 2
        reading = 1 if self.kind.batch_route else 2
        return 1 + 1 + (pages > 1) + finding_out + reading + 1

    def split(self, requests: int) -> float:
        """Seconds that *requests* take where nothing but latency counts and none waits for another."""
        return requests * self.latency / 1000 / self.concurrency

    def ideal(self, requests: int) -> float:
        """Seconds that they take at the least: split evenly, and no shorter than the chain."""
        return max(self.split(requests), self.chain * self.latency / 1000)


@dataclass(frozen=True)
class Figures:
    """Of one process and all that it waited for. Seconds; MiB; bytes of all bodies, both ways.

    *start*: seconds that the program needs before it is about consumers, measured right before.
    *start_cpu*: its processor time.
    *server*: seconds of processor time that the server needed for its answers.
    *scaled*: how many times as large the real thing is as what was measured; wall and cpu are scaled already.
    """

    wall: float
    cpu: float
    memory: float
    start: float = 0.0
    start_cpu: float = 0.0
    requests: int = 0
    size: int = 0
    server: float = 0.0
    scaled: float = 1.0
    fastest: float = 0.0
    slowest: float = 0.0

    @property
    def net(self) -> float:
        """Seconds beyond the start."""
        return self.wall - self.start

    @property
    def cpu_of_a_request(self) -> float:
        """Seconds of processor time beyond the start for each request."""
        return (self.cpu - self.start_cpu) / max(1, self.requests)


def covers(level: str, consumers: int, latency: int) -> bool:
    """Whether a run of the bench at *level* ("quick", "default", "full") measures this."""
    if level == "full":
        return True
    if level == "quick":
        return consumers <= 100 and latency in {0, BUDGET_LATENCY}
    if consumers == BUDGET_SIZE:
        return True
    return latency == BUDGET_LATENCY or (latency == 0 and consumers < BUDGET_SIZE)


def times(case: Case) -> int:
    """How often it is measured: the median counts."""
    requests = case.listed / 30 if case.kind == GITHUB else case.listed * (1.1 if case.kind.batch_route else 2.1)
    return 3 if case.ideal(math.ceil(requests)) < 5 else 1
