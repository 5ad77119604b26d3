"""The reference of the command line is the program's, and its completion works as it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from consumer_drift.cli.commands import cli
from scripts import command_line_docs
from tests.docs.sentences import ROOT, texts

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
