"""Names, comments, docstrings and messages use the field's words, and no metaphor names anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "consumer_drift"
FILES = sorted(SOURCE.rglob("*.py"))
# Former names of modules and classes, and idioms, which a newcomer could not look up.
RETIRED = re.compile(
    r"\b(?:doors?|crew|bearing|pulse|era|strain|holding|patience|shelf|seal|taking|telling|looking|weigh(?:ed|s)?"
    r"|aim|wish|house|rooms?|anew|nobody|mended|stands|carr(?:y|ies|ied) (?!out)|in vain)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_a_file_uses_the_words_of_the_field(file: Path) -> None:
    lines = enumerate(file.read_text(encoding="utf-8").replace("_", " ").splitlines(), 1)
    assert [f"{number}: {line.strip()}" for number, line in lines if RETIRED.search(line)] == []


def test_no_module_has_a_retired_name() -> None:
    names = {part for file in FILES for part in file.relative_to(SOURCE).with_suffix("").parts}
    assert [name for name in names if RETIRED.search(name.replace("_", " "))] == []


def test_the_retired_words_are_found_where_they_are() -> None:
    assert RETIRED.search("def weigh(pins)")
    assert RETIRED.search("a file that carries a pin")
    assert not RETIRED.search("the write was applied")
