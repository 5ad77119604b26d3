"""The job's runner: the only place that knows actions-toolkit.

Nothing a runner lacks ends a run: a command file that is not there is said in the log, once.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from actions_toolkit import core

from consumer_drift.render import workflow_commands
from consumer_drift.support.escape import inert

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# What the last step of the action reads; action/plan.sh makes the files.
_STARTED, _OUTPUTS, _SUMMARY, _VERDICT = "started", "outputs", "summary.md", "verdict"


class Runner:
    """Speaks to the runner by workflow commands on stdout and by files.

    *handover* is the folder that the action's last step takes results from; None where the program is the
    whole step: then they go to the runner's own files.
    """

    def __init__(self, handover: Path | None = None) -> None:
        self._handover = handover
        self._missing: set[str] = set()
        if handover is not None:
            # Files of a runner may be out of a container's reach. The last step's are not, and it passes them on.
            os.environ["GITHUB_OUTPUT"] = str(handover / _OUTPUTS)
            os.environ["GITHUB_STEP_SUMMARY"] = str(handover / _SUMMARY)
            self._leave(_STARTED, "true\n")

    def say(self, line: str) -> None:
        """One line of the log. Whatever it holds, no runner takes it for a command."""
        self.show(f"consumer-drift: {inert(line, 2000)}\n")

    def show(self, text: str) -> None:
        """Lines of the log that are harmless already, as UTF-8 whatever the locale says."""
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()

    def mask(self, secret: str) -> None:
        """Let the runner replace *secret* in all that follows. Each line of it: that is how runners compare."""
        for line in filter(None, map(str.strip, secret.splitlines())):
            core.set_secret(line)
        sys.stdout.flush()

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """What is shown meanwhile can be folded away."""
        core.start_group(title)
        try:
            yield
        finally:
            core.end_group()
            sys.stdout.flush()

    def annotate(self, annotation: workflow_commands.Annotation) -> None:
        """An annotation at its place."""
        # core.error and its like write every property they know, empty ones included, and some runners show those.
        core.issue_command(
            annotation.level.value, dict(workflow_commands.properties(annotation)), annotation.message
        )

    def outputs(self, values: Mapping[str, str]) -> bool:
        """Set the step's outputs, and say whether that was possible. Empty ones are left out: they read alike."""
        if not self._is_there("GITHUB_OUTPUT", "outputs"):
            return False
        for name, value in values.items():
            if value:
                core.set_output(name, value)
        return True

    def summarise(self, markdown: str) -> None:
        """Add to the job's summary."""
        # actions-toolkit has no call for it.
        if self._is_there("GITHUB_STEP_SUMMARY", "a summary"):
            with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8", newline="\n") as file:
                file.write(markdown)

    def conclude(self, exit_code: int, status: str, *, fails: bool) -> bool:
        """Hand the verdict to the action's last step, after all else. False where there is no such step."""
        return self._leave(_VERDICT, f"{exit_code} {status} {'true' if fails else 'false'}\n")

    def _leave(self, name: str, text: str) -> bool:
        if self._handover is None:
            return False
        try:
            (self._handover / name).write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            self.say(f"the result cannot be handed to the next step: {error.strerror or error}")
            return False
        return True

    def _is_there(self, variable: str, what: str) -> bool:
        file = os.environ.get(variable, "")
        if file and os.access(file, os.W_OK):
            return True
        if variable not in self._missing:
            self._missing.add(variable)
            why = "is not set" if not file else "names a file that is not here"
            self.say(f"{what} cannot be handed to this runner, for {variable} {why}. The log has everything")
        return False
