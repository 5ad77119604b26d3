"""The table of options: one entry is all that a new option takes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
import yaml

from consumer_drift.after import kept
from consumer_drift.commands import OFFERED, Command, Group, Needs
from consumer_drift.commands.combine import combine
from consumer_drift.options import OPTIONS, Values, taken_by
from consumer_drift.render import FORMATS
from consumer_drift.run import run as run_command
from consumer_drift.settings import ForgeChoice, Settings
from consumer_drift.sharding.split import parse
from consumer_drift.support.deadline import Deadline
from tests.clocks import VirtualClock
from tests.emulator import Emulator
from tests.propagating import PINS, scene
from tests.running import check, settings_at

if TYPE_CHECKING:
    from tests.propagating import Scene

ROOT = Path(__file__).resolve().parents[1]
NEW = """
BOLDNESS = _add(
    Option(
        name="boldness",
        group=Group.SERVER,
        parser=parsers.choice(("meek", "bold")),
        default="meek",
        flag="--boldness",
        help="How bold a request is.",
        input="boldness",
        about="How bold a request is: `meek` or `bold`.",
        default_text="meek",
        default_about="`meek`",
    )
)
"""
GREET = """
    GREET = (
        "greet",
        CommandSpec(
            summary="Greet the consumers that were read.",
            needs=Needs.SETTINGS,
            options=(Group.OUTPUT,),
            action="greets the consumers",
        ),
    )
"""
GREETING = """
from consumer_drift.model.report import Report


def run(settings):
    return Report.without_results(settings.command, (), config_file="hello")
"""
WRITE = """
from pathlib import Path
from scripts import action_docs, action_metadata, command_line_docs
for made in (action_metadata, action_docs, command_line_docs):
    made.main(Path())
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with one more option and one more command, after generation."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("src", "scripts", "action", "docs", "schema", "tests/emulator"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "action.yml", folder)
    table = folder / "src" / "consumer_drift" / "options.py"
    text = table.read_text(encoding="utf-8")
    before, found, after = text.partition("RUNTIME = _add(")
    assert found
    table.write_text(before + NEW + found + after, encoding="utf-8")
    registry = folder / "src" / "consumer_drift" / "commands" / "__init__.py"
    before, found, after = registry.read_text(encoding="utf-8").partition("    SCHEMA = (")
    assert found
    registry.write_text(before + GREET + found + after, encoding="utf-8")
    (registry.parent / "greet.py").write_text(GREETING, encoding="utf-8")
    run(folder, "-c", WRITE)
    return folder


