"""Outputs: every one that the action names, from what was found, one line each."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given

from consumer_drift.action import outputs
from consumer_drift.model.exit_codes import EXITS
from consumer_drift.model.findings import Code, Finding
from tests.composite.metadata import ACTION
from tests.render import reports
from tests.render.strategies import any_report


def test_they_are_those_of_the_action() -> None:
    assert set(outputs.of(reports.mixed_day())) == set(ACTION["outputs"])
    assert set(outputs.failed()) <= set(ACTION["outputs"])


@pytest.mark.parametrize("day", reports.GOLDEN)
def test_code_and_status_are_the_reports(day: str) -> None:
    report = reports.GOLDEN[day]()
    made = outputs.of(report)
    assert (made["exit-code"], made["status"]) == (str(report.exit_code), report.status.value)


def test_consumers_are_sorted_into_what_is_to_be_done_about_them() -> None:
    codes = {
        "one": Code.BEHIND,
        "two": Code.UNLISTED,
        "three": Code.EXPIRED_EXEMPTION,
        "four": Code.UNREADABLE,
        "five": Code.MISSING_PIN,
        "six": Code.STALE_EXEMPTION,
    }
    findings = tuple(Finding.of(code, "x", consumer=reports.name(name)) for name, code in codes.items())
    twice = Finding.of(Code.FORBIDDEN_PATH, "x", consumer=reports.name("one"))
    made = outputs.of(replace(reports.all_clear(), findings=(*findings, twice)))
    assert json.loads(made["drifted"]) == ["acme/five", "acme/one"]
    assert json.loads(made["unlisted"]) == ["acme/three", "acme/two"]


def test_in_flight_is_told_and_counts_as_nothing() -> None:
    report = reports.mixed_day()
    names = [str(one.name) for one in report.consumers if one.state.value == "in-flight"]
    assert names
    assert json.loads(outputs.of(report)["in-flight"]) == sorted(names)


@pytest.mark.parametrize("code", list(Code))
def test_the_scope_warning_is_there_for_scope_gaps_alone(code: Code) -> None:
    made = outputs.of(replace(reports.all_clear(), findings=(Finding.of(code, "x"),)))
    gaps = {
        Code.RECONCILE_UNAVAILABLE,
        Code.HIDDEN_REPOSITORIES,
        Code.READINESS_UNKNOWN,
        Code.IN_FLIGHT_UNKNOWN,
    }
    assert made["scope-warning"] == ("true" if code in gaps else "false")


def test_without_a_report_it_is_an_error() -> None:
    made = outputs.failed()
    code = next(str(row.code) for row in EXITS if row.status.value == "error")
    assert (made["exit-code"], made["status"], made["scope-warning"]) == (code, "error", "false")
    lists = ("drifted", "unlisted", "in-flight", "pull-requests", "landed")
    assert [json.loads(made[name]) for name in lists] == [[]] * 5


def test_the_path_of_the_report_is_told_where_there_is_one() -> None:
    assert outputs.of(reports.all_clear())["report"] == ""
    assert outputs.of(reports.all_clear(), "made/report.json")["report"] == "made/report.json"


@given(any_report())
def test_whatever_a_report_holds_an_output_is_one_line(report) -> None:
    assert [made for made in outputs.of(report).values() if len(made.splitlines()) > 1] == []
