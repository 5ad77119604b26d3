"""A run at a terminal or in a pipe: progress to stderr, the report to stdout, signals to an exit code."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift import render
from consumer_drift.model.findings import Code, Finding, worst_first
from consumer_drift.render.redaction import redacted
from consumer_drift.run import run
from consumer_drift.support.clock import utc_now
from consumer_drift.support.deadline import Deadline, ended_by_signals
from consumer_drift.support.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.run import Started
    from consumer_drift.settings import Settings


@dataclass(frozen=True, slots=True)
class Terminal:
    """*form* is what stdout gets; *report*, where not None, also gets the JSON report."""

    form: str
    report: Path | None = None

    def run(self, settings: Settings) -> int:
        """Run, print, and give the exit code. Raises UsageError."""
        deadline = Deadline(settings.max_time)
        with ended_by_signals(deadline), _progress() as started:
            report = run(settings, deadline, started, now=utc_now(), workspace=Path.cwd(), say=_say)
        code = self._show(redacted(report, [settings.token] if settings.token else []))
        return 128 + deadline.signal if deadline.signal else code

    def combine(self, reports: Sequence[Path]) -> int:
        """Join *reports*, print the whole, and give the exit code. Raises UsageError."""
        from consumer_drift.commands.combine import combine  # noqa: PLC0415 - a check does not pay for it

        return self._show(combine(reports))

    def _show(self, report: Report) -> int:
        """Write and print *report*, and return its exit code. A file that cannot be written is a finding."""
        if self.report is not None:
            try:
                _write(self.report, render.FORMATS["json"](report).encode())
            except OSError as error:
                why = error.strerror or type(error).__name__
                failed = Finding.of(Code.CONFIGURATION, f"--report {self.report} cannot be written: {why}")
                report = replace(report, findings=worst_first([*report.findings, failed]))
        _print(self._rendered(report))
        return report.exit_code

    def _rendered(self, report: Report) -> str:
        if self.form != "log" or not sys.stdout.isatty():
            return render.FORMATS[self.form](report)
        from consumer_drift.render import text as text_report  # noqa: PLC0415 - rich is for people

        colour = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        return text_report.render(
            report, colour=colour, width=max(60, shutil.get_terminal_size((100, 24)).columns)
        )


def _write(path: Path, data: bytes) -> None:
    """Write a file through its links, or into a device or a pipe as ``/dev/fd/3``. Raises OSError."""
    if path.exists() and not path.is_file():
        path.write_bytes(data)
    else:
        replace_file(path.resolve(), data)


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201 - what is no report


def _print(text: str) -> None:
    """To stdout, as UTF-8 whatever the locale says; a reader that went away is no failure of ours."""
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at exit, and would complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def _progress() -> Iterator[Started]:
    """A bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _count: _ignore
        return
    from rich.console import Console  # noqa: PLC0415 - nobody in a pipe pays for it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:

        def started(count: int) -> Callable[[RepositoryName], None]:
            task = bar.add_task("reading", total=count)
            seen = 0

            def advance(_name: RepositoryName) -> None:
                # Probed repositories come on top of the list, and how many there are is told by the forge.
                nonlocal seen
                seen += 1
                bar.update(task, completed=seen, total=max(count, seen))

            return advance

        yield started


def _ignore(_name: RepositoryName) -> None:
    """Nobody watches."""
