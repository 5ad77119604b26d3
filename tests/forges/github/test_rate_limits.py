"""When a limit ends: whatever a server writes in its headers."""

from __future__ import annotations

import pytest

from consumer_drift.forges.github.rate_limits import limit_of, rate_limit, secondary_limit
from consumer_drift.forges.http.messages import Response
from consumer_drift.model.result import Reason


@pytest.mark.parametrize(
    ("reset", "wait"),
    [
        ("1795348860", 60.0),
        ("1795348800", 0.0),
        ("1795348000", 0.0),
        ("99999999999", 98204650000.0 + 1199.0),
        ("9" * 5000, None),
        ("1795348860.5", None),
        ("soon", None),
        ("\u0663", None),
        ("", None),
    ],
)
def test_a_limit_is_lifted_when_the_servers_own_clock_says_so(reset: str, wait: float | None) -> None:
    """Whatever this machine's clock says: each answer tells the server's time beside the end of the limit."""
    headers = {"date": "Sun, 22 Nov 2026 12:00:00 GMT", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset}
    rejection = limit_of(Response(403, headers, b""))
    assert rejection is not None
    assert rejection.wait == wait


def test_a_server_that_tells_no_time_tells_no_end() -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795348860"}
    rejection = limit_of(Response(403, headers, b""))
    assert rejection is not None
    assert (rejection.wait, rejection.failure.said) == (None, "the token's rate limit is exhausted")


@pytest.mark.parametrize(
    ("wait", "says"),
    [(600.0, "is exhausted; it resets in 10 min"), (None, "is exhausted"), (float("inf"), "is exhausted")],
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
    assert "lower concurrency" in failure.remedy
