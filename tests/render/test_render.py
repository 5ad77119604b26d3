"""The formats by name, each loaded when it is used and not before."""

from __future__ import annotations

import subprocess
import sys

import pytest

from consumer_drift.render import FORMATS


def test_these_are_the_formats_of_the_command_line() -> None:
    assert list(FORMATS) == ["log", "json", "markdown", "sarif", "github"]


@pytest.mark.parametrize(
    ("form", "rich"), [("json", False), ("github", False), ("markdown", False), ("log", True)]
)
def test_only_the_log_pays_for_rich(form: str, rich: bool) -> None:
    program = (
        "import sys; from consumer_drift.render import FORMATS; from tests.render import reports;"
        f"assert 'consumer_drift.render.{form}' not in sys.modules; FORMATS[{form!r}](reports.all_clear());"
        "print('rich' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(rich)
