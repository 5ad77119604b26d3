"""What patterns, kinds of pins, lock files and large owners cost: the tables of docs/scale.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench import contenders, simulation
from bench.blocks import filled, table
from bench.cases import BUDGET_LATENCY, BUDGET_SIZE, GITEA, GITHUB, KINDS, OLD_GITEA, Case, Figures, Kind
from bench.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bench.results import Results

PAGE = ROOT / "docs" / "scale.md"
PATTERN = "pins:\n  - {file: .github/workflows/*.yml, uses: acme/runtime}\n  - file: .runtime-version\n"
MANIFEST = "pins:\n  - {file: package.json, key: dependencies.acme-runtime}\n"
BOTH = "pins:\n  - {file: .github/workflows/*.yml, uses: acme/runtime}\n" + MANIFEST.removeprefix("pins:\n")
IGNORED = f"policy: {{locks: ignore}}\n{MANIFEST}"
EIGHT = """\
policy: {locks: ignore}
pins:
  - file: .runtime-version
  - {file: .tool-versions, key: runtime}
  - {file: requirements.txt, requirement: acme-runtime}
  - {file: package.json, key: dependencies.acme-runtime}
  - {file: go.mod, module: acme.dev/runtime}
  - {file: pom.xml, key: project.parent.version}
  - {file: Dockerfile, image: ghcr.io/acme/runtime}
  - {file: .github/workflows/ci.yml, uses: acme/runtime}
"""
# Repositories of one owner, of which a fifth are consumers.
LARGE = (10_000, 50_000)
# So many bytes of lock files are measured at the most; more consumers are computed from these.
_MOST = 60_000_000


@dataclass(frozen=True)
class Cost:
    """What 1,000 consumers of a kind may cost. *requests*: the most of them, by server.

    *fleet* and *lock_bytes* are options of ``bench.forge``.
    """

    what: str
    pins: str
    fleet: str
    requests: Mapping[Kind, int] = field(hash=False)
    lock_bytes: int = 0

    @property
    def follows(self) -> bool:
        """Whether the lock files are read."""
        return self.pins == MANIFEST

    @property
    def consumers(self) -> int:
        """How many are measured."""
        return min(BUDGET_SIZE, _MOST // self.lock_bytes) if self.lock_bytes else BUDGET_SIZE


COSTS = (
    Cost("a pattern and a file", PATTERN, "patterned", {GITHUB: 80, GITEA: 2200, OLD_GITEA: 4300}),
    Cost("eight pins of eight kinds", EIGHT, "kinds", {GITHUB: 80, GITEA: 1100, OLD_GITEA: 8400}),
    Cost(
        "a manifest whose lock file is ignored",
        IGNORED,
        "locked",
        {GITHUB: 50, GITEA: 1100, OLD_GITEA: 1100},
        30_000,
    ),
    Cost(
        "a manifest and a lock file of 30 kB",
        MANIFEST,
        "locked",
        {GITHUB: 80, GITEA: 1100, OLD_GITEA: 3200},
        30_000,
    ),
    Cost(
        "a manifest and a lock file of 300 kB",
        MANIFEST,
        "locked",
        {GITHUB: 160, GITEA: 1100, OLD_GITEA: 3400},
        300_000,
    ),
    Cost(
        "a manifest and a lock file of 3 MB",
        MANIFEST,
        "locked",
        {GITHUB: 1300, GITEA: 1200, OLD_GITEA: 5000},
        3_000_000,
    ),
)
# The bytes that are transferred, against those of the lock files.
LOCK_FACTOR = 1.6


def measure(results: Results, tell: Callable[[str, float], None]) -> None:
    """Measure all of them on every server."""
    for kind in KINDS:
        for cost in COSTS:
            found = results.costs[kind, cost] = _measured(results, kind, cost)
            tell(f"{kind}, {cost.what}", found.wall)


def measure_large(results: Results, tell: Callable[[str, float], None]) -> None:
    """Measure owners of many repositories, a fifth of which are consumers with a pattern and a lock file."""
    for number in LARGE:
        case = Case(GITHUB, number // 5, BUDGET_LATENCY, results.concurrency, number // 5)
        with contenders.forge(GITHUB, number, ["--fleet", "large", "--lock-bytes", "30000"]) as at:
            found = results.large[number] = contenders.check(case, at, 1, BOTH)
        tell(f"{number:,} repositories", found.wall)


def _measured(results: Results, kind: Kind, cost: Cost) -> Figures:
    case = Case.of(kind, cost.consumers, BUDGET_LATENCY, results.concurrency)
    fleet = ["--fleet", cost.fleet, "--lock-bytes", str(cost.lock_bytes)]
    with contenders.forge(kind, cost.consumers, fleet) as at:
        return contenders.scaled(contenders.check(case, at, 1, cost.pins), BUDGET_SIZE / cost.consumers)


def write(results: Results) -> None:
    """Write the tables into their page, but those of which nothing was measured."""
    blocks = {"simulation": simulation.costs()}
    blocks |= {"costs": costs(results)} if results.costs else {}
    blocks |= {"large": large(results)} if results.large else {}
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), blocks), encoding="utf-8")


def costs(results: Results) -> str:
    """Return the table of what was measured."""
    head = ["Forge", "Each consumer has", "Requests", "Transferred", "Time", "Processor time", "Peak memory"]
    return table(head, _rows(results))


def large(results: Results) -> str:
    """Return the table of large owners."""
    head = ["Repositories", "Consumers", "Requests", "Transferred", "Time", "Processor time", "Peak memory"]
    return table(
        head,
        (
            [
                f"{number:,}",
                f"{number // 5:,}",
                f"{found.requests:,}",
                _size(found.size),
                f"{found.wall:,.0f} s",
                f"{found.cpu:,.0f} s",
                f"{found.memory:,.0f} MiB",
            ]
            for number, found in results.large.items()
        ),
    )


def _rows(results: Results) -> Iterator[list[str]]:
    for (kind, cost), found in results.costs.items():
        about = "~" if found.scaled > 1 else ""
        yield [
            str(kind),
            cost.what,
            f"{about}{found.requests:,}",
            f"{about}{_size(found.size)}",
            f"{about}{found.wall:,.0f} s",
            f"{about}{found.cpu:,.0f} s",
            f"{found.memory:,.0f} MiB",
        ]


def _size(count: int) -> str:
    return f"{count / 1e6:,.0f} MB" if count >= 1_000_000 else f"{count / 1e3:,.0f} kB"
