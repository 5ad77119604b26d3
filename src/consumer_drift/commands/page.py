"""Write the page: read the reports and the history, compute the figures, write the files."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.history import file
from consumer_drift.history.file import History
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.report import Report
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.page.build import INDEX, NoPage, build, compares
from consumer_drift.sharding import report_reader
from consumer_drift.sharding.report_reader import InvalidReport
from consumer_drift.support.files import replace_file
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from consumer_drift.settings import PageVisibility, Settings


def run(settings: Settings) -> Report:
    """Write the page of the reports that *settings* name."""
    started = time.monotonic()
    try:
        reports = [_read(path) for path in settings.reports]
        if settings.page is None:
            raise NoPage(Sentence("there is no folder to write the page to: name one with ", Setting.PAGE))
        notes = write(reports, settings.history, settings.page, settings.page_visibility)
    except NoPage as error:
        finding = Finding.of(Code.CONFIGURATION, error.sentence)
        return Report.without_results(settings.command, (finding,))
    report = Report.without_results(settings.command, (), notes=notes)
    return replace(report, seconds=time.monotonic() - started)


def write(
    reports: Sequence[Report], history: Path | None, folder: Path, visibility: PageVisibility
) -> tuple[str, ...]:
    """Write the page into *folder*, and return what there is to say of it. Raises NoPage.

    The page is written last: whoever opens it meets no half of it, and no older file beside it.
    """
    kept, warnings = _history(history)
    made = build(reports, kept, visibility, warnings)
    try:
        _write(folder, made)
    except OSError as error:
        raise NoPage(f"the page cannot be written to {folder}: {error.strerror or error}") from error
    runs = counted(len(kept.runs), "run")
    return (f"the page is {(folder / INDEX).as_posix()}, with {runs} of the history", *warnings)


def _write(folder: Path, made: Mapping[str, str]) -> None:
    for name, text in made.items():
        replace_file(folder / name, text.encode("utf-8", "backslashreplace"))


def _history(path: Path | None) -> tuple[History, tuple[str, ...]]:
    if path is None:
        return History(), ()
    try:
        kept = file.read(path)
    except OSError as error:
        raise NoPage(f"the history {path} cannot be read: {error.strerror or error}") from error
    return kept, tuple(filter(None, [kept.warning(path.name)]))


def _read(path: Path) -> Report:
    try:
        report = report_reader.parse(path.read_bytes())
    except OSError as error:
        raise NoPage(f"the report {path} cannot be read: {error.strerror or error}") from error
    except InvalidReport as error:
        raise NoPage(
            f"the report {path} is damaged, or is not a JSON report of this program: {error}. Run its check again"
        ) from error
    if not compares(report):
        raise NoPage(
            f"the report {path} is of the command {report.command}, which compares no consumers:"
            " pass reports of check, propagate, land or combine only"
        )
    return report
