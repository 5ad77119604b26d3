"""Every figure on the page is what an independent script computes from the JSON reports."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from consumer_drift.model.history import History
from consumer_drift.model.report import State
from consumer_drift.page.build import build
from consumer_drift.page.spread import is_at, spreads
from consumer_drift.render import json as json_report
from consumer_drift.settings import PageVisibility
from tests.history.runs import behind, consumer, run
from tests.page import fleets, independent
from tests.page.reading import Page

if TYPE_CHECKING:
    from consumer_drift.model.report import Report

FLEETS = {
    "mixed": fleets.mixed,
    "in-sync": fleets.in_sync,
    "irregular": lambda: [*fleets.life(30, 20, every=timedelta(hours=7)), *fleets.life(33, 31, seed=3)[21:]],
    "one-run": lambda: fleets.mixed()[-1:],
}


def page_of(reports: list[Report]) -> Page:
    """The page, as a private one, so that every name is there."""
    return Page(build(reports, History(), PageVisibility.PRIVATE)["index.html"])


@pytest.fixture(params=FLEETS)
def fleet(request: pytest.FixtureRequest) -> tuple[Page, list[dict]]:
    """The page of a fleet, and its reports as other programs read them."""
    reports = FLEETS[request.param]()
    return page_of(reports), [json.loads(json_report.render(one)) for one in reports]


def newest(reports: list[dict]) -> dict:
    return max(reports, key=lambda one: one["at"])


def test_the_tiles(fleet: tuple[Page, list[dict]]) -> None:
    page, reports = fleet
    there = {one.attributes.get("id") for one in page.elements}
    for name, number in independent.counts(newest(reports)).items():
        # These two are left out where there is none.
        if number or name not in {"n-lagging", "n-ahead"}:
            assert page.number(name) == number, name
        else:
            assert name not in there


def test_the_ages(fleet: tuple[Page, list[dict]]) -> None:
    page, reports = fleet
    assert {row[0]: int(row[1].replace(",", "")) for row in page.rows("ages")} == independent.ages(reports)


def test_the_age_of_each_consumer(fleet: tuple[Page, list[dict]]) -> None:
    page, reports = fleet
    rows = [one for one in page.by_id("fleet").inside if one.name == "tr"][1:]
    cells = [[cell for cell in row.inside if cell.name in {"td", "th"}] for row in rows]
    shown = {row[0].text.strip(): float(row[2].attributes["data-v"] or 0) for row in cells}
    expected = independent.late_days(reports)
    assert {name: days for name, days in shown.items() if days >= 0} == pytest.approx(expected, abs=0.01)
    assert len(shown) == len(newest(reports)["consumers"])


def test_the_spread_of_each_release(fleet: tuple[Page, list[dict]]) -> None:
    page, reports = fleet
    shown = page.rows("spread")
    expected = independent.releases(reports)
    assert [row[0].split()[0] for row in shown] == list(expected)[::-1][:6]
    for row in shown:
        one = expected[row[0].split()[0]]
        assert row[1].startswith(f"{one['arrived']:,} of {one['of']:,}")
        if one["oldest"]:
            assert row[2] == "older than the history, so its start is not known"
        else:
            assert row[2:4] == [independent.words(one["median"]), independent.words(one["90"])]


def test_the_runs(fleet: tuple[Page, list[dict]]) -> None:
    page, reports = fleet
    assert page.number("n-runs") == len(reports)
    assert page.number("n-incomplete") == sum(
        one["coverage"]["read"] < one["coverage"]["listed"] for one in reports
    )
    ordered = sorted(reports, key=lambda one: one["at"], reverse=True)[:30]
    assert [row[3] for row in page.rows("runs")] == [
        f"{one['coverage']['read']:,} of {one['coverage']['listed']:,}" for one in ordered
    ]
    if len(reports) > 1:
        shown = tuple(page.number(f"trend-{name}") for name in ("first", "most", "last"))
        assert shown == independent.trend(reports)


def test_the_verdict_names_the_numbers_of_the_tiles(fleet: tuple[Page, list[dict]]) -> None:
    page, reports = fleet
    number = independent.counts(newest(reports))
    said = page.by_id("verdict").text
    if newest(reports)["status"] == "drift":
        assert f"{number['n-late']} {'is' if number['n-late'] == 1 else 'are'} late" in said
    assert f"{number['n-listed']} consumers pin" in said


def test_the_strip(fleet: tuple[Page, list[dict]]) -> None:
    page, reports = fleet
    strip = next(one for one in page.named("svg") if one.attributes.get("class") == "strip")
    bars = [one.attributes for one in strip.inside if one.name == "rect" and one.attributes["class"] != "floor"]
    expected = independent.strip(reports)
    assert [one["class"] for one in bars] == [kind for kind, _ in expected]
    assert [float(one["height"] or 0) for one in bars] == pytest.approx([tall for _, tall in expected], abs=0.01)


def test_the_heartbeat(fleet: tuple[Page, list[dict]]) -> None:
    page, reports = fleet
    beat = page.by_id("heartbeat").attributes
    assert independent.seconds(beat["data-at"] or "") == independent.seconds(newest(reports)["at"])
    assert int(beat["data-interval"] or 0) == independent.interval(reports)


def test_consumers_that_the_policy_lets_lag_are_in_the_verdict() -> None:
    """It is in sync, and does not look as if everybody was at the target."""
    made = fleets.life(4, 2)[-1]
    lagging = [replace(one, state=State.LAGGING) for one in made.consumers[:3]]
    assert made.at is not None
    page = page_of([fleets.report(made.at, "1.1.0", [*lagging, *made.consumers[3:]])])
    assert page.by_id("verdict").text == (
        "In sync: 1 of 4 consumers pins 1.1.0; 3 are lagging, as the policy allows."
    )
    assert {one.attributes["class"] for one in page.by_id("ages").inside if one.name == "td"} >= {"lagging"}


def test_the_days_that_are_left_of_an_exemption() -> None:
    reports = fleets.mixed()
    rows = {row[0]: row for row in page_of(reports).rows("exempt")}
    expected = independent.days_left(json.loads(json_report.render(reports[-1])))
    assert {name: row[3] for name, row in rows.items()} == expected
    assert rows["acme/wiki"][2:] == ["no end", "no end", "has no pin"]
    assert rows["acme/seo-agent"][2:4] == ["2026-06-18", "13 days left"]
    assert rows["acme/old-shop"][2:4] == ["2026-05-20", "ended 16 days ago"]


@pytest.mark.parametrize(
    ("pin", "version", "expected"),
    [
        ("1.4.0", "1.4.0", True),
        ("v1.4.0", "1.4.0", True),
        ("runtime-v1.4.0", "1.4.0", True),
        ("1.4.0+linux", "1.4.0", True),
        ("11.4.0", "1.4.0", False),
        ("0.1.4.0", "1.4.0", False),
        ("1.4.0-rc.1", "1.4.0", False),
        ("1x4.0", "1.4.0", False),
    ],
)
def test_a_pin_is_at_a_version_or_is_not(pin: str, version: str, *, expected: bool) -> None:
    assert is_at(pin, version) is expected
    assert independent.is_at(pin, version) is expected


def test_a_release_that_is_skipped_counts_for_the_one_before() -> None:
    """Whoever goes from 1.3.0 to 1.5.0 has taken over 1.4.0 as well."""
    runs = [
        run(0, "1.3.0", consumer("a", "1.3.0"), consumer("b", "1.3.0")),
        run(1, "1.4.0", behind("a", "1.3.0"), behind("b", "1.3.0")),
        run(2, "1.5.0", behind("a", "1.4.0"), behind("b", "1.3.0")),
        run(5, "1.5.0", behind("a", "1.4.0"), consumer("b", "1.5.0")),
    ]
    oldest, second, third = spreads(runs)
    assert oldest.is_oldest
    assert second.arrivals == (timedelta(days=1), timedelta(days=4))
    assert (second.median, second.slowest_tenth) == (timedelta(days=1), timedelta(days=4))
    assert third.arrivals == (timedelta(days=3),)
    assert (third.percent, third.median, third.slowest_tenth) == (50, timedelta(days=3), None)


def test_a_consumer_that_is_removed_no_longer_counts() -> None:
    runs = [
        run(0, "1.3.0", consumer("a", "1.3.0"), consumer("b", "1.3.0")),
        run(1, "1.4.0", behind("a", "1.3.0"), behind("b", "1.3.0")),
        run(2, "1.4.0", consumer("a", "1.4.0")),
    ]
    assert (spreads(runs)[1].cohort, spreads(runs)[1].percent) == (1, 100)


def test_an_unreadable_run_does_not_make_a_consumer_younger() -> None:
    reports = fleets.life(4, 3)
    at = reports[0].at
    assert at is not None
    pins = [(fleets.FILE, "1.0.0")]
    made = [
        fleets.report(at + timedelta(days=day), "1.1.0", [fleets.consumer("acme/a", state, pins, at)])
        for day, state in enumerate((State.IN_SYNC, State.BEHIND, State.UNREADABLE, State.BEHIND))
    ]
    assert page_of(made).rows("ages")[1] == ["1 to 3 days", "1", ""]


def test_a_run_that_compared_nothing_has_no_late_consumers() -> None:
    """The runs before it had some: these are no longer known to be late."""
    *older, last = fleets.mixed()
    lost = [fleets.consumer(str(one.name), State.UNREADABLE, (), fleets.START) for one in last.consumers]
    assert last.at is not None
    page = page_of([*older, fleets.report(last.at, last.target.version, lost)])
    assert {row[1] for row in page.rows("ages")} == {"0"}
    assert page.number("n-unknown") == len(lost)


def test_a_run_on_some_consumers_is_no_run_of_the_fleet() -> None:
    """It is in the list of runs, and no figure about the fleet uses it."""
    reports = fleets.in_sync()
    late = replace(reports[-1], at=reports[-1].at + timedelta(hours=1), selected=True, consumers=())  # type: ignore[operator]
    late = replace(late, coverage=replace(late.coverage, listed=0, read=0))
    page = page_of([*reports, late])
    assert page.by_id("verdict").text == "In sync: all 24 consumers pin 1.1.0."
    assert page.number("n-runs") == len(reports) + 1
