"""What to do with the tracking issue after a run: nothing, open it, change it, close it. A pure decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.model.exit_codes import Status
from consumer_drift.model.history import SETTLED, is_overdue
from consumer_drift.model.report import Reconciled, Scope
from consumer_drift.support.clock import moment_text
from consumer_drift.tracking import body as texts
from consumer_drift.tracking.state import (
    DUPLICATE,
    MOST_LATE,
    TrackingState,
    comment_mark,
    is_tracking,
    key,
    mark_of,
    state_of,
    with_block,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from consumer_drift.model.issue import Issue, OwnIssues
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import RepositoryName

_NEEDED = frozenset({Status.DRIFT, Status.ERROR})


@dataclass(frozen=True, slots=True)
class IssueChange:
    """A new text of the issue *number* (0: a new one), and whether it is open after that.

    *comment* is said first, unless a comment with *mark* is there already; empty for none. *since* is when the
    text was last written.
    """

    number: int
    body: str
    is_open: bool
    comment: str = ""
    mark: str = ""
    since: str = ""


def decide(report: Report, own: OwnIssues, now: datetime) -> tuple[IssueChange, ...]:
    """Return the changes of the issues *own* that *report* asks for; none where it is not about the full list.

    Of several tracking issues of the list the oldest is the one; the others are closed, since two runs at once can
    open two.
    """
    if not is_judged(report):
        return ()
    mark = mark_of(report.config_file)
    found = sorted((one for one in own.issues if is_tracking(one.body, mark)), key=lambda one: one.number)
    extra = tuple(
        IssueChange(one.number, f"Duplicate of #{found[0].number}.\n\n{one.body}\n{DUPLICATE}", is_open=False)
        for one in found[1:]
    )
    if not found:
        return (_opened(report, now, is_public=own.is_public),) if report.status in _NEEDED else ()
    change = _changed(report, found[0], now, is_public=own.is_public)
    return (*extra, *([change] if change else []))


def is_judged(report: Report) -> bool:
    """Whether it compared the full list, so that the issue can say what it found."""
    return report.scope is Scope.FULL and bool(report.target.version and report.consumers)


def _opened(report: Report, now: datetime, *, is_public: bool) -> IssueChange:
    state = _state(report, None, is_open=True)
    return IssueChange(0, _body("", report, state, now, is_public=is_public), is_open=True)


def _changed(report: Report, issue: Issue, now: datetime, *, is_public: bool) -> IssueChange | None:
    before = state_of(issue.body)
    waits = _waits(report)
    is_done = report.status is Status.IN_SYNC and not waits
    if is_done and not _proves(report, before):
        return None
    # Somebody who closes it wants no more of this drift; the next one opens it again.
    by_people = before is not None and before.is_open and not issue.is_open
    is_open = report.status in _NEEDED and not by_people
    if waits or report.status is Status.TOKEN_SCOPE:
        is_open = issue.is_open
    state = _state(report, before, is_open=is_open or (by_people and not is_done))
    late = _newly_late(report, before)
    turned = before is None or before.status is not state.status
    said = ""
    if (turned or late) and (issue.is_open or is_open):
        said = texts.comment(report, late, _word(before) if turned else "", is_public=is_public)
    same = _body(issue.body, report, replace(state, at=before.at if before else ""), None, is_public=is_public)
    if same == issue.body and is_open == issue.is_open:
        return None
    return IssueChange(
        issue.number,
        _body(issue.body, report, state, now, is_public=is_public),
        is_open,
        said,
        comment_mark(issue.number, before, state) if said else "",
        before.at if before else "",
    )


def _waits(report: Report) -> bool:
    """Whether the result is in sync only because consumers that are behind are excused.

    That is no new result: it neither closes the issue nor is worth a comment.
    """
    return report.status is Status.IN_SYNC and any(one.state not in SETTLED for one in report.consumers)


def _word(before: TrackingState | None) -> str:
    return str(before.status) if before else "unknown"


def _proves(report: Report, before: TrackingState | None) -> bool:
    """Whether a result in sync is about all that the issue was opened for."""
    seen = report.coverage
    whole = seen.read == seen.listed and seen.reconcile in {
        Reconciled.COMPLETE,
        Reconciled.UNPROVEN,
        Reconciled.OFF,
    }
    return whole and (seen.reconcile is not Reconciled.OFF or (before is not None and not before.reconciled))


def _state(report: Report, before: TrackingState | None, *, is_open: bool) -> TrackingState:
    late = {key(one.name) for one in report.consumers if is_overdue(one.state)}
    # One that has not arrived since is not named again, also if it was excused or not read in between.
    unsettled = {key(one.name) for one in report.consumers if one.state not in SETTLED}
    late |= unsettled.intersection(before.late if before else ())
    reconciled = report.coverage.reconcile is not Reconciled.OFF
    if before is not None and before.is_open and (report.status is not Status.IN_SYNC or _waits(report)):
        reconciled = reconciled or before.reconciled
    kept = tuple(sorted(late)[:MOST_LATE])
    status = before.status if before is not None and _waits(report) else report.status
    return TrackingState(status, kept, len(late) > len(kept), is_open, reconciled)


def _newly_late(report: Report, before: TrackingState | None) -> Sequence[RepositoryName]:
    """Return the consumers that no run has called late before. Without a state it is not known which ones."""
    if before is None or before.more:
        return ()
    late = (one.name for one in report.consumers if is_overdue(one.state) and key(one.name) not in before.late)
    return sorted(late)


def _body(old: str, report: Report, state: TrackingState, now: datetime | None, *, is_public: bool) -> str:
    at = moment_text(now) if now else state.at
    shown = texts.block(report, is_public=is_public)
    return with_block(old, f"{shown}\n{replace(state, at=at).text()}", mark_of(report.config_file))
