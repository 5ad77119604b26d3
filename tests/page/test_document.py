"""The page is one file, asks for nothing, and shows foreign text as text."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from consumer_drift.model.history import History
from consumer_drift.page.build import build
from consumer_drift.page.document import duration
from consumer_drift.settings import PageVisibility
from tests.page import fleets
from tests.page.reading import Page

OURS = {
    *("html", "head", "meta", "title", "link", "style", "script", "body", "header", "main", "footer", "section"),
    *("h1", "h2", "p", "a", "b", "strong", "small", "span", "div", "time", "br", "ul", "li", "dl", "dt", "dd"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary"),
    *("svg", "polyline", "polygon", "rect", "label", "input", "select", "option", "fieldset", "legend", "button"),
}
CASES = {
    "mixed": fleets.mixed,
    "in-sync": fleets.in_sync,
    "hostile": fleets.hostile,
    "empty": lambda: fleets.mixed()[-1:],
}


@pytest.fixture(params=CASES)
def text(request: pytest.FixtureRequest) -> str:
    """A page."""
    return build(CASES[request.param](), History(), PageVisibility.PUBLIC)["index.html"]


def test_every_element_is_ours_and_closed(text: str) -> None:
    page = Page(text)
    assert {one.name for one in page.elements} <= OURS
    assert page.unclosed == []
    assert len(page.named("script")) == len(page.named("style")) == 1


def test_no_attribute_runs_anything_or_fetches_anything(text: str) -> None:
    for element in Page(text).elements:
        names = set(element.attributes)
        assert not {name for name in names if name.startswith("on")} | names & {"style", "src", "srcset", "action"}
        address = element.attributes.get("href") or ""
        assert re.fullmatch(r"data:,|#[a-z]+|status\.json|metrics\.txt|https?://[^\s\"'<>]*|", address), address
        if element.name == "link":
            assert address == "data:,"


def test_the_policy_allows_the_pages_own_style_and_script_and_nothing_else(text: str) -> None:
    page = Page(text)
    policy = next(one for one in page.named("meta") if one.attributes.get("http-equiv")).attributes["content"]
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for name in ("style", "script"):
        digest = hashlib.sha256(page.named(name)[0].text.encode()).digest()
        assert rules[f"{name}-src"] == f"'sha256-{base64.b64encode(digest).decode()}'"
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("version", "unit"), [("bcde6dffab91", "commit"), ("202611271200", "release"), ("1.4.0", "release")]
)
def test_the_commits_of_a_branch_are_called_that(version: str, unit: str) -> None:
    newest = fleets.mixed()[-1]
    one = replace(newest, target=replace(newest.target, version=version))
    page = Page(build([one], History(), PageVisibility.PUBLIC)["index.html"])
    words = page.named("body")[0].text
    assert f"How fast each {unit} spread" in words
    assert f"the oldest {unit} that it lacks" in words
    assert {one for one in ("commit", "release") if f"each {one} spread" in words} == {unit}


def test_hostile_text_is_shown_as_it_is() -> None:
    page = Page(build(fleets.hostile(), History(), PageVisibility.PUBLIC)["index.html"])
    body = page.named("body")[0].text
    for text in fleets.HOSTILE[:3]:
        assert text in body
    assert "\u202e" not in body
    assert "\\u202e" in body
    assert "49" not in page.named("h1")[0].text


def test_tables_have_captions_and_scopes_and_charts_have_words(text: str) -> None:
    page = Page(text)
    for table in page.named("table"):
        assert any(one.name == "caption" for one in table.inside)
        assert all(one.attributes.get("scope") for one in table.inside if one.name == "th")
    for chart in page.named("svg"):
        assert chart.attributes.get("aria-label") or chart.attributes.get("aria-hidden") == "true"
    ids = [one.attributes["id"] for one in page.elements if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    labelled = {one.attributes["aria-labelledby"] for one in page.elements if "aria-labelledby" in one.attributes}
    assert labelled <= set(ids)


def test_headings_start_at_one_and_skip_nothing(text: str) -> None:
    assert [one.name for one in Page(text).elements if re.fullmatch("h[1-6]", one.name)][:2] == ["h1", "h2"]


def test_without_scripts_nothing_is_missing_but_the_tools(text: str) -> None:
    page = Page(text)
    hidden = [one.attributes.get("id") for one in page.elements if "hidden" in one.attributes]
    assert set(hidden) <= {"heartbeat", "tools", "more"}


def test_a_page_of_five_thousand_consumers_stays_small() -> None:
    """Two pins each, four runs; the runs take little."""
    made = build(fleets.life(5000, 4), History(), PageVisibility.PUBLIC)["index.html"]
    assert len(made.encode()) < 3_000_000


def test_the_same_reports_make_the_same_page() -> None:
    once, again = (build(fleets.mixed(), History(), PageVisibility.PUBLIC) for _ in range(2))
    assert once == again


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        *((0.001, "1 minute"), (0.5, "30 minutes"), (1, "1 hour")),
        *((47.9, "47 hours"), (48, "2 days"), (24 * 1200, "1,200 days")),
    ],
)
def test_a_duration_has_one_unit(hours: float, words: str) -> None:
    assert duration(timedelta(hours=hours)) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(1, "minute"), (15, "15 minutes"), (60, "hour"), (90, "hour"), (1440, "24 hours")]
)
def test_the_time_between_runs_is_a_sentence(minutes: int, words: str) -> None:
    last = fleets.mixed()[-1]
    assert last.at is not None
    runs = [replace(last, at=last.at - timedelta(minutes=minutes)), last]
    made = build(runs, History(), PageVisibility.PUBLIC)["index.html"]
    assert f"; usually every {words}. Read from" in made
