"""``docs/check.md`` and ``docs/json-report.md`` say what the program does: their tables are generated.

``make generate`` makes them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from consumer_drift.model.exit_codes import EXITS
from consumer_drift.model.findings import RULES, Code
from consumer_drift.model.report import State
from consumer_drift.render import FORMATS
from scripts import report_tables
from tests.docs.workflows import pages
from tests.render import golden

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "check.md"
FIELDS = ROOT / "docs" / "json-report.md"
SCHEMA = json.loads((ROOT / "schema" / "report.schema.json").read_text())
TABLES = {
    "exit codes": report_tables.exit_codes(),
    "exit codes of commands": report_tables.command_exit_codes(),
    "findings": report_tables.findings(),
    "fields": report_tables.fields(SCHEMA),
}


@pytest.mark.parametrize("title", TABLES)
def test_the_page_shows_the_table_as_it_is(title: str) -> None:
    file = FIELDS if title == "fields" else PAGE
    page = file.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- table: {title} -->\n\n).*?(<!-- end -->)", re.DOTALL)
    assert pattern.search(page)
    golden.check(file, pattern.sub(lambda found: f"{found[1]}{TABLES[title]}\n{found[2]}", page))


def test_what_may_be_null_through_a_reference_is_told() -> None:
    assert "| `findings[].place` | object or null |" in TABLES["fields"]


def test_every_exit_code_and_every_finding_has_its_row() -> None:
    assert len(TABLES["exit codes"].splitlines()) == len(EXITS) + 2
    assert len(TABLES["findings"].splitlines()) == len(RULES) + 2


@pytest.mark.parametrize(
    "row",
    [
        "| `target.version` | string or null | The version; null if none was found. |",
        "| `target.looked_at[]` | list of strings | A sentence for each place that was tried. |",
        "| `consumers[].pins[].line` | integer or null | The line, from 1; null if there is none. |",
        "| `findings[].related[].url` | string or null | Its web page; null if there is none. |",
        "| `findings[].place.line` | integer | The line, from 1. |",
    ],
)
def test_fields_are_named_by_their_path(row: str) -> None:
    assert row in TABLES["fields"].splitlines()


# What a check does not find: other commands do, or it ends before there is anything to check.
OF_OTHERS = {
    *(Code.CONFIGURATION, Code.BUMP_FAILED, Code.BUMP_INCOMPLETE, Code.NOT_READY, Code.READINESS_UNKNOWN),
    *(Code.HISTORY_FAILED, Code.TRACKING_FAILED),
}


def test_each_finding_of_a_check_belongs_to_one_of_its_steps() -> None:
    steps = re.findall(r"^\| (?:target|drift|list|reconcile|coverage) \|.*", PAGE.read_text("utf-8"), re.MULTILINE)
    named = [code for step in steps for code in re.findall(r"`([a-z-]+)`", step.rsplit("|", 2)[1])]
    assert sorted(named) == sorted(set(Code) - OF_OTHERS)


def test_the_page_speaks_of_every_format_and_every_state() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"| `{name}` |" in page for name in FORMATS)
    assert all(f"| `{state}` |" in page for state in State)


def test_the_table_of_exit_codes_is_there_once() -> None:
    """Two tables would say two things one day."""
    row = f"| {EXITS[0].code} | `{EXITS[0].status}` |"
    assert [page.name for page in pages() if row in page.read_text(encoding="utf-8")] == [PAGE.name]
    assert PAGE.read_text(encoding="utf-8").count(row) == 1


def test_the_first_page_leads_to_the_exit_codes() -> None:
    assert "](docs/check.md#exit-codes)" in (ROOT / "README.md").read_text(encoding="utf-8")
