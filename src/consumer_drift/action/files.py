"""The files that a step leaves in the workspace: the history, the page, SARIF and the JSON report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift import options, render
from consumer_drift.action.inputs import naming
from consumer_drift.action.workspace import place, write
from consumer_drift.after.guarded import guarded
from consumer_drift.commands import Command
from consumer_drift.model.findings import Code, Finding, worst_first
from consumer_drift.model.sentence import worded
from consumer_drift.options import input_of
from consumer_drift.settings import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from consumer_drift.action.inputs import Inputs
    from consumer_drift.model.kept import Kept
    from consumer_drift.model.report import Report
    from consumer_drift.options import Option


def why_no_place(workspace: Path, option: Option[str], path: str) -> list[str]:
    """Return why nothing can be written to *path*, which *option* names; nothing where it can be."""
    try:
        if path:
            place(workspace, path)
    except UsageError as error:
        return [f"the input {option.input}: {error}"]
    return []


def write_files(inputs: Inputs, report: Report, added: Kept) -> tuple[Report, str]:
    """Return the report, with a finding for every file that cannot be written; and the path of the JSON report."""
    report = _with(report, _tried(options.HISTORY, lambda: _append(inputs.values[options.HISTORY], added)))
    report = _with(report, _tried(options.PAGE, lambda: _page(inputs, report, added)))
    report = _with(report, _write_form(inputs, options.SARIF, "sarif", report))
    # The JSON report comes last, and says what is wrong with the others.
    mistakes = _write_form(inputs, options.REPORT, "json", report)
    return _with(report, mistakes), "" if mistakes else inputs.values[options.REPORT]


def _tried(option: Option[str], step: Callable[[], list[str]]) -> list[str]:
    """Return what is wrong with what *option* names: what *step* returns, or what keeps it from being written."""
    return guarded(step, lambda why: [str(worded(f"the input {option.input}: {why}", input_of))])


def _with(report: Report, mistakes: Iterable[str]) -> Report:
    """Return *report* with a finding for each of *mistakes* that it does not have yet."""
    known = {finding.message for finding in report.findings}
    new = findings_of(mistake for mistake in mistakes if mistake not in known)
    return replace(report, findings=worst_first([*report.findings, *new]))


def _write_form(inputs: Inputs, option: Option[str], form: str, report: Report) -> list[str]:
    """Write *report* in that format to the file that *option* names, and return what is wrong with it."""
    path = inputs.values[option]
    wrong = why_no_place(Path.cwd(), option, path)
    if not path or wrong:
        return wrong

    def written() -> list[str]:
        write(place(Path.cwd(), path), render.FORMATS[form](report))
        return []

    return _tried(option, written)


def _append(path: str, added: Kept) -> list[str]:
    """Add the run to the history at *path*, and return what is wrong with it."""
    run = added.run
    wrong = why_no_place(Path.cwd(), options.HISTORY, path)
    if not path or wrong or run is None:
        return wrong
    from consumer_drift.history.file import append  # noqa: PLC0415 - most runs keep no history

    try:
        append(place(Path.cwd(), path), run)
    except OSError as error:
        return [f"the input {options.HISTORY.input}: {path} cannot be written: {error.strerror or error}"]
    return []


def _page(inputs: Inputs, report: Report, added: Kept) -> list[str]:
    """Write the page of this run, and return what is wrong with it."""
    folder = inputs.values[options.PAGE]
    if not folder or added.run is None or inputs.command is Command.PAGE:
        return []
    from consumer_drift.commands import page  # noqa: PLC0415 - most runs have no page
    from consumer_drift.page.build import INDEX, NoPage  # noqa: PLC0415

    history = inputs.values[options.HISTORY]
    try:
        where = place(Path.cwd(), f"{folder}/{INDEX}").parent
        before, warnings = page.read_file(_place(history))
        if added.history is not None:
            branch = inputs.values[options.HISTORY_BRANCH]
            before, warnings = added.history, page.warnings(added.history, branch)
        page.write([report], before, where, inputs.values[options.VISIBILITY], warnings)
    except NoPage as error:
        sentence: str = worded(error.sentence, naming(inputs))
        return [f"the input {options.PAGE.input}: {sentence}"]
    return []


def _place(path: str) -> Path | None:
    return place(Path.cwd(), path) if path else None


def findings_of(sentences: Iterable[str]) -> tuple[Finding, ...]:
    """Return a finding for each of *sentences*."""
    return tuple(Finding.of(Code.CONFIGURATION, sentence) for sentence in sentences)
