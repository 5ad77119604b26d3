"""The program as a process: what it prints where, and the code it ends with."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift import __version__
from consumer_drift.cli import commands
from consumer_drift.cli.terminal import has_colour
from consumer_drift.commands import Command
from consumer_drift.model.exit_codes import EXITS
from scripts.shifted import inherited
from tests.emulator import Emulator
from tests.emulator.world import real_time
from tests.fleet import CONFIG, fleet
from tests.processes import consumer_drift

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
DEMO = ("--config", "examples/demo/consumer-drift.yml", "--root", "examples/demo/fleet")
QUIET = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "NO_PROXY": "127.0.0.1", **inherited()}


def program(
    *arguments: str | Path, cwd: Path = ROOT, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``consumer-drift`` with nothing of the caller's environment."""
    return consumer_drift(*arguments, cwd=cwd, env={**QUIET, **(environment or {})})


def against(emulator: Emulator, workspace: Path, *more: str) -> list[str]:
    """Arguments for a check of *emulator*, whose configuration lies in *workspace*."""
    (workspace / "consumer-drift.yml").write_text(
        CONFIG.replace("source:", "owner: acme\nsource:\n  repository: acme/runtime"), encoding="utf-8"
    )
    return ["check", "--forge", emulator.forge, "--server", emulator.url, *more]


def test_the_version_is_printed() -> None:
    """On stdout, and it is the package's."""
    done = program("--version")
    assert (done.returncode, done.stdout) == (0, f"consumer-drift {__version__}\n")


def test_help_shows_examples_and_every_exit_code() -> None:
    """A newcomer reads this first."""
    done = program("check", "--help")
    assert done.returncode == 0
    assert "Examples:" in done.stdout
    for row in EXITS:
        assert f"\n  {row.code}  {row.when[:30]}" in done.stdout


def test_help_shows_the_whole_summary_of_each_command_in_a_narrow_terminal() -> None:
    shown = " ".join(program("--help", environment={"COLUMNS": "60"}).stdout.split())
    assert [command for command in Command if f"{command} {command.spec.summary}" not in shown] == []


@pytest.mark.parametrize("command", [command for command in Command if command.spec.has_result])
def test_help_says_of_each_exit_code_what_it_means_here(command: Command) -> None:
    """The words come from the table of exit codes, and wrap at any width."""
    done = program(command, "--help", environment={"COLUMNS": "60"})
    shown = " ".join(done.stdout.split())
    assert [row.code for row in EXITS if f"{row.code} {command.spec.meaning(row.status)}" not in shown] == []
    assert max(map(len, done.stdout.splitlines())) <= 60


@pytest.mark.parametrize("command", [command for command in Command if command.spec.examples])
@pytest.mark.parametrize("width", ["60", "100"])
def test_an_example_can_be_copied_to_a_shell_at_any_width(command: Command, width: str) -> None:
    """A line that does not fit goes on behind a backslash, and its comment is above it."""
    done = program(command, "--help", environment={"COLUMNS": width})
    shown = done.stdout.partition("Examples:")[2]
    assert max(map(len, shown.splitlines())) <= int(width)
    whole = re.sub(r" \\\n +", " ", shown)
    assert [line for line, _ in command.spec.examples if f"  {line}" not in whole] == []


@pytest.mark.parametrize(
    ("variables", "is_terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ({"FORCE_COLOR": ""}, False, False),
        ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"CLICOLOR_FORCE": "0"}, False, False),
        ({"CLICOLOR": "0"}, True, False),
    ],
)
def test_colours_are_the_users_choice(variables: dict[str, str], is_terminal: bool, expected: bool) -> None:
    assert has_colour(variables, is_terminal) is expected


def test_a_pipe_gets_colours_and_a_width_only_if_asked() -> None:
    plain = program("check", *DEMO).stdout
    assert "\x1b" not in plain
    narrow = program("check", *DEMO, environment={"COLUMNS": "40", "FORCE_COLOR": "1"}).stdout
    assert "\x1b[" in narrow
    assert plain.count("────") > narrow.count("────") == 0


@pytest.mark.parametrize("flag", ["--target", "--version"])
def test_the_target_may_be_named_by_either_flag(flag: str) -> None:
    done = program("check", *DEMO, flag, "1.3.2", "--format", "json")
    assert json.loads(done.stdout)["target"]["version"] == "1.3.2"


