"""A job's step: inputs to Settings, a report to annotations, outputs, a summary and the log."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift import __version__, options, render
from consumer_drift.action import outputs
from consumer_drift.action.files import findings_of, why_no_place, write_files
from consumer_drift.action.inputs import naming, read, secrets, text_of, value
from consumer_drift.action.runner import Runner
from consumer_drift.action.workspace import become_owner_of, matching, place
from consumer_drift.after import kept
from consumer_drift.after.guarded import guarded
from consumer_drift.commands import Command, Group, Needs
from consumer_drift.environment import environment_of
from consumer_drift.model.exit_codes import Status, exit_code
from consumer_drift.model.findings import Code, Finding, Level, worst_first
from consumer_drift.model.kept import Kept
from consumer_drift.model.report import Report
from consumer_drift.model.sentence import defect, worded
from consumer_drift.options import input_of
from consumer_drift.render import phrases, workflow_commands
from consumer_drift.render.redaction import finished
from consumer_drift.resolve import settings_of
from consumer_drift.run import run
from consumer_drift.settings import UsageError
from consumer_drift.support.clock import utc_now
from consumer_drift.support.deadline import Deadline, ended_by_signals
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from consumer_drift.action.inputs import Inputs
    from consumer_drift.history.changes import ChangedConsumer
    from consumer_drift.settings import Settings

# The only variables of a job that matter to a run: a token comes from its input alone.
_RUNNERS_OWN = re.compile(r"(?:GITHUB|GITEA|FORGEJO)_(?:ACTIONS|(?:SERVER|API|GRAPHQL)_URL|REPOSITORY|SHA)\Z")
# Where the first step leaves what is wrong with the inputs that it alone uses (action/plan.sh), one on a line.
_PLANNED = "mistakes"
_WRITTEN = (options.REPORT, options.SARIF, options.HISTORY, options.CACHE)


def main() -> int:
    """Run the step, and return the process's exit code: 0 where the action's last step ends with the real one."""
    folder = value(os.environ, options.HANDOVER.input)
    if folder:
        become_owner_of(Path(folder))
    runner = Runner(Path(folder).absolute() if folder else None, has_annotations=not _has_plain_log(os.environ))
    inputs = read(os.environ)
    for secret in secrets(inputs):
        runner.mask(secret)
    try:
        return _run(runner, inputs, Path(folder))
    except UsageError as error:
        report = Report.without_results(
            inputs.command, findings_of(error.sentences), config_file=inputs.values[options.CONFIG]
        )
        return _tell(runner, inputs, _finished(report, inputs), Kept())
    except Exception as error:  # noqa: BLE001 - a defect is reported like any other error
        return _broken(runner, inputs, error)


def _has_plain_log(environment: Mapping[str, str]) -> bool:
    """Whether the job's view shows workflow commands for annotations as they are, as Gitea's and Forgejo's do."""
    return "true" in {environment.get("GITEA_ACTIONS"), environment.get("FORGEJO_ACTIONS")}


def _run(runner: Runner, inputs: Inputs, handover: Path) -> int:
    """Check all inputs, then run the command and tell its result. Raises UsageError, with all mistakes at once."""
    chosen = checked(inputs, os.environ, Path.cwd(), _planned(handover))
    _introduce(runner, inputs, chosen)
    deadline = Deadline(chosen.max_time)
    with ended_by_signals(deadline):
        report = run(chosen, deadline, lambda _count: _ignore, now=utc_now(), workspace=Path.cwd(), say=runner.say)
        report = _finished(report, inputs)
        added = kept(chosen, report, deadline)
        report = replace(report, requests=report.requests + added.requests)
        # Until all is written, or a result that is complete would be lost with the process.
        return _tell(runner, inputs, _besides(report, added.findings, inputs), added)


def _besides(report: Report, findings: Sequence[Finding], inputs: Inputs) -> Report:
    """Return *report* with *findings* about what follows it, in the words of a workflow, without secrets."""
    if not findings:
        return report
    report = replace(report, findings=worst_first([*report.findings, *findings]))
    return finished(report, naming(inputs), secrets(inputs))


