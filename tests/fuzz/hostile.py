"""Texts that make a reader slow which looks at any part of them more than a fixed number of times."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

COMMIT = "a" * 40


def repeated(start: str, part: str, end: str = "") -> Callable[[int], str]:
    """A text of about a given size."""
    return lambda size: start + part * (size // len(part)) + end


def numbered(start: str, part: Callable[[int], str], end: str = "") -> Callable[[int], str]:
    """The same, of parts that differ."""

    def parts(size: int) -> Iterator[str]:
        done = index = 0
        while done < size:
            one = part(index)
            done, index = done + len(one), index + 1
            yield one

    return lambda size: start + "".join(parts(size)) + end


def halves(first: Callable[[int], str], second: Callable[[int], str]) -> Callable[[int], str]:
    """Half of the text of one kind, then half of another: work in one multiplies with the other."""
    return lambda size: first(size // 2) + second(size // 2)


HOSTILE: dict[str, Callable[[int], str]] = {
    "an argument without a value": repeated("ARG ", "a", "!"),
    "one long line": repeated("a: ", "x"),
    "brackets": repeated("", "["),
    "braces": repeated("", '{"a":'),
    "mixed brackets": repeated("", "{[("),
    "dashes": repeated("", "- "),
    "question marks": repeated("", "? "),
    "open string": repeated('a = "', "\\x"),
    "escaped quotes": repeated('a = "', '\\"', "\\"),
    "quotes": repeated("", '"'),
    "single quotes": repeated("a = ", "'"),
    "triple quotes": repeated("a = ", '"""a'),
    "dotted key": repeated("", "a.", "a = 1"),
    "inline tables": repeated("a = ", "{a="),
    "comments": repeated("", "/* */"),
    "open comments": repeated("", "/* "),
    "clauses": repeated("a", "==1.4.0,"),
    "templated clauses": repeated("a", "==$a,"),
    "addresses": repeated("git+https://a#", "egg=&"),
    "a long repository": repeated("git+https://a/", "git/@"),
    "dashes in a file's name": repeated("https://a/", "a-0"),
    "hashes": repeated("a==1.4.0 ", "--hash=sha256:0 \\\n"),
    "doubling arguments": repeated("ARG a=x\n", "ARG a=$a$a\n", "FROM $a"),
    "nested defaults": repeated("FROM ", "${a:-"),
    "heredocs": repeated("RUN ", "<<A "),
    "closed heredocs": halves(repeated("RUN ", "<<A "), repeated("\n", "A\n")),
    "continuations": repeated("RUN ", "\\  \\\n"),
    "mounts": repeated("RUN --mount=", "a,"),
    "dashes in a tag": repeated("FROM a:", "1-a"),
    "references": repeated("", "a:1.4.0 "),
    "comment of versions": repeated(f"- uses: a/a@{COMMIT} # ", "1.4 "),
    "blanks behind a commit": repeated(f"- uses: a/a@{COMMIT}", " ", "x"),
    "merges": repeated("a: &a {b: 1}\n", "<<: *a\n"),
    "a chain of merges": numbered("- &b0 {x: 1}\n", lambda index: f"- &b{index + 1} {{<<: *b{index}, a: {{}}}}\n"),
    "a chain of merges under one key": numbered(
        "d: &b0 {x: 1}\na:\n", lambda index: f"- &b{index + 1} {{<<: *b{index}}}\n"
    ),
    "aliases of a long scalar": halves(
        repeated("x: &x ", "a"), repeated("\nl:\n", "- {image: *x, uses: *x, a: *x}\n")
    ),
    "aliases of a long tag": halves(
        repeated("x: &x ", "a"), repeated("\nl:\n", "- {repository: a, name: a, tag: *x}\n")
    ),
    "aliases of a long list": halves(repeated("x: &x\n", "- a\n"), repeated("l:\n", "- {services: *x, a: *x}\n")),
    "aliases of one table": halves(repeated("x: &x {tag: [], ", "a: [], ", "}\n"), repeated("a:\n", "- *x\n")),
    "global registries": halves(
        repeated("", "global: {registry: x}\n"), repeated("l:\n", "- {name: a, tag: 1.4.0}\n")
    ),
    "a key twice and lists of tables": halves(repeated("", "a=1\n"), repeated("", "[[a]]\n")),
    "tags": repeated("", "<a>"),
    "attributes": repeated("<a ", "a='1' ", ">"),
    "open attribute": repeated("<a ", "a='"),
    "comments of XML": repeated("", "<!-- "),
    "character data": repeated("<a>", "<![CDATA[x]]>", "</a>"),
    "declarations": repeated("", "<!DOCTYPE a "),
    "blocks": repeated("", "a {\n"),
    "labels": repeated("", 'a "a" '),
    "interpolations": repeated('a = "', "${"),
    "expressions": repeated("a = ", "f([{("),
    "tuples with a tail": repeated("a = " + "[" * 90, "1,", "]x" * 90),
    "comments in an expression": repeated("a = f(", "/* "),
    "heredocs of HCL": repeated("a = ", "<<A\n"),
    "sources": repeated("", 'module a {\n source = "a/a/a"\n version = "1.4.0"\n}\n'),
    "a long source": repeated('module a {\n source = "', "a", '"\n}\n'),
    "directives": repeated("", "require (\n"),
    "requires": repeated("", "require a/v2 v1.4.0\n"),
    "a long path": repeated("require ", "a/", "v2 v1.4.0"),
    "replacements": repeated("require a v1.4.0\n", "replace a => a v1.4.0\n"),
    "scripts": repeated("", "# /// script\n"),
    "strings of a setup": repeated("setup(install_requires=[", '"a==1.4.0",', "])"),
    "one list for many calls": halves(repeated("x=[", '"",', "]\n"), repeated("", "setup(install_requires=x)\n")),
    "nested calls": repeated("", "setup(install_requires="),
    "signs": repeated("a = ", "=" * 200 + "\na = "),
    "options": repeated("[options]\ninstall_requires =\n", " a\n"),
    "matches": repeated("", "a1.4.0\n"),
    "windows lines": repeated("", "é\r\n"),
}
