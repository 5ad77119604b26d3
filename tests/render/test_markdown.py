"""The job summary: verdict, table, what to do; whole rows within the budget; nothing foreign comes alive."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from html.parser import HTMLParser

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.report import State
from consumer_drift.render import bump_outcomes, markdown
from tests.growth import grows_linearly
from tests.render import reports
from tests.render.strategies import any_report

OURS = {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "a", "br", "ul", "li", "strong"} | {
    "details",
    "summary",
}


class Page(HTMLParser):
    """What a browser would make of it: tags, links, and cells by row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.rows: list[int] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag == "tr":
            self.rows.append(0)
        if tag in {"td", "th"}:
            self.rows[-1] += 1
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def check(text: str) -> Page:
    page = Page(text)
    assert page.tags <= OURS
    assert page.attributes <= {"href"}
    assert all(link.startswith(("https://", "http://")) for link in page.links)
    assert set(page.rows) <= {4, 5}
    assert page.open == []
    return page


@pytest.mark.parametrize("day", reports.GOLDEN)
def test_a_summary_is_what_we_meant(day: str) -> None:
    check(markdown.render(reports.GOLDEN[day]()))


@given(any_report())
def test_no_text_comes_alive_or_breaks_a_row(report) -> None:
    text = markdown.render(report)
    page = check(text)
    folded = sum(consumer.state is State.IN_SYNC for consumer in report.consumers)
    found = sum(finding.code is Code.UNLISTED for finding in report.findings)
    tables = bool(folded) + bool(found or folded < len(report.consumers))
    bumped = len(bump_outcomes.bump_rows(report))
    assert len(page.rows) == len(report.consumers) + found + tables + bumped + bool(bumped)
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_the_verdict_comes_first_and_then_the_worst() -> None:
    text = markdown.render(reports.mixed_day())
    order = [
        "## ❌ drift: 1 missing-pin, 1 behind",
        "Exit code 1.",
        "| Consumer |",
        "missing-pin |",
        "| unlisted |",
        "### Warnings",
    ]
    order += ["<details>", "2 consumers in sync", "2 exempt", "Run details"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_unreadable_consumers_come_with_what_to_do() -> None:
    text = markdown.render(reports.interrupted())
    assert "- **unreadable** acme/desk: the run was interrupted" in text
    assert text.index("Run it again") < text.index("<details>")


def test_an_open_finding_links_its_pin() -> None:
    link = "[`.runtime-version:1`](https://git.acme.example/acme/lab/src/branch/main/.runtime-version#L1)"
    assert f"| acme/lab | {link} | `1.1.0` | add to list | unlisted |" in markdown.render(reports.mixed_day())


def test_five_thousand_findings_stay_below_a_megabyte_and_valid() -> None:
    report = reports.fleet(5_000)
    unreadable = tuple(Finding.of(Code.UNREADABLE, f"acme/x{n}: " + "語" * 300) for n in range(1_000))
    text = markdown.render(replace(report, findings=(*report.findings, *unreadable)))
    assert 800_000 < len(text.encode()) < 1_000_000
    page = check(text)
    assert len(page.rows) > 1_000
    assert "of 5,000 shown: the log has all of them." in text
    assert "of 1,000 shown: the log has all of them." in text


def test_the_verdict_is_never_cut() -> None:
    report = reports.fleet(5_000)
    text = markdown.render(report, limit=10)
    assert text.startswith("## ❌ drift: 5,000 behind; 0 of 5,000 consumers at 1.4.0")
    assert "Exit code 1." in text
    assert "|" not in text


@pytest.mark.parametrize("limit", [300, 1_000, 5_000, 50_000])
def test_any_budget_is_kept_with_a_valid_page(limit: int) -> None:
    text = markdown.render(reports.fleet(2_000), limit=limit)
    assert len(text.encode()) <= limit
    check(text)


def test_many_pins_of_one_consumer_are_cut_with_a_count() -> None:
    pins = [reports.pin("core", f"1.0.{n}", "Dockerfile", n) for n in range(1, 9)]
    crowded = replace(reports.all_clear(), consumers=(reports.consumer("core", 18, State.BEHIND, *pins),))
    assert "<br>… 3 more |" in markdown.render(crowded)


def test_the_work_grows_with_the_fleet_and_no_faster() -> None:
    assert grows_linearly(lambda size: partial(markdown.render, reports.fleet(size)), 200)
