from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Leaf, ListNode, Node

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def plain(node: Node, text: str) -> Any:
    """The tree as the standard library gives it."""
    if isinstance(node, Leaf):
        quoted = text[node.start - 1 : node.start] == '"'
        return json.loads(text[node.start - 1 : node.end + 1] if quoted else node.value)
    if isinstance(node, ListNode):
        return [plain(item, text) for item in node.items]
    return {key: plain(nodes[-1], text) for key, nodes in node.entries.items()}


@given(VALUES, st.sampled_from([None, 2, "\t"]), st.booleans())
def test_json_is_read_as_the_standard_library_reads_it(
    value: Any, indent: int | str | None, ascii_only: bool
) -> None:
    """And every leaf's place holds what was written, quotes left outside."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    (root,) = parse(text, Format.JSON)
    assert plain(root, text) == value
