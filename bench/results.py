"""Everything that one run of the bench measured."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.cases import Case, Figures, Kind


@dataclass
class Results:
    """Filled as the bench goes. *probe*: one listed consumer in a fleet of a thousand on GitHub.

    *load*: the load average before it began; *bare*: answers a second that bare sockets get at the latency of
    the budgets. *patterns*: 1,000 consumers with a pattern and a file; *locks*: as many with a manifest
    and a lock file of so many bytes (0: without), which is followed.
    """

    sizes: tuple[int, ...]
    latencies: tuple[int, ...]
    concurrency: int
    ours: dict[Case, Figures] = field(default_factory=dict)
    one_by_one: dict[Case, Figures] = field(default_factory=dict)
    clones: dict[tuple[int, int], Figures] = field(default_factory=dict)
    ceilings: dict[Kind, dict[str, float]] = field(default_factory=dict)
    bare: float = 0.0
    probe: Figures | None = None
    patterns: dict[Kind, Figures] = field(default_factory=dict)
    locks: dict[tuple[Kind, int], Figures] = field(default_factory=dict)
    version: Figures | None = None
    httpx: Figures | None = None
    seconds: float = 0.0
    load: float = 0.0

    def case(self, kind: Kind, consumers: int, latency: int) -> Case:
        """The case that a table asks for."""
        return Case.of(kind, consumers, latency, self.concurrency)
