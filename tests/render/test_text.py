"""The log: worst first, everything that is not in sync, no control characters, one closing sentence."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from consumer_drift import render
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.history import History
from consumer_drift.model.report import State
from consumer_drift.model.repository import Location
from consumer_drift.model.versions import short
from consumer_drift.page.build import build
from consumer_drift.render import text as text_report
from consumer_drift.render.causes import causes, without
from consumer_drift.render.painting import TABLE_ROWS
from consumer_drift.settings import PageVisibility
from tests.growth import grows_linearly
from tests.render import reports, runners
from tests.render.strategies import any_report

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("day", reports.GOLDEN)
def test_the_last_line_has_the_figures_and_the_exit_code(day: str) -> None:
    report = reports.GOLDEN[day]()
    last = text_report.render(report).splitlines()[-1]
    assert last.startswith(f"{report.status}: ")
    assert last.endswith(f"exit code {report.exit_code}.")


@pytest.mark.parametrize("day", reports.GOLDEN)
def test_colour_adds_nothing_but_colour(day: str) -> None:
    report = reports.GOLDEN[day]()
    coloured = text_report.render(report, colour=True)
    assert ANSI.search(coloured)
    assert ANSI.sub("", coloured) == text_report.render(report)


@given(any_report(), st.booleans())
def test_no_text_gets_control_characters_or_commands_into_the_log(report, colour: bool) -> None:
    shown = ANSI.sub("", text_report.render(report, colour))
    for line in shown.split("\n"):
        assert runners.github(line) is None
        assert runners.act(line) is None
        assert not [
            c for c in line if c != " " and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
        ]
        assert line == line.rstrip(" ")


@given(any_report())
def test_every_finding_is_in_the_log(report) -> None:
    shown = text_report.render(report).split("\n")
    heads = [line for line in shown if line.startswith(tuple(f"{f.level}: {f.code}" for f in report.findings))]
    told = causes(report.findings)
    assert len(heads) >= len(without(report.findings, told)) + len(told)


@pytest.mark.parametrize("width", [60, 80, 100, 200])
@pytest.mark.parametrize("day", reports.GOLDEN)
def test_the_table_keeps_to_its_width(day: str, width: int) -> None:
    table = text_report.render(reports.GOLDEN[day](), width=width).split("\n\n")[1]
    if table.startswith("Consumer"):
        assert max(map(cell_len, table.split("\n"))) <= width


COMMIT = "0123456789abcdef" * 2 + "01234567"
LONG = "deploy/environments/production/europe/charts/gateway/values.yaml"


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_name_and_no_commit_is_ever_broken(width: int) -> None:
    """Below the width that they need, lines take the place of the table. A commit has twelve digits everywhere."""
    consumers = (
        reports.consumer("a-consumer-with-a-long-name", 18, State.BEHIND, reports.pin("x", COMMIT, LONG, 12)),
        reports.consumer("core", 19, State.IN_SYNC, reports.pin("core", "1.4.0")),
    )
    shown = text_report.render(replace(reports.all_clear(), consumers=consumers), width=width)
    table = shown.split("\n\n")[1].split("\n")
    assert sum("acme/a-consumer-with-a-long-name" in line for line in table) == 1
    assert sum(short(COMMIT) in line for line in table) == 1
    assert table[0].startswith("Consumer") == (width >= 80)
    assert any(LONG in line for line in table) == (width not in {80, 120})
    assert any(line.endswith("gateway/values.yaml:12") for line in table)


def test_one_long_name_does_not_cost_the_others_their_table() -> None:
    name = "a-consumer-with-a-rather-long-name-for-a-table"
    long = reports.consumer(name, 18, State.BEHIND, reports.pin("x", "1.3"))
    fine = reports.consumer("core", 19, State.IN_SYNC, reports.pin("core", "1.4.0"))
    shown = text_report.render(replace(reports.all_clear(), consumers=(long, fine)), width=80)
    assert shown.split("\n\n")[1].split("\n")[2:4] == [
        f"acme/{name}",
        f"{'':9}  behind   1.3     .runtime-version:1",
    ]


def test_notes_go_before_paths_are_cut() -> None:
    shown = text_report.render(reports.mixed_day(), width=80)
    assert "3 releases behind" not in shown.split("\n\n")[1]
    assert ".runtime-version:1 and 1 more" in shown


def test_places_that_do_not_fit_are_counted() -> None:
    places = tuple(reports.pin("core", "1.3.0", f"{number}/Dockerfile") for number in range(9))
    report = replace(reports.all_clear(), consumers=(reports.consumer("core", 18, State.BEHIND, *places),))
    assert "  and 5 more\n" in text_report.render(report)


def test_the_table_shows_what_is_wrong_there() -> None:
    def table(state: State, related: Location, *pins: Location) -> str:
        finding = Finding.of(Code(state.value), "x", consumer=reports.name("core"), related=(related,))
        core = reports.consumer("core", 18, state, *pins)
        report = replace(reports.all_clear(), consumers=(core,), findings=(finding,))
        return text_report.render(report).split("\n\n")[1].split("\n")[2]

    core, fine = reports.name("core"), reports.pin("core", "1.4.0")
    wrong = reports.pin("core", "latest release", "Dockerfile", 3)
    assert table(State.INVALID_PIN, wrong, fine).split("  ")[2:] == ["latest release", "Dockerfile:3"]
    assert table(State.INVALID_PIN, Location(core, "Dockerfile")).split("  ")[2:] == ["(no version)", "Dockerfile"]
    assert table(State.MISSING_PIN, Location(core, "Dockerfile")).split()[2:] == ["none", "Dockerfile"]
    forbidden = table(State.FORBIDDEN_PATH, Location(core, "workspace", value="workspace/"), fine)
    assert forbidden.split() == ["acme/core", "forbidden-path", "workspace/"]


def test_a_finding_is_told_once() -> None:
    """Its message names the places, so what follows is only where to click."""
    shown = text_report.render(reports.mixed_day())
    assert shown.count("there is no .runtime-version") == 1
    assert "  see https://git.acme.example/acme/lab/src/branch/main/.runtime-version#L1\n" in shown


def test_a_refused_write_is_told_by_its_finding_alone() -> None:
    """The list of outcomes has the consumer, and not its reason again."""
    shown = text_report.render(reports.bumped())
    assert shown.count("a commit was refused") == 1
    assert "\n  error          acme/lab\n" in shown


@pytest.mark.parametrize(("count", "heading"), [(4, 0), (5, 1), (1200, 1)])
def test_many_findings_of_one_code_have_their_number_before_them(count: int, heading: int) -> None:
    """As in the job summary; in the log each finding is a block of its own below it."""
    shown = text_report.render(reports.fleet(count))
    assert shown.count(f"\n\nerror: {count:,} behind\n\nerror: behind  acme/") == heading
    assert shown.count("\nerror: behind  acme/") == count


def test_in_sync_consumers_are_summed_up_in_a_long_fleet() -> None:
    shown = text_report.render(reports.fleet(10_000, State.IN_SYNC, None))
    table = shown.split("\n\n")[1].split("\n")
    assert len(table) == 2 + TABLE_ROWS + 1
    assert table[-1] == "… and 9,950 more consumers in sync"


def test_what_is_not_in_sync_is_always_shown() -> None:
    behind, fine = reports.fleet(200), reports.fleet(300, State.IN_SYNC, None)
    shown = text_report.render(replace(behind, consumers=(*fine.consumers, *behind.consumers)))
    table = shown.split("\n\n")[1]
    assert table.count("behind") == 200
    assert table.endswith("… and 300 more consumers in sync")
    assert shown.count("error: behind") == 200


def test_exempt_repositories_are_told_with_their_reason_and_summed_up_past_a_screenful() -> None:
    report = reports.mixed_day()
    assert "\nExempt: acme/wiki: documentation (not searched)\n" in text_report.render(report)
    shown = text_report.render(replace(report, exempt=report.exempt * 30))
    assert shown.count("Exempt: ") == TABLE_ROWS
    assert "… and 10 more exempt repositories\n" in shown


@pytest.mark.parametrize("why", ["does not exist", "is archived, and an archived repository is never unlisted"])
def test_an_exemption_that_is_not_needed_is_not_called_unsearched(why: str) -> None:
    report = reports.mixed_day()
    gone = report.exempt[-1]
    stale = Finding.of(Code.STALE_EXEMPTION, f"{gone.name} {why}: its exemption is not needed", consumer=gone.name)
    report = replace(report, findings=(*report.findings, stale))
    page = build([report], History(), PageVisibility.PRIVATE)["index.html"]
    assert "\nExempt: acme/wiki: documentation (not needed)\n" in text_report.render(report)
    assert "\n- acme/wiki: documentation (not needed)\n" in render.FORMATS["markdown"](report)
    assert re.search(r"acme/wiki<.*<td>not needed</td></tr>", page)


def test_the_work_grows_with_the_fleet_and_no_faster() -> None:
    assert grows_linearly(lambda size: partial(text_report.render, reports.fleet(size), colour=True), 200)
    assert "acme/consumer-09999" in text_report.render(reports.fleet(10_000))


def test_quiet_shows_the_findings_and_the_result_alone() -> None:
    fine = text_report.render(reports.all_clear(), detail=text_report.Detail.QUIET)
    assert fine == "in-sync: no findings; 2 of 2 consumers at 1.4.0; 9 requests in 0.4 s; exit code 0.\n"
    shown = text_report.render(reports.mixed_day(), detail=text_report.Detail.QUIET)
    assert shown.startswith("error: missing-pin  acme/shop\n")
    assert shown.count("\nerror: ") + shown.count("\nwarning: ") == 4
    assert "Coverage" not in shown


def test_verbose_sums_nothing_up() -> None:
    pins = [reports.pin("core", "1.4.0", "Dockerfile", line) for line in range(1, 9)]
    core = reports.consumer("core", 18, State.IN_SYNC, *pins)
    many = reports.fleet(300, State.IN_SYNC, None)
    report = replace(many, consumers=(*many.consumers, core))
    shown = text_report.render(report, detail=text_report.Detail.FULL)
    assert shown.count("in-sync  ") == 301
    assert "Dockerfile:8" in shown
    assert "more" not in shown
