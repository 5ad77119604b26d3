"""Every message has its entry in ``docs/troubleshooting/``, and every entry its message."""

from __future__ import annotations

import ast
import re

import pytest

from consumer_drift.model.findings import Code
from consumer_drift.model.result import Reason
from tests.docs.sentences import GAP, ROOT, SOURCE, Sentence, is_said, spoken

FOLDER = ROOT / "docs" / "troubleshooting"
PAGES = [page.read_text(encoding="utf-8") for page in sorted(FOLDER.glob("*.md"))]
INDEX = (FOLDER / "index.md").read_text(encoding="utf-8")
PHRASES = [phrase for page in PAGES for phrase in re.findall(r"^### `(.+)`$", page, re.MULTILINE)]
# What says too little to tell one message from another, as in "there is no …".
DISTINCT = [
    phrase for phrase in PHRASES if len(re.findall(r"[A-Za-z']{2,}", phrase)) >= 3 and phrase != "there is no …"
]
ENTRIES = [
    entry for page in PAGES for entry in re.split(r"^#{1,3} ", page, flags=re.MULTILINE) if entry.startswith("`")
]
# Readers arrive by search and see one entry, so none may lean on another.
ELSEWHERE = re.compile(
    r"\b(as above|see above|above|below|the same on|do the same)\b|Fix: (the same|as )|Cause: (the same|as )"
)

# Sentences that are put together from others: their words are in the parts.
FEWEST_WORDS = 3


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z']{2,}", text)


def whole(sentence: Sentence) -> bool:
    return len(words(sentence.text)) >= FEWEST_WORDS


def test_the_source_is_read() -> None:
    """Were the sentences not found, every test below would pass."""
    said = {sentence.text for sentence in spoken()}
    assert "there is no token, and GitHub's GraphQL API requires one" in said
    assert f"{GAP} gave no answer to {GAP} in time ({GAP})" in said
    assert len(said) > 80


def test_every_sentence_for_a_user_has_its_heading() -> None:
    without = [
        f"{sentence.file}:{sentence.line} says {sentence.text!r}"
        for sentence in spoken()
        if whole(sentence) and not any(sentence.holds(phrase) for phrase in DISTINCT)
    ]
    assert without == [], (
        "add a heading with the words of each to the page of its area in docs/troubleshooting/, with the cause"
        " and the fix"
    )


def test_every_heading_is_said_somewhere() -> None:
    unsaid = [phrase for phrase in PHRASES if not is_said(phrase)]
    assert unsaid == [], "nothing in the source says these any more"


def test_no_heading_is_there_twice() -> None:
    assert len(PHRASES) == len(set(PHRASES))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.splitlines()[0])
def test_every_entry_says_the_cause_and_the_fix(entry: str) -> None:
    assert "\n- Cause: " in entry
    assert "\n- Fix: " in entry


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.splitlines()[0])
def test_every_entry_can_be_read_alone(entry: str) -> None:
    assert not ELSEWHERE.search(entry)


def test_every_heading_is_an_entry() -> None:
    assert len(ENTRIES) == len(PHRASES) > 150


def given() -> list[Reason]:
    """The reasons that something in the source gives. Asking for one, or listing it in a set, gives nothing."""
    found = {
        child.attr
        for file in SOURCE.rglob("*.py")
        for parent in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if not isinstance(parent, ast.Set | ast.Compare)
        for child in ast.iter_child_nodes(parent)
        if isinstance(child, ast.Attribute) and isinstance(child.value, ast.Name) and child.value.id == "Reason"
    }
    return [reason for reason in Reason if reason.name in found]


def test_the_reasons_are_found() -> None:
    assert {Reason.PROXY, Reason.NOT_FOUND, Reason.SSO} <= set(given())


def test_every_reason_has_its_entry() -> None:
    marks = {reason: f"<!-- reason: {reason.value} -->" for reason in given()}
    assert [reason for reason, mark in marks.items() if not any(mark in page for page in PAGES)] == []


@pytest.mark.parametrize("code", Code)
def test_every_code_is_in_the_table(code: Code) -> None:
    rows = [line for line in INDEX.splitlines() if line.startswith("| [`")]
    assert any(f"[`{code.value}`](../findings/{code.value}.md)" in row for row in rows)
