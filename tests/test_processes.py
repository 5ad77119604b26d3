"""A fork of the program is what a start of it is."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_commands import DEMO, QUIET, ROOT
from tests.processes import consumer_drift, started

if TYPE_CHECKING:
    from pathlib import Path

BARE = {"PATH": os.environ["PATH"]}
IN_A_JOB = {**QUIET, "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/runtime", "INPUT_COMMAND": "chekc"}


@pytest.mark.parametrize(
    ("arguments", "env"),
    [
        (["check", *DEMO, "--format", "json", "--only", "template-hermes"], QUIET),
        (["check", *DEMO, "--format", "sarif"], BARE),
        (["check", *DEMO, "--only", "template-\udcff"], QUIET),
        (["check", *DEMO, "--config", "no\udcff.yml"], BARE),
        (["chekc"], {**QUIET, "FORCE_COLOR": "1"}),
        (["check", "--help"], {**BARE, "COLUMNS": "60"}),
        (["check"], {**QUIET, "_CONSUMER_DRIFT_COMPLETE": "bash_source"}),
        (["action"], IN_A_JOB),
    ],
)
def test_both_print_and_return_the_same(arguments: list[str], env: dict[str, str]) -> None:
    fork, start = (run(*arguments, cwd=ROOT, env=env) for run in (consumer_drift, started))
    assert (fork.returncode, fork.stderr) == (start.returncode, start.stderr)
    assert without_times(fork.stdout) == without_times(start.stdout)


def without_times(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if not line.startswith(('  "seconds":', '  "at":'))]
    return [re.sub(r" in \d+\.\d s", "", line) for line in lines]


def test_a_run_leaves_nothing_behind_for_the_next(tmp_path: Path) -> None:
    first = consumer_drift("check", cwd=tmp_path, env={**QUIET, "GITHUB_REPOSITORY": "acme/runtime"})
    again = consumer_drift("check", cwd=ROOT, env=BARE)
    alone = started("check", cwd=ROOT, env=BARE)
    assert without_times(again.stdout) == without_times(alone.stdout) != without_times(first.stdout)
