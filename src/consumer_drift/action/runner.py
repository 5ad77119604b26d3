"""The job's runner: the only module that uses actions-toolkit.

A missing feature of a runner never ends a run: a command file that does not exist is reported once, in the log.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

# Not from actions_toolkit.core, which loads an HTTP client for what is not used here.
from actions_toolkit.command import issue, issue_command
from actions_toolkit.file_command import issue_file_command, prepare_key_value_message

from consumer_drift.render import workflow_commands
from consumer_drift.support.escape import inert
from consumer_drift.support.files import append_file
from consumer_drift.support.streams import show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_IN_THE_LOG = "The log has the full report"
# The files that the last step of the action reads; action/plan.sh makes them.
_STARTED, _OUTPUTS, _SUMMARY, _VERDICT = "started", "outputs", "summary.md", "verdict"


class Runner:
    """Sends workflow commands to standard output, and writes the runner's files.

    *handover* is the folder from which the action's last step takes the results. None: the program is the only
    step, and the results go to the runner's own files. *has_annotations*: the job's view makes annotations of
    the commands for them, and does not show the commands themselves.
    """

    def __init__(self, handover: Path | None = None, *, has_annotations: bool = True) -> None:
        self._handover = handover
        self.has_annotations = has_annotations
        self._missing: set[str] = set()
        if handover is not None:
            # A container may have no access to the runner's files. The last step has, and copies these to them.
            os.environ["GITHUB_OUTPUT"] = str(handover / _OUTPUTS)
            os.environ["GITHUB_STEP_SUMMARY"] = str(handover / _SUMMARY)
            self._leave(_STARTED, "true\n")

    def say(self, line: str) -> None:
        """Write one line of the log. Whatever it contains, no runner takes it for a command."""
        self.show(f"consumer-drift: {inert(line, 2000)}\n")

    def show(self, text: str) -> None:
        """Write lines of the log that are already safe, in UTF-8 whatever the locale says."""
        show(sys.stdout, text)

    def mask(self, secret: str) -> None:
        """Let the runner redact *secret* from here on, line by line: runners compare lines."""
        for line in filter(None, map(str.strip, secret.splitlines())):
            issue("add-mask", line)
        show(sys.stdout)

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Make what is shown meanwhile a group that can be folded."""
        issue("group", title)
        try:
            yield
        finally:
            issue("endgroup")
            show(sys.stdout)

    def annotate(self, annotation: workflow_commands.Annotation) -> None:
        """Write an annotation, or its words where a command would be shown as it is."""
        if not self.has_annotations:
            self.say(f"{annotation.level}: {annotation.message}")
            return
        issue_command(annotation.level.value, dict(workflow_commands.properties(annotation)), annotation.message)

    def outputs(self, values: Mapping[str, str]) -> bool:
        """Set the step's outputs, and return whether that is possible. Empty ones are left out."""
        if not self._is_there("GITHUB_OUTPUT", "outputs"):
            return False
        file = Path(os.environ["GITHUB_OUTPUT"])
        before = file.stat().st_size
        try:
            for name, value in values.items():
                if value:
                    issue_file_command("OUTPUT", prepare_key_value_message(name, value))
        except OSError as error:
            # No runner reads a half of them.
            with suppress(OSError):
                os.truncate(file, before)
            self.say(f"the outputs cannot be written: {error.strerror or error}. {_IN_THE_LOG}")
            return False
        return True

    def summarise(self, markdown: str) -> None:
        """Append to the job's summary."""
        # actions-toolkit has no function for it.
        if not self._is_there("GITHUB_STEP_SUMMARY", "a summary"):
            return
        try:
            append_file(Path(os.environ["GITHUB_STEP_SUMMARY"]), markdown.encode("utf-8", "backslashreplace"))
        except OSError as error:
            self.say(f"the summary cannot be written: {error.strerror or error}. {_IN_THE_LOG}")

    def conclude(self, exit_code: int, status: str, *, fails: bool) -> bool:
        """Leave the result for the action's last step, after all else. False where there is no such step."""
        return self._leave(_VERDICT, f"{exit_code} {status} {'true' if fails else 'false'}\n")

    def _leave(self, name: str, text: str) -> bool:
        if self._handover is None:
            return False
        try:
            (self._handover / name).write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            self.say(f"the result cannot be passed to the next step: {error.strerror or error}")
            return False
        return True

    def _is_there(self, variable: str, what: str) -> bool:
        file = os.environ.get(variable, "")
        if file and os.access(file, os.W_OK):
            return True
        if variable not in self._missing:
            self._missing.add(variable)
            why = "is not set" if not file else "names a file that does not exist here"
            self.say(f"{what} cannot be passed to this runner, because {variable} {why}. {_IN_THE_LOG}")
        return False
