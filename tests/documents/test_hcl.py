from __future__ import annotations

import pytest

from consumer_drift.documents.errors import MalformedError
from consumer_drift.documents.formats import Format, parse
from consumer_drift.documents.node import Leaf, ListNode, Node

TEXT = """\
/* a */ terraform { required_version = "1.9.0" } // end
# comment
locals {
  plain   = "a \\"b\\" $${c} \\u00e9"
  list    = ["a", "b", # one
    { k = 1, "l" : "m" }]
  call    = merge({ a = "}" }, var.b) # tail
  cond    = var.x == "y" ? "a" : "b"
  each    = { for k, v in var.m : k => "${v}" }
  inner   = "${lookup(var.a, "k", "}")}-x"
  doc     = <<-EOT
    not = "closed
  EOT
  (var.k) = 1
}
"""


def plain(node: Node) -> object:
    if isinstance(node, Leaf):
        return node.value
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return {key: [plain(one) for one in nodes] for key, nodes in node.entries.items()}


def test_values_are_read_and_what_is_computed_stays_open() -> None:
    text = TEXT.replace("  (var.k) = 1\n", "")
    assert plain(parse(text, Format.HCL)[0]) == {
        "terraform": [{"required_version": ["1.9.0"]}],
        "locals": [
            {
                "plain": ['a "b" ${c} é'],
                "list": [["a", "b", {"k": ["${1}"], "l": ["m"]}]],
                "call": ['${merge({ a = "}" }, var.b)}'],
                "cond": ['${var.x == "y" ? "a" : "b"}'],
                "each": ['${{ for k, v in var.m : k => "${v}" }}'],
                "inner": ['${lookup(var.a, "k", "}")}-x'],
                "doc": ['${<<-EOT\n    not = "closed\n  EOT}'],
            }
        ],
    }


def test_labels_are_keys_and_blocks_of_one_name_stand_side_by_side() -> None:
    text = 'module "a" {\n v = "1"\n}\nmodule b {}\nmodule "a" {\n v = "2"\n}\n'
    assert plain(parse(text, Format.HCL)[0]) == {
        "module": [{"a": [{"v": ["1"]}]}, {"b": [{}]}, {"a": [{"v": ["2"]}]}]
    }


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("a {\n", "a closing brace", 2),
        ("}\n", "a name", 1),
        ('a = "x\n', "the end of a string", 1),
        ('a = "${x\n', "the end of a string or a closing '}'", 2),
        ("a = [1 2]\n", None, 0),
        ("a = f(/* x\n", "the end of a comment", 1),
        ("a = <<E\nx\n", "the end of the heredoc E", 3),
        ("a =\n", "a value", 1),
        ('a = ["x" "y"]\n', None, 0),
        ("a = {b}\n", "an equals sign or a colon", 1),
        ('a = "x" b = 1\n', None, 0),
        ("a = f(]\n", "a closing ')'", 1),
    ],
)
def test_what_is_no_hcl_is_told_or_stays_open(text: str, why: str | None, line: int) -> None:
    """An expression is not checked, and never read as a value either."""
    if why is None:
        assert "${" in str(plain(parse(text, Format.HCL)[0]))
        return
    with pytest.raises(MalformedError) as caught:
        parse(text, Format.HCL)
    assert (caught.value.why, caught.value.line) == (f"is no valid HCL: {why} was expected", line)


def test_depth_has_a_bound() -> None:
    for text in ("a {\n" * 200, "a = " + "[" * 200, "a = " + "{a=" * 200):
        with pytest.raises(MalformedError, match="levels deep"):
            parse(text, Format.HCL)
