"""``validate``: the configuration alone, as files or as standard input, without any network."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scripts.shifted import inherited
from tests.processes import consumer_drift

ROOT = Path(__file__).resolve().parents[2]
VALID = "pins: [{file: .runtime-version}]\nconsumers: [a, b]\n"
WRONG = "pins: []\nconsumer:\n  - a\nowner: a b\n"
# A request of any kind would fail at this proxy.
OFFLINE = {"PATH": os.environ["PATH"], "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "", **inherited()}


def validate(*arguments: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return consumer_drift("validate", *arguments, cwd=folder, env={**OFFLINE, **more})


def written(folder: Path, text: str, name: str = "consumer-drift.yml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_valid_file_ends_with_0_and_says_how_many_consumers_it_has(tmp_path: Path) -> None:
    written(tmp_path, VALID)
    done = validate(folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 configuration valid, with 2 consumers; 0 requests" in done.stdout
    assert "Coverage" not in done.stdout


def test_every_mistake_is_reported_at_its_place(tmp_path: Path) -> None:
    written(tmp_path, WRONG, "list.yml")
    done = validate("list.yml", "--format", "json", folder=tmp_path)
    report = json.loads(done.stdout)
    places = [(one["place"]["file"], one["place"]["line"], one["place"]["column"]) for one in report["findings"]]
    assert done.returncode == 2
    assert (report["command"], report["notes"]) == ("validate", ["0 of 1 configuration valid"])
    assert places == [("list.yml", 1, 1), ("list.yml", 2, 1), ("list.yml", 4, 8)]


def test_several_files_are_checked_each_by_its_own(tmp_path: Path) -> None:
    """As pre-commit passes them."""
    written(tmp_path, VALID, "one.yml")
    written(tmp_path, WRONG, "two.yml")
    done = validate("one.yml", "two.yml", folder=tmp_path)
    assert done.returncode == 2
    assert "at two.yml:2:1" in done.stdout
    assert "1 of 2 configurations valid" in done.stdout


@pytest.mark.parametrize(("text", "code"), [(VALID, 0), (WRONG, 2), ("", 2)])
def test_standard_input_is_read_for_a_dash(tmp_path: Path, text: str, code: int) -> None:
    command = [sys.executable, "-P", "-m", "consumer_drift", "validate", "-"]
    done = subprocess.run(
        command, cwd=tmp_path, env=OFFLINE, input=text, capture_output=True, text=True, check=False, timeout=300
    )
    assert (done.returncode, done.stderr) == (code, "")
    assert code == 0 or "at <stdin>:1:1" in done.stdout


def test_the_usual_places_are_those_of_the_repository_that_the_folder_is_in(tmp_path: Path) -> None:
    written(tmp_path / "outside", VALID)
    repository = tmp_path / "outside" / "runtime"
    inner = repository / "src" / "deep"
    inner.mkdir(parents=True)
    (repository / ".git").mkdir()
    assert validate(folder=inner).returncode == 2
    written(repository, VALID, ".github/consumer-drift.yml")
    done = validate(folder=inner)
    assert done.returncode == 0
    assert "Configuration: ../../.github/consumer-drift.yml" in done.stdout


def test_without_a_repository_no_folder_above_is_searched(tmp_path: Path) -> None:
    written(tmp_path, VALID)
    (tmp_path / "below").mkdir()
    assert "no configuration to validate was found" in validate(folder=tmp_path / "below").stdout


def test_a_name_with_the_owner_of_the_checkout_is_the_same_as_one_without(tmp_path: Path) -> None:
    """Otherwise the job would be the first to find the duplicate."""
    written(tmp_path, VALID.replace("b]", "acme/a]"))
    (tmp_path / ".git").mkdir()
    written(tmp_path, '[remote "origin"]\n\turl = git@git.example.org:acme/runtime.git\n', ".git/config")
    done = validate(folder=tmp_path)
    assert done.returncode == 2
    assert "is listed twice" in done.stdout


def test_in_a_job_the_owner_is_that_of_the_calling_repository(tmp_path: Path) -> None:
    written(tmp_path, VALID.replace("b]", "acme/a]"))
    assert validate(folder=tmp_path).returncode == 0
    assert validate(folder=tmp_path, GITHUB_REPOSITORY="acme/runtime").returncode == 2


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.yml", "the configuration none.yml cannot be read: No such file"),
        (".", "the configuration . cannot be read: Is a directory"),
        ("acme/runtime/drift.yml@main", "is a file of another repository, and validate asks no server"),
    ],
)
def test_what_cannot_be_read_is_an_error(tmp_path: Path, name: str, words: str) -> None:
    done = validate("--config", name, folder=tmp_path)
    assert done.returncode == 2
    assert words in done.stdout


def test_a_file_of_a_gigabyte_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "huge.yml").open("wb") as stream:
        stream.truncate(2**40)
    done = validate("huge.yml", folder=tmp_path)
    assert done.returncode == 2
    assert "at most 1 MiB" in done.stdout


def test_the_hook_of_pre_commit_runs_it_on_every_place_of_the_configuration() -> None:
    """https://pre-commit.com/#new-hooks"""
    from consumer_drift.config import LOCATIONS  # noqa: PLC0415

    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["entry"], hook["language"]) == ("consumer-drift validate", "python")
    fits = re.compile(hook["files"])
    assert [place for place in LOCATIONS if not fits.search(place)] == []
    assert not fits.search("docs/consumer-drift.yml")
    assert f"id: {hook['id']}" in (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "kind"),
    [(("validate", "cons"), "file"), (("check", "--root", "f"), "dir"), (("check", "--config", ""), "file")],
)
def test_completion_offers_paths(words: tuple[str, ...], kind: str) -> None:
    asked = {
        "_CONSUMER_DRIFT_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("consumer-drift", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = consumer_drift(cwd=ROOT, env={**OFFLINE, **asked})
    assert [line.partition(",")[0] for line in done.stdout.splitlines()] == [kind]
