"""Regular expressions mean the same on every Python that the program supports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "consumer_drift"
# Python 3.11.0 to 3.11.4 match these wrongly: https://github.com/python/cpython/issues/101955
UNSAFE = re.compile(r"(?<!\\)\)(?:[*+?]|\{[0-9,]+\})\+|\(\?>")


@pytest.mark.parametrize("pattern", ["(?:a|b)*+", "(?P<x>a)++", "(a)?+", "(?:a){2,3}+", "(?>a)"])
def test_possessive_groups_are_seen(pattern: str) -> None:
    assert UNSAFE.search(pattern)


@pytest.mark.parametrize("pattern", ["[ab]*+", r"a++", r"\)*+", "(?:a|b)+", "(?=a)"])
def test_possessive_characters_are_safe(pattern: str) -> None:
    assert not UNSAFE.search(pattern)


def test_no_group_is_possessive() -> None:
    places = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in sorted(SOURCE.rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if UNSAFE.search(line)
    ]
    assert places == []
