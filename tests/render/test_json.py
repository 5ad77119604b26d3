"""The JSON report: what went in comes out, by the committed schema."""

from __future__ import annotations

import json as stdlib
import re
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from consumer_drift.model.checks import CheckResult, ReviewResult
from consumer_drift.model.exit_codes import EXITS, Status
from consumer_drift.model.findings import Code, Level
from consumer_drift.model.outcome import OUTCOMES, Outcome
from consumer_drift.model.readiness import Ability, Answer
from consumer_drift.model.report import Reconciled, Scope, State, WaitReason
from consumer_drift.render import json as json_report
from tests.growth import grows_linearly
from tests.render import reports
from tests.render.strategies import any_report

SCHEMA = stdlib.loads((Path(__file__).parents[2] / "schema" / "report.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("day", reports.GOLDEN)
def test_a_report_is_as_its_schema_says(day: str) -> None:
    VALIDATOR.validate(stdlib.loads(json_report.render(reports.GOLDEN[day]())))


@given(any_report())
def test_any_text_comes_back_as_it_went_in(report) -> None:
    parsed = stdlib.loads(json_report.render(report))
    VALIDATOR.validate(parsed)
    assert parsed["findings"] == _whole(json_report.document(report)["findings"])
    assert [finding["message"] for finding in parsed["findings"]] == [_whole(f.message) for f in report.findings]
    pins = [pin.value for consumer in report.consumers for pin in consumer.pins]
    assert [pin["value"] for consumer in parsed["consumers"] for pin in consumer["pins"]] == _whole(pins)


def _whole(value):
    """*value* with lone surrogates as the escapes that stand for them in a report."""
    if isinstance(value, str):
        return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value


def test_the_values_are_where_the_contract_says() -> None:
    parsed = stdlib.loads(json_report.render(reports.mixed_day()))
    assert (parsed["status"], parsed["exit_code"], parsed["command"]) == ("drift", 1, "check")
    assert parsed["target"]["version"] == "1.4.0"
    assert parsed["coverage"]["hidden"] == 22
    assert parsed["consumers"][1]["name"] == "acme/template-hermes"
    assert parsed["consumers"][1]["state"] == "behind"
    assert parsed["consumers"][1]["pins"][1] == {
        "value": "1.3.1",
        "path": "requirements.txt",
        "line": 7,
        "url": "https://git.acme.example/acme/template-hermes/src/branch/main/requirements.txt#L7",
    }
    finding = next(one for one in parsed["findings"] if one["code"] == "behind")
    assert (finding["code"], finding["level"], finding["consumer"]) == ("behind", "error", "acme/template-hermes")
    assert finding["place"] == {"file": ".github/consumer-drift.yml", "line": 19, "column": 5}
    assert finding["related"][0]["value"] == "1.2.0"
    assert (parsed["requests"], parsed["seconds"]) == (31, 1.8449)


def test_exempt_repositories_are_told_with_what_they_carry() -> None:
    exempt = stdlib.loads(json_report.render(reports.mixed_day()))["exempt"]
    assert [(each["name"], each["until"], each["has_pin"]) for each in exempt] == [
        ("acme/seo-agent", "2027-06-30", True),
        ("acme/wiki", None, None),
    ]


def test_what_is_not_there_is_null() -> None:
    parsed = stdlib.loads(json_report.render(reports.error()))
    assert parsed["target"]["version"] is None
    assert parsed["coverage"]["visible"] is None
    assert parsed["findings"][1]["place"] is None
    assert parsed["findings"][1]["consumer"] is None


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (("properties", "status"), list(Status)),
        (("properties", "exit_code"), [row.code for row in EXITS]),
        (("properties", "coverage", "properties", "reconcile"), list(Reconciled)),
        (("$defs", "consumer", "properties", "state"), list(State)),
        (("$defs", "consumer", "properties", "reason"), [*WaitReason, None]),
        (("$defs", "bump", "properties", "outcome"), list(Outcome)),
        (("$defs", "answer", "properties", "ability"), list(Ability)),
        (("$defs", "answer", "properties", "answer"), list(Answer)),
        (("$defs", "awaited", "properties", "checks"), [*CheckResult, None]),
        (("$defs", "awaited", "properties", "review"), [*ReviewResult, None]),
        (("properties", "scope"), list(Scope)),
        (("$defs", "finding", "properties", "code"), list(Code)),
        (("$defs", "finding", "properties", "level"), list(Level)),
        (("$defs", "finding", "properties", "counts_as"), [*(row.status for row in EXITS if row.code), None]),
    ],
)
def test_the_schema_knows_every_word_that_the_program_uses(path: tuple[str, ...], values: list) -> None:
    node = SCHEMA
    for key in path:
        node = node[key]
    assert node["enum"] == values


def test_the_outcomes_of_the_open_pull_requests_are_told() -> None:
    told = SCHEMA["$defs"]["pull_request"]["properties"]["outcome"]["description"]
    assert re.findall("`(.+?)`", told) == [one for one, rule in OUTCOMES.items() if rule.is_in_flight]


def test_every_field_has_a_description_and_nothing_else_is_allowed() -> None:
    objects = [SCHEMA, *SCHEMA["$defs"].values(), SCHEMA["properties"]["target"], SCHEMA["properties"]["coverage"]]
    for node in objects:
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])
        assert all(field.get("description") for field in node["properties"].values())


def test_the_work_grows_with_the_fleet_and_no_faster() -> None:
    assert grows_linearly(lambda size: partial(json_report.render, reports.fleet(size)), 200)
