"""The page about tokens names every permission that a workflow of ours asks for, and messages that are said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from consumer_drift.forges.github.completeness import TokenKind
from consumer_drift.tokens import TOKEN_VARIABLES
from tests.docs.sentences import GAP, ROOT, texts
from tests.docs.workflows import EXAMPLES, FENCES, Workflow

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (ROOT / "docs" / "tokens.md").read_text(encoding="utf-8")
GRANTED = set(re.findall(r"^\| `([a-z-]+)` \| `(read|write)` \|", PAGE, re.MULTILINE))
# Code in the tables that has at least three words is a message; the rest are scopes, permissions and keys.
QUOTED = sorted(
    {
        code
        for line in PAGE.splitlines()
        if line.startswith("| ")
        for code in re.findall(r"`([^`]+)`", line)
        if len(re.findall(r"[A-Za-z']{2,}", code)) >= 3 and not re.search(r": (read|write)$|\.yml$", code)
    }
)


def permissions(node: Any) -> Iterator[tuple[str, str]]:
    """Every level that is granted anywhere in a workflow, with what for."""
    if not isinstance(node, dict):
        return
    yield from (node.get("permissions") or {}).items()
    for job in node.get("jobs", {}).values():
        yield from (job.get("permissions") or {}).items()


@pytest.mark.parametrize("workflow", [*EXAMPLES, *FENCES], ids=str)
def test_every_permission_of_an_example_is_in_the_table(workflow: Workflow) -> None:
    assert set(permissions(workflow.content)) <= GRANTED


def test_the_app_of_the_example_has_the_permissions_that_are_named() -> None:
    app = (ROOT / "examples/workflows/github-app.yml").read_text(encoding="utf-8")
    asked = re.findall(r"permission-([a-z-]+): (\w+)", app)
    assert asked
    for name, level in asked:
        assert f"`{name.replace('-', ' ').capitalize()}: {level}`" in PAGE


@pytest.mark.parametrize("phrase", QUOTED)
def test_every_message_it_quotes_is_said(phrase: str) -> None:
    assert any(text.holds(phrase) for text in texts())


def test_messages_are_quoted_at_all() -> None:
    assert f"the token may not see all repositories of {GAP}" in QUOTED


@pytest.mark.parametrize("kind", [kind for kind in TokenKind if kind.value])
def test_every_kind_of_token_has_its_row(kind: TokenKind) -> None:
    assert f"`{kind.value}…`" in PAGE


def test_every_variable_that_is_looked_into_is_named() -> None:
    assert all(f"`{name}`" in PAGE for names in TOKEN_VARIABLES.values() for name in names)
