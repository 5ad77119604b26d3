"""SARIF: valid by OASIS's schema, within GitHub's limits, and the same alert stays the same alert."""

from __future__ import annotations

import gzip
import json
import random
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from jsonschema import Draft4Validator

from consumer_drift import links
from consumer_drift.model.findings import RULES, Code, Finding, Place, Rule
from consumer_drift.model.repository import Location
from consumer_drift.render import sarif
from tests.effort import examples
from tests.growth import grows_linearly
from tests.render import reports
from tests.render.strategies import any_report

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = json.loads((Path(__file__).parents[1] / "data" / "sarif" / "sarif-schema-2.1.0.json").read_text())
VALIDATOR = Draft4Validator(SCHEMA, format_checker=Draft4Validator.FORMAT_CHECKER)


def run_of(report) -> dict:
    (run,) = json.loads(sarif.render(report))["runs"]
    return run


@pytest.mark.parametrize("day", reports.GOLDEN)
def test_a_report_is_valid_sarif(day: str) -> None:
    VALIDATOR.validate(json.loads(sarif.render(reports.GOLDEN[day]())))


@settings(max_examples=examples(15))
@given(any_report())
def test_any_text_gives_valid_sarif_without_links(report) -> None:
    text = sarif.render(report)
    document = json.loads(text)
    VALIDATOR.validate(document)
    assert "##[" not in text
    for result in document["runs"][0]["results"]:
        assert "](" not in result["message"]["text"]
        assert ":" not in result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_the_schema_would_refuse_a_mistake() -> None:
    broken = json.loads(sarif.render(reports.mixed_day()))
    broken["runs"][0]["results"][0]["level"] = "notice"
    assert not VALIDATOR.is_valid(broken)


def test_every_rule_leads_to_its_page() -> None:
    """GitHub shows the help beside an alert, and cuts a description after 1,024 characters."""
    for rule in run_of(reports.all_clear())["tool"]["driver"]["rules"]:
        assert rule["helpUri"] == links.finding_page(rule["id"])
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert "How to fix it: " in rule["help"]["text"]
        assert "](" not in rule["help"]["text"]
        for address in re.findall(r"\]\(([^)]+)\)", rule["help"]["markdown"]):
            assert address.startswith(links.DOCUMENTATION)


def test_every_code_is_a_rule_with_its_level() -> None:
    rules = run_of(reports.all_clear())["tool"]["driver"]["rules"]
    levels = {"error": "error", "warning": "warning", "notice": "note"}
    assert {rule["id"]: rule["defaultConfiguration"]["level"] for rule in rules} == {
        str(code): levels[rule.level] for code, rule in RULES.items()
    }


def test_a_result_is_in_the_list_and_points_at_the_pin() -> None:
    result = next(one for one in run_of(reports.mixed_day())["results"] if one["ruleId"] == "behind")
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == ".github/consumer-drift.yml"
    assert location["region"] == {"startLine": 19, "startColumn": 5}
    first = result["relatedLocations"][0]
    assert first["physicalLocation"]["region"] == {"startLine": 1}
    assert first["message"]["text"] == "acme/template-hermes .runtime-version:1: 1.2.0"


def test_a_pin_without_an_address_is_named() -> None:
    finding = Finding.of(Code.BEHIND, "x", related=(Location(reports.name("core"), "a/b", url="javascript:x"),))
    related = run_of(replace(reports.all_clear(), findings=(finding,)))["results"][0]["relatedLocations"][0]
    assert "physicalLocation" not in related
    assert related["logicalLocations"][0]["fullyQualifiedName"] == "acme/core/a/b"


def test_every_result_has_a_location() -> None:
    lost = (Finding.of(Code.CONFIGURATION, "There is no configuration file."),)
    result = run_of(replace(reports.error(), config_file="", findings=lost))["results"][0]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == ".github/consumer-drift.yml"
    assert location["region"] == {"startLine": 1}


def fingerprints(*findings: Finding) -> list[str]:
    results = run_of(replace(reports.all_clear(), findings=findings))["results"]
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]


