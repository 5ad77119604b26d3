"""The second door: a job's step. Inputs to Settings, a report to annotations, outputs, a summary and the log."""

from __future__ import annotations

import os
import re
import traceback
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift import __version__, render
from consumer_drift.action import outputs
from consumer_drift.action.inputs import Inputs, read, value
from consumer_drift.action.runner import Runner
from consumer_drift.action.workspace import become_owner_of, matching, place, write
from consumer_drift.model.exit_codes import Status, exit_code
from consumer_drift.model.findings import Code, Finding, Level, worst_first
from consumer_drift.render import phrases, workflow_commands
from consumer_drift.render.redaction import redacted
from consumer_drift.resolve import settings_of
from consumer_drift.run import run, unchecked
from consumer_drift.settings import Command, UsageError
from consumer_drift.support.clock import utc_now
from consumer_drift.support.deadline import Deadline, ended_by_signals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from consumer_drift.model.report import Report
    from consumer_drift.settings import Settings

# The only variables of a job that a run goes by: a token comes in by its input, and by nothing else.
_RUNNERS_OWN = re.compile(r"(?:GITHUB|GITEA|FORGEJO)_(?:ACTIONS|(?:SERVER|API|GRAPHQL)_URL|REPOSITORY|SHA)\Z")
_GIVEN, _JOBS_OWN = "INPUT_TOKEN", "GITHUB_TOKEN"

# Sentences that name a flag, said to someone who writes inputs.
_FLAGS = (
    (re.compile(r"--forge (github|gitea|forgejo)\b"), r"forge: \1"),
    (re.compile(r"--server URL"), "the input server-url"),
    (re.compile(r"--(config|only|version|forge|concurrency|shard|max-time)\b"), r"the input \1"),
)


def main() -> int:
    """The process's exit code: 0 where the action's last step judges, which then has the true one."""
    folder = value(os.environ, "handover")
    if folder:
        become_owner_of(Path(folder))
    runner = Runner(Path(folder).absolute() if folder else None)
    runner.mask(value(os.environ, "token"))
    inputs = read(os.environ)
    if not isinstance(inputs, Inputs):
        return _tell(runner, Inputs(), unchecked("", _mistakes(inputs)))
    try:
        return _tell(runner, inputs, _report(runner, inputs))
    except UsageError as error:
        return _tell(runner, Inputs(), unchecked(inputs.config, _mistakes([_by_input(str(error))])))
    except Exception as error:  # noqa: BLE001 - the program's own fault is told like any other
        return _broken(runner, inputs, error)


def settings(inputs: Inputs, environment: Mapping[str, str]) -> Settings:
    """Inputs over the job's variables over the defaults. Raises UsageError."""
    known = {name: text for name, text in environment.items() if _RUNNERS_OWN.match(name)}
    # A job's own token goes by its usual name, so that it is offered to the job's own server only.
    known |= {_JOBS_OWN if inputs.job_token else _GIVEN: inputs.token} if inputs.token else {}
    chosen = settings_of(
        known,
        config=inputs.config,
        root=None,
        forge=inputs.forge.value,
        server=inputs.server_url,
        token_env=_GIVEN if _GIVEN in known else "",
        target=inputs.version,
        only=inputs.only,
        no_reconcile=not inputs.reconcile,
        concurrency=inputs.concurrency,
        max_time=inputs.max_time,
        ca_bundle=inputs.ca_bundle,
        cache=inputs.cache,
    )
    return replace(chosen, share=inputs.shard, command=Command(inputs.command), dry_run=inputs.dry_run)


def _report(runner: Runner, inputs: Inputs) -> Report:
    if inputs.command == "combine":
        return _combined(runner, inputs)
    workspace = Path.cwd()
    for path in filter(None, (inputs.report, inputs.sarif, inputs.cache)):
        place(workspace, path)
    chosen = settings(inputs, os.environ)
    runner.say(f"version {__version__}, {inputs.command}, with {_whose_token(inputs, chosen)}")
    if inputs.cache and inputs.job_token:
        runner.say(
            "cache: the job's own token is another one in every job, so nothing will be believed in the next"
        )
    deadline = Deadline(chosen.max_time)
    with ended_by_signals(deadline):
        report = run(chosen, deadline, lambda _count: _ignore, now=utc_now(), workspace=workspace, say=runner.say)
    return _by_inputs(report, inputs)


