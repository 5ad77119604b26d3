"""Add a run to the history on a branch, and write the tracking issue. Whatever goes wrong is a finding."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.after.guarded import guarded
from consumer_drift.commands import Command
from consumer_drift.forges.factory import connect
from consumer_drift.history.record import is_recorded, record
from consumer_drift.model.kept import Kept
from consumer_drift.model.report import Scope
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.pipeline.keep import keep_run, not_kept, source_of
from consumer_drift.pipeline.track import not_tracked, track
from consumer_drift.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from consumer_drift.forges.base import Forge
    from consumer_drift.forges.http.retry import RetryPolicy
    from consumer_drift.forges.http.transport import Limits
    from consumer_drift.model.findings import Finding
    from consumer_drift.model.report import Report
    from consumer_drift.settings import Settings
    from consumer_drift.support.deadline import Deadline


def keep_report(
    settings: Settings,
    report: Report,
    deadline: Deadline,
    retry_policy: RetryPolicy | None,
    limits: Limits | None,
    say: Callable[[str], None],
) -> Kept:
    """Keep what there is to keep of *report*: the run for a history and a page, a branch, an issue."""
    if not is_recorded(report):
        return Kept()
    done = guarded(lambda: Kept(run=record(report)), lambda why: Kept(findings=(not_kept(why),)))
    if not _is_at_server(settings, report):
        return done
    if report.tracking and not settings.tracks:
        # A person who looks must not change what everybody sees, with a token that is not the issue's.
        if report.scope is Scope.FULL:
            say("the tracking issue was not written: only jobs write it")
        report = replace(report, tracking=None)
    if not (settings.history_branch or report.tracking):
        return done
    forge = guarded(lambda: _connected(settings, report, deadline, retry_policy, limits), lambda why: why)
    if isinstance(forge, str):
        return Kept(run=done.run, findings=(*done.findings, *_nothing(settings, report, forge)))
    return _on(forge, settings, report, deadline, done)


def _is_at_server(settings: Settings, report: Report) -> bool:
    """Whether it is about repositories of a server, and may write there."""
    return not report.dry_run and settings.root is None and bool(_address(report.forge))


def _on(forge: Forge, settings: Settings, report: Report, deadline: Deadline, done: Kept) -> Kept:
    """Write to *forge*. Neither of the two things keeps the other from being done."""
    history = guarded(
        lambda: keep_run(report, done.run, settings, forge, deadline), lambda why: Kept(findings=(not_kept(why),))
    )
    issue = guarded(lambda: _tracked(report, settings, forge), lambda why: (not_tracked(why),))
    return Kept(history.history, (*done.findings, *history.findings, *issue), done.run, forge.requests)


def _connected(
    settings: Settings,
    report: Report,
    deadline: Deadline,
    retry_policy: RetryPolicy | None,
    limits: Limits | None,
) -> Forge:
    """Return the server of *report*. Raises UsageError where that is not known, or is another one."""
    if settings.no_server:
        raise UsageError(*settings.no_server)
    forge = connect(settings, deadline, retry_policy=retry_policy, limits=limits, keeps=True)
    # The repository of the same name on another server is somebody else's.
    if settings.command is Command.COMBINE and _address(forge.label) != _address(report.forge):
        raise UsageError(
            Sentence(f"the reports are of {report.forge}, and this run is at {forge.label}: set ", Setting.SERVER)
        )
    return forge


def _address(label: str) -> str:
    return label.partition(" at ")[2].casefold()


def _nothing(settings: Settings, report: Report, why: str) -> Iterator[Finding]:
    if settings.history_branch:
        yield not_kept(why)
    if report.tracking is not None:
        yield not_tracked(why)


def _tracked(report: Report, settings: Settings, forge: Forge) -> tuple[Finding, ...]:
    source = source_of(report, settings)
    if report.tracking is None or source is None or report.at is None:
        return ()
    return track(report, forge, source, report.tracking, report.at)
