"""What is legal YAML and would cost more than a configuration may is refused; what is harmless is read."""

import pytest
import yaml

from consumer_drift.config.text import MOST_LEVELS
from consumer_drift.config.yaml_tree import MOST_ALIASED, plain, read_tree
from tests.config.loading import told
from tests.growth import grows_linearly

LOADERS = [pytest.param(loader, id=loader.__name__) for loader in (yaml.CSafeLoader, yaml.SafeLoader)]


def laughs(levels: int) -> str:
    """The billion laughs: each level holds nine of the one before."""
    rows = ["l0: &l0 [ha, ha]"]
    rows += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("loader", LOADERS)
def test_an_anchor_bomb_ends_at_the_alias_that_is_too_many(loader: type) -> None:
    tree, mistakes = read_tree(laughs(30), loader)
    assert tree is None
    assert mistakes[-1].text == f"the aliases expand to more than {MOST_ALIASED:,} values: write them out"


def test_a_chain_of_aliases_that_nests_too_deep_is_refused() -> None:
    chain = "l0: &l0 [ha]\n" + "".join(f"l{n}: &l{n} [*l{n - 1}]\n" for n in range(1, 60))
    assert told(chain) == ["32:12 more than 32 levels: no key of this file is that deep"]


@pytest.mark.parametrize(
    "text", ["[" * 5000, "{a: " * 5000, "- " * 5000, "? " * 5000, "x:\n" + "- " * 900 + "a\n"]
)
@pytest.mark.parametrize("loader", LOADERS)
def test_deep_nesting_is_an_error_of_ours(text: str, loader: type) -> None:
    tree, mistakes = read_tree(text, loader)
    assert tree is None
    assert [mistake.text for mistake in mistakes] == [
        f"more than {MOST_LEVELS} levels: no key of this file is that deep"
    ]


@pytest.mark.parametrize("loader", LOADERS)
def test_scalars_keep_their_text(loader: type) -> None:
    text = "[1.20, 2027-06-30, yes, 0x10, 1_000, 1:30, 'null', \"~\", !!str null, null, ~, ]"
    tree, mistakes = read_tree(text, loader)
    assert not mistakes
    assert tree is not None
    assert plain(tree) == [
        "1.20", "2027-06-30", "yes", "0x10", "1_000", "1:30", "null", "~", "null", None, None,
    ]  # fmt: skip


def test_an_alias_has_its_own_place_and_what_is_inside_it_keeps_the_anchors() -> None:
    text = "pins: &p [{file: /a}]\nconsumers:\n- name: core\n  pins: *p\n"
    assert [message.partition(":  ")[0].split(": ")[0] for message in told(text)] == [
        "1:18 pins[0].file",
        "1:18 consumers[0].pins[0].file",
    ]
    assert told("owner: &a a/b\nforbid: [*a]\nconsumers: [*a, x]\nexempt: [*a]\npins: [{file: a}]\n")[
        1
    ].startswith("4:10 exempt[0]: must be a mapping")


def test_a_document_of_many_small_values_is_read_in_proportion() -> None:
    def many(size: int) -> str:
        return "pins: [{file: VERSION}]\nconsumers:\n" + "".join(f"- c{n}\n" for n in range(size)) + "- C7\n"

    assert told(many(2000)) == [
        "2003:3 consumers[2000]: acme/C7 is listed twice, first as consumers[7]: keep one of them"
    ]
    assert grows_linearly(lambda size: lambda: told(many(size)), 1000)
