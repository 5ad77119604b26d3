"""Whatever fails once the result is known is told: the result, the report and the exit code stay what they are."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from consumer_drift.action import step
from consumer_drift.cli.terminal import Terminal
from tests.composite.shell import parse_outputs
from tests.emulator import Emulator
from tests.propagating import BEHIND, CONFIG, scene
from tests.running import settings_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.propagating import Scene

WHY = "the program failed (ZeroDivisionError at test_after.py:"
# What fails, and the finding that tells it.
KEPT = {
    "consumer_drift.after.keeping.record": "history-failed",
    "consumer_drift.after.keeping.connect": "tracking-failed",
    "consumer_drift.after.keeping.keep_run": "history-failed",
    "consumer_drift.after.keeping.track": "tracking-failed",
}
AT_TERMINAL = {**KEPT, "consumer_drift.history.file.append": "configuration"}
IN_A_JOB = {
    **KEPT,
    "consumer_drift.history.changes.changes": "history-failed",
    "consumer_drift.history.file.append": "configuration",
    "consumer_drift.commands.page.write": "configuration",
}


def fails(*_arguments: Any, **_more: Any) -> NoReturn:
    raise ZeroDivisionError("text of others")


@pytest.fixture
def acme() -> Scene:
    made = scene("gitea")
    # A public one may not name its private consumers.
    made["runtime"].visibility = "private"
    return made


@pytest.fixture
def emulator(acme: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """The server. The list is in a checkout, in which the program runs."""
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "consumer-drift.yml").write_text(f"{CONFIG}tracking: {{issue: true}}\n")
    monkeypatch.chdir(tmp_path)
    with Emulator(acme.world, "gitea") as made:
        yield made


def where_to(failing: str) -> dict[str, str]:
    """A history is in a file or on a branch."""
    return {"history": "history.jsonl"} if failing.endswith("append") else {"history-branch": "drift/history"}


def at_terminal(emulator: Emulator, acme: Scene, failing: str = "", form: str = "json") -> int:
    """Run a check, and return its exit code."""
    kept = where_to(failing)
    chosen = settings_at(emulator, acme.token, history_branch=kept.get("history-branch", ""), concurrency=4)
    history = Path(kept["history"]) if "history" in kept else None
    return Terminal(form, Path("report.json")).run(replace(chosen, history=history))


@pytest.mark.parametrize("failing", AT_TERMINAL)
def test_at_a_terminal(
    failing: str,
    emulator: Emulator,
    acme: Scene,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(failing, fails)
    assert at_terminal(emulator, acme, failing) == 1
    shown = capsys.readouterr().out
    assert shown == Path("report.json").read_text()
    told = [one for one in json.loads(shown)["findings"] if WHY in one["message"]]
    assert AT_TERMINAL[failing] in [one["code"] for one in told]
    assert "text of others" not in shown
    assert json.loads(shown)["status"] == "drift"


def test_a_shell_keeps_the_history_that_it_names_and_leaves_the_issue_alone(
    emulator: Emulator, acme: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    made = acme.world.token(
        "lab", scopes=["write:repository", "read:organization", "write:issue", "read:user"], sees="all"
    )
    chosen = settings_at(emulator, made.secret, history_branch="drift/history", tracks=False)
    assert Terminal("json").run(chosen) == 1
    shown = capsys.readouterr()
    assert shown.err == "the tracking issue was not written: only jobs write it\n"
    assert "-failed" not in shown.out
    assert (acme["runtime"].issues, list(acme["runtime"].files("drift/history"))) == ([], ["history.jsonl"])
    assert Terminal("json").run(replace(chosen, only=BEHIND[:1], history_branch="")) == 1
    assert capsys.readouterr().err == "", "no job would write it, either"
    emulator.requests.reset()
    assert Terminal("json").run(replace(chosen, history_branch="")) == 1
    assert not [one for one in emulator.requests if one.path.endswith(("/issues", "/user"))]
    assert Terminal("json").run(replace(chosen, tracks=True)) == 1
    assert len(acme["runtime"].issues) == 1


@pytest.mark.parametrize("form", ["json", "log"])
def test_a_report_that_cannot_be_shown_at_a_terminal_keeps_its_exit_code(
    form: str,
    emulator: Emulator,
    acme: Scene,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("consumer_drift.render.json.render", fails)
    monkeypatch.setattr("consumer_drift.render.text.render", fails)
    assert at_terminal(emulator, acme, form=form) == 1
    said = f"the report cannot be written to standard output: {WHY}"
    assert said in capsys.readouterr().err


def in_a_job(emulator: Emulator, acme: Scene, monkeypatch: pytest.MonkeyPatch, failing: str, **more: str) -> Path:
    """Run a step, and return the folder with its results."""
    job = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_SERVER_URL": emulator.url,
        "GITHUB_API_URL": emulator.api_url,
        "GITHUB_REPOSITORY": "acme/runtime",
        "GITHUB_SHA": "main",
    }
    for name in (*os.environ, "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        if name.startswith(("GITHUB_", "GITEA_", "FORGEJO_", "INPUT_", "ACT")):
            monkeypatch.delenv(name, raising=False)
    out = Path("out").absolute()
    out.mkdir()
    for name in ("outputs", "summary.md", "verdict"):
        (out / name).touch()
    # The step changes these.
    for name, value in {**job, "GITHUB_OUTPUT": "", "GITHUB_STEP_SUMMARY": ""}.items():
        monkeypatch.setenv(name, value)
    inputs = {
        "token": acme.token,
        "handover": str(out),
        "report": "report.json",
        "page": "site",
        "page-visibility": "private",
        **where_to(failing),
    }
    for name, value in inputs.items():
        monkeypatch.setenv(f"INPUT_{name.upper()}", value)
    assert step.main() == 0
    assert (out / "verdict").read_text() == "1 drift true\n"
    return out


@pytest.mark.parametrize("failing", IN_A_JOB)
def test_in_a_job(failing: str, emulator: Emulator, acme: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failing, fails)
    out = in_a_job(emulator, acme, monkeypatch, failing)
    report = json.loads(Path("report.json").read_text())
    told = [one for one in report["findings"] if WHY in one["message"]]
    assert IN_A_JOB[failing] in [one["code"] for one in told]
    assert "text of others" not in json.dumps(report)
    outputs = parse_outputs((out / "outputs").read_text())
    assert (outputs["exit-code"], outputs["status"], outputs["report"]) == ("1", "drift", "report.json")
    assert "## " in (out / "summary.md").read_text()
    assert (Path("site") / "index.html").exists() is not failing.endswith(("page.write", "record"))


@pytest.mark.parametrize(
    ("failing", "words"),
    [
        ("consumer_drift.render.text.render", "the report cannot be shown: "),
        ("consumer_drift.render.workflow_commands.chosen", "the report cannot be shown: "),
        ("consumer_drift.render.markdown.render", "the summary cannot be shown: "),
        ("consumer_drift.action.outputs.of", ""),
    ],
)
def test_what_cannot_be_shown_in_a_job_keeps_nothing_else_from_it(
    failing: str,
    words: str,
    emulator: Emulator,
    acme: Scene,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(failing, fails)
    out = in_a_job(emulator, acme, monkeypatch, failing)
    assert words in capsys.readouterr().out
    outputs = parse_outputs((out / "outputs").read_text())
    assert (outputs["exit-code"], outputs["status"]) == ("1", "drift")
