"""A submodule is a pin: its commit in the tree, on every forge and in folders."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from consumer_drift.run import run
from consumer_drift.settings import ForgeChoice, Settings
from consumer_drift.support.deadline import Deadline
from tests.emulator import Emulator, Submodule, World
from tests.running import check, propagate, token

if TYPE_CHECKING:
    from pathlib import Path

    from tests.emulator.world import Owner

CONFIG = """\
pins: [{file: vendor/runtime, submodule: acme/runtime}]
consumers: [at, below, other, text, unknown]
"""
FOLDERS = """\
owner: acme
source: {repository: runtime, version: 1.4.0}
reconcile: false
pins: [{file: vendor/runtime, submodule: acme/runtime}]
consumers: [app, fresh]
"""
NOW = datetime(2026, 3, 1, tzinfo=UTC)
MODULES = '[submodule "runtime"]\n\tpath = vendor/runtime\n\turl = {}\n'
OURS = "https://git.acme.example/acme/runtime.git"
NO_RELEASE = "2" * 40


def fleet() -> tuple[Owner, dict[str, str]]:
    """Consumers in every state, and repositories that are not listed."""
    owner = World().organisation("acme")
    source = owner.repository("runtime", tags=["v1.3.0"])
    source.commit({"a": "1"})
    source.tag("v1.4.0")

    def has(name: str, commit: str, url: str = OURS) -> None:
        owner.repository(name, files={".gitmodules": MODULES.format(url), "vendor/runtime": Submodule(commit)})

    has("at", source.tags["v1.4.0"])
    has("below", source.tags["v1.3.0"], "../runtime")
    has("unknown", NO_RELEASE)
    has("other", NO_RELEASE, "https://git.acme.example/acme/other")
    owner.repository("text", files={"vendor/runtime": source.tags["v1.4.0"]})
    has("lab", NO_RELEASE, "git@git.acme.example:acme/runtime.git")
    owner.repository("shop", files={"vendor/runtime": Submodule(source.tags["v1.3.0"])})
    has("elsewhere", NO_RELEASE, "https://git.acme.example/acme/other")
    return owner, source.tags


@pytest.mark.parametrize("forge", ["github", "gitea", "forgejo"])
def test_the_commit_in_the_tree_is_compared(forge: str, tmp_path: Path) -> None:
    """And no more requests are sent than for a file in its place, where files come in batches."""
    owner, _ = fleet()
    with Emulator(owner.world, forge) as emulator:
        seen = check(emulator, CONFIG, tmp_path, token(owner.world, forge))
        asked = seen.report.requests
        plain = check(
            emulator, CONFIG.replace(", submodule: acme/runtime", ""), tmp_path, token(owner.world, forge)
        )
    found = {(one.code.value, one.consumer.name if one.consumer else "") for one in seen.report.findings}
    assert found == {
        ("behind", "below"),
        ("invalid-pin", "unknown"),
        ("missing-pin", "other"),
        ("missing-pin", "text"),
        ("unlisted", "lab"),
        ("unlisted", "shop"),
    }, seen.messages
    assert "vendor/runtime: '222222222222" in seen.messages
    assert "is a submodule of another repository" in seen.messages
    assert "vendor/runtime:" not in seen.messages.replace("vendor/runtime: '", "")
    # The tags are read once more, for the commits. Forgejo has no batches, and .gitmodules is one file more.
    assert asked <= plain.report.requests + 1 + (11 if forge == "forgejo" else 0)


@pytest.mark.parametrize("forge", ["github", "gitea", "forgejo"])
def test_a_bump_says_how_a_submodule_is_brought_forward(forge: str, tmp_path: Path) -> None:
    owner, tags = fleet()
    with Emulator(owner.world, forge) as emulator:
        seen = propagate(emulator, CONFIG, tmp_path, token(owner.world, forge))
    below = next(bump for name, bump in seen.report.bumps if name.name == "below")
    assert f"run `git -C vendor/runtime checkout {tags['v1.4.0']}` in a clone" in below.note
    assert all(not owner.world.repository(f"acme/{name}").pulls for name in ("at", "below", "unknown"))


def test_in_folders_what_is_checked_out_counts(tmp_path: Path) -> None:
    """A submodule whose files are not there is told in words."""

    def git(place: Path, *arguments: str) -> str:
        command = ["git", "-C", str(place), "-c", "protocol.file.allow=always", *arguments]
        names = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        return subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | names).stdout

    fleet = tmp_path / "acme"
    source, app, fresh = fleet / "runtime", fleet / "app", fleet / "fresh"
    for place in (source, app):
        place.mkdir(parents=True)
        git(place, "init", "-q")
    git(source, "commit", "-q", "--allow-empty", "-m", "a")
    git(source, "tag", "v1.4.0")
    git(source, "pack-refs", "--all")
    git(app, "submodule", "--quiet", "add", str(source), "vendor/runtime")
    (fresh / "vendor" / "runtime").mkdir(parents=True)
    (tmp_path / "list.yml").write_text(FOLDERS, encoding="utf-8")
    settings = Settings(config="list.yml", root=tmp_path, forge=ForgeChoice.LOCAL)
    report = run(settings, Deadline(60.0), lambda _count: lambda _name: None, now=NOW, workspace=tmp_path)
    assert [(one.code.value, str(one.consumer)) for one in report.findings] == [("invalid-pin", "acme/fresh")]
    assert "an empty folder, as a submodule is until it is checked out" in report.findings[0].message
