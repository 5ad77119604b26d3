"""Foreign text is harmless in logs, commands, Markdown, links and JSON, and secrets are gone."""

from __future__ import annotations

import json
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from consumer_drift.support import escape
from tests.render.strategies import PIECES, text

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("a\r\nb\tc", r"a\r\nb\tc"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("a\u202eb", r"a\u202eb"),
        ("a\u200b\ufeffb", r"a\u200b\ufeffb"),
        ("a\u2028b\u2029c\x85d", r"a\u2028b\u2029c\x85d"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
        ("a\xa0b", r"a\xa0b"),
        ("日本é🙂", "日本é🙂"),
    ],
)
def test_what_is_unseen_becomes_visible(raw: str, shown: str) -> None:
    assert escape.visible(raw) == shown


def test_no_character_of_an_unseen_category_gets_through() -> None:
    every = (chr(code) for code in range(sys.maxunicode + 1))
    assert [c for c in every if c != " " and unicodedata.category(c) in UNSEEN and escape.visible(c) == c] == []


def test_a_megabyte_in_one_line_is_cut() -> None:
    assert escape.visible("x" * 1_000_000, 10) == "xxxxxxxxx…"
    assert escape.visible("x" * 10, 10) == "x" * 10
    assert len(escape.inert(":" * 1_000_000, 100)) == 100


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("::set-output name=a::b", ": :set-output name=a: :b"),
        (":::", ": : :"),
        ("x ##[add-mask]y", "x ## [add-mask]y"),
        ("###[x]", "### [x]"),
        ("# [x] a:b", "# [x] a:b"),
    ],
)
def test_commands_are_broken_up_visibly(raw: str, shown: str) -> None:
    assert escape.inert(raw) == shown


@given(text, st.integers(1, 60))
def test_inert_text_is_one_short_line_without_commands(raw: str, limit: int) -> None:
    shown = escape.inert(raw, limit)
    assert len(shown) <= limit
    assert "::" not in shown
    assert "##[" not in shown
    assert not [c for c in shown if c != " " and unicodedata.category(c) in UNSEEN]


@pytest.mark.parametrize(
    ("raw", "escaped"),
    [
        ("acme/core pins 1.3.0.", "acme/core pins 1.3.0."),
        ("a_b*c*", r"a\_b\*c\*"),
        ("a|b", "a&#124;b"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("[x](javascript:y)", r"\[x\](javascript:y)"),
        ("ask @acme/owners about #12", "ask `@acme/owners` about `#12`"),
        ("see https://e.example/a_b", "see `https://e.example/a_b`"),
        ("see https://e.example/a_b, open for 3 hours.", "see `https://e.example/a_b`, open for 3 hours."),
        ("is it @team?", "is it `@team`?"),
        ("www.", "`www.`"),
        ("a`@b", r"<code>a\`@&#8203;b</code>"),
        ("a|#1", "<code>a&#124;#&#8203;1</code>"),
        ("- item", "&#45; item"),
        ("1. item", "&#49;. item"),
        ("1.4.0", "1.4.0"),
        ("    block", "&#32;   block"),
    ],
)
def test_markdown_shows_the_text_itself(raw: str, escaped: str) -> None:
    assert escape.markdown(raw) == escaped


def _shown(tokens: list) -> str:
    """The text a reader sees of inline tokens that are text, code, or our own ``<code>``."""
    for token in tokens:
        assert token.type in {"text", "text_special", "code_inline", "html_inline", "entity"}, token
        assert token.type != "html_inline" or token.content in {"<code>", "</code>"}
    return "".join(token.content for token in tokens if token.type != "html_inline")


@given(st.one_of(text, st.lists(st.sampled_from(PIECES), max_size=12).map("".join)))
def test_any_text_is_one_paragraph_of_plain_text_in_markdown(raw: str) -> None:
    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    for rendered in (escape.markdown(raw), escape.code(raw)):
        blocks = parser.parse(rendered)
        assert [block.type for block in blocks] in ([], ["paragraph_open", "inline", "paragraph_close"])
        shown = _shown(blocks[1].children or []) if blocks else ""
        assert "".join(shown.replace("\u200b", "").split()) == "".join(escape.inert(raw).split())


@pytest.mark.parametrize(
    ("raw", "linked"),
    [
        ("https://git.example/a/b#L1", "https://git.example/a/b#L1"),
        ("http://[::1]:3000/a?b=1&c=2", "http://[::1]:3000/a?b=1&c=2"),
        ("https://git.example/a%20b", "https://git.example/a%20b"),
        ("https://git.example/(a) <b>|`", "https://git.example/%28a%29%20%3Cb%3E%7C%60"),
        ("https://git.example/é", "https://git.example/%C3%A9"),
        ("https://git.example/?a=&copy;", "https://git.example/?a=&copy%3B"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//git.example/a", ""),
        ("https://user:pass@git.example/", ""),
        ("https://git.example\\@evil.example/", ""),
        ("https://[::1/", ""),
        ("https:///a", ""),
        ("https://git.example/\ud800", ""),
        ("https://git.example/" + "a" * 3000, ""),
        ("", ""),
    ],
)
def test_only_plain_web_addresses_are_linked(raw: str, linked: str) -> None:
    assert escape.url(raw) == linked


@given(st.one_of(text, text.map("https://e.example/".__add__)))
def test_an_address_has_nothing_that_ends_a_link(raw: str) -> None:
    assert not set(escape.url(raw)) & set("()<>|`\"' \\\n*;")


_WHOLE = text.filter(lambda raw: not any("\ud800" <= character <= "\udfff" for character in raw))


_VALUES = st.one_of(
    _WHOLE, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)
)


@given(st.recursive(_VALUES, lambda inner: st.lists(inner) | st.dictionaries(_WHOLE, inner), max_leaves=8))
def test_json_parses_back_and_holds_no_command(value: object) -> None:
    written = escape.json_text(value)
    assert written.isascii()
    assert "##[" not in written
    assert json.loads(written) == value
    assert json.loads(escape.json_line(value)) == value
    # The same as the standard library's, which is slow with an indent.
    assert written.replace("#\\u0023[", "##[") == json.dumps(value, indent=2).replace("#\\u0023[", "##[") + "\n"


def test_a_lone_surrogate_is_written_so_that_strict_parsers_take_it() -> None:
    assert json.loads(escape.json_text(["a\ud800b"])) == [r"a\ud800b"]


@given(text)
def test_prose_makes_code_and_links_to_the_named_servers_and_nothing_else(raw: str) -> None:
    here = "https://git.example.org"
    shown = escape.prose(f"{raw} {here}/a/b/pulls/3, {raw}", servers=[here])
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(shown)
    tags = set(re.findall(r"<(\w+)", html))
    assert tags <= {"p", "code", "a"}
    assert set(re.findall(r'href="([^"]*)"', html)) <= {f"{here}/a/b/pulls/3"}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("change `pins:` there", "change `pins:` there"),
        ("a lone ` stays", r"a lone \` stays"),
        ("`a|b` is no span", r"\`a&#124;b\` is no span"),
        ("(https://x.example/a/b/pull/3)", "([a/b&#35;3](https://x.example/a/b/pull/3))"),
        ("see https://x.example/a_b, or", "see [`https://x.example/a_b`](https://x.example/a_b), or"),
        ("https://x.example.evil/a", "`https://x.example.evil/a`"),
    ],
)
def test_prose_reads_as_it_was_written(raw: str, shown: str) -> None:
    assert escape.prose(raw, servers=["https://x.example"]) == shown
