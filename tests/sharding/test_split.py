"""Which consumers a share has: all of them once, evenly, and hardly others when the list grows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.shards import ShardSpec
from consumer_drift.sharding import split

NAME = st.builds(RepositoryName, st.sampled_from(["acme", "Acme", "beta"]), st.text("abcXYZ-.9", min_size=1))
NAMES = st.frozensets(NAME, max_size=60)
COUNT = st.integers(1, 15)


def shares(names: frozenset[RepositoryName], count: int) -> list[frozenset[RepositoryName]]:
    return [split.members(names, ShardSpec(index, count)) for index in range(1, count + 1)]


@given(NAMES, COUNT)
def test_every_consumer_is_in_exactly_one_share_and_sizes_differ_by_one_at_most(names, count) -> None:
    found = shares(names, count)
    assert sum(map(len, found)) == len(names)
    assert frozenset().union(*found) == names
    sizes = [len(share) for share in found]
    assert max(sizes) - min(sizes) <= 1


@given(NAMES, NAME, COUNT)
def test_one_consumer_more_moves_one_over_each_border_at_most(names, name, count) -> None:
    """Caches and habits stay with their shard."""
    grown = shares(names | {name}, count)
    moved = sum(len(before - after) for before, after in zip(shares(names, count), grown, strict=True))
    assert moved <= count - 1


@given(st.lists(NAME, unique=True, max_size=30), COUNT, st.randoms())
def test_neither_the_lists_order_nor_its_case_matter(names, count, random) -> None:
    other = [RepositoryName(name.owner.swapcase(), name.name.swapcase()) for name in names]
    random.shuffle(other)
    assert shares(frozenset(names), count) == shares(frozenset(other), count)


def test_an_owners_repositories_stay_together() -> None:
    names = frozenset(RepositoryName(owner, f"r{number}") for owner in "ab" for number in range(5))
    assert [{name.owner for name in share} for share in shares(names, 2)] == [{"a"}, {"b"}]


@pytest.mark.parametrize(("text", "index", "count"), [("1/1", 1, 1), ("3/10", 3, 10), (" 10/10 ", 10, 10)])
def test_a_share_is_written_as_a_fraction(text: str, index: int, count: int) -> None:
    assert split.parse(text) == ShardSpec(index, count)


@pytest.mark.parametrize("text", ["", "3", "0/3", "4/3", "-1/3", "1/0", "1/1001", "a/b", "1/2/3", "٣/٤", "1 /2"])
def test_what_is_no_share_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="as 3/10"):
        split.parse(text)
