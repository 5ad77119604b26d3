"""What is loaded on the way to an answer: a command that needs a thing pays for it, and no other does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from consumer_drift.locks import formats
from consumer_drift.pins.kinds import KINDS

# The console script, which says at its end what it has loaded, and how many classes of values it has made.
WATCHED = """\
import atexit, dataclasses, json, pathlib, sys
from consumer_drift.cli.commands import main
seen = pathlib.Path(sys.argv.pop(1))
def end():
    own = [(name, vars(module)) for name, module in sys.modules.items() if name.startswith("consumer_drift")]
    known = [one for name, names in own for one in names.values() if getattr(one, "__module__", "") == name]
    made = [one for one in known if isinstance(one, type) and dataclasses.is_dataclass(one)]
    seen.write_text(json.dumps([list(sys.modules), len(made)]))
atexit.register(end)
main()
"""
HEAVY = {
    *["httpcore", "ssl", "yaml", "rich", "re2", "semver", "packaging", "tomllib", "asyncio"],
    *["email", "urllib.request", "actions_toolkit", "consumer_drift.run", "consumer_drift.pins"],
    *["consumer_drift.forges.github", "consumer_drift.forges.gitea", "consumer_drift.forges.local.forge"],
}
NOWHERE = ["--server", "http://127.0.0.1:9", "--max-time", "1", "--config"]


# What a check of a simple list needs nothing of: other formats, kinds and commands, a terminal, a runner, a write.
LATER = {
    "actions_toolkit",
    *("httpx", "rich", "pygments", "asyncio", "email", "hashlib", "urllib.request"),
    *("packaging", "jinja2", "cryptography", "consumer_drift.render.text", "consumer_drift.config.json_schema"),
    *(
        f"consumer_drift.documents.{name}"
        for name in ("hcl", "jsonc", "node", "toml", "tool_versions", "xml", "yaml")
    ),
    *(f"consumer_drift.pins.{name}" for name in ("dockerfile", "image_files", "pep508", "requirement_files")),
    *(
        f"consumer_drift.pins.{name}"
        for name in ("go_mod", "key_files", "locked_files", "terraform", "uses_files")
    ),
    *("consumer_drift.pins.dependency", "consumer_drift.pins.image_reference", "re2"),
    *(f"consumer_drift.pins.{kind.key}" for kind in KINDS),
    *(f"consumer_drift.commands.{name}" for name in ("propagate", "doctor", "land", "page", "validate", "schema")),
    *(f"consumer_drift.{name}" for name in ("discovery", "landing", "page", "readiness", "bump.apply")),
    # A branch as the source, checks, commits and issues, and a push.
    *(f"consumer_drift.model.{name}" for name in ("bump", "checks", "issue", "proposal", "source_branch")),
    *("consumer_drift.config.consumer_file", "consumer_drift.model.consent"),
    *("consumer_drift.model.shards", "consumer_drift.assess.lock_updates"),
    *("consumer_drift.assess.waiting", "consumer_drift.pipeline.branch", "consumer_drift.forges.push"),
    *("consumer_drift.registries", "consumer_drift.pipeline.published", "consumer_drift.sharding.take"),
    "consumer_drift.forges.local.git_objects",
    # What keeps a run, and what doctor says of a consumer.
    *("consumer_drift.after.keeping", "consumer_drift.pipeline.keep", "consumer_drift.history"),
    *("consumer_drift.tracking", "consumer_drift.model.history", "consumer_drift.model.readiness"),
}


def loaded(arguments: list[str], folder: Path, **environment: str) -> set[str]:
    """The modules that a run with *arguments* ends with."""
    return ended(arguments, folder, **environment)[0]


def ended(arguments: list[str], folder: Path, **environment: str) -> tuple[set[str], int]:
    """The modules that a run with *arguments* ends with, and the number of its own dataclasses."""
    seen = folder / "modules.json"
    known = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "GITEA_"))}
    command = [sys.executable, "-c", WATCHED, str(seen), *arguments]
    subprocess.run(command, env={**known, **environment}, capture_output=True, check=False, timeout=300)
    modules, classes = json.loads(seen.read_text())
    return set(modules), classes


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["check", "--help"], ["propagate", "--help"]])
def test_nothing_heavy_is_loaded_for_a_word_about_the_program(arguments: list[str], tmp_path: Path) -> None:
    """No forge, no configuration, no network."""
    assert loaded(arguments, tmp_path) & HEAVY == set()


@pytest.mark.parametrize("complete", ["bash_source", "zsh_complete"])
def test_nothing_heavy_is_loaded_to_complete_a_word(complete: str, tmp_path: Path) -> None:
    """A shell asks at every stroke of the tab key."""
    words = {"COMP_WORDS": "consumer-drift check --fo", "COMP_CWORD": "2"}
    assert loaded([], tmp_path, _CONSUMER_DRIFT_COMPLETE=complete, **words) & HEAVY == set()


# Dataclasses that a check may make. Python takes a third of a millisecond for each, used or not.
CLASSES = 128


def locks() -> set[str]:
    """The modules of the formats of lock files."""
    files = Path(formats.__file__).parent.glob("*.py")
    return {f"consumer_drift.locks.{file.stem}" for file in files} - {
        f"consumer_drift.locks.{name}" for name in ("__init__", "formats")
    }


def config(folder: Path) -> str:
    """A configuration with one consumer."""
    file = folder / "consumer-drift.yml"
    file.write_text("owner: acme\nsource: {version: 1.4.0}\npins: [{file: x}]\nconsumers: [a]\n")
    return str(file)


@pytest.mark.parametrize(
    ("arguments", "used", "unused"),
    [
        (
            ["check", "--root", ".", "--config"],
            "consumer_drift.forges.local.forge",
            {"httpcore", "ssl", "rich", "consumer_drift.forges.github", "consumer_drift.forges.gitea"},
        ),
        (["check", "--forge", "gitea", *NOWHERE], "consumer_drift.forges.gitea", {"consumer_drift.forges.github"}),
        (
            ["check", "--forge", "github", *NOWHERE],
            "consumer_drift.forges.github",
            {"consumer_drift.forges.gitea"},
        ),
    ],
)
def test_a_check_loads_the_forge_that_it_reads_and_no_other(
    arguments: list[str], used: str, unused: set[str], tmp_path: Path
) -> None:
    """Nor what only a terminal, a runner or a write needs."""
    modules, classes = ended([*arguments, config(tmp_path), "--format", "json"], tmp_path)
    assert used in modules
    assert modules & (unused | LATER | locks()) == set()
    assert 0 < classes <= CLASSES
    writers = {name for name in modules if name.startswith("consumer_drift.forges.") and name.endswith("writer")}
    assert writers == set()


def test_a_validation_loads_neither_the_network_nor_what_judges(tmp_path: Path) -> None:
    """An editor or a hook runs it at every save."""
    modules = loaded(["validate", config(tmp_path), "--format", "json"], tmp_path)
    assert "consumer_drift.config.yaml_tree" in modules
    needless = {
        "httpcore",
        "ssl",
        "consumer_drift.assess",
        "consumer_drift.forges.base",
        "consumer_drift.commands.check",
    }
    assert modules & (needless | LATER - {"consumer_drift.commands.validate"} | locks()) == set()


def test_a_step_loads_no_second_http_client(tmp_path: Path) -> None:
    """Every job waits for it."""
    assert "actions_toolkit.command" in (modules := loaded(["action"], tmp_path))
    assert modules & {"requests", "urllib3", "actions_toolkit.core"} == set()


def test_the_grammar_of_lock_files_is_compiled_for_the_first_of_them() -> None:
    """It takes longer than any other line of the start."""
    script = "from consumer_drift.locks import toml_blocks as one; print(one._statement.cache_info().currsize)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"


def test_a_log_in_a_pipe_has_no_progress_bar_to_load(tmp_path: Path) -> None:
    """It needs to know how wide a character is, and nothing more of that library; nor what other commands show."""
    modules = loaded(["check", "--root", ".", "--config", config(tmp_path)], tmp_path)
    assert "rich.cells" in modules
    assert modules & {"rich.progress", "rich.console", "rich.table", "rich.style", "rich.color"} == set()
    of_other_commands = {"text_bumps", "text_doctor", "bump_outcomes", "doctor"}
    assert modules & {f"consumer_drift.render.{name}" for name in of_other_commands} == set()
    assert modules & {"consumer_drift.model.outcome", "consumer_drift.model.readiness"} == set()
