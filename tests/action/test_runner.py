"""The runner is spoken to in its own words, and what it lacks ends nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumer_drift.action.runner import Runner
from consumer_drift.model.findings import Level
from consumer_drift.render import workflow_commands
from tests.render import reports, runners
from tests.render.strategies import any_report, text

if TYPE_CHECKING:
    from pathlib import Path

LENIENT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _no_runner(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def handover(tmp_path: Path) -> Path:
    """The folder that the plan makes."""
    for name in ("started", "outputs", "summary.md", "verdict"):
        (tmp_path / name).touch()
    return tmp_path


def commands(shown: str) -> list[runners.Command]:
    """What both kinds of runners take for a command, and the same."""
    read = [(runners.github(line), runners.act(line)) for line in runners.lines(shown)]
    assert [one for one, _ in read] == [other for _, other in read]
    return [one for one, _ in read if one]


def test_every_line_of_a_secret_is_masked_and_no_empty_one(capsys: pytest.CaptureFixture[str]) -> None:
    Runner().mask("one\n\n  two\r\n")
    assert [(one.name, one.data) for one in commands(capsys.readouterr().out)] == [
        ("add-mask", "one"),
        ("add-mask", "two"),
    ]


def test_no_secret_masks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Runner().mask("")
    assert capsys.readouterr().out == ""


@LENIENT
@given(any_report())
def test_annotations_are_the_renderers_in_other_words(capsys: pytest.CaptureFixture[str], report) -> None:
    """The same commands with the same properties, whatever text is in them: the choice is made once."""
    for annotation in workflow_commands.chosen(report):
        Runner().annotate(annotation)
    shown = capsys.readouterr().out
    assert commands(shown) == commands(workflow_commands.render(report))
    assert len(commands(shown)) == len(runners.lines(shown))


@LENIENT
@given(text)
def test_what_is_said_is_one_line_and_no_command(capsys: pytest.CaptureFixture[str], line: str) -> None:
    Runner().say(line)
    shown = capsys.readouterr().out
    assert len(runners.lines(shown)) == 1
    assert commands(shown) == []


def test_a_group_is_closed_also_when_what_is_in_it_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError), Runner().group("details"):
        raise RuntimeError
    assert [one.name for one in commands(capsys.readouterr().out)] == ["group", "endgroup"]


def test_outputs_go_to_the_runners_file_and_empty_ones_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A blank line in it is an error to some runners."""
    file = tmp_path / "outputs"
    file.touch()
    monkeypatch.setenv("GITHUB_OUTPUT", str(file))
    assert Runner().outputs({"status": "drift", "version": "", "drifted": '["acme/a"]'})
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [lines[1], lines[4]] == ["drift", '["acme/a"]']
    assert [line.partition("<<")[0] for line in (lines[0], lines[3])] == ["status", "drifted"]
    assert [lines[2], lines[5]] == [lines[0].partition("<<")[2], lines[3].partition("<<")[2]]
    assert "" not in lines


@pytest.mark.parametrize("file", [None, "", "/nowhere/at/all"])
def test_a_missing_file_is_said_once_and_never_fatal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, file: str | None
) -> None:
    """As on a runner on the host, whose files a container does not see."""
    if file is not None:
        monkeypatch.setenv("GITHUB_OUTPUT", file)
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", file)
    runner = Runner()
    assert not runner.outputs({"status": "drift"})
    assert not runner.outputs({"status": "drift"})
    runner.summarise("## drift\n")
    shown = capsys.readouterr().out.splitlines()
    assert len(shown) == 2
    assert "GITHUB_OUTPUT" in shown[0]
    assert "GITHUB_STEP_SUMMARY" in shown[1]
    assert all("The log has the full report" in line for line in shown)


def test_results_are_left_for_the_last_step(handover: Path) -> None:
    """Also where the runner's own files are out of reach."""
    runner = Runner(handover)
    assert (handover / "started").read_text(encoding="utf-8") == "true\n"
    assert runner.outputs({"status": "drift"})
    runner.summarise("## drift\n")
    assert (handover / "verdict").read_text(encoding="utf-8") == ""
    assert runner.conclude(1, "drift", fails=True)
    assert (handover / "verdict").read_text(encoding="utf-8") == "1 drift true\n"
    assert "\ndrift\n" in (handover / "outputs").read_text(encoding="utf-8")
    assert (handover / "summary.md").read_text(encoding="utf-8") == "## drift\n"


def test_without_a_last_step_nothing_is_concluded() -> None:
    assert not Runner().conclude(1, "drift", fails=True)


def test_a_folder_that_is_gone_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert not Runner(tmp_path / "gone").conclude(0, "in-sync", fails=False)
    assert "the result cannot be passed to the next step" in capsys.readouterr().out


@pytest.mark.parametrize("level", list(Level))
def test_an_annotation_without_a_place_has_a_title_alone(capsys: pytest.CaptureFixture[str], level: Level) -> None:
    """Some runners print properties that are empty."""
    Runner().annotate(workflow_commands.Annotation(level, "a title", "a message"))
    (command,) = commands(capsys.readouterr().out)
    assert (command.name, command.properties, command.data) == (level.value, {"title": "a title"}, "a message")


@LENIENT
@given(st.text())
def test_any_text_can_be_shown(capfdbinary: pytest.CaptureFixture[bytes], shown: str) -> None:
    """Lone surrogates too, whatever the locale can encode."""
    Runner().show(shown)
    assert capfdbinary.readouterr().out == shown.encode("utf-8", "backslashreplace").replace(
        b"\n", os.linesep.encode()
    )


def test_a_summary_of_ten_thousand_consumers_is_one_that_is_shown(handover: Path) -> None:
    """Past 1 MiB a runner shows none at all."""
    from consumer_drift.render import markdown  # noqa: PLC0415

    report = replace(reports.fleet(10_000), seconds=1.0)
    Runner(handover).summarise(markdown.render(report))
    assert 100_000 < (handover / "summary.md").stat().st_size < 1024 * 1024
