"""Carry out what the tracking issue needs after a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.result import UNCLEAR, Failure
from consumer_drift.model.sentence import Sentence
from consumer_drift.tracking import body as texts
from consumer_drift.tracking.decide import decide, is_judged
from consumer_drift.tracking.state import is_tracking, mark_of

if TYPE_CHECKING:
    from datetime import datetime

    from consumer_drift.forges.base import Forge, Issues
    from consumer_drift.model.config import Tracking
    from consumer_drift.model.issue import IssueComment, OwnIssues
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.tracking.decide import IssueChange


def track(
    report: Report, forge: Forge, source: RepositoryName, wanted: Tracking, now: datetime
) -> tuple[Finding, ...]:
    """Open, change or close the tracking issue of *source* as *report* asks for. A failure is a warning."""
    if not is_judged(report):
        return ()
    said = _Tracker(report, forge.issues(), source, wanted, now).run()
    sentences = [said] if isinstance(said, Failure) else said
    return tuple(not_tracked(_text(one)) for one in sentences)


def not_tracked(why: str) -> Finding:
    """Return the finding that the issue is not up to date, because of *why*."""
    return Finding.of(Code.TRACKING_FAILED, Sentence("the tracking issue: ", why))


def _text(said: Failure | str) -> str:
    return str(said) if isinstance(said, Failure) else said


class _Tracker:
    """One run's work on the issue."""

    def __init__(
        self, report: Report, issues: Issues, source: RepositoryName, wanted: Tracking, now: datetime
    ) -> None:
        self._report = report
        self._issues = issues
        self._source = source
        self._wanted = wanted
        self._now = now

    def run(self) -> tuple[str, ...] | Failure:
        """Return what there is to say of extras, or why the issue is not up to date."""
        own = self._own()
        if isinstance(own, Failure):
            return own
        warnings: list[str] = []
        for change in decide(self._report, own, self._now):
            done = self._change(change, own) if change.number else self._open(change)
            if isinstance(done, Failure):
                return done
            warnings += done
        return tuple(warnings)

    def _own(self) -> OwnIssues | Failure:
        """Read them. From then on the repository has the server's name for it: no write follows a redirect."""
        own = self._issues.own(self._source)
        if not isinstance(own, Failure):
            self._source = own.repository or self._source
        return own

    def _open(self, change: IssueChange) -> tuple[str, ...] | Failure:
        """Open the issue. Of several that runs opened at once, the oldest stays open."""
        made = self._issues.open(self._source, texts.title(self._report), change.body, self._wanted)
        if isinstance(made, Failure) and made.reason not in UNCLEAR:
            return made
        # It may be there although no answer came.
        self._issues.settle()
        own = self._own()
        if isinstance(own, Failure):
            return own
        mark = mark_of(self._report.config_file)
        if isinstance(made, Failure) and not any(is_tracking(one.body, mark) for one in own.issues):
            return made
        for extra in decide(self._report, own, self._now):
            if not extra.is_open and extra.number:
                refused = self._issues.change(self._source, extra.number, extra.body, is_open=False)
                if refused is not None:
                    return refused
        return () if isinstance(made, Failure) else made[1]

    def _change(self, change: IssueChange, own: OwnIssues) -> tuple[str, ...] | Failure:
        refused = self._comment(change, own) if change.comment else None
        refused = refused or self._issues.change(self._source, change.number, change.body, is_open=change.is_open)
        return refused if refused is not None else ()

    def _comment(self, change: IssueChange, own: OwnIssues) -> Failure | None:
        """Say it once: a run that ended before the text was changed may have said it, or one at the same time."""
        known = self._said(change, own)
        if isinstance(known, Failure) or known:
            return known if isinstance(known, Failure) else None
        refused = self._issues.comment(self._source, change.number, f"{change.comment}\n\n{change.mark}")
        if refused is not None and refused.reason not in UNCLEAR:
            return refused
        known = self._said(change, own)
        if isinstance(known, Failure):
            return known
        for second in known[1:]:
            self._issues.uncomment(self._source, change.number, second)
        return None if known else refused

    def _said(self, change: IssueChange, own: OwnIssues) -> list[IssueComment] | Failure:
        shown = self._issues.comments(self._source, change.number, change.since)
        if isinstance(shown, Failure):
            return shown
        said = (one for one in shown if change.mark in one.body and own.wrote(one))
        return sorted(said, key=lambda one: one.id)
