"""``docs/action.md`` says what ``action.yml`` and the program say."""

from __future__ import annotations

import re
import sys

import pytest

from consumer_drift.option_parsers import FAILURES
from tests.docs.sentences import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
import action_docs

PAGE = (ROOT / action_docs.PAGE).read_text(encoding="utf-8")
EXAMPLES = sorted(file.name for file in (ROOT / "examples" / "workflows").glob("*.yml"))


def test_the_tables_are_up_to_date() -> None:
    assert action_docs.page(ROOT) == PAGE, "run: make generate"


def test_everything_that_may_fail_a_step_is_explained() -> None:
    rows = re.findall(r"^\| `([a-z,-]+)` \| [^|]+ \| [^|]+ \|$", PAGE.partition("| `fail-on` |")[2], re.MULTILINE)
    assert {word for row in rows for word in row.split(",")} >= {status.value for status in FAILURES} | {"none"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_introduced(name: str) -> None:
    assert f"examples/workflows/{name}" in PAGE
