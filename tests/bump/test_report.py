"""What the finding of a consumer that is still behind says of its outcome."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consumer_drift.bump.report import with_bumps
from consumer_drift.model.outcome import Bump, Outcome
from tests.render import reports

LOCK = "package-lock.json is a lock file: run `npm install`"


@pytest.mark.parametrize(
    ("command", "bump", "said"),
    [
        ("land", Bump(Outcome.WOULD_LAND, "after an approval by boss"), "Would land after an approval by boss"),
        ("land", Bump(Outcome.HELD, "a check failed"), "Not landed (held): a check failed"),
        ("propagate", Bump(Outcome.WOULD_REWRITE, LOCK), f"Would be bumped (would-rewrite); {LOCK}"),
        ("propagate", Bump(Outcome.REWRITTEN, LOCK), f"Was bumped (rewritten); {LOCK}"),
        ("propagate", Bump(Outcome.WOULD_OPEN, "would close #4"), "Would be bumped (would-open); would close #4"),
        ("propagate", Bump(Outcome.DECLINED, "#4 was closed"), "Not bumped (declined): #4 was closed"),
    ],
)
def test_a_finding_says_what_happened_or_would(command: str, bump: Bump, said: str) -> None:
    report = reports.fleet(1)
    [consumer], [finding] = report.consumers, report.findings
    [told] = with_bumps(replace(report, command=command), {consumer.name: bump}).findings
    assert told.message == f"{finding.message}. {said}"
