"""Which outcomes lower the limit, and which times are compared."""

from __future__ import annotations

import pytest

from consumer_drift.forges.http.concurrency import RequestOutcome, outcome_of, route_of
from consumer_drift.forges.http.messages import Rejection, Request, Response
from consumer_drift.model.result import Failure, Reason

GET = Request("GET", "/x")


def refusal(reason: Reason, status: int = 0) -> Rejection:
    """A refused request."""
    return Rejection(Failure(reason, "said", "mend it", status=status))


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Response(200, {}, b"{}"), RequestOutcome.GOOD),
        (refusal(Reason.NOT_FOUND, 404), RequestOutcome.GOOD),
        (refusal(Reason.SECONDARY_LIMIT, 429), RequestOutcome.OVERLOAD),
        (refusal(Reason.RATE_LIMIT, 429), RequestOutcome.OVERLOAD),
        (refusal(Reason.FORGE_ERROR, 503), RequestOutcome.OVERLOAD),
        (refusal(Reason.TIMEOUT), RequestOutcome.OVERLOAD),
        (refusal(Reason.BAD_CREDENTIALS, 401), RequestOutcome.NEUTRAL),
        (refusal(Reason.DENIED, 403), RequestOutcome.NEUTRAL),
        (refusal(Reason.CUT_SHORT), RequestOutcome.NEUTRAL),
        (refusal(Reason.UNREACHABLE), RequestOutcome.NEUTRAL),
    ],
)
def test_what_an_outcome_says_of_overload(outcome: Response | Rejection, expected: RequestOutcome) -> None:
    """Limits, errors and silence; not what the token may not see."""
    assert outcome_of(GET, outcome) is expected


def test_a_request_that_was_too_much_by_itself_is_no_sign_of_overload() -> None:
    """The caller asks for less in one, and not for fewer at once."""
    request = Request("POST", "/graphql", handled=frozenset({502}), root="https://x")
    assert outcome_of(request, refusal(Reason.FORGE_ERROR, 502)) is RequestOutcome.NEUTRAL
    assert outcome_of(request, refusal(Reason.FORGE_ERROR, 503)) is RequestOutcome.OVERLOAD


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (Request("GET", "/repos/acme/x/contents/a/b"), "repos/contents"),
        (Request("GET", "/repos/acme/y/contents/c"), "repos/contents"),
        (Request("GET", "/repos/acme/x"), "repos"),
        (Request("GET", "/orgs/acme/repos"), "orgs"),
        (Request("POST", "/repos/acme/x/contents", writes=True), ""),
        (Request("POST", "/graphql", root="https://api.example.org"), ""),
    ],
)
def test_times_are_compared_within_a_route(request_: Request, expected: str) -> None:
    """And never those of documents or writes, each of which costs something else."""
    assert route_of(request_) == expected
