"""A run at a terminal or in a pipe: progress on standard error, the report on standard output, signals."""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift import render
from consumer_drift.after import kept
from consumer_drift.model.exit_codes import Status, exit_code
from consumer_drift.model.findings import Code, Finding, worst_first
from consumer_drift.model.sentence import Sentence, Setting, SetTo, defect, worded
from consumer_drift.options import flag_of
from consumer_drift.render.redaction import finished
from consumer_drift.run import run
from consumer_drift.support.clock import utc_now
from consumer_drift.support.deadline import Deadline, ended_by_signals
from consumer_drift.support.files import replace_file
from consumer_drift.support.streams import show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from consumer_drift.model.history import RecordedRun
    from consumer_drift.model.kept import Kept
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.run import Started
    from consumer_drift.settings import Settings


@dataclass(frozen=True, slots=True)
class Terminal:
    """*form* is the format of standard output.

    *report* is a file for the JSON report, None for none. *quiet* and *verbose* are about the log.
    """

    form: str
    report: Path | None = None
    quiet: bool = False
    verbose: bool = False

    def run(self, settings: Settings) -> int:
        """Run, print the report, and return the exit code. Raises UsageError."""
        deadline = Deadline(settings.max_time)
        # Until it is printed, or a report that is complete would be lost with the process.
        with ended_by_signals(deadline):
            with _progress() as started:
                report = run(settings, deadline, started, now=utc_now(), workspace=Path.cwd(), say=_say)
                report = _finished(report, settings)
                added = kept(settings, report, deadline, say=_say)
            report = _with(report, added, settings)
            code = self._show(_besides(report, _append(settings.history, added.run)))
        return 128 + deadline.signal if deadline.signal else code

    def _show(self, report: Report) -> int:
        """Write and print *report*, and return its exit code. A file that cannot be written is a finding."""
        report = _besides(report, self._write_report(report))
        why = self._print(report)
        if not why:
            return report.exit_code
        said = f"the report cannot be written to standard output: {why}"
        _say(f"{said}. The result is: {report.status}, exit code {report.exit_code}")
        # A report that did not arrive is an error, and drift wins over it.
        return report.exit_code if report.status is Status.DRIFT else exit_code(Status.ERROR)

    def _print(self, report: Report) -> str:
        """Print *report*, and return why that is not possible, empty where it is."""
        try:
            failure = show(sys.stdout, self._rendered(report))
        except Exception as error:  # noqa: BLE001 - the result is there already
            return _why(error)
        return _why(failure) if failure is not None else ""

    def _write_report(self, report: Report) -> Finding | None:
        path = self.report
        if path is None:
            return None
        what = Sentence(SetTo(Setting.REPORT, str(path)), " cannot be written: ")
        return _written(lambda: _write(path, render.FORMATS["json"](report).encode()), what)

    def _rendered(self, report: Report) -> str:
        if self.form != "log":
            return render.FORMATS[self.form](report)
        from consumer_drift.render import text as text_report  # noqa: PLC0415 - rich is for people

        is_terminal = sys.stdout.isatty()
        detail = text_report.Detail.FULL if self.verbose else text_report.Detail.USUAL
        return text_report.render(
            report,
            colour=has_colour(os.environ, is_terminal),
            width=_width(is_terminal),
            detail=text_report.Detail.QUIET if self.quiet else detail,
        )


def _finished(report: Report, settings: Settings) -> Report:
    """Return *report* in the words of the command line, without secrets."""
    return finished(report, flag_of, filter(None, [settings.token, settings.merge_token]))


def _with(report: Report, added: Kept, settings: Settings) -> Report:
    """Return *report* with what there is to say of what was kept of it."""
    report = replace(report, requests=report.requests + added.requests)
    if not added.findings:
        return report
    return _finished(replace(report, findings=worst_first([*report.findings, *added.findings])), settings)


def _append(path: Path | None, run: RecordedRun | None) -> Finding | None:
    """Add *run* to the history at *path*, and return the finding where that is not possible."""
    if path is None or run is None:
        return None
    from consumer_drift.history.file import append  # noqa: PLC0415 - most runs keep no history

    return _written(lambda: append(path, run), Sentence(SetTo(Setting.HISTORY, str(path)), " cannot be written: "))


def has_colour(environment: Mapping[str, str], is_terminal: bool) -> bool:
    """Return whether to write colours: as the user says, else on a terminal that has them.

    https://no-color.org, https://force-color.org and https://bixense.com/clicolors
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    return is_terminal and environment.get("TERM") != "dumb" and environment.get("CLICOLOR") != "0"


def _width(is_terminal: bool) -> int:
    """Return the columns that COLUMNS gives, else the terminal's, else what most logs show."""
    usual = (100, 24)
    if is_terminal or os.environ.get("COLUMNS", "").isdecimal():
        import shutil  # noqa: PLC0415 - it loads what packs archives

        return shutil.get_terminal_size(usual).columns
    return usual[0]


def _besides(report: Report, failed: Finding | None) -> Report:
    return report if failed is None else replace(report, findings=worst_first([*report.findings, failed]))


def _written(write: Callable[[], None], what: Sentence) -> Finding | None:
    """Write a file, and return the finding where that is not possible, which begins with *what*."""
    try:
        write()
    except Exception as error:  # noqa: BLE001 - the result is there already, and no file may take it along
        return Finding.of(Code.CONFIGURATION, Sentence(what, _why(error)).worded(flag_of))
    return None


def _why(error: Exception) -> str:
    """Return the words for what the system says, or for a defect."""
    said = (error.strerror or str(error)) if isinstance(error, OSError) else defect(error)
    return str(worded(said, flag_of))


def _write(path: Path, data: bytes) -> None:
    """Write a file through its links, or into a device or a pipe as ``/dev/fd/3``. Raises OSError."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
    else:
        replace_file(path.resolve(), data)


def _say(line: str) -> None:
    """Write a line that is not part of the report."""
    show(sys.stderr, f"{line}\n")


@contextlib.contextmanager
def _progress() -> Iterator[Started]:
    """Show a bar on a terminal, and nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _count: _ignore
        return
    from rich.console import Console  # noqa: PLC0415 - not needed in a pipe
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:

        def started(count: int) -> Callable[[RepositoryName], None]:
            task = bar.add_task("reading", total=count)
            seen = 0

            def advance(_name: RepositoryName) -> None:
                # Unlisted repositories are read as well, and only the server knows how many there are.
                nonlocal seen
                seen += 1
                bar.update(task, completed=seen, total=max(count, seen))

            return advance

        yield started


def _ignore(_name: RepositoryName) -> None:
    """Show nothing."""