def _planned(handover: Path) -> list[str]:
    return text_of(handover / _PLANNED).splitlines()


def checked(
    inputs: Inputs, environment: Mapping[str, str], workspace: Path, planned: Iterable[str] = ()
) -> Settings:
    """Return the settings: inputs, then the job's variables, then the defaults.

    *planned* are mistakes that an earlier step found. Raises UsageError with these and all others.
    """
    mistakes = [*planned, *inputs.mistakes]
    for option in _WRITTEN:
        mistakes += why_no_place(workspace, option, inputs.values[option])
    known = {name: text for name, text in environment.items() if _RUNNERS_OWN.match(name)}
    try:
        reports = _reports(inputs, workspace)
        chosen = settings_of(known, inputs.command, inputs.values, reports)
    except UsageError as error:
        raise UsageError(*mistakes, *error.sentences) from error
    if mistakes:
        raise UsageError(*mistakes)
    # A job's workspace is gone with the job. The configuration may name any variable of the job for its registry.
    return replace(
        chosen,
        propose=chosen.command is Command.INIT,
        tracks=True,
        variable=lambda name: environment.get(name, "").strip(),
    )


def _reports(inputs: Inputs, workspace: Path) -> list[Path]:
    """Return the files that combine joins, or that page shows. Raises UsageError."""
    if Group.REPORTS not in inputs.command.spec.options:
        return []
    patterns = inputs.values[options.REPORTS]
    if not patterns:
        raise UsageError("the input reports is empty: name the JSON reports, as shards/*.json")
    return matching(workspace, patterns)


def _introduce(runner: Runner, inputs: Inputs, chosen: Settings) -> None:
    """Say what runs, and with whose token."""
    if chosen.command.spec.needs is Needs.SETTINGS:
        runner.say(f"version {__version__}, {chosen.command} {counted(len(chosen.reports), 'report')}")
        return
    runner.say(f"version {__version__}, {chosen.command}, with {_whose_token(inputs, chosen)}")
    if chosen.cache and inputs.values[options.JOB_TOKEN]:
        runner.say("cache: the job's own token changes with every job, so no other job can use this cache")


def _whose_token(inputs: Inputs, chosen: Settings) -> str:
    if not inputs.values[options.TOKEN]:
        return "no token"
    if not inputs.values[options.JOB_TOKEN]:
        return "the token of the input token"
    if chosen.token:
        return "the job's own token"
    return f"no token: the job's own is not for {chosen.server}, so set the input token to one that is"


def _ignore(_name: object) -> None:
    """A log has no progress bar."""


def _finished(report: Report, inputs: Inputs) -> Report:
    """Return *report* with what there is to say of the inputs, in the words of a workflow, without secrets."""
    findings = worst_first([*report.findings, *_warnings(inputs)])
    return finished(replace(report, findings=findings), naming(inputs), secrets(inputs))


def _warnings(inputs: Inputs) -> Iterable[Finding]:
    calling = os.environ.get("GITHUB_REPOSITORY", "")
    if calling and environment_of(os.environ).calling is None:
        said = (
            f"the variable GITHUB_REPOSITORY is {calling!r}, which is not owner/name, so the repository of this"
            " job is not known. Under act it comes from the checkout's remote: set GITHUB_REPOSITORY, or set"
            " source.repository and owner in the configuration"
        )
        yield replace(Finding.of(Code.CONFIGURATION, said), level=Level.WARNING, counts_as=None)
    if inputs.lacks_given_token:
        said = (
            "the input token is set, and its value is empty: the secret does not exist, or the job may not read it"
            " (a pull request from a fork may not). Set the secret, or remove the input to use the job's own token"
        )
        yield replace(Finding.of(Code.CONFIGURATION, said), level=Level.WARNING, counts_as=None)


