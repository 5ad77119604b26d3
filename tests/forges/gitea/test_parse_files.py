"""What is at a path, as the API says."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from consumer_drift.forges.gitea import parse_commits, parse_files
from consumer_drift.model.result import FileText, NoFile, NoText
from consumer_drift.support.json_fields import InvalidJson, JsonValue


def row(data: bytes, **other: Any) -> dict[str, Any]:
    content = base64.b64encode(data).decode()
    return {"type": "file", "path": "a", "size": len(data), "encoding": "base64", "content": content} | other


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (row(b"1.4.0\n"), FileText("1.4.0\n")),
        (row(b""), FileText("")),
        (row(b"\xef\xbb\xbf1\r\n"), FileText("\ufeff1\r\n")),
        ([{"path": "a/b"}], NoText("a folder", is_file=False)),
        ([], NoFile()),
        (row(b"", type="dir", content=None), NoText("a folder", is_file=False)),
        (row(b"", type="submodule", content=None, sha="1" * 40), NoText("a submodule", False, "1" * 40)),
        (row(b"", type="symlink", content=None, size=4), NoText("a symbolic link")),
    ],
)
def test_an_answer_says_what_is_there(value: object, answer: object) -> None:
    assert parse_files.content(JsonValue(value), "a") == answer


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (row(b"\x00\x01"), "binary"),
        (row(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"), "LFS"),
        (row(b"", content=None, encoding=None, size=20_000_000), "20000000 bytes"),
    ],
)
def test_what_is_no_text_says_why(value: object, word: str) -> None:
    answer = parse_files.content(JsonValue(value), "a")
    assert isinstance(answer, NoText)
    assert word in answer.why
    assert answer.is_file


@pytest.mark.parametrize(
    "value",
    [
        row(b"x", path="b"),
        row(b"x", type="blob"),
        row(b"x", encoding="none"),
        row(b"x", content="!"),
        row(b"x", content="é"),
        row(b"xyz", size=400),
        row(b"x", size="1"),
        "x",
        None,
    ],
)
def test_an_answer_that_cannot_be_trusted_is_none(value: object) -> None:
    with pytest.raises(InvalidJson):
        parse_files.content(JsonValue(value), "a")


def test_a_path_is_compared_in_the_servers_spelling() -> None:
    assert parse_files.content(JsonValue(row(b"x")), "./a") == FileText("x")


def test_a_batch_answers_in_order_and_null_is_no_file() -> None:
    assert parse_files.batch(JsonValue([row(b"1"), None]), ["a", "b"]) == {"a": FileText("1"), "b": NoFile()}


def test_a_short_batch_says_nothing_about_the_rest() -> None:
    assert parse_files.batch(JsonValue([row(b"1")]), ["a", "b"]) == {"a": FileText("1")}


@pytest.mark.parametrize("value", [[row(b"1"), None, None], [None, row(b"1")], {}])
def test_a_batch_that_answers_something_else_is_none(value: object) -> None:
    with pytest.raises(InvalidJson):
        parse_files.batch(JsonValue(value), ["a", "b"])


DIFF = """\
diff --git a/.runtime-version b/.runtime-version
index f0bb29e..88c5fb8 100644
--- a/.runtime-version
+++ b/.runtime-version
@@ -1 +1 @@
-1.3.0
+1.4.0
diff --git a/deploy/a b c.txt b/deploy/a b c.txt
old mode 100644
new mode 100755
index 3e219ac..601736f
--- a/deploy/a b c.txt
+++ b/deploy/a b c.txt
@@ -1,3 +1,3 @@
 diff --git a/x b/x
-old mode 1
+old mode 2
"""


@pytest.mark.parametrize(
    ("text", "count", "expected"),
    [
        (DIFF, 2, {"deploy/a b c.txt"}),
        (DIFF.partition("diff --git a/deploy")[0], 1, set()),
        (DIFF, 3, None),
        (DIFF[: len(DIFF) // 2], 3, None),
        ("<html>", 1, None),
        ("", 0, set()),
    ],
)
def test_the_files_with_another_mode_are_read_from_a_diff(
    text: str, count: int, expected: set[str] | None
) -> None:
    """Recorded from a real Gitea. A diff that was cut short has too few files."""
    assert parse_commits.other_modes(text, count) == expected
