"""The quick start shows what a reader will see: its commands are run, and print what the page says."""

from __future__ import annotations

import re

from scripts import quick_start
from tests.docs.sentences import ROOT

PAGE = (ROOT / quick_start.PAGE).read_text(encoding="utf-8")


def test_the_page_shows_what_its_commands_print() -> None:
    assert quick_start.page(ROOT) == PAGE, "run: make generate"


def test_the_steps_lead_from_drift_to_in_sync_and_to_an_incomplete_answer() -> None:
    """Were the commands not found, or all of them failed, the page would be equal to itself."""
    results = re.findall(r"^([a-z-]+): .*; exit code (\d)\.$", PAGE, re.MULTILINE)
    assert {status for status, _ in results} == {"drift", "in-sync", "token-scope", "done"}


def test_what_is_not_run_is_what_starts_something_else() -> None:
    skipped = re.findall(r"<!-- not run -->\n\n```sh\n(\w+)", PAGE)
    assert skipped == ["git", "make", "export", "unset"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)$", PAGE, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_demonstration_ends_as_the_page_says() -> None:
    """It takes a minute, so its last lines are compared with the recipe instead."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    first, second = PAGE.partition("make demo\n")[2].partition("```text\n")[2].splitlines()[:2]
    assert first in makefile
    assert re.sub(r"\d", "%s", second) in makefile
