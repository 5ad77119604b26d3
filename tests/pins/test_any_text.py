"""What holds for every kind on every text: files come from strangers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer_drift.model.pins import Absent, Damaged, Found, Pin, Pinning
from consumer_drift.pins import Image, Key, Module, Regex, Requirement, Uses, WholeFile, write
from tests.effort import examples
from tests.growth import reads_linearly
from tests.pins.readings import PEP440, SEMVER

PINS: list[Pin] = [
    WholeFile("v"),
    Requirement("r.txt", ("a",)),
    Requirement("p.toml", ("a",)),
    Key("k.json", "a"),
    Key("k.yml", "a"),
    Key("k.toml", "a"),
    Key("k.yml", "a.0.a"),
    Image("Dockerfile", "a"),
    Image("i.yml", "a"),
    Image("i.json", "a"),
    Uses("u.yml", "a/a"),
    Uses("u.yml", "docker://a"),
    Key("k.tf", "a"),
    Key("k.tf", "a.*[a=1].a"),
    Key("k.xml", "a"),
    Key("k.xml", "a.a[a=1].a"),
    Key(".tool-versions", "a"),
    Module("go.mod", "a"),
    Module("go.mod", "go"),
    Module("m.tf", "a"),
    Module("m.tf", "a/a/a"),
    Module("m.tf.json", "a"),
    Regex("f", r"a(?P<version>\S*)"),
]
# Pieces of the languages that are read, so that random texts get past their first character.
WORDS = st.sampled_from(
    [
        *"aAbx01.:=@-#'\"\\[]{}(),;$`!&*|<>~^%?/+_ \t\r\n\ufeff\0\x85\u2028é😀\ud800",
        *[
            "\n",
            "\r\n",
            "1.4.0",
            "v1.4.0",
            "1.4",
            "a: ",
            "a = ",
            '"a": ',
            "a==",
            "a/a@",
            "a:1.4.0",
            "&a ",
            "*a",
            "<<: ",
        ],
        *[
            "image: ",
            "uses: ",
            "tag: ",
            "- ",
            "---\n",
            "|\n ",
            ">-\n ",
            "''",
            '"""',
            "'''",
            "[a]\n",
            "[[a]]\n",
            "//",
            "/*",
        ],
        *[
            "*/",
            "FROM ",
            "ARG ",
            "COPY --from=",
            "RUN ",
            "--mount=from=",
            "<<EOF",
            "EOF\n",
            "\\\n",
            "${",
            ":-",
            "$a",
            "}",
        ],
        *[
            "# escape=`\n",
            " AS a",
            "--hash=x",
            "[project]\ndependencies=[",
            "\\u0061",
            "repository: a\n",
            "@sha256:0",
        ],
        *["<a>", "</a>", "<a a='1'>", "<a/>", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE a ", "<?", "&amp;"],
        *['a "a" {', "}\n", 'source = "', "a/a/a", "?ref=v1.4.0", 'version = "1.4.0"\n', "module a {\n", "/v2"],
        *[
            "require (",
            "require a v1.4.0\n",
            "replace ",
            " => ",
            "go 1.4.0\n",
            "// ",
            "-20240102030405-abcdef123456",
        ],
        *["a" * 40, " # v1.4.0", "git+https://x@1.4.0#egg=a"],
    ]
)
TEXTS = st.one_of(st.lists(WORDS, max_size=40).map("".join), st.text(), st.text(st.characters(codec=None)))


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: f"{type(pin).__name__} {pin.file}")
@given(text=TEXTS, version_format=st.sampled_from([SEMVER, PEP440]))
@settings(max_examples=examples(100))
def test_reading_answers_and_points_into_the_text(pin: Pin, text: str, version_format: object) -> None:
    """One of three answers, never an exception; spans within the text, and over the version itself."""
    reading = pin.read(text, version_format)
    assert isinstance(reading, Found | Absent | Damaged)
    if isinstance(reading, Damaged):
        assert 0 <= reading.line <= text.count("\n") + 1
    if not isinstance(reading, Found):
        return
    assert reading.occurrences
    for o in reading.occurrences:
        assert 0 <= o.span.start <= o.span.end <= len(text)
        assert o.line == text.count("\n", 0, o.span.start) + 1
        assert (o.pinning is Pinning.EXACT) == (o.version is not None) == (o.why == "")
        if o.pinning is Pinning.EXACT:
            assert text[o.span.start : o.span.end] == o.value == str(o.version)
    same = write(
        text, Found(tuple(o for o in reading.occurrences if o.value == reading.occurrences[0].value)), "9.9.9"
    )
    assert len(same) >= len(text) - sum(o.span.end - o.span.start for o in reading.occurrences)


HOSTILE = {
    "one long line": ("a: ", "x", ""),
    "brackets": ("", "[", ""),
    "braces": ("", '{"a":', ""),
    "dashes": ("", "- ", ""),
    "open string": ('a = "', "\\x", ""),
    "quotes": ("", '"', ""),
    "dotted key": ("", "a.", "a = 1"),
    "inline tables": ("a = ", "{a=", ""),
    "comments": ("", "/* */", ""),
    "clauses": ("a", "==1.4.0,", ""),
    "addresses": ("git+https://a#", "egg=&", ""),
    "hashes": ("a==1.4.0 ", "--hash=sha256:0 \\\n", ""),
    "doubling arguments": ("ARG a=x\n", "ARG a=$a$a\n", "FROM $a"),
    "nested defaults": ("FROM ", "${a:-", ""),
    "heredocs": ("RUN ", "<<A ", ""),
    "dashes in a tag": ("FROM a:", "1-a", ""),
    "comment of versions": (f"- uses: a/a@{'a' * 40} # ", "1.4 ", ""),
    "merges": ("a: &a {b: 1}\n", "<<: *a\n", ""),
    "tags": ("", "<a>", ""),
    "attributes": ("<a ", "a='1' ", ">"),
    "open attribute": ("<a ", "a='", ""),
    "open comments": ("", "<!-- ", ""),
    "character data": ("<a>", "<![CDATA[x]]>", "</a>"),
    "blocks": ("", "a {\n", ""),
    "labels": ("", 'a "a" ', ""),
    "interpolations": ('a = "', "${", ""),
    "expressions": ("a = ", "f([{(", ""),
    "tuples with a tail": ("a = " + "[" * 90, "1,", "]x" * 90),
    "comments in an expression": ("a = f(", "/* ", ""),
    "heredocs of HCL": ("a = ", "<<A\n", ""),
    "directives": ("", "require (\n", ""),
    "requires": ("", "require a/v2 v1.4.0\n", ""),
    "a long path": ("require ", "a/", "v2 v1.4.0"),
    "replacements": ("require a v1.4.0\n", "replace a => a v1.4.0\n", ""),
    "matches": ("", "a1.4.0\n", ""),
    "windows lines": ("", "é\r\n", ""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_reading_takes_time_in_proportion_to_the_text(name: str) -> None:
    start, part, end = HOSTILE[name]
    for pin in PINS:
        assert reads_linearly(
            lambda text, pin=pin: pin.read(text, SEMVER),
            lambda size: start + part * (size // len(part)) + end,
            examples(50_000),
        ), pin
