"""What patterns and lock files cost: ``python -m bench --locks`` writes the table of docs/scale.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import contenders
from bench.blocks import filled, table
from bench.cases import BUDGET_LATENCY, BUDGET_SIZE, GITEA, GITHUB, KINDS, Case, Figures, Kind
from bench.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.results import Results

PAGE = ROOT / "docs" / "scale.md"
PATTERN = "pins:\n  - {file: .github/workflows/*.yml, uses: acme/runtime}\n  - file: .runtime-version\n"
MANIFEST = "pins:\n  - {file: package.json, key: dependencies.acme-runtime}\n"
IGNORED = f"policy: {{locks: ignore}}\n{MANIFEST}"
# So many bytes of lock files are measured at the most; more consumers are computed from these.
_MOST = 60_000_000


def patterns(results: Results, tell: Callable[[str, float], None]) -> None:
    """Measure 1,000 consumers with a pattern and a file."""
    for kind in (GITHUB, GITEA):
        case = Case.of(kind, BUDGET_SIZE, BUDGET_LATENCY, results.concurrency)
        with contenders.forge(kind, BUDGET_SIZE, ["--fleet", "patterned"]) as at:
            results.patterns[kind] = contenders.check(case, at, 1, PATTERN)
        tell(f"{kind}, a pattern and a file", results.patterns[kind].wall)


def locks(results: Results, sizes: tuple[int, ...], tell: Callable[[str, float], None]) -> None:
    """Measure 1,000 consumers with lock files of *sizes*, and once without following them."""
    for kind in KINDS:
        for size in sizes:
            found = _measured(results, kind, size, MANIFEST)
            results.locks[kind, size] = found
            tell(f"{kind}, lock files of {size // 1000} kB", found.wall)
        results.locks[kind, 0] = _measured(results, kind, min(sizes), IGNORED)


def _measured(results: Results, kind: Kind, size: int, pins: str) -> Figures:
    number = min(BUDGET_SIZE, _MOST // size)
    case = Case.of(kind, number, BUDGET_LATENCY, results.concurrency)
    fleet = ["--fleet", "locked", "--lock-bytes", str(size)]
    with contenders.forge(kind, number, fleet) as at:
        return contenders.scaled(contenders.check(case, at, 1, pins), BUDGET_SIZE / number)


def write(results: Results) -> None:
    """Write the table into its page."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), {"locks": costs(results)}), encoding="utf-8")


def costs(results: Results) -> str:
    """Return the table of what was measured."""
    head = ["Forge", "Lock files", "Requests", "Transferred", "Time", "Processor time", "Peak memory"]
    return table(head, _rows(results))


def _rows(results: Results) -> Iterator[list[str]]:
    for (kind, size), found in sorted(
        results.locks.items(), key=lambda item: (KINDS.index(item[0][0]), item[0][1])
    ):
        about = "~" if found.scaled > 1 else ""
        yield [
            str(kind),
            _size(size) if size else "not followed",
            f"{about}{found.requests:,}",
            f"{about}{_size(found.size)}",
            f"{about}{found.wall:,.0f} s",
            f"{about}{found.cpu:,.0f} s",
            f"{found.memory:,.0f} MiB",
        ]


def _size(count: int) -> str:
    return f"{count / 1e6:,.0f} MB" if count >= 1_000_000 else f"{count / 1e3:,.0f} kB"
