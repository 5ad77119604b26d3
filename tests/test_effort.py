"""A thorough run tries each property ten times as often, and a misspelt effort is no usual one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = "import tests.conftest as c; from hypothesis import settings; print(settings().max_examples, c.examples(3))"


@pytest.mark.parametrize(
    ("effort", "shown"), [({}, "40 3\n"), ({"EFFORT": ""}, "40 3\n"), ({"EFFORT": "thorough"}, "400 30\n")]
)
def test_the_effort_multiplies_the_examples(effort: dict[str, str], shown: str) -> None:
    plain = {name: value for name, value in os.environ.items() if name != "EFFORT"}
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=ROOT, env=plain | effort, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == (shown, "")


def test_an_unknown_effort_is_an_error() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        cwd=ROOT,
        env={**os.environ, "EFFORT": "throughout"},
        capture_output=True,
        check=False,
    )
    assert done.returncode != 0
