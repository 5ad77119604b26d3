"""The table's rows: every repository once, worst first."""

from __future__ import annotations

from dataclasses import replace

from consumer_drift.model.findings import Code, Finding, worst_first
from consumer_drift.model.report import State
from consumer_drift.render.table import rows
from tests.render import reports


def test_the_table_has_the_order_of_the_findings() -> None:
    """Whatever order the consumers came in; those without a finding follow, by state."""
    states = [State.AHEAD, State.IN_SYNC, State.UNREADABLE, State.NOT_COMPARED, State.IN_FLIGHT, State.BEHIND]
    consumers = [reports.consumer(f"c-{state}", 1, state) for state in states]
    findings = [
        *(Finding.of(Code(one.state), "x", consumer=one.name) for one in consumers if one.state in set(Code)),
        *(Finding.of(code, "x", consumer=reports.name(code)) for code in (Code.EXPIRED_EXEMPTION, Code.UNLISTED)),
    ]
    report = replace(reports.all_clear(), consumers=tuple(consumers), findings=worst_first(findings))
    order = ["unreadable", "behind", "ahead", "unlisted", "expired-exemption", "in-flight"]
    assert [row.state for row in rows(report)] == [*order, "not-compared", "in-sync"]
    assert [str(finding.code) for finding in report.findings] == order


def test_what_is_only_a_warning_by_policy_moves_in_the_table_too() -> None:
    consumers = [reports.consumer("a", 1, State.AHEAD), reports.consumer("z", 2, State.BEHIND)]
    ahead = Finding.of(Code.AHEAD, "x", consumer=reports.name("a")).advisory
    findings = worst_first([ahead, Finding.of(Code.BEHIND, "x", consumer=reports.name("z"))])
    report = replace(reports.all_clear(), consumers=tuple(consumers), findings=findings)
    assert [row.state for row in rows(report)] == ["behind", "ahead"]


def test_an_unlisted_repository_shows_the_pins_it_was_found_by() -> None:
    row = next(row for row in rows(reports.mixed_day()) if row.state == "unlisted")
    assert (row.name, row.expected) == ("acme/lab", "")
    assert row.places == (reports.pin("lab", "1.1.0"),)
    assert row.url == "https://git.acme.example/acme/lab"


def test_a_consumer_that_could_not_be_bumped_comes_before_those_that_are_behind() -> None:
    names = [row.name for row in rows(reports.bumped())]
    assert names[:2] == ["acme/lab", "acme/desk"]


def test_what_a_state_is_about_comes_first() -> None:
    """A table shows a few places: the pin that is no version is among them, whatever comes before it."""
    day = reports.mixed_day()
    pins = [reports.pin("core", "1.3.0", "Dockerfile", line) for line in range(1, 9)]
    wrong = reports.pin("core", "latest release")
    core = reports.consumer("core", 18, State.INVALID_PIN, *pins, wrong)
    finding = Finding.of(Code.INVALID_PIN, "x", consumer=core.name, related=(wrong,))
    [row] = rows(replace(day, consumers=(core,), findings=(finding,)))
    assert row.places == (wrong, *pins)


def test_a_finding_about_a_listed_consumer_makes_no_second_row() -> None:
    names = [row.name for row in rows(reports.mixed_day())]
    assert len(names) == len(set(names)) == 7
