from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Leaf, ListNode, MapNode, Node

SPECIFICATION = r'''
# comment
title = "TOML \"example\" \u00e9 \U0001F600\t"
'literal.key' = 'C:\no\escape'
"quoted \"key\"" = 1
bare-key_1 = +1_000
3.14 = "pi"
a.b . "c.d" = true

[owner]
dob = 1979-05-27T07:32:00-08:00
lunch = 1979-05-27 07:32:00.5Z
time = 07:32:00
floats = [ +1.0, -0.01, 5e+22, 6.626e-34, inf, -nan, 0xDEAD_BEEF, 0o755, 0b1101 ]

[ servers . alpha ] # header
ip = "10.0.0.1"
[servers]
nested = { x = 1, y.z = { w = [ { v = 'q' }, {} ] } }

[[products]]
name = "Hammer"
[products.dims]
h = 1
[[products]]
[[products.sizes]]
s = 1
[[products.sizes]]
s = 2

[strings]
ml = """
first
second \
    joined ""quoted"" """
edge = """"two quotes"""""
'''
SPECIFICATION += "lit = '''\nraw\\n ''x'''\nquotes = '''''two'''''\n"


def plain(node: Node) -> Any:
    """The tree as the standard library would give it, with every scalar as text."""
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return {key: plain(nodes[0]) for key, nodes in node.entries.items() if len(nodes) == 1}


def texts(value: Any) -> Any:
    """*value* with the scalars that are no texts left out of the comparison."""
    if isinstance(value, dict):
        return {key: texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [texts(inner) for inner in value]
    return value if isinstance(value, str) else ...


def same(ours: Any, theirs: Any) -> bool:
    """Whether both have the same shape and the same texts."""
    if isinstance(theirs, dict):
        return (
            isinstance(ours, dict) and ours.keys() == theirs.keys() and all(same(ours[k], theirs[k]) for k in ours)
        )
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(ours) == len(theirs) and all(map(same, ours, theirs))
    return isinstance(ours, str) and theirs in (ours, ...)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_specifications_examples_are_read_as_the_standard_library_reads_them(newline: str) -> None:
    """Every kind of key, string, table and list."""
    text = SPECIFICATION.replace("\n", newline)
    (root,) = parse(text, Format.TOML)
    if newline == "\n":
        assert same(plain(root), texts(tomllib.loads(text)))
    assert isinstance(root, MapNode)
    ip = root.entries["servers"][0].entries["alpha"][0].entries["ip"][0]
    assert text[ip.start : ip.end] == ip.value == "10.0.0.1"


@given(
    st.lists(
        st.sampled_from([*SPECIFICATION.splitlines(keepends=True), '"', "'", "=", "[", "]", "a", "1\n"]),
        max_size=12,
    )
)
def test_what_the_standard_library_takes_we_take_alike(lines: list[str]) -> None:
    """Lines put together at random: where they are TOML, both see the same."""
    text = "".join(lines)
    try:
        theirs = tomllib.loads(text)
    except ValueError:
        return
    (root,) = parse(text, Format.TOML)
    assert same(plain(root), texts(theirs))


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a =",
        "= 1",
        "a = 'x",
        'a = "x',
        'a = """x',
        "a = [1",
        "a = {b = 1",
        "a = [1 2]",
        "[a",
        "[[a]",
        "a = 1 b = 2",
    ],
)
def test_what_the_standard_library_refuses_for_its_form_we_refuse(text: str) -> None:
    """Where a place would be lost."""
    with pytest.raises(ValueError):
        tomllib.loads(text)
    with pytest.raises(MalformedError):
        parse(text, Format.TOML)
