"""The pages keep to one word for each thing, and to the words that readers of the field know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.docs.sentences import ROOT
from tests.docs.workflows import pages

if TYPE_CHECKING:
    from pathlib import Path

# Idiom and metaphors that named things here once, with what to write instead.
RETIRED = {
    r"nobody": "name who, or use the passive",
    r"stands?": "is",
    r"carr(?:y|ies|ied)": "has, contains",
    r"anew": "again, regenerate",
    r"in vain": "without success",
    r"mend(?:s|ed)?": "fix",
    r"weigh(?:s|ed)?": "count, level",
    r"doors?": "entry point",
    r"rooms?": "package",
    r"crew": "worker pool",
    r"pulse": "progress",
    r"shel(?:f|ves)": "store",
    r"seal(?:s|ed)?": "encrypt, authenticate",
    r"organisations?": "organization",
    r"authoris\w+": "authorize",
}
_WORDS = re.compile("|".join(rf"\b(?:{word})\b" for word in RETIRED), re.IGNORECASE)


def prose(text: str) -> str:
    """*text* without code, which quotes what programs print; its lines stay where they are."""
    outside = re.sub(
        r"^```.*?^```", lambda block: "\n" * block[0].count("\n"), text, flags=re.MULTILINE | re.DOTALL
    )
    return re.sub(r"`[^`\n]*`", "", outside)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_uses_the_words_of_the_field(page: Path) -> None:
    lines = prose(page.read_text(encoding="utf-8")).splitlines()
    found = [f"{number}: {word}" for number, line in enumerate(lines, 1) for word in _WORDS.findall(line)]
    assert not found, f"write instead: {RETIRED}"


def test_code_is_not_prose() -> None:
    assert _WORDS.findall(prose("It stands\n```\nnobody\n```\n`anew` mended")) == ["stands", "mended"]


def test_the_glossary_is_sorted() -> None:
    page = (ROOT / "docs" / "concepts.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\| ([^|]+) \|", page.partition("## Glossary")[2], re.MULTILINE)[2:]
    assert len(terms) > 20
    assert terms == sorted(terms, key=str.lower)
