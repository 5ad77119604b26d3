"""Annotations: the worst findings, within the runner's limits, and never a command that we did not mean."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from consumer_drift.model.findings import Code, Finding, Level, Place, worst_first
from consumer_drift.render import workflow_commands
from consumer_drift.render.causes import merged
from tests.render import reports, runners
from tests.render.strategies import any_report


@pytest.mark.parametrize("day", reports.GOLDEN)
def test_every_runner_reads_the_same_annotations(day: str) -> None:
    report = reports.GOLDEN[day]()
    lines = runners.lines(workflow_commands.render(report))
    assert [runners.github(line) for line in lines] == [runners.act(line) for line in lines]
    assert [runners.github(line).name for line in lines] == [
        str(finding.level) for finding in merged(report.findings)
    ]


@given(any_report())
def test_no_text_forges_or_garbles_a_command(report) -> None:
    lines = runners.lines(workflow_commands.render(report))
    for line, finding in zip(lines, merged(report.findings), strict=True):
        command = runners.github(line)
        assert command == runners.act(line)
        assert command.name == finding.level
        assert command.data.startswith(f"{finding.code}: ")
        assert set(command.properties) == ({"file", "line", "col", "title"} if finding.place else {"title"})
        assert not finding.place or command.properties["line"] == str(finding.place.line)
        assert line.count("::") == 2
        assert "##[" not in line


def test_the_words_repeat_repository_and_place() -> None:
    finding = Finding.of(
        Code.BEHIND, "is behind.", consumer=reports.name("core"), place=Place(reports.CONFIG, 18, 5)
    )
    line = workflow_commands.render(replace(reports.all_clear(), findings=(finding,))).rstrip("\n")
    assert line.endswith("::behind: acme/core: is behind. (.github/consumer-drift.yml:18)")


def test_escapes_are_those_of_the_commands() -> None:
    finding = Finding.of(Code.BEHIND, "100%, really: yes", place=Place("a,b:c%.yml", 1))
    line = workflow_commands.render(replace(reports.all_clear(), findings=(finding,))).rstrip("\n")
    assert line.startswith("::error file=a%2Cb%3Ac%25.yml,line=1,col=1,title=behind::behind: 100%25, really: yes")


def test_ten_of_each_level_and_the_last_says_how_many_more() -> None:
    codes = {Code.BEHIND: Level.ERROR, Code.RENAMED_CONSUMER: Level.WARNING, Code.IN_FLIGHT: Level.NOTICE}
    many = worst_first(Finding.of(code, f"number {n}") for code in codes for n in range(300))
    lines = runners.lines(workflow_commands.render(replace(reports.all_clear(), findings=many)))
    for level in codes.values():
        of_level = [line for line in lines if line.startswith(f"::{level} ")]
        assert len(of_level) == 10
        assert of_level[-1].endswith(f"(290 more {level}s: the log has all of them)")
        assert not any("more" in line for line in of_level[:-1])


def test_ten_are_spread_over_codes_so_that_no_code_hides_the_others() -> None:
    counts = {Code.BEHIND: 40, Code.MISSING_PIN: 3, Code.UNLISTED: 30, Code.UNREADABLE: 1}
    many = worst_first(Finding.of(code, f"number {n}") for code, count in counts.items() for n in range(count))
    shown = [
        one.message.split(":")[0] for one in workflow_commands.chosen(replace(reports.all_clear(), findings=many))
    ]
    assert {code: shown.count(code) for code in counts} == {
        Code.BEHIND: 3,
        Code.MISSING_PIN: 3,
        Code.UNLISTED: 3,
        Code.UNREADABLE: 1,
    }
    in_order = list(dict.fromkeys(finding.code for finding in many))
    assert shown == sorted(shown, key=[str(code) for code in in_order].index)


def test_exactly_ten_have_no_more() -> None:
    ten = tuple(Finding.of(Code.BEHIND, f"number {n}") for n in range(10))
    assert "more" not in workflow_commands.render(replace(reports.all_clear(), findings=ten))


@pytest.mark.parametrize("character", ["x", ":", "%", "\x00", "\U0001f642", "\U000e0041"])
def test_a_message_stays_within_the_runners_limit(character: str) -> None:
    finding = Finding.of(Code.BEHIND, character * 1_000_000, place=Place(character * 10_000, 1))
    many = (finding,) * 11
    for line in runners.lines(workflow_commands.render(replace(reports.all_clear(), findings=many))):
        data = runners.github(line).data
        assert len(data.encode("utf-16-le")) // 2 <= workflow_commands.MESSAGE
    assert line.endswith("(1 more error: the log has all of them)")


def test_no_findings_give_no_output() -> None:
    assert workflow_commands.render(reports.all_clear()) == ""
