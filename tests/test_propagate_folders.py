"""propagate on folders, as the program that a user starts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import consumer_drift

DEMO = Path(__file__).parents[1] / "examples" / "demo"


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """A copy of the example fleet."""
    return Path(shutil.copytree(DEMO / "fleet", tmp_path / "fleet"))


def run(fleet: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``consumer-drift …`` on those folders."""
    where = ["--config", DEMO / "consumer-drift.yml", "--root", fleet]
    return consumer_drift(*arguments, *where, cwd=fleet, env=os.environ)


def contents(fleet: Path) -> dict[str, bytes]:
    """Every file."""
    return {str(one.relative_to(fleet)): one.read_bytes() for one in sorted(fleet.rglob("*")) if one.is_file()}


def test_a_dry_run_shows_a_diff_and_writes_nothing(fleet: Path) -> None:
    before = contents(fleet)
    done = run(fleet, "propagate", "--dry-run")
    assert contents(fleet) == before
    assert "would-rewrite  acme/template-iris" in done.stdout
    assert "  -acme-runtime[web]==1.3.2 ; python_version >= '3.11'\n  +acme-runtime[web]==1.4.0 ;" in done.stdout
    assert done.returncode == 1
    assert done.stderr == ""


def test_without_write_no_file_is_changed_and_the_first_line_says_why(fleet: Path) -> None:
    before = contents(fleet)
    done = run(fleet, "propagate")
    assert contents(fleet) == before
    first = done.stdout.splitlines()[0]
    assert first == "Dry run: nothing is written, because folders are changed only with --write"
    assert "would-rewrite  acme/template-iris" in done.stdout
    summary = run(fleet, "propagate", "--format", "markdown").stdout
    assert "nothing is written, because folders are changed only with" in summary.split("\n\n")[1]


def test_the_diffs_have_the_order_of_the_outcomes(tmp_path: Path) -> None:
    """The list has another order."""
    listing = tmp_path / "list.yml"
    listing.write_text(
        "source: {repository: acme/runtime}\npins: [{file: VERSION}]\nconsumers: [acme/shop, acme/lab]\n"
    )
    for name in ("shop", "lab"):
        (tmp_path / "fleet" / name).mkdir(parents=True)
        (tmp_path / "fleet" / name / "VERSION").write_text("1.3.0\n")
    where = ["--config", listing, "--root", tmp_path / "fleet", "--target", "1.4.0"]
    shown = consumer_drift("propagate", *where, cwd=tmp_path, env=os.environ).stdout
    outcomes = re.findall(r"^  would-rewrite  (\S+)$", shown, re.MULTILINE)
    assert outcomes == re.findall(r"^In (\S+):$", shown, re.MULTILINE) == ["acme/lab", "acme/shop"]


OWN = "source: {repository: acme/runtime}\n"


def cloned(url: str, folder: Path) -> None:
    """Make *folder* a checkout with the tag v1.4.0, which was cloned from *url*."""
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "packed-refs").write_text(f"{'a' * 40} refs/tags/v1.4.0\n")
    (folder / ".git" / "config").write_text(f'[remote "origin"]\n\turl = {url}\n' if url else "")


@pytest.mark.parametrize(
    ("head", "url", "below", "arguments", "name"),
    [
        ("", "https://github.com/acme/runtime.git", "", (), "acme/shop"),
        ("", "git@git.example.org:acme/runtime.git", "acme", (), "acme/shop"),
        (OWN, "", "", (), "acme/shop"),
        (OWN, "", "acme", (), "acme/shop"),
        (OWN, "https://github.com/acme/runtime.git", "acme", (), "acme/shop"),
        (f"owner: other\n{OWN}", "https://github.com/acme/runtime", "", (), "other/shop"),
        ("", "", "", ("--target", "1.4.0"), "local/shop"),
    ],
)
def test_the_source_and_the_owner_of_folders_are_those_of_the_list_or_of_its_checkout(
    head: str, url: str, below: str, arguments: tuple[str, ...], name: str, tmp_path: Path
) -> None:
    source, shop = tmp_path / below / "runtime", tmp_path / below / "shop"
    cloned(url, source)
    (source / "consumer-drift.yml").write_text(f"{head}pins: [{{file: VERSION}}]\nconsumers: [shop]\n")
    shop.mkdir()
    (shop / "VERSION").write_text("1.3.0\n")
    done = consumer_drift(
        "check", "--root", tmp_path, *arguments, "--format", "json", cwd=source, env={"PATH": os.environ["PATH"]}
    )
    report = json.loads(done.stdout)
    assert report["target"]["version"] == "1.4.0", report["findings"]
    assert [(one["name"], one["state"]) for one in report["consumers"]] == [(name, "behind")]
    assert done.returncode == 1


