"""Every report in every format, as a reader gets it: the files under ``golden/`` are also the documentation's."""

from __future__ import annotations

from pathlib import Path

import pytest

from consumer_drift.render import FORMATS
from consumer_drift.render import text as text_report
from tests.render import golden, reports

FOLDER = Path(__file__).parent / "golden"
ENDINGS = {"log": "txt", "json": "json", "markdown": "md", "sarif": "sarif", "github": "commands"}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("day", reports.GOLDEN)
def test_a_report_reads_as_its_golden_file(day: str, form: str) -> None:
    golden.check(FOLDER / f"{day}.{ENDINGS[form]}", FORMATS[form](reports.GOLDEN[day]()))


def test_a_terminal_gets_colour() -> None:
    golden.check(FOLDER / "mixed-day.ansi", text_report.render(reports.mixed_day(), colour=True))


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{day}.{ending}" for day in reports.GOLDEN for ending in ENDINGS.values()} | {"mixed-day.ansi"}
    assert {path.name for path in FOLDER.iterdir()} == expected
