"""What a real Gitea was seen to do with unlikely questions: 1.26.0+dev, asked by hand."""

from __future__ import annotations

import json

import pytest

from tests.emulator import Emulator, World
from tests.emulator.asking import client


def ask(path: str, **query: str | int) -> tuple[int, str, bytes]:
    """Status, content type and body of a question about a small repository."""
    world = World()
    acme = world.organisation("acme")
    acme.repository("a", files={".runtime-version": "1\n", "docs/x.md": "x"})
    token = world.token("bot", scopes=["read:repository"], sees="all")
    with Emulator(world, "gitea") as emulator, client(emulator, token) as http:
        answer = http.get(f"/repos/acme/a/{path}", params=query or None)
    return answer.status_code, answer.headers["content-type"].replace(" ", ""), answer.content


def test_a_folder_in_a_batch_is_a_row_of_its_own() -> None:
    """It is no file, and it is not null either."""
    status, _, body = ask("file-contents", body='{"files":["docs",".runtime-version"]}')
    assert status == 200
    assert [row["type"] for row in json.loads(body)] == ["dir", "file"]


def test_an_empty_path_in_a_batch_breaks_the_server() -> None:
    """500, and no JSON."""
    assert ask("file-contents", body='{"files":[""]}')[:2] == (500, "text/plain;charset=utf-8")


def test_a_page_past_the_end_of_a_tree_holds_null() -> None:
    """Where a list was promised."""
    status, _, body = ask("git/trees/main", page=9, per_page=1000)
    assert status == 200
    assert json.loads(body)["tree"] is None


@pytest.mark.parametrize(("path", "status", "kind"), [
    ("git/trees/a/b", 404, "text/plain;charset=utf-8"),
    ("contents/.git/config", 500, "application/json;charset=utf-8"),
])  # fmt: skip
def test_paths_that_the_server_does_not_expect(path: str, status: int, kind: str) -> None:
    """A slash that is not escaped, and the repository's own folder."""
    assert ask(path)[:2] == (status, kind)
