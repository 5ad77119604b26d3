from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Leaf, ListNode, Node

BASE = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
VALUES = st.recursive(
    st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


def plain(node: Node) -> Any:
    """The tree as a loader gives it that keeps scalars as texts."""
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return {key: plain(nodes[-1]) for key, nodes in node.entries.items()}


@given(VALUES, st.sampled_from([None, "'", '"']), st.booleans(), st.booleans())
def test_yaml_is_read_as_pyyaml_reads_it(value: Any, style: str | None, flow: bool, bom: bool) -> None:
    """Whatever the style, with and without a BOM."""
    text = yaml.dump(value, default_style=style, default_flow_style=flow, allow_unicode=True)
    (root,) = parse("\ufeff" + text if bom else text, Format.YAML)
    assert plain(root) == yaml.load(text, Loader=BASE)
