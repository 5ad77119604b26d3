"""The pictures show what the program writes, as GitHub shows it."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from scripts import browser, github_looks, pictures

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

HEADER = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(17)


def test_a_picture_says_what_it_was_made_of() -> None:
    png = browser.with_comment(HEADER + struct.pack(">I", 0) + b"IEND" + bytes(4), "made of this")
    assert browser.comment_of(png) == "made of this"
    assert png.startswith(HEADER)
    text = png[len(HEADER) :]
    (length,) = struct.unpack_from(">I", text)
    assert struct.unpack_from(">I", text, 8 + length)[0] == zlib.crc32(text[4 : 8 + length])


def test_a_picture_without_a_comment_says_nothing() -> None:
    assert browser.comment_of(HEADER) == ""


def test_without_a_browser_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(pictures, "FOLDER", tmp_path)
    assert pictures.main() == 1
    assert "no Chromium found: install it" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_annotation_is_below_its_line_as_the_runner_reads_it() -> None:
    command = "::error file=a.yml,line=2,col=5,title=one%2C two%3A 100%25::first: <b> 50%25%0Aand more"
    page = github_looks.annotated_file("a.yml", "consumers:\n  - core # ours\n", command)
    line, _, below = page.partition("core")
    assert "consumers" in line
    assert "Check failure on line 2 in a.yml" in below
    assert "one, two: 100%" in below
    assert "first: &lt;b&gt; 50%\nand more" in below


def test_a_command_about_another_file_is_not_shown() -> None:
    assert "elsewhere" not in github_looks.annotated_file(
        "a.yml", "a: b\n", "::error file=b.yml,line=1::elsewhere"
    )


def test_a_pull_request_shows_which_characters_change() -> None:
    page = github_looks.pull_request(
        title="bump <it>",
        number=7,
        author="bot",
        branches=("main", "bump/runtime-1.4.0"),
        labels=["dependencies"],
        body="See https://github.com/acme/runtime/releases",
        changes={"requirements.txt": ("a\nruntime==1.3.2 # b\n", "a\nruntime==1.4.0 # b\n")},
    )
    assert "bump &lt;it&gt;" in page
    assert "- runtime==1.<b>3.2</b> # b" in page
    assert "+ runtime==1.<b>4.0</b> # b" in page
    assert "<a>https://github.com/acme/runtime/releases</a>" in page
    assert "1 file changed" in page
    assert "dependencies" in page


def test_a_picture_of_another_page_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "pages", lambda: {"one": "now", "two": "now", "three": "now"})
    for name, html in (("one", "now"), ("two", "before")):
        (tmp_path / f"{name}.png").write_bytes(browser.with_comment(HEADER, pictures.digest(html)))
    assert pictures.stale(tmp_path) == ["two", "three"]


def test_what_is_shown_does_not_change_from_run_to_run() -> None:
    """Neither a port, nor a duration, nor the date: else every picture would be stale at once."""
    once, again = pictures.pages(), pictures.pages()
    assert list(once) == ["job-summary", "annotations", "pull-request"]
    assert once == again
    for html in once.values():
        assert "127.0.0.1" not in html
