from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Leaf, ListNode, Node


def plain(node: Node) -> object:
    assert not isinstance(node, ListNode)
    if isinstance(node, Leaf):
        return node.value
    return {key: [plain(one) for one in nodes] for key, nodes in node.entries.items()}


def expected(element: ET.Element) -> object:
    """What the standard library's parser says of *element*, in the same shape."""
    text = "".join(part.strip() for part in (element.text or "", *(one.tail or "" for one in element)))
    if not len(element) and not element.attrib:
        return text
    table: dict[str, list[object]] = {key: [value] for key, value in element.attrib.items()}
    for child in element:
        table.setdefault(child.tag, []).append(expected(child))
    if text:
        table["#text"] = [text]
    return table


NAMES = st.sampled_from(["a", "b", "version", "x.y", "A-1"])
WORDS = st.text("ab1. \n", max_size=6)
ELEMENTS = st.recursive(
    st.builds(lambda n, t: f"<{n}>{t}</{n}>", NAMES, WORDS) | st.builds(lambda n: f"<{n} />", NAMES),
    lambda inner: st.builds(
        lambda n, c, v, q: f"<{n} c={q}{c}{q}>{''.join(v)}<!-- {c} --></{n}>",
        NAMES,
        st.text("ab1. ", max_size=4),
        st.lists(inner, max_size=4),
        st.sampled_from("\"'"),
    ),
    max_leaves=12,
)


@given(body=ELEMENTS)
def test_it_agrees_with_the_standard_library(body: str) -> None:
    root = ET.fromstring(body)
    assert plain(parse(f'<?xml version="1.0"?>\n{body}\n', Format.XML)[0]) == {root.tag: [expected(root)]}


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("", "an element", 1),
        ("x", "no text outside of the root element", 1),
        ("<a>\n<b></a>", "the end of 'b'", 2),
        ("<a>", "the end of 'a'", 1),
        ("</a>", "an element", 1),
        ("<a/><b/>", "one root element", 1),
        ("<a b=c/>", "the end of the tag 'a'", 1),
        ("<a b='1/>", "the end of the tag 'a'", 1),
        ("<a><!-- </a>", "'-->'", 1),
        ("<a><![CDATA[ </a>", "']]>'", 1),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "a document without declarations of its own", 1),
        ("< a/>", "an element's name", 1),
    ],
)
def test_what_is_no_xml_is_told(text: str, why: str, line: int) -> None:
    with pytest.raises(MalformedError) as caught:
        parse(text, Format.XML)
    assert (caught.value.why, caught.value.line) == (f"is no valid XML: {why} was expected", line)


def test_depth_has_a_bound_and_entities_stay_as_they_are() -> None:
    with pytest.raises(MalformedError, match="levels deep"):
        parse("<a>" * 200, Format.XML)
    assert plain(parse("<a>1&#46;4&amp;<![CDATA[&x]]></a>", Format.XML)[0]) == {"a": ["1&#46;4&amp;&x"]}
