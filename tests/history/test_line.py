"""A line of the history comes back as it was written, or is refused."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.history import line
from consumer_drift.history.line import InvalidLine
from consumer_drift.history.record import record
from consumer_drift.model.report import Coverage, State, WaitReason
from tests.history.runs import START, behind, consumer, run
from tests.render import reports
from tests.render.strategies import any_report

RUN = run(
    1,
    "1.4.0",
    consumer("core", "1.4.0"),
    consumer("desk", "1.3.1", State.IN_FLIGHT, WaitReason.PULL_REQUEST_OPEN),
    behind("shop", "1.2.0"),
    consumer("elsewhere/tool", "", State.UNREADABLE, WaitReason.UNREADABLE),
)
LINE = line.write(RUN)


def test_a_line_comes_back_as_it_was_written() -> None:
    assert "\n" not in LINE
    assert LINE.isascii()
    assert line.read(LINE) == RUN


def test_no_field_of_the_coverage_is_lost() -> None:
    """Or a run would differ from its own line, and a page would count it twice."""
    names = [one.name for one in fields(Coverage)]
    numbers = {name: number for number, name in enumerate(names, 5) if name not in {"listed", "read", "reconcile"}}
    coverage = replace(RUN.coverage, **{**numbers, "owner": "acme"})
    assert line.read(line.write(replace(RUN, coverage=coverage))).coverage == coverage


def test_the_fields_are_where_the_documentation_says() -> None:
    document = json.loads(LINE)
    assert document["schema"] == "consumer-drift/history/1"
    assert (document["at"], document["target"]) == ("2026-03-02T03:00:00Z", "1.4.0")
    assert {
        "state": "behind",
        "pins": ["1.2.0"],
        "reason": "no-pull-request",
        "in": {"acme": ["shop"]},
    } in document["consumers"]


@given(st.integers(0, len(LINE) - 1), st.sampled_from('0aZ}",: '))
def test_no_character_of_a_line_changes_unseen(place: int, other: str) -> None:
    """A damaged name or version would be shown as if it were true."""
    changed = LINE[:place] + other + LINE[place + 1 :]
    try:
        assert line.read(changed) == RUN
    except InvalidLine:
        return
    assert json.loads(changed) == json.loads(LINE)


@given(st.integers(0, len(LINE) - 1))
def test_a_line_that_was_cut_short_is_refused(end: int) -> None:
    with pytest.raises(InvalidLine):
        line.read(LINE[:end])


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", "1", '"x"', "{" * 5000, '{"schema":"consumer-drift/history/2"}']
)
def test_what_is_no_run_is_refused(text: str) -> None:
    with pytest.raises(InvalidLine):
        line.read(text)


@given(any_report())
def test_any_report_of_a_run_can_be_kept(report) -> None:
    """Names are checked where the configuration is read; pins are other people's text."""
    read = sum(one.state is not State.UNREADABLE for one in report.consumers)
    coverage = replace(report.coverage, listed=len(report.consumers), read=read)
    target = replace(report.target, version=report.target.version or "1.4.0")
    found = record(replace(report, command="check", at=START, shard=None, coverage=coverage, target=target))
    assert found is not None
    once = line.write(found)
    assert line.write(line.read(once)) == once


def test_a_shard_and_a_run_without_a_moment_are_not_kept() -> None:
    assert record(reports.shard()) is None
    assert record(reports.error()) is None
