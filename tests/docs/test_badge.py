"""The badge's workflow draws what its page shows, and replaces the badge of the run before."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from consumer_drift.model.exit_codes import Status
from scripts import badges
from tests.docs.sentences import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {
    "in-sync": "in sync",
    "drift": "2 drifted, 1 unlisted",
    "token-scope": "in sync, not all seen",
    "error": "unknown",
}


def test_every_status_has_a_badge() -> None:
    assert {status for status, _, _ in badges.RESULTS.values()} == set(Status)


@pytest.mark.parametrize("name", badges.RESULTS)
def test_the_page_shows_what_the_workflow_draws(name: str) -> None:
    drawn = badges.badge(name)
    assert (ROOT / badges.FOLDER / f"badge-{name}.svg").read_text(encoding="utf-8") == drawn, "run: make generate"
    picture = ElementTree.fromstring(drawn)
    assert picture.get("aria-label") == f"consumers: {TEXTS[name]}"
    page = (ROOT / "docs" / "badge.md").read_text(encoding="utf-8")
    assert f"![consumers: {TEXTS[name]}](pictures/badge-{name}.svg)" in page
    assert f"| `{TEXTS[name]}` |" in page


def test_a_step_that_gave_no_status_is_unknown_and_never_green(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path)], check=True)
    assert "consumers: unknown" in badges.pushed("", "", "", tmp_path)


def test_the_branch_keeps_the_newest_badge_alone(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", str(tmp_path)], check=True)
    badges.pushed("in-sync", "[]", "[]", tmp_path)
    assert "1 drifted, 0 unlisted" in badges.pushed("drift", '["acme/core"]', "[]", tmp_path)
    log = subprocess.run(
        ["git", "log", "--oneline", "badges"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert len(log.stdout.splitlines()) == 1


@pytest.mark.parametrize("name", ["python", "licence"])
def test_a_badge_of_the_readme_says_what_the_project_says(name: str) -> None:
    drawn = badges.facts(ROOT)[name]
    assert (ROOT / badges.FOLDER / f"badge-{name}.svg").read_text(encoding="utf-8") == drawn, "run: make generate"
    assert f"docs/pictures/badge-{name}.svg" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_facts_are_the_projects() -> None:
    assert 'aria-label="Python: 3.11 to 3.14"' in badges.facts(ROOT)["python"]
    assert 'aria-label="licence: MIT"' in badges.facts(ROOT)["licence"]