def test_the_older_flag_of_the_target_is_not_shown() -> None:
    assert "--version" not in program("check", "--help").stdout


def test_every_mistake_in_the_flags_is_reported_at_once() -> None:
    done = program("check", "--shard", "1/3", "--only", "a", "--server", "ftp://x", "--token-env", "NO_VARIABLE")
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [
        "--shard and --only do not go together",
        "--server",
        "the variable NO_VARIABLE that should have the token is not set",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chekc"], "Did you mean 'check'?"),
        (["check", "--confg", "x"], "--config"),
        (["check", "--format", "xml"], "markdown"),
        (["check", "--concurrency", "0"], "write a number from 1 to 64"),
        (["check", "--forge", "local"], "--root"),
        (["check", "--root", "no/such/folder"], "is not a folder"),
        (["check", "--root", ".", "--server", "https://git.example.org"], "--root and --server do not go"),
        (["check", "--root", ".", "--forge", "gitea"], "--root and --forge gitea do not go together"),
        (["check", *DEMO, "--history-branch", "kept"], "--root and --history-branch do not go together"),
        (["check", "--history", "h", "--history-branch", "kept"], "--history and --history-branch do not go"),
        (["check", "--history-branch", "a..b"], "write a name that git allows"),
        (["propagate", "--write"], "--write needs --root"),
        (["check", "--forge", "gitea"], "--server"),
        (["check", "--server", "https://git.example.org"], "--forge"),
        (["check", "--server", "ftp://x", "--forge", "gitea"], "https://git.example.org"),
        (["check", "--token-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE"),
        (["check", "--ca-bundle", "no/such/file", "--server", "https://x.example", "--forge", "gitea"], "PEM"),
        (["check", *DEMO, "--only", "template-irs"], "acme/template-iris"),
        (["check", *DEMO, "--only", "a/b/c"], "no repository's name"),
    ],
)
def test_a_mistake_on_the_command_line_is_2_and_says_what_to_do(arguments: list[str], words: str) -> None:
    """Never a traceback, never 1: that would be drift."""
    done = program(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_the_example_fleet_shows_drift_a_missing_pin_an_unlisted_and_an_exempt_folder() -> None:
    """What the demonstration is for."""
    done = program("check", *DEMO)
    assert done.returncode == 1
    assert done.stderr == ""
    for words in ("behind", "missing-pin", "unlisted", "template-seo-agent: prompts only", "exit code 1."):
        assert words in done.stdout


@pytest.mark.parametrize("form", ["log", "json", "markdown", "sarif", "github"])
def test_every_format_goes_to_stdout_alone(form: str) -> None:
    """So that it can be piped."""
    done = program("check", *DEMO, "--format", form)
    assert done.returncode == 1
    assert done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_the_report_is_written_beside_what_is_shown(tmp_path: Path) -> None:
    """Also into a folder that is not there yet."""
    report = tmp_path / "new" / "report.json"
    done = program("check", *DEMO, "--format", "markdown", "--report", report)
    assert done.returncode == 1
    assert done.stdout.startswith("#")
    assert json.loads(report.read_text(encoding="utf-8"))["exit_code"] == 1


@pytest.mark.parametrize(("arguments", "code"), [((), 1), (("--only", "template-hermes"), 2)])
def test_a_report_that_cannot_be_written_loses_nothing_else(arguments: tuple[str, ...], code: int) -> None:
    """Standard output has the full report, and one finding more."""
    done = program("check", *DEMO, *arguments, "--report", "/proc/no/report.json")
    assert done.returncode == code
    assert "--report /proc/no/report.json cannot be written" in done.stdout
    assert "template-hermes" in done.stdout


def test_a_run_is_appended_to_the_history(tmp_path: Path) -> None:
    """One line a run, whatever the command, and none for a shard."""
    history = tmp_path / "new" / "history.jsonl"
    assert program("check", *DEMO, "--history", history).returncode == 1
    assert program("propagate", *DEMO, "--dry-run", "--history", history).returncode == 1
    program("check", *DEMO, "--shard", "1/2", "--history", history)
    lines = [json.loads(line) for line in history.read_text(encoding="ascii").splitlines()]
    assert [(line["command"], line["scope"], line["target"]) for line in lines] == [
        ("check", "full", "1.4.0"),
        ("propagate", "full", "1.4.0"),
    ]


def test_a_page_is_made_of_reports_and_a_history(tmp_path: Path) -> None:
    report, history, folder = tmp_path / "report.json", tmp_path / "history.jsonl", tmp_path / "site"
    program("check", *DEMO, "--report", report, "--history", history)
    history.write_text(history.read_text(encoding="ascii") + "half a li", encoding="ascii")
    done = program("page", "--history", history, "--output", folder, report)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 line passed over, the first in line 2" in done.stdout
    assert sorted(file.name for file in folder.iterdir()) == [
        *("badge.json", "badge.svg", "index.html", "metrics.txt", "status.json"),
    ]
    missing = program("page", "--history", tmp_path / "histroy.jsonl", "--output", tmp_path / "other", report)
    assert "histroy.jsonl does not exist: the page has the reports alone" in missing.stdout
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "acme/template-hermes" in page
    assert "1 line passed over" in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--output", "site", "missing.json"], "the report missing.json cannot be read"),
        (["report.json"], "there is no folder to write the page to: name one with --output"),
        (["--output", "site", "broken.json"], "the report broken.json is damaged"),
        (["--output", "/proc/no", "report.json"], "the page cannot be written to /proc/no"),
        (["--output", "site", "--history", ".", "report.json"], "the history . cannot be read"),
    ],
)
def test_a_page_that_cannot_be_made_says_why(tmp_path: Path, arguments: list[str], words: str) -> None:
    program("check", *DEMO, "--report", tmp_path / "report.json")
    (tmp_path / "broken.json").write_text("{}", encoding="utf-8")
    done = program("page", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stdout


def test_a_report_that_compared_nothing_makes_no_page_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text("pins: [{file: .runtime-version}]\nconsumers: [a]\n", encoding="utf-8")
    program("check", *DEMO, "--report", tmp_path / "check.json")
    assert program("validate", "c.yml", "--report", "val.json", cwd=tmp_path).returncode == 0
    assert program("page", "check.json", "--output", "site", "--report", "page.json", cwd=tmp_path).returncode == 0
    before = (tmp_path / "site" / "badge.json").read_bytes()
    program("doctor", *DEMO, "--report", tmp_path / "doctor.json")
    for name, command in (("val.json", "validate"), ("page.json", "page"), ("doctor.json", "doctor")):
        done = program("page", "check.json", name, "--output", "site", cwd=tmp_path)
        assert done.returncode == 2
        assert f"the report {name} is of the command {command}, which" in " ".join(done.stdout.split())
    assert (tmp_path / "site" / "badge.json").read_bytes() == before


def test_the_doctor_asks_folders_for_what_a_check_does(tmp_path: Path) -> None:
    listing = tmp_path / "c.yml"
    listing.write_text(
        "owner: acme\nsource: {repository: acme/runtime, version: 1.4.0}\npins: [{file: .runtime-version}]\n"
        "consumers: [here, gone]\n",
        encoding="utf-8",
    )
    (tmp_path / "fleet" / "here").mkdir(parents=True)
    (tmp_path / "fleet" / "here" / ".runtime-version").write_text("1.4.0\n", encoding="utf-8")
    done = program("doctor", "--config", listing, "--root", tmp_path / "fleet")
    assert "1 of 2 consumers ready for check" in done.stdout
    [head] = [line for line in done.stdout.splitlines() if line.startswith("Consumer")]
    assert head.split() == ["Consumer", "read", "pins", "list"]


def test_a_history_that_cannot_be_written_is_a_finding() -> None:
    done = program("check", *DEMO, "--history", "/proc/no/history.jsonl")
    assert done.returncode == 1
    assert "--history /proc/no/history.jsonl cannot be written" in done.stdout
    assert "template-hermes" in done.stdout


def test_a_report_may_be_written_into_a_pipe() -> None:
    done = program("check", *DEMO, "--format", "sarif", "--report", "/dev/stderr")
    assert json.loads(done.stderr)["exit_code"] == 1


def test_only_narrows_the_list_and_leaves_reconcile_out() -> None:
    """A quick look at one consumer."""
    done = program("check", *DEMO, "--only", "template-hermes", "--format", "json")
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert [one["name"] for one in report["consumers"]] == ["acme/template-hermes"]
    assert report["coverage"]["reconcile"] == "off"


def test_a_given_version_replaces_the_sources() -> None:
    """Everything is measured by it."""
    done = program("check", *DEMO, "--target", "1.3.2", "--no-reconcile", "--format", "json")
    states = {one["name"]: one["state"] for one in json.loads(done.stdout)["consumers"]}
    assert states["acme/template-iris"] == "in-sync"
    assert states["acme/template-hermes"] == "ahead"


def test_mistakes_in_the_configuration_are_all_shown_with_their_places(tmp_path: Path) -> None:
    """Three mistakes, three findings, exit 2."""
    path = tmp_path / "consumer-drift.yml"
    path.write_text("pins: []\nconsumer:\n  - a\nowner: a b\n", encoding="utf-8")
    done = program("check", "--format", "json", cwd=tmp_path, environment={"GITHUB_REPOSITORY": "acme/runtime"})
    findings = json.loads(done.stdout)["findings"]
    assert done.returncode == 2
    assert {finding["code"] for finding in findings} == {"configuration"}
    assert {(finding["place"]["line"], finding["place"]["column"]) for finding in findings} >= {(2, 1), (4, 8)}


def test_no_configuration_says_where_it_was_looked_for(tmp_path: Path) -> None:
    """And what to create."""
    done = program("check", "--root", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert "`consumer-drift init` finds the consumers and writes .github/consumer-drift.yml" in done.stdout


def test_the_schema_is_printed() -> None:
    """Byte for byte what is committed."""
    done = program("schema")
    assert done.returncode == 0
    assert done.stdout == (ROOT / "schema" / "consumer-drift.schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(shell: str) -> None:
    """By click's own way."""
    done = program(environment={"_CONSUMER_DRIFT_COMPLETE": f"{shell}_source"})
    assert "consumer_drift" in done.stdout or "consumer-drift" in done.stdout


def test_a_shell_completes_the_consumers_of_the_list(tmp_path: Path) -> None:
    """From the configuration that the command would read; where there is none, nothing is offered."""
    words = {"_CONSUMER_DRIFT_COMPLETE": "bash_complete", "COMP_CWORD": "3"}
    config = "examples/demo/consumer-drift.yml"
    asked = {**words, "COMP_CWORD": "4", "COMP_WORDS": f"consumer-drift check --config={config} --only template-h"}
    assert program(environment=asked).stdout.split() == ["plain,template-hermes"]
    nothing = {**words, "COMP_WORDS": "consumer-drift check --only template-h"}
    done = program(environment=nothing, cwd=tmp_path)
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_a_reader_that_goes_away_is_no_failure() -> None:
    """``consumer-drift check | head`` ends quietly, with its own code."""
    child = subprocess.Popen(
        [sys.executable, "-m", "consumer_drift", "check", *DEMO],
        cwd=ROOT, env=QUIET, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert child.stdout is not None
    child.stdout.close()
    assert child.stderr is not None
    errors = child.stderr.read()
    child.stderr.close()
    assert child.wait(timeout=300) == 1
    assert errors == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(("only", "code"), [((), 1), (("--only", "template-hermes"), 2)])
def test_a_full_standard_output_is_told_and_the_result_too(only: tuple[str, ...], code: int) -> None:
    """Drift wins over the error, and nothing is called a defect."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "consumer_drift", "check", *DEMO, *only],
            cwd=ROOT, env=QUIET, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=300,
        )  # fmt: skip
    assert done.returncode == code
    assert (
        "the report cannot be written to standard output: No space left on device. The result is: " in done.stderr
    )
    assert "defect" not in done.stderr


def test_too_little_memory_is_told_as_that(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A limit of the machine's, which nothing here can wait for."""

    def exhausted(**_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(commands.cli, "main", exhausted)
    with pytest.raises(SystemExit) as ended:
        commands.main()
    assert ended.value.code == 2
    assert "needs more memory than it may use: raise that limit, lower --concurrency" in capsys.readouterr().err


@pytest.mark.parametrize("forge", ["github", "gitea", "forgejo"])
def test_without_a_checkout_the_configuration_is_read_at_the_jobs_commit(forge: str, tmp_path: Path) -> None:
    """An empty workspace, and the variables that a runner sets."""
    acme = fleet(now=real_time)
    runtime = next(one for one in acme.acme.repositories if one.name == "runtime")
    runtime.commit({".github/consumer-drift.yml": CONFIG})
    sha = runtime.branches["main"].oid if hasattr(runtime.branches["main"], "oid") else runtime.branches["main"]
    token = acme.token(forge, organisation=True)
    with Emulator(acme.world, forge) as emulator:
        done = program(
            "check", "--format", "json", cwd=tmp_path, environment=job(emulator, str(sha), token.secret)
        )
    report = json.loads(done.stdout)
    assert done.returncode == 1, done.stdout
    assert report["config_file"] == ".github/consumer-drift.yml"
    assert len(report["consumers"]) == 11


def job(emulator: Emulator, sha: str, secret: str) -> dict[str, str]:
    """The variables of a job on *emulator*."""
    marks = {"gitea": {"GITEA_ACTIONS": "true"}, "forgejo": {"FORGEJO_ACTIONS": "true", "GITEA_ACTIONS": "true"}}
    return {
        "GITHUB_SERVER_URL": emulator.url,
        "GITHUB_API_URL": emulator.api_url,
        "GITHUB_GRAPHQL_URL": emulator.graphql_url if emulator.forge == "github" else "",
        "GITHUB_REPOSITORY": "acme/runtime",
        "GITHUB_SHA": sha,
        "GITHUB_TOKEN": secret,
        **marks.get(emulator.forge, {}),
    }


@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_a_configuration_of_another_repository_is_read_through_the_api(forge: str, tmp_path: Path) -> None:
    """``owner/repo/path@ref``."""
    acme = fleet(now=real_time)
    text = "owner: acme\n" + CONFIG.replace("source:\n", "source:\n  repository: acme/runtime\n")
    acme.acme.repository("policies", files={"drift/fleet.yml": text}, private=True)
    token = acme.token(forge, organisation=True)
    with Emulator(acme.world, forge) as emulator:
        done = program(
            "check", "--config", "acme/policies/drift/fleet.yml@main", "--format", "json",
            cwd=tmp_path, environment=job(emulator, "", token.secret),
        )  # fmt: skip
        gone = program(
            "check", "--config", "acme/policies/drift/gone.yml@main",
            cwd=tmp_path, environment=job(emulator, "", token.secret),
        )  # fmt: skip
    assert done.returncode == 1, done.stdout
    assert json.loads(done.stdout)["findings"][0]["place"]["file"] == "acme/policies/drift/fleet.yml@main"
    assert gone.returncode == 2
    assert "no such file" in gone.stdout


def test_github_without_a_token_says_so_and_is_no_drift(tmp_path: Path) -> None:
    """Nothing could be read, so nothing is said of anybody."""
    acme = fleet(now=real_time)
    with Emulator(acme.world, "github") as emulator:
        environment = {k: v for k, v in job(emulator, "", "").items() if k != "GITHUB_TOKEN"}
        done = program(*against(emulator, tmp_path), cwd=tmp_path, environment=environment)
    assert done.returncode == 2
    assert "GITHUB_TOKEN" in done.stdout


# The program, which is sent a signal when its report is about to be written.
LATE = """\
import os, signal, sys
from consumer_drift import render
from consumer_drift.cli.commands import main
number, write = int(sys.argv.pop(1)), render.FORMATS["json"]
def late(report):
    os.kill(os.getpid(), number)
    return write(report)
render.FORMATS = {"json": late}
main()
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_after_all_was_read_takes_no_report_along(
    number: signal.Signals, code: int, tmp_path: Path
) -> None:
    """It is complete, and only has to be printed."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "v").write_text("1.3.0\n")
    (tmp_path / "c.yml").write_text("owner: o\nsource: {version: 1.4.0}\npins: [{file: v}]\nconsumers: [a]\n")
    given = ["check", "--root", ".", "--config", "c.yml", "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-c", LATE, str(int(number)), *given],
        cwd=tmp_path, env=QUIET, capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == code
    assert json.loads(done.stdout)["consumers"][0]["state"] == "behind"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_an_interrupted_run_reports_at_once_what_it_knows(
    forge: str, number: signal.Signals, code: int, tmp_path: Path
) -> None:
    """One consumer never answers; the others were read when the signal comes."""
    acme = fleet(now=real_time)
    token = acme.token(forge, organisation=True)
    with Emulator(acme.world, forge) as emulator:
        if forge == "github":
            emulator.faults.add("latency", where=lambda r: b"repositoryOwner" in r.body, seconds=6000)
            everything = ["fragment Consumer0"]
        else:
            emulator.faults.add("latency", path="/repos/acme/template-f/", seconds=6000)
            everything = [f"/repos/acme/template-{letter}/" for letter in "abcdeghij"]
        child = subprocess.Popen(
            [sys.executable, "-m", "consumer_drift", *against(emulator, tmp_path, "--format", "json")],
            cwd=tmp_path, env={**QUIET, **job(emulator, "", token.secret)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            wait_for(emulator, child, everything)
            child.send_signal(number)
            # One who goes on waits for minutes.
            out, err = child.communicate(timeout=100)
        finally:
            child.kill()
    report: dict[str, Any] = json.loads(out)
    assert child.returncode == code, err
    assert err == ""
    assert report["status"] in {"drift", "error"}
    states = [one["state"] for one in report["consumers"]]
    assert states.count("behind") >= 5
    assert "interrupted" in out


def wait_for(emulator: Emulator, child: subprocess.Popen[str], everything: list[str]) -> None:
    """Until *child* had an answer to requests with all these words in their paths or bodies, and a moment more."""

    def answered(words: str) -> bool:
        return any(words in one.path or words.encode() in one.body for one in list(emulator.requests))

    while not all(map(answered, everything)):
        assert child.poll() is None, "it ended before everything was requested"
        time.sleep(0.02)
    time.sleep(1)


def test_a_run_ends_when_its_time_is_up(tmp_path: Path) -> None:
    """With what is known, and never green."""
    acme = fleet(now=real_time)
    acme.bump()
    token = acme.token("gitea", organisation=True)
    with Emulator(acme.world, "gitea") as emulator:
        emulator.faults.add("latency", path="/repos/acme/template-a/", seconds=6000)
        done = program(
            *against(emulator, tmp_path, "--max-time", "2", "--format", "json"),
            cwd=tmp_path, environment=job(emulator, "", token.secret),
        )  # fmt: skip
    assert done.returncode == 2
    assert "--max-time" in done.stdout


def test_shards_are_combined_to_what_one_run_prints(tmp_path: Path) -> None:
    """On folders, which take no time at all: the log differs in that alone."""
    reports = [tmp_path / f"{index}.json" for index in (1, 2, 3)]
    for index, report in enumerate(reports, start=1):
        assert program("check", *DEMO, "--shard", f"{index}/3", "--report", report).returncode == 1
    full, combined = program("check", *DEMO), program("combine", *reports)
    assert (combined.returncode, combined.stderr) == (1, "")
    assert re.sub(r" in [0-9.]+ s;", "", combined.stdout) == re.sub(r" in [0-9.]+ s;", "", full.stdout)
    assert json.loads(program("combine", *reports, "--format", "json").stdout)["shard"] is None
    two = program("combine", *reports[:2], "--report", tmp_path / "combined.json")
    assert two.returncode == 2
    assert "of 3 shards, 3 is missing" in two.stdout
    assert json.loads((tmp_path / "combined.json").read_text(encoding="utf-8"))["status"] == "error"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["combine"], "REPORT"),
        (["check", *DEMO, "--shard", "4/3"], "write the share and how many there are, as 3/10"),
        (["check", *DEMO, "--shard", "1/3", "--only", "core"], "do not go together"),
        (["propagate", "--shard", "1/3"], "--shard"),
    ],
)
def test_a_share_that_cannot_be_is_refused(arguments: list[str], words: str) -> None:
    done = program(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_quiet_and_verbose_are_about_the_log() -> None:
    usual, quiet, verbose = (program("check", *DEMO, *more).stdout for more in ((), ("--quiet",), ("--verbose",)))
    assert "Coverage: " in usual
    assert "Coverage: " not in quiet
    assert quiet.splitlines()[-1].startswith("drift: ")
    assert "Coverage: " in verbose
    data = [json.loads(program("check", *DEMO, "--format", "json", *more).stdout) for more in ((), ("--quiet",))]
    assert data[0]["findings"] == data[1]["findings"]
