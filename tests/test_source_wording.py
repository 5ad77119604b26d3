"""Names, comments, docstrings and messages use the field's words, and no metaphor names anything."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "consumer_drift"
FILES = sorted(SOURCE.rglob("*.py"))
# Their strings are data of all kinds: names, comments and docstrings alone are held to the words.
OTHER_FILES = sorted(
    file
    for folder in ("tests", "bench", "scripts", "action")
    for file in (ROOT / folder).rglob("*.py")
    if file.name not in {"test_source_wording.py", "test_wording.py"}
)
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


@pytest.mark.parametrize("file", OTHER_FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_text_about_other_code_uses_them_too(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert [text for text in _prose(source) if RETIRED.search(text.replace("_", " "))] == []


def _prose(source: str) -> Iterator[str]:
    """Yield the names, the comments and the docstrings of a module."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in {tokenize.NAME, tokenize.COMMENT}:
            yield token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""


def test_prose_is_names_comments_and_docstrings() -> None:
    source = '"""Doc."""\nname = "data"  # why\n'
    assert list(_prose(source)) == ["name", "# why", "Doc."]


def test_no_module_has_a_retired_name() -> None:
    names = {part for file in FILES for part in file.relative_to(SOURCE).with_suffix("").parts}
    assert [name for name in names if RETIRED.search(name.replace("_", " "))] == []


def test_the_retired_words_are_found_where_they_are() -> None:
    assert RETIRED.search("def weigh(pins)")
    assert RETIRED.search("a file that carries a pin")
    assert not RETIRED.search("the write was applied")
