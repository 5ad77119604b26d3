"""The addresses of the project lead to what is there."""

from __future__ import annotations

import re

import pytest

from consumer_drift import links
from consumer_drift.model.finding_help import HELP
from consumer_drift.model.findings import Code
from consumer_drift.render import FORMATS
from tests.docs.sentences import ROOT
from tests.docs.test_links import anchors
from tests.render import reports

# Every link of the help, as it is on a page of ``docs/findings/``.
LINKS = sorted(
    {
        link
        for one in HELP.values()
        for part in (one.means, one.fix, one.allow)
        for link in re.findall(r"\]\(([^)]+)\)", part)
    }
)


def file_of(address: str) -> tuple[str, str]:
    """The page in ``docs/`` that the site serves at *address*, and the heading on it."""
    path, _, heading = address.removeprefix(links.DOCUMENTATION).partition("#")
    assert path.endswith("/")
    page = path.rstrip("/")
    return (f"{page}.md" if (ROOT / "docs" / f"{page}.md").exists() else f"{page}/index.md"), heading


@pytest.mark.parametrize("code", Code)
def test_the_page_of_a_finding_is_there(code: Code) -> None:
    assert file_of(links.finding_page(code)) == (f"findings/{code}.md", "")


@pytest.mark.parametrize("link", LINKS)
def test_a_link_of_the_help_leads_to_the_same_page_from_everywhere(link: str) -> None:
    page, heading = file_of(links.page(link))
    assert (ROOT / "docs" / page).resolve() == (ROOT / "docs" / "findings" / link.partition("#")[0]).resolve()
    if heading:
        assert heading in anchors((ROOT / "docs" / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("form", ["log", "markdown"])
def test_a_report_names_the_page_of_each_code_once(form: str) -> None:
    report = reports.mixed_day()
    text = FORMATS[form](report)
    codes = [finding.code for finding in report.findings]
    assert codes
    for code in codes:
        assert text.count(links.finding_page(code)) == 1


@pytest.mark.parametrize("form", ["log", "markdown"])
def test_without_findings_there_is_no_word_about_them(form: str) -> None:
    assert links.DOCUMENTATION not in FORMATS[form](reports.all_clear())