def _tell(runner: Runner, inputs: Inputs, report: Report, added: Kept) -> int:
    """Show and write the result of a run. No part of it keeps the others, and the exit code, from the user."""
    changed, unknown = guarded(lambda: (_changes(inputs, added), ()), lambda why: ((), (_no_changes(why),)))
    report, written = write_files(inputs, _besides(report, unknown, inputs), added)
    parts: dict[str, Callable[[], None]] = {
        "the report": lambda: _show(runner, report),
        "the summary": lambda: _summarise(runner, inputs, report),
    }
    for what, part in parts.items():
        guarded(part, partial(_not_shown, runner, what))
    fail_on = inputs.values[options.FAIL_ON]
    fails = any(finding.counts_as in fail_on for finding in report.findings)
    values = guarded(lambda: outputs.of(report, written, changed), lambda _why: outputs.failed(report.status))
    return _conclude(runner, report.status, values, fails=fails)


def _no_changes(why: str) -> Finding:
    return Finding.of(Code.HISTORY_FAILED, f"what changed since the last run is not known: {why}")


def _not_shown(runner: Runner, what: str, why: str) -> None:
    sentence = worded(f"{what} cannot be shown: {why}", input_of)
    runner.annotate(workflow_commands.Annotation(Level.ERROR, "consumer-drift", sentence))


def _show(runner: Runner, report: Report) -> None:
    if not runner.has_annotations:
        # The report is all that a reader gets there, so nothing folds it: act-based runners keep a group open
        # around a nested action.
        runner.show(f"::endgroup::\n{_log(report)}")
        return
    with runner.group("consumer-drift: every consumer, every finding"):
        runner.show(_log(report))
    for annotation in workflow_commands.chosen(report):
        runner.annotate(annotation)
    runner.say(phrases.closing(report))


def _summarise(runner: Runner, inputs: Inputs, report: Report) -> None:
    if inputs.values[options.SUMMARY]:
        runner.summarise(render.FORMATS["markdown"](report))


def _log(report: Report) -> str:
    """The report in colours, which the views of all three forges show; a terminal of act's may not."""
    from consumer_drift.render import text as text_report  # noqa: PLC0415 - heavy, and not every run gets here

    here = os.environ
    is_act = here.get("ACT") == "true" and not _has_plain_log(here)
    has_view = here.get("GITHUB_ACTIONS") == "true" and not is_act
    return text_report.render(report, colour=has_view and not here.get("NO_COLOR"))


def _changes(inputs: Inputs, added: Kept) -> tuple[ChangedConsumer, ...]:
    """Return what changed since the runs in the history before this one."""
    run, path = added.run, inputs.values[options.HISTORY]
    if run is None:
        return ()
    from consumer_drift.history.changes import changes  # noqa: PLC0415 - most runs keep no history
    from consumer_drift.history.file import read as read_file  # noqa: PLC0415

    if added.history is not None:
        return changes(added.history.runs, run)
    if not path or why_no_place(Path.cwd(), options.HISTORY, path):
        return ()
    try:
        return changes(read_file(place(Path.cwd(), path)).runs, run)
    except OSError:
        # Appending to it fails as well, and says why.
        return ()


def _conclude(runner: Runner, status: Status, values: Mapping[str, str], *, fails: bool) -> int:
    handed_on = runner.outputs(values)
    code = exit_code(status)
    if runner.conclude(code, status.value, fails=fails):
        return 0
    # No step of the action follows: where outputs cannot have the code either, the process ends with it.
    return code if fails or not handed_on else 0


def _broken(runner: Runner, inputs: Inputs, error: Exception) -> int:
    """End without a report, because of a defect."""
    sentence = worded(defect(error), input_of)
    runner.annotate(workflow_commands.Annotation(Level.ERROR, "consumer-drift", sentence))
    fails = Status.ERROR in inputs.values[options.FAIL_ON]
    return _conclude(runner, Status.ERROR, outputs.failed(), fails=fails)
