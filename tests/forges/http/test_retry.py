"""When to ask again: a table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.http.messages import Rejection
from consumer_drift.forges.http.retry import RetryPolicy, applies_to_all, pause_before_retry
from consumer_drift.model.result import Failure, Reason

P = RetryPolicy(attempts=4, first=0.5, longest=120.0, secondary=60.0)
PASSING = {Reason.FORGE_ERROR, Reason.UNREACHABLE, Reason.TIMEOUT, Reason.CUT_SHORT}
LIMITS = {Reason.RATE_LIMIT, Reason.SECONDARY_LIMIT}


def refusal(reason: Reason, wait: float | None = None) -> Rejection:
    """A refusal for that reason."""
    return Rejection(Failure(reason, "", ""), wait)


@pytest.mark.parametrize(
    ("reason", "wait", "attempt", "jitter", "remaining", "pause"),
    [
        # what may pass doubles, and is spread by the jitter
        (Reason.FORGE_ERROR, None, 1, 0.0, 999, 0.25),
        (Reason.FORGE_ERROR, None, 1, 0.5, 999, 0.5),
        (Reason.FORGE_ERROR, None, 2, 0.5, 999, 1.0),
        (Reason.TIMEOUT, None, 3, 0.5, 999, 2.0),
        # after the last attempt there is none
        (Reason.CUT_SHORT, None, 4, 0.5, 999, None),
        (Reason.RATE_LIMIT, 1.0, 4, 0.5, 999, None),
        # what the forge says is honoured, and never undercut
        (Reason.FORGE_ERROR, 10.0, 1, 0.0, 999, 10.0),
        (Reason.FORGE_ERROR, 10.0, 3, 0.5, 999, 10.25),
        (Reason.RATE_LIMIT, 90.0, 1, 0.0, 999, 90.0),
        (Reason.SECONDARY_LIMIT, 5.0, 1, 0.0, 999, 5.0),
        (Reason.RATE_LIMIT, 0.0, 1, 0.0, 999, 0.0),
        # a limit whose end is unknown: a secondary one passes in a minute, a primary one in an hour
        (Reason.SECONDARY_LIMIT, None, 1, 0.0, 999, 60.25),
        (Reason.SECONDARY_LIMIT, None, 2, 0.0, 999, None),
        (Reason.RATE_LIMIT, None, 1, 0.0, 999, None),
        # longer than anybody waits, or than the run lasts
        (Reason.FORGE_ERROR, 120.0, 1, 0.0, 999, 120.0),
        (Reason.FORGE_ERROR, 121.0, 1, 0.0, 999, None),
        (Reason.FORGE_ERROR, float("inf"), 1, 0.0, 999, None),
        (Reason.FORGE_ERROR, 10.0, 1, 0.0, 10.0, None),
        (Reason.FORGE_ERROR, 10.0, 1, 0.0, 10.1, 10.0),
    ],
)
def test_the_pause_before_another_try(
    reason: Reason, wait: float | None, attempt: int, jitter: float, remaining: float, pause: float | None
) -> None:
    """Seconds, or None: do not."""
    assert pause_before_retry(refusal(reason, wait), attempt, P, jitter, remaining) == pause


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason not in PASSING | LIMITS])
def test_what_does_not_pass_by_itself_is_not_asked_again(reason: Reason) -> None:
    """Not even when a time is given."""
    assert pause_before_retry(refusal(reason, 1.0), 1, P, 0.0, 999) is None


@pytest.mark.parametrize("reason", Reason)
def test_what_is_final_is_not_asked_again(reason: Reason) -> None:
    """Whatever its reason: a server without TLS has none a second later."""
    assert pause_before_retry(replace(refusal(reason), final=True), 1, P, 0.0, 999) is None


@pytest.mark.parametrize("reason", Reason)
def test_only_a_limit_is_for_everyone(reason: Reason) -> None:
    """A forge that fails on one route may answer on another."""
    assert applies_to_all(refusal(reason)) is (reason in LIMITS)


@given(
    st.sampled_from(sorted(PASSING | LIMITS, key=str)),
    st.none() | st.floats(0, 1e6),
    st.integers(1, 10),
    st.floats(0, 1, exclude_max=True),
    st.floats(0, 1e4),
)
def test_no_pause_is_longer_than_it_may_be_or_shorter_than_was_told(
    reason: Reason, wait: float | None, attempt: int, jitter: float, remaining: float
) -> None:
    """Whatever comes together."""
    pause = pause_before_retry(refusal(reason, wait), attempt, P, jitter, remaining)
    if pause is not None:
        assert (wait or 0) <= pause <= P.longest
        assert pause < remaining
        assert attempt < P.attempts


@pytest.mark.parametrize("reason", sorted(PASSING - {Reason.TIMEOUT}, key=str))
def test_an_outage_of_eight_seconds_is_waited_out(reason: Reason) -> None:
    """Also by a request whose every pause is the shortest: a proxy that closes connections answers at once."""
    policy, pauses = RetryPolicy(), []
    while (pause := pause_before_retry(refusal(reason), len(pauses) + 1, policy, 0.0, 999)) is not None:
        pauses.append(pause)
    assert 8 < sum(pauses) < 15


@pytest.mark.parametrize("reason", sorted({Reason.TIMEOUT} | LIMITS, key=str))
def test_what_takes_long_by_itself_is_not_tried_as_often(reason: Reason) -> None:
    assert pause_before_retry(refusal(reason, 1.0), 3, RetryPolicy(), 0.0, 999) is not None
    assert pause_before_retry(refusal(reason, 1.0), 4, RetryPolicy(), 0.0, 999) is None
