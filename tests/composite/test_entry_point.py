"""The entry point, in a container and on the runner's Python: no variable of the job and no file of it matters."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from consumer_drift import __version__
from tests.composite.metadata import ROOT
from tests.composite.shell import Host

if TYPE_CHECKING:
    from pathlib import Path

# What a job sets for a Python of its own. None of it may reach this program.
OTHERS = {
    "PYTHONPATH": "src:lib",
    "PYTHONHOME": "/nowhere",
    "PYTHONSTARTUP": "start.py",
    "PYTHONUSERBASE": "/nowhere",
    "PYTHONWARNINGS": "error",
    "PYTHONOPTIMIZE": "2",
    "PYTHONPLATLIBDIR": "nowhere",
    "PYTHONCASEOK": "1",
    "PYTHONINSPECT": "1",
}
# Modules that the program imports early.
SHADOWS = ("consumer_drift", "click", "json", "re", "sitecustomize")


def arguments() -> list[str]:
    """What the image starts, without its Python."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (entry,) = re.findall(r"^ENTRYPOINT (.+)$", dockerfile, re.MULTILINE)
    python, *rest = json.loads(entry)
    assert python == "/opt/consumer-drift/python", "a PATH of the job would lead to another"
    assert rest[-1] == "/opt/consumer-drift"
    return [*rest[:-1], str(ROOT / "src")]


def shadow(folder: Path) -> None:
    """Files that are named like modules, in the working directory and in PYTHONPATH."""
    for place in (folder, folder / "src", folder / "lib"):
        place.mkdir(exist_ok=True)
        for name in SHADOWS:
            (place / f"{name}.py").write_text("raise SystemExit(77)\n", encoding="utf-8")


@pytest.mark.parametrize("variables", [{}, OTHERS, *({name: text} for name, text in OTHERS.items())])
def test_the_image_starts_whatever_a_job_sets_for_its_own_python(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    shadow(tmp_path)
    done = subprocess.run(
        [sys.executable, *arguments(), "--version"],
        cwd=tmp_path,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"consumer-drift {__version__}\n", "")


def test_the_dockerfile_sets_no_variable_that_the_program_needs() -> None:
    assert not re.findall(r"^ENV ", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_runners_python_starts_whatever_a_job_sets_for_its_own(tmp_path: Path) -> None:
    host = Host.slim(tmp_path)
    shadow(host.workspace)
    folder = tmp_path / "temporary" / "consumer-drift.x"
    (folder / "venv" / "bin").mkdir(parents=True)
    # An environment that is there already: nothing is installed in this test.
    interpreter = tmp_path / "python"
    for path, script in ((interpreter, "exit 0"), (folder / "venv/bin/python", f'exec "{sys.executable}" "$@"')):
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
    done = host.step(
        "python.sh", PYTHON=str(interpreter), FOLDER=str(folder), INPUT_COMMAND="combine", INPUT_FAIL_ON="none",
        **OTHERS,
    )  # fmt: skip
    assert "the input reports is empty" in done.out, done.out + done.err
