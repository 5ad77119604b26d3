"""Every finding has its page, and the pages say what the program does."""

from __future__ import annotations

import pytest

from consumer_drift.model.finding_help import HELP
from consumer_drift.model.findings import Code
from scripts import finding_pages
from scripts.finding_examples import example
from tests.config.loading import config_of
from tests.docs.sentences import ROOT

FOLDER = ROOT / finding_pages.FOLDER


def test_every_code_has_its_help() -> None:
    assert set(HELP) == set(Code)


def test_there_is_a_page_for_each_code_and_no_other() -> None:
    committed = {page.name for page in FOLDER.glob("*.md")}
    assert committed == {finding_pages.INDEX, *(f"{code}.md" for code in Code)}


@pytest.mark.parametrize("code", Code)
def test_a_page_is_up_to_date(code: Code) -> None:
    """The example on it is what the program prints today."""
    assert (FOLDER / f"{code}.md").read_text(encoding="utf-8") == finding_pages.page(code), "run: make generate"


def test_the_index_is_up_to_date() -> None:
    assert (FOLDER / finding_pages.INDEX).read_text(encoding="utf-8") == finding_pages.index(), (
        "run: make generate"
    )


@pytest.mark.parametrize("code", [code for code in Code if HELP[code].configuration])
def test_a_configuration_that_allows_a_finding_loads(code: Code) -> None:
    assert config_of(HELP[code].configuration).consumers


def test_an_example_that_does_not_show_its_finding_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.finding_examples._EXAMPLES", {Code.BEHIND: lambda: "error: ahead\n  no\n"})
    with pytest.raises(LookupError, match="the example of behind has no such finding"):
        example(Code.BEHIND)
