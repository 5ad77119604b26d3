"""The table's rows: every repository once, worst first."""

from __future__ import annotations

import random
from dataclasses import replace

from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.report import State
from consumer_drift.render.table import rows
from tests.render import reports


def test_worst_first_whatever_order_they_came_in() -> None:
    consumers = [reports.consumer(f"c-{state}", 1, state) for state in State]
    random.Random(7).shuffle(consumers)
    found = tuple(
        Finding.of(code, "x", consumer=reports.name("found")) for code in (Code.EXPIRED_EXEMPTION, Code.UNLISTED)
    )
    states = [row.state for row in rows(replace(reports.all_clear(), consumers=tuple(consumers), findings=found))]
    judged = ["unreadable", "invalid-pin", "missing-pin", "unpinned", "forbidden-path", "behind", "ahead"]
    assert states == [*judged, "unlisted", "expired-exemption", "unjudged", "in-flight", "archived", "in-sync"]


def test_an_unlisted_repository_shows_the_pins_it_was_found_by() -> None:
    row = next(row for row in rows(reports.mixed_day()) if row.state == "unlisted")
    assert (row.name, row.expected) == ("acme/lab", "")
    assert row.pins == (reports.pin("lab", "1.1.0"),)


def test_a_finding_about_a_listed_consumer_makes_no_second_row() -> None:
    names = [row.name for row in rows(reports.mixed_day())]
    assert len(names) == len(set(names)) == 7