def _combined(runner: Runner, inputs: Inputs) -> Report:
    """The verdict of all shards, out of the files that the input reports names."""
    from consumer_drift.commands.combine import combine  # noqa: PLC0415 - a check does not pay for it

    workspace = Path.cwd()
    for path in filter(None, (inputs.report, inputs.sarif)):
        place(workspace, path)
    if not inputs.reports:
        raise UsageError("the input reports is empty: name the JSON reports of all shards, as shards/*.json")
    reports = matching(workspace, inputs.reports)
    runner.say(f"version {__version__}, combine {phrases.counted(len(reports), 'report')}")
    return _by_inputs(combine(reports), inputs)


def _by_inputs(report: Report, inputs: Inputs) -> Report:
    """*report* without secrets, in the words of someone who writes inputs."""
    findings = tuple(replace(finding, message=_by_input(finding.message)) for finding in report.findings)
    return redacted(replace(report, findings=findings), filter(None, [inputs.token]))


def _ignore(_name: object) -> None:
    """A log has no progress bar."""


def _whose_token(inputs: Inputs, chosen: Settings) -> str:
    if not inputs.token:
        return "no token"
    if not inputs.job_token:
        return "the token of the input token"
    if chosen.token:
        return "the job's own token"
    return f"no token: the job's own is not for {chosen.server}, so set the input token to one that is"


def _tell(runner: Runner, inputs: Inputs, report: Report) -> int:
    report, written = _write_files(inputs, report)
    with runner.group("consumer-drift: every consumer, every finding"):
        runner.show(render.FORMATS["log"](report))
    for annotation in workflow_commands.chosen(report):
        runner.annotate(annotation)
    runner.say(phrases.closing(report))
    if inputs.summary:
        runner.summarise(render.FORMATS["markdown"](report))
    counted = {finding.counts_as for finding in report.findings}
    return _conclude(runner, report.status, outputs.of(report, written), fails=bool(counted & inputs.fail_on))


def _write_files(inputs: Inputs, report: Report) -> tuple[Report, str]:
    """The report, with a finding for every file that could not be written; and the path of the JSON one."""
    mistakes = []
    written = ""
    for path, form in ((inputs.sarif, "sarif"), (inputs.report, "json")):
        if not path:
            continue
        try:
            write(place(Path.cwd(), path), render.FORMATS[form](report))
            written = path if form == "json" else written
        except UsageError as error:
            mistakes.append(str(error))
    return replace(report, findings=worst_first([*report.findings, *_mistakes(mistakes)])), written


def _conclude(runner: Runner, status: Status, values: Mapping[str, str], *, fails: bool) -> int:
    handed_on = runner.outputs(values)
    code = exit_code(status)
    if runner.conclude(code, status.value, fails=fails):
        return 0
    # Nobody comes after this step: where not even outputs tell the code, the process does.
    return code if fails or not handed_on else 0


def _broken(runner: Runner, inputs: Inputs, error: Exception) -> int:
    """The program failed. What went wrong may hold foreign text, and a token: names of places are enough."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    sentence = (
        f"the program failed ({type(error).__name__} at {Path(where.filename).name}:{where.lineno})."
        " This is a defect: please report it"
    )
    runner.annotate(workflow_commands.Annotation(Level.ERROR, "consumer-drift", sentence))
    return _conclude(runner, Status.ERROR, outputs.failed(), fails=Status.ERROR in inputs.fail_on)


def _mistakes(sentences: Iterable[str]) -> tuple[Finding, ...]:
    return tuple(Finding.of(Code.CONFIGURATION, sentence) for sentence in sentences)


def _by_input(sentence: str) -> str:
    for flag, name in _FLAGS:
        sentence = flag.sub(name, sentence)
    return sentence