def run(folder: Path, *arguments: str, **variables: str) -> str:
    """What the program of *folder* prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder / 'src'}{os.pathsep}{folder}", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def test_a_new_option_appears_in_action_yml(copy: Path) -> None:
    action = yaml.safe_load((copy / "action.yml").read_text(encoding="utf-8"))
    assert action["inputs"]["boldness"] == {
        "description": "How bold a request is: `meek` or `bold`. Default: `meek`.",
        "default": "meek",
    }
    steps = {step["id"]: step for step in action["runs"]["steps"]}
    assert steps["docker"]["with"]["boldness"] == "${{ inputs.boldness }}"
    assert steps["python"]["env"]["INPUT_BOLDNESS"] == "${{ inputs.boldness }}"


def test_and_in_the_container_action(copy: Path) -> None:
    outer = yaml.safe_load((copy / "action" / "composite.yml").read_text(encoding="utf-8"))
    inner = yaml.safe_load((copy / "action" / "container.yml").read_text(encoding="utf-8"))
    assert "boldness" in outer["inputs"]
    assert "boldness" in inner["inputs"]
    assert outer["runs"]["steps"][0]["with"]["boldness"] == "${{ inputs.boldness }}"


def test_and_in_help_of_the_commands_that_take_its_group(copy: Path) -> None:
    for command in Command:
        shown = run(copy, "-m", "consumer_drift", command, "--help")
        assert ("--boldness [meek|bold]" in shown) is (Group.SERVER in command.spec.options)


def test_and_in_the_documentation(copy: Path) -> None:
    action = (copy / "docs" / "action.md").read_text(encoding="utf-8")
    assert "| `boldness` | How bold a request is: `meek` or `bold`. | `meek` |" in action
    flags = (copy / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert flags.count(
        "| `--boldness BOLDNESS` | How bold a request is. One of `meek`, `bold`. | `meek` |"
    ) == sum(Group.SERVER in command.spec.options for command in Command)


@pytest.mark.parametrize("arguments", [("check", "--boldness", "loud"), ("action",)])
def test_and_its_value_is_checked(copy: Path, arguments: tuple[str, ...]) -> None:
    shown = run(copy, "-m", "consumer_drift", *arguments, INPUT_BOLDNESS="loud")
    assert "meek" in shown
    assert "bold" in shown
    assert re.search(r"'loud' is not one of|the input boldness is 'loud'", shown)


def test_a_new_command_is_a_module_and_an_entry(copy: Path) -> None:
    assert "  greet      Greet the consumers that were read.\n" in run(copy, "-m", "consumer_drift", "--help")
    assert '"config_file": "hello"' in run(copy, "-m", "consumer_drift", "greet", "--format", "json")
    flags = (copy / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert "## `consumer-drift greet`\n\nGreet the consumers that were read.\n" in flags
    action = yaml.safe_load((copy / "action.yml").read_text(encoding="utf-8"))
    assert "`greet` greets the consumers" in action["inputs"]["command"]["description"]
    assert "greet 0 reports" in run(copy, "-m", "consumer_drift", "action", INPUT_COMMAND="greet")


@pytest.mark.parametrize("command", Command)
def test_every_command_has_a_module_with_one_way_to_run_it(command: Command) -> None:
    from consumer_drift.run import module_of  # noqa: PLC0415

    assert callable(module_of(command).run)
    assert command.spec.summary.endswith(".")


def test_every_module_of_a_command_is_registered() -> None:
    modules = {path.stem for path in (ROOT / "src" / "consumer_drift" / "commands").glob("*.py")}
    assert modules - {"__init__", "context"} == {command.value for command in Command}


def test_the_action_offers_commands_that_end_with_a_report() -> None:
    assert Needs.NOTHING not in {command.spec.needs for command in OFFERED}


def test_an_option_that_is_not_given_has_its_default() -> None:
    assert [Values({})[option] for option in OPTIONS.values()] == [option.default for option in OPTIONS.values()]


def test_a_command_takes_whole_groups_in_the_order_of_the_table() -> None:
    names = [option.name for option in taken_by((Group.SHARD, Group.CONFIG))]
    assert names == ["config", "shard"]


# What the entry points look at.
_OF_THE_ENTRY_POINT = {"format", "quiet", "verbose", "report", "history", "max-time"}
# Where a setting has another name than its option.
_SETTINGS = {
    "for": "purpose",
    "pull-request": "propose",
    "token-env": "token",
    "merge-token-env": "merge_token",
}
_LIST = f"{PINS}tracking: {{issue: true}}\nconsumers: [template-a]\n"


class Read(Settings):
    """Settings that know what was looked at."""

    looked_at: ClassVar[set[str]] = set()

    def __getattribute__(self, name: str) -> Any:
        Read.looked_at.add(name)
        return object.__getattribute__(self, name)


@pytest.mark.parametrize("command", [command for command in Command if command.spec.has_result])
def test_every_option_of_a_command_is_read_by_it(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = scene("gitea")
    made["runtime"].visibility = "private"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fleet").mkdir()
    with Emulator(made.world, "gitea") as emulator:
        shard = check(emulator, _LIST, tmp_path, made.token, shard=parse("1/1")).report
        (tmp_path / "shard.json").write_text(FORMATS["json"](shard), encoding="utf-8")
        full = combine([tmp_path / "shard.json"])
        (tmp_path / "full.json").write_text(FORMATS["json"](full), encoding="utf-8")
        reports = (tmp_path / ("full.json" if command is Command.PAGE else "shard.json"),)
        chosen = settings_at(
            emulator, made.token, command=command, history_branch="drift", reports=reports, page=tmp_path / "page"
        )
        if command is Command.INIT:
            (tmp_path / ".github" / "consumer-drift.yml").unlink()
        # Folders are changed by a command that can do that, and have no server.
        on_folders = replace(chosen, root=tmp_path / "fleet", forge=ForgeChoice.LOCAL)
        looked_at = _looked_at(chosen, made, tmp_path)
        looked_at |= _looked_at(on_folders, made, tmp_path) if Group.FOLDERS in command.spec.options else set()
    taken = {one.name for one in taken_by(command.spec.options) if one.flag} - _OF_THE_ENTRY_POINT
    if command is Command.VALIDATE:
        # There a file is a file, whichever way it is named.
        taken.remove("config")
    assert {_SETTINGS.get(name, name.replace("-", "_")) for name in taken} - looked_at == set()


def _looked_at(chosen: Settings, made: Scene, folder: Path) -> set[str]:
    """The settings that a run with *chosen* looks at."""
    settings = Read(**{one.name: getattr(chosen, one.name) for one in fields(chosen)})
    Read.looked_at.clear()
    deadline = Deadline(600, VirtualClock())
    report = run_command(settings, deadline, lambda _: lambda _name: None, now=made.world.now(), workspace=folder)
    kept(settings, report, deadline)
    return set(Read.looked_at)
