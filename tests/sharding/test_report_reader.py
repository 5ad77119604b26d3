"""A report that went through other hands: read back whole, or refused with what is wrong."""

from __future__ import annotations

import json as stdlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.model.findings import Code, Finding, worst_first
from consumer_drift.render import json as json_report
from consumer_drift.sharding import report_reader
from consumer_drift.sharding.report_reader import InvalidReport
from tests.render import reports
from tests.render.strategies import any_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.model.report import Report


def consistent(report: Report) -> Report:
    """*report* with the counts and findings that a run would give it; the golden ones are made for the eye."""
    read = sum(consumer.state.value != "unreadable" for consumer in report.consumers)
    return replace(report, coverage=replace(report.coverage, listed=len(report.consumers), read=read))


SHARD = json_report.render(consistent(reports.shard()))


def test_what_was_written_is_read_back() -> None:
    report = replace(consistent(reports.shard()), seconds=1.5)
    assert report_reader.parse(json_report.render(report).encode()) == report


@given(any_report())
def test_any_text_survives_being_written_read_and_written_again(report) -> None:
    """But for half characters, which are written as visible escapes."""
    plain = tuple(replace(consumer, bump=None) for consumer in report.consumers)
    once = json_report.render(consistent(replace(report, consumers=plain)))
    found = parsed(once)
    # Some golden reports show a state without its finding.
    assert "and no finding says so" in found if isinstance(found, str) else json_report.render(found) == once


def test_what_is_known_of_a_pull_request_is_read_back() -> None:
    desk = reports.in_flight("desk", 18)
    shard = reports.shard()
    more = Finding.of(Code.IN_FLIGHT, "desk is in flight", consumer=desk.name)
    report = replace(
        shard,
        consumers=(*shard.consumers, desk),
        findings=worst_first([*shard.findings, more]),
        shard=replace(shard.shard, positions=(*shard.shard.positions, shard.shard.positions[-1] + 1)),
    )
    report = replace(consistent(report), seconds=1.5)
    assert report_reader.parse(json_report.render(report).encode()) == report


def parsed(text: str) -> Report | str:
    """The report, or what is wrong with it. Only InvalidReport is caught."""
    try:
        return report_reader.parse(text.encode())
    except InvalidReport as error:
        return str(error)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(one for key, item in inner for one in places(item, (*path, key)))]


PLACES = places(stdlib.loads(SHARD))[1:]
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 3), st.floats(), st.text(max_size=5), st.just([]), st.just({}),
    st.just([None]), st.just("\ud800"), st.just(10**400),
)  # fmt: skip


@given(st.sampled_from(PLACES), JUNK)
def test_no_value_anywhere_is_more_than_damage(place, junk) -> None:
    """It is refused with a sentence, or read as what it says: nothing else is raised."""
    document = stdlib.loads(SHARD)
    holder = document
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = junk
    found = parsed(stdlib.dumps(document))
    assert found if isinstance(found, str) else json_report.render(found)


@given(st.sampled_from([place for place in PLACES if isinstance(place[-1], str)]))
def test_no_field_may_be_missing(place) -> None:
    document = stdlib.loads(SHARD)
    holder = document
    for key in place[:-1]:
        holder = holder[key]
    del holder[place[-1]]
    if place in {("exempt",), ("notes",), ("doctor",)} or place[0] == "pull_requests" or place[-1] == "bump":
        return
    with pytest.raises(InvalidReport, match=f"{place[-1]} is missing"):
        report_reader.parse(stdlib.dumps(document).encode())


@given(st.integers(0, len(SHARD) - 3))
def test_a_report_that_was_cut_short_is_refused(end) -> None:
    with pytest.raises(InvalidReport):
        report_reader.parse(SHARD[:end].encode())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: one.update(status="in-sync"), "status is not drift"),
        (lambda one: one.update(exit_code=0), "exit_code is not 1"),
        (lambda one: one["coverage"].update(listed=3), "coverage does not fit"),
        (
            lambda one: one["findings"][0].update(counts_as=None),
            r"findings\[0\].counts_as is not what missing-pin",
        ),
        (lambda one: one["findings"].pop(0), "acme/shop is missing-pin, and no finding says so"),
        (lambda one: one["findings"][0].update(code="new"), r"findings\[0\].code is a word that this version"),
        (lambda one: one["consumers"][0].update(name="core"), r"consumers\[0\].name is not a repository name"),
        (lambda one: one["consumers"][0]["place"].update(line=0), "place.line is not a whole number from 1 on"),
        (lambda one: one["shard"].update(index=4), "shard.index is more than shard.count"),
        (lambda one: one["shard"].update(positions=[3, 1]), "shard.positions does not fit"),
        (lambda one: one.update(seconds=True), "seconds is not a number"),
        (lambda one: one.update(seconds=10**400), "seconds is not a number"),
        (lambda one: one.update(requests=10**400), "requests is not a whole number"),
        (lambda one: one.update(seconds=float("nan")), "it is not JSON"),
    ],
)
def test_what_contradicts_itself_is_refused_with_the_place(change: Callable[[Any], object], words: str) -> None:
    """A verdict must not come out better than what it was made of."""
    document = stdlib.loads(SHARD)
    change(document)
    with pytest.raises(InvalidReport, match=words):
        report_reader.parse(stdlib.dumps(document).encode())
