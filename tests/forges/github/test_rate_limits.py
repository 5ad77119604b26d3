"""Numbers in headers: whatever a server writes there."""

from __future__ import annotations

import pytest

from consumer_drift.forges.github.errors import rate_limit, secondary_limit, seconds
from consumer_drift.model.result import Reason


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("60", 60.0),
        (" 7 ", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("nan", 0.0),
        ("1e999", float("inf")),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("", None),
        (None, None),
    ],
)
def test_seconds_of_a_header(header: str | None, expected: float | None) -> None:
    """Never negative, and None where it is no number."""
    assert seconds(header) == expected


@pytest.mark.parametrize(
    ("wait", "says"),
    [(600.0, "is used up; it is lifted in 10 min"), (None, "is used up"), (float("inf"), "is used up")],
)
def test_a_spent_limit_says_when_it_ends(wait: float | None, says: str) -> None:
    """Where that is known."""
    failure = rate_limit(403, wait)
    assert (failure.reason, failure.status) == (Reason.RATE_LIMIT, 403)
    assert says in failure.said


def test_a_secondary_limit_says_what_to_lower() -> None:
    """It is about how fast was asked."""
    failure = secondary_limit(429)
    assert (failure.reason, failure.status) == (Reason.SECONDARY_LIMIT, 429)
    assert "--concurrency" in failure.remedy
