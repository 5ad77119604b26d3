"""Write the page: read the reports and the history, compute the figures, write the files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.forges.factory import connect
from consumer_drift.history import file
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.history import History
from consumer_drift.model.report import Report
from consumer_drift.model.result import Failure
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.page.build import INDEX, NoPage, build, compares
from consumer_drift.pipeline.keep import read_history, source_of
from consumer_drift.sharding import report_reader
from consumer_drift.sharding.report_reader import InvalidReport
from consumer_drift.support.deadline import Deadline
from consumer_drift.support.files import replace_file
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from consumer_drift.forges.base import Forge
    from consumer_drift.settings import PageVisibility, Settings


def run(settings: Settings) -> Report:
    """Write the page of the reports that *settings* name."""
    forge = connect(settings, Deadline(settings.max_time)) if settings.history_branch else None
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    try:
        notes = _made(settings, forge)
    except NoPage as error:
        findings = (Finding.of(Code.CONFIGURATION, error.sentence),)
    requests = forge.requests if forge is not None else 0
    return Report.without_results(settings.command, findings, notes=notes, requests=requests)


def _made(settings: Settings, forge: Forge | None) -> tuple[str, ...]:
    """Write the page, and return what there is to say of it. Raises NoPage.

    *forge* has the history, None: a file has it.
    """
    reports = [_read(path) for path in settings.reports]
    if settings.page is None:
        raise NoPage(Sentence("there is no folder to write the page to: name one with ", Setting.PAGE))
    kept, said = read_file(settings.history) if forge is None else _read_branch(settings, forge, reports)
    return write(reports, kept, settings.page, settings.page_visibility, said)


def write(
    reports: Sequence[Report],
    history: History,
    folder: Path,
    visibility: PageVisibility,
    said: Sequence[str] = (),
) -> tuple[str, ...]:
    """Write the page into *folder*, and return what there is to say of it, beside what is *said*. Raises NoPage.

    The page is written last: whoever opens it meets no half of it, and no older file beside it.
    """
    made = build(reports, history, visibility, said)
    try:
        _write(folder, made)
    except OSError as error:
        raise NoPage(f"the page cannot be written to {folder}: {error.strerror or error}") from error
    runs = counted(len(history.runs), "run")
    return (f"the page is {(folder / INDEX).as_posix()}, with {runs} of the history", *said)


def _write(folder: Path, made: Mapping[str, str]) -> None:
    for name, text in made.items():
        replace_file(folder / name, text.encode("utf-8", "backslashreplace"))


def _read_branch(settings: Settings, forge: Forge, reports: Sequence[Report]) -> tuple[History, tuple[str, ...]]:
    """Return the runs before on the branch, and what there is to say of damaged ones. Raises NoPage."""
    source = source_of(reports[-1], settings) if reports else None
    if source is None:
        raise NoPage("no report names the source repository, so it is not known where the history is")
    kept = read_history(forge, source, settings.history_branch)
    if isinstance(kept, Failure):
        raise NoPage(Sentence(f"the history on {settings.history_branch} cannot be read: ", str(kept)))
    return kept, warnings(kept, settings.history_branch)


def read_file(path: Path | None) -> tuple[History, tuple[str, ...]]:
    """Return the runs in the file *path*, and what there is to say of damaged ones. Raises NoPage."""
    if path is None:
        return History(), ()
    try:
        kept = file.read(path)
    except OSError as error:
        raise NoPage(f"the history {path} cannot be read: {error.strerror or error}") from error
    missing = () if path.exists() else (f"the history {path.name} does not exist: the page has the reports alone",)
    return kept, (*missing, *warnings(kept, path.name))


def warnings(history: History, name: str) -> tuple[str, ...]:
    """Return what there is to say of the damaged lines of *history*, which is in *name*."""
    return tuple(filter(None, [file.warning(history, name)]))


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
