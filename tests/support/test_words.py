"""Short texts that several messages need."""

from __future__ import annotations

import pytest

from consumer_drift.support.words import counted, cut, first_of, quoted


@pytest.mark.parametrize(
    ("value", "shown", "in_quotes"),
    [
        ("1.4.0", "1.4.0", "'1.4.0'"),
        ("x" * 80, "x" * 80, repr("x" * 80)),
        ("x" * 81, "x" * 79 + "…", repr("x" * 79 + "…")),
        ("a\nb", "a\nb", "'a\\nb'"),
    ],
)
def test_a_value_in_a_message_is_cut(value: str, shown: str, in_quotes: str) -> None:
    """After eighty characters, and quoted where it is no version."""
    assert (cut(value), quoted(value)) == (shown, in_quotes)


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, ""), (1, "0"), (10, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"), (12, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more")],
)
def test_a_message_names_ten_and_counts_the_rest(number: int, shown: str) -> None:
    assert first_of(list(range(number))) == shown


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 repositories"), (1, "1 repository"), (2, "2 repositories"), (1234, "1,234 repositories")],
)
def test_numbers_agree_with_their_noun(number: int, text: str) -> None:
    assert counted(number, "repository", "repositories") == text
