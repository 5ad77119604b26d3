"""The outcomes of propagate, as every report shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.model.findings import Code
from consumer_drift.model.outcome import Outcome
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from consumer_drift.model.outcome import Bump
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import RepositoryName

# What failed comes first, as among the findings.
_ORDER = (Outcome.ERROR, *(outcome for outcome in Outcome if outcome is not Outcome.ERROR))
_RANK = {outcome: rank for rank, outcome in enumerate(_ORDER)}
# These are only counted.
_QUIET = frozenset({Outcome.ALREADY_PINNED})


@dataclass(frozen=True, slots=True)
class BumpRow:
    """One consumer's outcome. *note* may contain foreign text."""

    name: RepositoryName
    bump: Bump
    note: str


def bump_rows(report: Report) -> list[BumpRow]:
    """All outcomes but those of consumers without anything to do: failures first, then what was changed.

    A finding says why a write failed, so the outcome does not say it again.
    """
    told = {one.consumer for one in report.findings if one.code is Code.BUMP_FAILED}
    noted = [(name, bump, "" if name in told else _note(bump)) for name, bump in report.bumps]
    rows = [BumpRow(*one) for one in noted if one[2] or one[1].outcome not in _QUIET]
    return sorted(rows, key=lambda row: (_RANK[row.bump.outcome], row.name.key))


def heading(report: Report) -> str:
    """Return what the outcomes are about: init has one, of the list."""
    return "Bumps" if report.list_bump is None else "List"


def summary(report: Report) -> str:
    """``1 error, 6 opened, 4 already-pinned``; empty where propagate did not run."""
    numbers = {outcome: sum(bump.outcome is outcome for _, bump in report.bumps) for outcome in _ORDER}
    return ", ".join(f"{number:,} {outcome}" for outcome, number in numbers.items() if number)


def _note(bump: Bump) -> str:
    # Warnings are findings already.
    parts = [bump.note]
    if any(address not in bump.note for address in bump.superseded):
        parts.append(f"closed {counted(len(bump.superseded), 'older one')}: {', '.join(bump.superseded)}")
    return "; ".join(part for part in parts if part)
