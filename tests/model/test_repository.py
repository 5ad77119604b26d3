from __future__ import annotations

import pytest

from consumer_drift.model.repository import RepositoryName, distinct, is_name


@pytest.mark.parametrize(
    ("text", "owner", "expected"),
    [
        ("acme/runtime", "", "acme/runtime"),
        ("runtime", "acme", "acme/runtime"),
        ("other/runtime", "acme", "other/runtime"),
        ("Acme/Run.Time_1-x", "", "Acme/Run.Time_1-x"),
    ],
)
def test_a_name_is_an_owner_and_a_repository(text: str, owner: str, expected: str) -> None:
    """The owner may go without saying."""
    assert str(RepositoryName.parse(text, owner)) == expected


@pytest.mark.parametrize(
    "text", ["", "a/", "/a", "a/b/c", "a b/c", "a/..", "../a", "a/b.git", "a/.git", "é/a", "a/b\n"]
)
def test_what_no_forge_accepts_is_refused(text: str) -> None:
    """Names end up in addresses and paths."""
    with pytest.raises(ValueError, match=r"no repository's name|names no owner"):
        RepositoryName.parse(text)


def test_a_bare_name_needs_an_owner() -> None:
    """And the message says how to write it."""
    with pytest.raises(ValueError, match="write owner/name"):
        RepositoryName.parse("runtime")


def test_names_compare_without_case() -> None:
    """As on every forge; what is shown keeps its case."""
    one, other = RepositoryName("Acme", "Runtime"), RepositoryName("acme", "runtime")
    assert one == other
    assert hash(one) == hash(other)
    assert {one: 1}[other] == 1
    assert str(one) == "Acme/Runtime"
    assert one != RepositoryName("acme", "runtimes")
    assert one != "acme/runtime"
    assert sorted([RepositoryName("b", "a"), RepositoryName("A", "b"), RepositoryName("a", "A")]) == [
        RepositoryName("a", "a"),
        RepositoryName("a", "b"),
        RepositoryName("b", "a"),
    ]


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("a", True),
        ("a" * 100, True),
        ("a" * 101, False),
        (".", False),
        (".github", True),
        ("a.git", False),
        ("", False),
    ],
)
def test_is_name(text: str, good: bool) -> None:
    """One part of a name."""
    assert is_name(text) is good


def test_names_that_differ_in_case_alone_are_one_however_they_come() -> None:
    names = [RepositoryName("acme", "r0"), RepositoryName("acme", "R0"), RepositoryName("acme", "a")]
    assert [str(one) for one in distinct(names)] == ["acme/a", "acme/R0"]
    assert [str(one) for one in distinct(reversed(names))] == ["acme/a", "acme/R0"]
