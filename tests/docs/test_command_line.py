"""The reference of the command line is the program's, and its completion works as it says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from consumer_drift.cli.commands import cli
from consumer_drift.settings import ForgeChoice
from consumer_drift.tokens import TOKEN_VARIABLES, find_token
from scripts import command_line_docs
from tests.docs.sentences import ROOT, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (ROOT / command_line_docs.PAGE).read_text(encoding="utf-8")
PROGRAM = Path(sys.executable).parent / command_line_docs.NAME
SHOWN = {name: command for name, command in cli.commands.items() if not command.hidden}


def test_the_page_is_up_to_date() -> None:
    assert command_line_docs.page() == PAGE, "run: make generate"


@pytest.mark.parametrize("name", SHOWN)
def test_every_option_of_a_command_is_in_its_section(name: str) -> None:
    section = PAGE.partition(f"## `consumer-drift {name}`\n")[2].partition("\n## ")[0]
    options = [
        flag
        for param in SHOWN[name].params
        if isinstance(param, click.Option) and not param.hidden
        for flag in param.opts
    ]
    assert section
    assert [flag for flag in options if f"`{flag}" not in section] == []


def test_a_hidden_command_is_not_shown() -> None:
    assert set(re.findall(r"^## `consumer-drift ([\w-]+)`$", PAGE, re.MULTILINE)) == set(SHOWN)


def test_every_variable_that_it_names_is_read() -> None:
    """Those about proxies are read by the HTTP library."""
    table = PAGE.partition("## Environment")[2].partition("## Shell completion")[0]
    named = {name for name in re.findall(r"`([A-Z_]+)`", table) if not name.endswith("_PROXY")}
    assert len(named) >= 6
    assert named <= {text.text for text in texts()}


def _documented() -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """Yield each command with a server: its page, the variables that the page has set by then, its words."""
    for page in sorted(ROOT.glob("docs/**/*.md")):
        shell = {name: f"{name}-value" for names in TOKEN_VARIABLES.values() for name in names}
        for line in page.read_text(encoding="utf-8").splitlines():
            word, _, rest = line.partition(" ")
            if word == "export":
                shell |= {name: value for name, _, value in (one.partition("=") for one in rest.split())}
            for name in rest.split() if word == "unset" else ():
                shell.pop(name, None)
            command = re.search(r"consumer-drift \w+ [^|`#>]*--server [^|`#>]*", line)
            if command:
                words = [shell[one[1:]] if one.startswith("$") else one for one in shlex.split(command[0])]
                filled = {name: value.replace("…", "a-token-value") for name, value in shell.items()}
                yield page.name, filled, words


def test_every_command_with_a_server_sends_its_token_there() -> None:
    """As it is written, in a shell: else the first thing that a reader copies ends with exit code 2."""
    found = list(_documented())
    assert {page for page, _, _ in found} >= {"command-line.md", "quick-start.md", "other-ci.md", "github.md"}
    for _, shell, words in found:
        given = dict(pairwise(words))
        name, forge = given.get("--token-env", ""), ForgeChoice(given["--forge"])
        # It raises where the token may be for another server.
        sent = find_token(shell, forge, name, given["--server"], in_its_own_job=False)
        assert sent or "GITEA_TOKEN" not in shell


def test_completion_offers_commands_options_and_values() -> None:
    def offered(*words: str) -> list[str]:
        asked = {
            "_CONSUMER_DRIFT_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": str(len(words) - 1),
        }
        done = subprocess.run([PROGRAM], env={**os.environ, **asked}, capture_output=True, text=True, check=False)
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert "check" in offered("consumer-drift", "che")
    assert "--format" in offered("consumer-drift", "check", "--for")
    assert offered("consumer-drift", "check", "--format", "js") == ["json"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_line_for_a_shell_prints_a_script_for_it(shell: str) -> None:
    assert f"_CONSUMER_DRIFT_COMPLETE={shell}_source consumer-drift" in PAGE
    asked = {**os.environ, "_CONSUMER_DRIFT_COMPLETE": f"{shell}_source"}
    done = subprocess.run([PROGRAM], env=asked, capture_output=True, text=True, check=False)
    assert "consumer-drift" in done.stdout
    if shutil.which(shell):
        checked = subprocess.run([shell, "-n"], input=done.stdout, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
