"""What was kept of a run once its report was there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumer_drift.model.findings import Finding
    from consumer_drift.model.history import History, RecordedRun


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of a *run*: None where nothing keeps it, or where its report is not of one.

    *history* has the runs before it, None where they could not be read from a branch; *findings* say why, or why
    the run could not be added to them. *requests* were sent for that, after those that the run has.
    """

    history: History | None = None
    findings: tuple[Finding, ...] = ()
    run: RecordedRun | None = None
    requests: int = 0