def test_a_fingerprint_outlives_another_line_another_message_and_another_case() -> None:
    before = Finding.of(Code.BEHIND, "pins 1.2.0", consumer=reports.name("core"), place=Place("a", 1))
    after = Finding.of(Code.BEHIND, "pins 1.3.0", consumer=reports.name("Core"), place=Place("a", 9))
    assert fingerprints(before) == fingerprints(after)


def test_findings_at_one_line_have_fingerprints_of_their_own() -> None:
    place = Place("a", 1)
    unlisted = [Finding.of(Code.UNLISTED, "x", consumer=reports.name(n), place=place) for n in ("a", "b")]
    mistakes = [Finding.of(Code.CONFIGURATION, text, place=place) for text in ("one", "two", "two")]
    assert len(set(fingerprints(*unlisted, *mistakes))) == 5


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.counts_as or rule.or_counts_as])
def test_help_names_every_status_that_a_finding_may_count_as(rule: Rule) -> None:
    """A finding without one as a rule may have one all the same: past the grace period, say."""
    (shown,) = re.findall(r"\n\n(It counts as .*)\n\n", sarif._rule(rule)["help"]["text"])
    statuses = [str(one) for one in (rule.counts_as, rule.or_counts_as) if one]
    assert shown.startswith(f"It counts as {' or '.join(statuses)}")
    assert ("where its level is error" in shown) == (rule.counts_as is None)
    assert "never changes the exit code" not in shown


@pytest.mark.parametrize(("day", "successful", "code"), [("mixed-day", True, 1), ("error", False, 2)])
def test_the_invocation_tells_the_exit_code(day: str, successful: bool, code: int) -> None:
    (invocation,) = run_of(reports.GOLDEN[day]())["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (successful, code)


def many(number: int, message: Callable[[int], str]) -> tuple[Finding, ...]:
    return tuple(Finding.of(Code.BEHIND, message(n), consumer=reports.name(f"c{n}")) for n in range(number))


def noise(number: int) -> str:
    """A long text that gzip can do little about."""
    return "".join(chr(character) for character in random.Random(number).choices(range(0x4E00, 0x9FFF), k=2_000))


@pytest.mark.parametrize(
    ("number", "message", "most", "limit"), [(101, str, 100, sarif.BYTES), (90, noise, sarif.RESULTS, 300_000)]
)
def test_too_many_results_are_cut_with_a_notification(
    number: int, message: Callable[[int], str], most: int, limit: int
) -> None:
    text = sarif.render(replace(reports.all_clear(), findings=many(number, message)), most, limit)
    (run,) = json.loads(text)["runs"]
    shown = len(run["results"])
    assert 0 < shown < number
    assert shown == most or len(text) > limit / 2
    assert shown <= most
    assert len(gzip.compress(text.encode())) < limit
    note = run["invocations"][0]["toolExecutionNotifications"][0]
    assert note["level"] == "warning"
    assert note["message"]["text"].startswith(f"{shown:,} of {number:,} findings are in this file")


def test_the_limits_are_githubs() -> None:
    """https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning"""
    assert sarif.RESULTS == 25_000
    assert sarif.BYTES < 10_000_000


def test_nothing_is_cut_below_the_limits() -> None:
    run = run_of(reports.fleet(10_000))
    assert len(run["results"]) == 10_000
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 1


def test_the_work_grows_with_the_fleet_and_no_faster() -> None:
    assert grows_linearly(lambda size: partial(sarif.render, reports.fleet(size)), 200)


def test_every_rule_has_what_code_scanning_shows_and_filters_by() -> None:
    """https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning"""
    driver = run_of(reports.all_clear())["tool"]["driver"]
    assert driver["informationUri"] == links.DOCUMENTATION
    rules = {rule["id"]: rule for rule in driver["rules"]}
    assert rules["missing-pin"]["name"] == "MissingPin"
    for code, rule in rules.items():
        assert rule["helpUri"] == links.finding_page(code)
        assert "How to fix it: " in rule["help"]["markdown"]
        assert rule["fullDescription"]["text"] != rule["shortDescription"]["text"]
        counts_as = RULES[Code(code)].counts_as
        assert (str(counts_as) if counts_as else "maintenance") in rule["properties"]["tags"]
        assert rule["properties"]["problem.severity"] in {"error", "warning", "recommendation"}
