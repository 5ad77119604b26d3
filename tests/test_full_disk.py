"""What cannot be written is told, and takes nothing else with it: no result, no exit code, no half of a file."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from consumer_drift.action.runner import Runner
from consumer_drift.cli.commands import main
from tests.disks import space_of
from tests.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

LIST = ROOT / "examples" / "demo" / "consumer-drift.yml"
DEMO = ("--config", str(LIST), "--root", "fleet")
NO_SPACE = "File too large"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit code of the program with *arguments*, in this process."""
    monkeypatch.setattr(sys, "argv", ["consumer-drift", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def contents(folder: Path) -> Mapping[str, bytes]:
    """Every file below *folder*."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example fleet, a report of it, and a history, in a folder of their own."""
    shutil.copytree(ROOT / "examples" / "demo" / "fleet", tmp_path / "fleet")
    (tmp_path / "taken").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "check", *DEMO, "--report", "old.json", "--history", "old.jsonl") == 1
    return tmp_path


INIT = ("init", "--root", "fleet", "--source", "acme/runtime", "--output")
OUTPUTS = {
    "a report": (("check", *DEMO, "--report", "new.json"), 1, f"--report new.json cannot be written: {NO_SPACE}"),
    "a report, in place of one": (("check", *DEMO, "--report", "old.json"), 1, "--report old.json cannot be"),
    "a history": (("check", *DEMO, "--history", "old.jsonl"), 1, f"old.jsonl cannot be written: {NO_SPACE}"),
    "a page": (("page", "--output", "site", "old.json"), 2, f"the page cannot be written to site: {NO_SPACE}"),
    "a list": ((*INIT, "c.yml"), 2, f"c.yml cannot be written: {NO_SPACE}"),
    "bumps": (("propagate", *DEMO, "--write"), 1, f".runtime-version cannot be written: {NO_SPACE}"),
}
# The same where a folder has the name of the file, or a file that of a folder.
IN_THE_WAY = {
    "a report": (("check", *DEMO, "--report", "taken"), 1, "--report taken cannot be written: Is a directory"),
    "a history": (("check", *DEMO, "--history", "taken"), 1, "--history taken cannot be written: Is a directory"),
    "a page": (("page", "--output", "old.json", "old.json"), 2, "the page cannot be written to old.json: "),
    "a list": ((*INIT, "old.json/c.yml"), 2, "c.yml cannot be written: File exists"),
}


@pytest.mark.parametrize(("arguments", "code", "said"), OUTPUTS.values(), ids=OUTPUTS)
def test_without_space_the_result_is_shown_and_every_file_is_as_it_was(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...], code: int, said: str,
) -> None:  # fmt: skip
    before = contents(work)
    capsys.readouterr()
    with space_of(3):
        ended = run(monkeypatch, *arguments)
    shown = capsys.readouterr()
    assert said in " ".join(shown.out.split())
    assert (ended, contents(work)) == (code, before)
    assert f"exit code {code}." in shown.out
    assert "wrote" not in shown.out
    assert "defect" not in shown.err


@pytest.mark.parametrize(("arguments", "code", "said"), IN_THE_WAY.values(), ids=IN_THE_WAY)
def test_so_it_is_where_something_else_has_the_name(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...], code: int, said: str,
) -> None:  # fmt: skip
    before = contents(work)
    capsys.readouterr()
    assert run(monkeypatch, *arguments) == code
    assert said in " ".join(capsys.readouterr().out.split())
    assert contents(work) == before


def test_the_json_report_says_what_is_wrong_with_the_history(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    only = ("--only", "template-hermes", "--report", "new.json", "--history", "taken")
    assert run(monkeypatch, "check", *DEMO, *only) == 2
    report = json.loads((work / "new.json").read_text(encoding="utf-8"))
    assert report["exit_code"] == 2
    assert ["--history taken" in one["message"] for one in report["findings"]] == [True]


# streams ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    ("stream", "arguments", "code"),
    [
        ("stdout", ("schema",), 2),
        ("stdout", ("--version",), 2),
        ("stdout", ("check", "--help"), 2),
        ("stderr", ("check", "--nonsense"), 2),
        ("stderr", ("check", "--config", "missing.yml", "--root", "fleet", "--target", "no"), 2),
        ("stderr", ("check", *DEMO), 1),
    ],
)
def test_a_full_stream_is_no_defect_and_changes_no_exit_code(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    stream: str, arguments: tuple[str, ...], code: int,
) -> None:  # fmt: skip
    capsys.readouterr()
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, stream, full)
        assert run(monkeypatch, *arguments) == code
        monkeypatch.undo()
    errors = capsys.readouterr().err
    assert ("standard output cannot be written to: No space left on device" in errors) == (stream == "stdout")


@pytest.mark.parametrize(
    ("stream", "arguments", "code", "said"),
    [
        ("stdout", ("schema",), 2, "standard output cannot be written to"),
        ("stdout", ("validate", str(LIST)), 2, "The result is: in-sync, exit code 0"),
        ("stdout", ("check", *DEMO), 1, "The result is: drift, exit code 1"),
        ("stderr", ("validate", str(LIST)), 0, "1 configuration valid"),
        ("stderr", ("check", "--nonsense"), 2, ""),
        ("stdin", ("validate", "-"), 2, "the file is empty"),
    ],
)
def test_a_stream_that_is_closed_is_no_defect_and_changes_no_exit_code(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    stream: str, arguments: tuple[str, ...], code: int, said: str,
) -> None:  # fmt: skip
    capsys.readouterr()
    monkeypatch.setattr(sys, stream, None)
    assert run(monkeypatch, *arguments) == code
    monkeypatch.undo()
    shown = capsys.readouterr()
    assert said in shown.out + shown.err
    assert "defect" not in shown.out + shown.err


# the files of a job -----------------------------------------------------------------------------------------


def test_outputs_and_a_summary_without_space_are_told_and_no_half_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {name: tmp_path / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for name, file in files.items():
        file.write_text("before\n", encoding="utf-8")
        monkeypatch.setenv(name, str(file))
    runner = Runner()
    with space_of(120):
        assert not runner.outputs({"exit-code": "1", "status": "drift", "version": "1.4.0"})
        runner.summarise("## drift\n" * 20)
    assert [file.read_text(encoding="utf-8") for file in files.values()] == ["before\n", "before\n"]
    assert capsys.readouterr().out.splitlines() == [
        f"consumer-drift: the {what} cannot be written: {NO_SPACE}. The log has the full report"
        for what in ("outputs", "summary")
    ]
