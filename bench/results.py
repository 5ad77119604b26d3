"""Everything that one run of the bench measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.cases import Case, Figures, Kind

if TYPE_CHECKING:
    from bench.costs import Cost


@dataclass
class Results:
    """Filled as the bench goes. *probe*: one listed consumer in a fleet of a thousand on GitHub.

    *load*: the load average before it began; *bare*: answers a second that bare sockets get at the latency of
    the budgets. *costs*: of 1,000 consumers with patterns, kinds of pins, and lock files; *large*: of an owner
    of so many repositories; *listed*: one listed consumer and an owner of ten thousand. *plain*: as many requests
    as the check of the budgets sends to Gitea, with httpx alone.
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
    listed: Figures | None = None
    costs: dict[tuple[Kind, Cost], Figures] = field(default_factory=dict)
    large: dict[int, Figures] = field(default_factory=dict)
    plain: Figures | None = None
    version: Figures | None = None
    httpx: Figures | None = None
    seconds: float = 0.0
    load: float = 0.0

    def case(self, kind: Kind, consumers: int, latency: int) -> Case:
        """The case that a table asks for."""
        return Case.of(kind, consumers, latency, self.concurrency)