def test_where_nothing_names_the_source_of_folders_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "consumer-drift.yml").write_text("pins: [{file: VERSION}]\nconsumers: [shop]\n")
    done = consumer_drift("check", "--root", tmp_path, cwd=tmp_path, env={"PATH": os.environ["PATH"]})
    assert "write which repository it is, as in 'repository: acme/runtime'" in done.stdout
    assert done.returncode == 2


def test_a_dry_run_stays_one_with_write(fleet: Path) -> None:
    before = contents(fleet)
    done = run(fleet, "propagate", "--dry-run", "--write")
    assert contents(fleet) == before
    assert done.stdout.startswith("Dry run: nothing is written, because --dry-run is set\n")


def test_a_run_that_writes_says_nothing_of_a_dry_run(fleet: Path) -> None:
    assert "Dry run" not in run(fleet, "propagate", "--write").stdout
    assert "Dry run" not in run(fleet, "check").stdout


def test_the_diff_is_one_that_patch_applies_and_gives_what_a_run_writes(fleet: Path, tmp_path: Path) -> None:
    report = json.loads(run(fleet, "propagate", "--dry-run", "--format", "json").stdout)
    copy = Path(shutil.copytree(fleet, tmp_path / "copy"))
    for consumer in report["consumers"]:
        if consumer["bump"]["diff"]:
            folder = copy / consumer["name"].partition("/")[2]
            subprocess.run(
                ["git", "apply", "-"], input=consumer["bump"]["diff"].encode(), cwd=folder, check=True,
                env={"GIT_DIR": "/dev/null", "PATH": "/usr/bin:/bin:/usr/local/bin"},
            )  # fmt: skip
    run(fleet, "propagate", "--write")
    assert contents(copy) == contents(fleet)


def test_a_run_rewrites_in_place_once(fleet: Path) -> None:
    before = contents(fleet)
    done = json.loads(run(fleet, "propagate", "--write", "--format", "json").stdout)
    outcomes = {one["name"]: one["bump"]["outcome"] for one in done["consumers"]}
    assert outcomes["acme/template-iris"] == outcomes["acme/template-pan"] == "rewritten"
    assert done["pull_requests"] == []
    after = contents(fleet)
    changed = {path for path in after if after[path] != before[path]}
    assert changed == {
        "template-iris/.runtime-version",
        "template-iris/requirements.txt",
        "template-pan/Dockerfile",
    }
    states = {one["name"]: one["state"] for one in done["consumers"]}
    assert states["acme/template-iris"] == "in-sync"

    again = json.loads(run(fleet, "propagate", "--write", "--format", "json").stdout)
    assert contents(fleet) == after
    assert {one["bump"]["outcome"] for one in again["consumers"]} == {"already-pinned", "no-pin", "skipped"}


def test_where_all_that_was_behind_is_rewritten_the_run_ends_with_0(fleet: Path) -> None:
    done = run(fleet, "propagate", "--write", "--only", "template-iris", "--only", "template-pan")
    assert done.returncode == 0, done.stdout
    assert "Bumps: 2 rewritten" in done.stdout


def test_the_commands_help_tells_its_exit_codes(fleet: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "consumer_drift", "propagate", "--help"], capture_output=True, text=True, check=True
    )
    assert "--dry-run" in done.stdout
    assert "0  every consumer is at the target, or an open pull request brings it there" in done.stdout
    plain = subprocess.run(
        [sys.executable, "-m", "consumer_drift", "check", "--dry-run"], capture_output=True, text=True, check=False
    )
    assert plain.returncode == 2
