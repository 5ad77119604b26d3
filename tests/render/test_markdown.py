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
from consumer_drift.model.repository import Location
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
        self.tables: list[list[int]] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append(0)
        if tag in {"td", "th"}:
            self.tables[-1][-1] += 1
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
    assert all(len(set(table)) == 1 for table in page.tables)
    assert page.open == []
    return page


@pytest.mark.parametrize("day", reports.GOLDEN)
def test_a_summary_is_what_we_meant(day: str) -> None:
    check(markdown.render(reports.GOLDEN[day]()))


@given(any_report())
def test_no_text_comes_alive_or_breaks_a_row(report) -> None:
    text = markdown.render(report)
    page = check(text)
    tabled = sum(bool(finding.consumer and finding.related) for finding in report.findings)
    told = {(finding.code, finding.consumer) for finding in report.findings}
    untold = sum((one.state, one.name) not in told for one in report.consumers if one.state is not State.ARCHIVED)
    rows = sum(len(table) - 1 for table in page.tables)
    assert rows == tabled + untold + len(bump_outcomes.bump_rows(report))
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_the_verdict_comes_first_and_then_the_worst() -> None:
    text = markdown.render(reports.mixed_day())
    order = [
        "## ❌ drift: 1 missing-pin, 1 behind",
        "Exit code 1.",
        "### ❌ 1 missing-pin\n",
        "### ❌ 1 behind\n",
        "### ❌ 1 unlisted\n",
        "### ⚠️ 1 hidden-repositories\n",
        "### ℹ️ 1 in-flight\n",
    ]
    order += ["<details>", "2 consumers in sync", "2 exempt", "Run details"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


def test_unreadable_consumers_come_with_what_to_do() -> None:
    text = markdown.render(reports.interrupted())
    assert "### ❌ 2 consumers unread\n\nthe run was interrupted before an answer came. Run it again" in text
    assert "- [acme/desk](https://git.acme.example/acme/desk)\n" in text


def test_an_open_finding_links_its_pin() -> None:
    link = "[`.runtime-version:1`](https://git.acme.example/acme/lab/src/branch/main/.runtime-version#L1)"
    row = f"| [acme/lab](https://git.acme.example/acme/lab) | {link} | `1.1.0` | add to list |\n"
    assert row in markdown.render(reports.mixed_day())


def test_a_pull_request_is_a_link_without_the_comma_behind_it() -> None:
    text = markdown.render(reports.mixed_day())
    assert "request [acme/desk&#35;12](https://git.acme.example/acme/desk/pulls/12), open for 3 hours" in text


def test_text_of_other_people_links_to_no_other_server() -> None:
    day = reports.mixed_day()
    evil = replace(day.findings[0], message="see https://evil.example/acme/desk/pulls/12", remedy="")
    text = markdown.render(replace(day, findings=(evil, *day.findings[1:])))
    assert "see `https://evil.example/acme/desk/pulls/12`" in text


def test_a_remedy_is_said_once_for_all_that_have_it_and_its_code_is_code() -> None:
    text = markdown.render(reports.fleet(40))
    assert text.count("Bump it") == 1
    assert "**Fix:** Bump it.\n" in text
    assert "override `pins:` for this consumer." in markdown.render(reports.mixed_day())


@pytest.mark.parametrize(("size", "folded"), [(25, 0), (26, 1), (300, 275)])
def test_a_long_group_is_folded_behind_its_first_rows(size: int, folded: int) -> None:
    text = markdown.render(reports.fleet(size))
    assert f"### ❌ {size} behind\n" in text
    rest = text.partition("<details>\n<summary>")[2]
    assert rest.startswith(f"{folded} more behind</summary>") == bool(folded)
    assert text.count("| [acme/consumer-") == size


def test_a_consumer_without_pins_expects_none() -> None:
    """`pins: []` lists a repository for its forbidden paths alone."""
    bare = replace(reports.all_clear(), consumers=(reports.consumer("bare", 18, State.IN_SYNC),))
    assert "| Consumer |\n| --- |\n| [acme/bare](https://git.acme.example/acme/bare) |\n" in markdown.render(bare)


def test_a_forbidden_path_is_shown_and_is_no_value() -> None:
    paths = (Location(reports.name("core"), "workspace", 0, reports.page("core", "workspace", 0), "workspace/"),)
    finding = Finding.of(
        Code.FORBIDDEN_PATH,
        "acme/core: contains workspace/, which `forbid:` disallows",
        consumer=reports.name("core"),
        related=paths,
        remedy="remove it there, or change `forbid:`",
    )
    core = reports.consumer("core", 18, State.FORBIDDEN_PATH)
    text = markdown.render(replace(reports.all_clear(), consumers=(core,), findings=(finding,)))
    assert "| Consumer | File:line |\n" in text
    assert "| [`workspace/`](https://git.acme.example/acme/core/src/branch/main/workspace#L0) |" in text


def test_five_thousand_findings_stay_below_a_megabyte_and_valid() -> None:
    report = reports.fleet(5_000)
    unreadable = tuple(Finding.of(Code.UNREADABLE, f"acme/x{n}: " + "語" * 300) for n in range(1_000))
    text = markdown.render(replace(report, findings=(*report.findings, *unreadable)))
    assert 800_000 < len(text.encode()) < 1_000_000
    page = check(text)
    assert sum(map(len, page.tables)) > 1_000
    assert "of 4,975 shown: the log has all of them." in text
    assert "of 975 shown: the log has all of them." in text


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
    core = reports.consumer("core", 18, State.NOT_COMPARED, *pins)
    assert "<br>… 3 more |" in markdown.render(replace(reports.all_clear(), consumers=(core,)))


def test_the_work_grows_with_the_fleet_and_no_faster() -> None:
    assert grows_linearly(lambda size: partial(markdown.render, reports.fleet(size)), 200)
