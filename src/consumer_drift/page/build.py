"""From reports and a history to the files of the page, or the reason why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.commands import Command
from consumer_drift.history.record import record
from consumer_drift.model.report import Scope
from consumer_drift.model.sentence import Sentence, Setting, SetTo
from consumer_drift.page import files
from consumer_drift.page.figures import figures
from consumer_drift.settings import PageVisibility
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from datetime import datetime

    from consumer_drift.model.history import History, RecordedRun
    from consumer_drift.model.report import Report

INDEX = "index.html"
# Reports of the other commands have no consumers, so they prove nothing and must not hide a run that does.
_COMPARING = frozenset({Command.CHECK, Command.PROPAGATE, Command.LAND, Command.COMBINE})


class NoPage(Exception):  # noqa: N818 - it says what there is
    """No page can be made. *sentence* says why, and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def compares(report: Report) -> bool:
    """Whether *report* is of a command that compares consumers."""
    return report.command in _COMPARING


def build(
    reports: Sequence[Report], history: History, visibility: PageVisibility, warnings: Sequence[str] = ()
) -> Mapping[str, str]:
    """Return the text of every file by its name, the page itself last. Raises NoPage."""
    public = visibility is PageVisibility.PUBLIC
    report, at = _newest(reports)
    if public and report.private:
        raise NoPage(
            Sentence(
                f"the report names {counted(len(report.private), 'repository', 'repositories')} that not everyone"
                " can see, so no public page is written. If only people who may see them can open the page, set ",
                SetTo(Setting.PAGE_VISIBILITY, "private"),
            )
        )
    runs, foreign = _runs(reports, history, report.target.source)
    if foreign:
        warnings = [*warnings, f"{counted(foreign, 'run')} of another source left out"]
    shown = figures(report, at, runs)
    from consumer_drift.page import document  # noqa: PLC0415 - the page's library is for pages alone

    return {
        "status.json": files.status(shown),
        "metrics.txt": files.metrics(shown),
        "badge.svg": files.badge(shown),
        "badge.json": files.endpoint(shown),
        INDEX: document.render(shown, public=public, warnings=warnings),
    }


def _newest(reports: Sequence[Report]) -> tuple[Report, datetime]:
    """Return the newest report that is about the full list; of a part of it, if there is no other."""
    dated = [
        (report, report.at)
        for report in reports
        if report.at is not None and report.scope is not Scope.SHARD and compares(report)
    ]
    if not dated:
        raise NoPage(
            "no report is of a check or a propagate of consumers: join those of shards with combine first"
        )
    full = [one for one in dated if one[0].scope is Scope.FULL]
    return max(full or dated, key=lambda one: one[1])


def _runs(reports: Iterable[Report], history: History, source: str) -> tuple[list[RecordedRun], int]:
    """Return the runs of *source*, oldest first, each once; and how many there are of others.

    Of a run that is in both, the report counts: it has the requests for the history, and what went wrong later.
    """
    known = {_identity(run): run for run in history.runs}
    known |= {_identity(run): run for report in reports if (run := record(report)) is not None}
    # A run that found no target does not know its source either.
    own = [run for run in known.values() if not run.source or not source or run.source == source]
    return sorted(own, key=lambda run: run.at), len(known) - len(own)


def _identity(run: RecordedRun) -> Hashable:
    return run.at, run.seconds, run.command, run.scope, run.source, run.target, run.consumers
