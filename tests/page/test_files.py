"""The files beside the page: by the judges that others use."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from consumer_drift.model.history import History
from consumer_drift.model.report import State
from consumer_drift.page.build import build
from consumer_drift.settings import PageVisibility
from tests.page import fleets, independent

CASES = {
    "mixed": fleets.mixed,
    "in-sync": fleets.in_sync,
    "hostile": fleets.hostile,
    "empty": lambda: fleets.mixed()[-1:],
}


def made(case: str) -> dict[str, str]:
    """The files of a fleet."""
    return dict(build(CASES[case](), History(), PageVisibility.PUBLIC))


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("case", CASES)
def test_the_parser_of_prometheus_takes_the_metrics(case: str) -> None:
    text = made(case)["metrics.txt"]
    assert text.endswith("# EOF\n")
    families = list(text_string_to_metric_families(text))
    assert all(family.documentation and family.type in {"gauge", "info"} for family in families)
    assert len({family.name for family in families}) == len(families) > 10


def test_the_metrics_are_the_figures() -> None:
    reports = fleets.mixed()
    found = samples(made("mixed")["metrics.txt"])
    document = json.loads(json.dumps([_json(one) for one in reports]))
    assert found["consumer_drift_status", "drift"] == 1
    assert found["consumer_drift_status", "in-sync"] == 0
    assert found["consumer_drift_consumers_listed",] == 48
    assert found["consumer_drift_consumers", "in-sync"] == independent.counts(document[-1])["n-at-target"]
    assert found["consumer_drift_run_interval_seconds",] == timedelta(days=1).total_seconds()
    spread = independent.releases(document)
    assert found["consumer_drift_release_taken_over_seconds", "1.1.0", "0.5"] == spread["1.1.0"]["median"]
    for word, number in independent.ages(document).items():
        assert found["consumer_drift_consumers_not_at_target", word] == number


def _json(report) -> dict:
    from consumer_drift.render import json as json_report  # noqa: PLC0415

    return json.loads(json_report.render(report))


@pytest.mark.parametrize("case", CASES)
def test_the_status_has_no_name_of_a_repository(case: str) -> None:
    """It may be public where the page is not."""
    files = made(case)
    status = json.loads(files["status.json"])
    assert status["schema"] == "consumer-drift/status/1"
    assert sum(status["consumers"].values()) == status["coverage"]["listed"]
    for name in ("status.json", "metrics.txt", "badge.svg", "badge.json"):
        assert not re.search(r"acme/(template|x)", files[name])


@pytest.mark.parametrize(
    ("case", "message", "colour"),
    [("in-sync", "in sync", "brightgreen"), ("mixed", "14 late, 1 ahead, 1 unlisted", "red")],
)
def test_the_badge_says_the_result(case: str, message: str, colour: str) -> None:
    """https://shields.io/badges/endpoint-badge"""
    files = made(case)
    endpoint = json.loads(files["badge.json"])
    assert endpoint == {
        "schemaVersion": 1,
        "label": "consumers",
        "message": message,
        "color": colour,
        "cacheSeconds": 300,
    }
    drawn = ET.fromstring(files["badge.svg"])
    assert drawn.attrib["aria-label"] == f"consumers: {message}"
    assert message in files["badge.svg"]


def _badge(report) -> tuple[str, str, str]:
    """The message and the colour of the badge, and the sentence of the status."""
    files = build([report], History(), PageVisibility.PUBLIC)
    endpoint = json.loads(files["badge.json"])
    assert f"consumers: {endpoint['message']}" in files["badge.svg"]
    assert ("#1a7f37" in files["badge.svg"]) == (endpoint["color"] == "brightgreen")
    assert ('class="verdict ok"' in files["index.html"]) == (endpoint["color"] == "brightgreen")
    return endpoint["message"], endpoint["color"], json.loads(files["status.json"])["message"]


def _one(state: State, *, selected: bool):
    made = fleets.report(
        fleets.START, "1.1.0", [fleets.consumer("a", state, [(fleets.FILE, "1.1.0")], fleets.START)]
    )
    return replace(made, selected=selected)


def test_the_badge_of_a_part_of_the_list_says_so_and_is_not_green() -> None:
    said = "In sync: all 1 consumer pins 1.1.0"
    assert _badge(_one(State.IN_SYNC, selected=False)) == ("in sync", "brightgreen", f"{said}.")
    assert _badge(_one(State.IN_SYNC, selected=True)) == (
        "1 of the list in sync",
        "yellow",
        f"{said}; only a part of the list was checked.",
    )
    assert _badge(_one(State.BEHIND, selected=True))[:2] == ("part of the list: 1 late", "red")


def test_the_badge_is_never_green_where_nothing_was_compared() -> None:
    empty = fleets.report(fleets.START, "1.1.0", [])
    for report in (empty, _one(State.ARCHIVED, selected=False), _one(State.ARCHIVED, selected=True)):
        assert _badge(report)[:2] == ("nothing compared", "lightgrey")
