"""No link of the documentation leads nowhere, and the pages speak of what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.docs.sentences import ROOT, SOURCE
from tests.docs.workflows import pages

if TYPE_CHECKING:
    from pathlib import Path

LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")


def anchors(text: str) -> set[str]:
    """The names of a page's headings, made as GitHub, Gitea and Forgejo make them."""
    outside = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    heads = re.findall(r"^#+ (.+)$", outside, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def links(page: Path) -> list[str]:
    """The links of *page* to files. What code shows is none: readers write it into pages of their own."""
    text = re.sub(r"`[^`\n]*!\[[^`\n]*`", "", page.read_text(encoding="utf-8"))
    # The README's badges lead to pages of the repository's server.
    return [link for link in LINK.findall(text) if not link.startswith("../../actions/")]


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in links(page):
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), link


def linked(page: Path) -> set[Path]:
    """The pages of the documentation that *page* links to."""
    files = (link.partition("#")[0] for link in links(page))
    return {(page.parent / file).resolve() for file in files if file.endswith(".md")}


def test_every_page_can_be_reached_from_the_first() -> None:
    reached, waiting = set(), {(ROOT / "docs" / "index.md").resolve()}
    while waiting:
        page = waiting.pop()
        reached.add(page)
        waiting |= linked(page) - reached
    assert [page for page in (ROOT / "docs").rglob("*.md") if page.resolve() not in reached] == []


def test_every_package_is_in_the_map() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    packages = [folder.name for folder in SOURCE.iterdir() if (folder / "__init__.py").exists()]
    assert packages
    assert [package for package in packages if f"| `{package}/` |" not in guide] == []


def test_every_target_of_make_that_is_named_exists() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    code = "\n".join(re.findall(r"```sh.*?```|`[^`\n]+`", guide, re.DOTALL))
    named = set(re.findall(r"\bmake ([a-z0-9-]+)", code))
    assert named
    assert named <= targets


def test_the_emulator_can_be_started_as_the_guide_says() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.emulator", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert all(flag in done.stdout for flag in ("--forge", "--world", "--latency-ms"))
