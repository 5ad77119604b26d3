"""Which outcomes narrow the door, and which times are compared."""

from __future__ import annotations

import pytest

from consumer_drift.forges.http.bearing import Sign
from consumer_drift.forges.http.messages import Answer, Refusal, Request
from consumer_drift.forges.http.strain import route, sign
from consumer_drift.model.answers import Obstacle, Reason

GET = Request("GET", "/x")


def refusal(reason: Reason, status: int = 0) -> Refusal:
    """A refused request."""
    return Refusal(Obstacle(reason, "said", "mend it", status=status))


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Answer(200, {}, b"{}"), Sign.GOOD),
        (refusal(Reason.NOT_FOUND, 404), Sign.GOOD),
        (refusal(Reason.SECONDARY_LIMIT, 429), Sign.OVERLOAD),
        (refusal(Reason.RATE_LIMIT, 429), Sign.OVERLOAD),
        (refusal(Reason.FORGE_ERROR, 503), Sign.OVERLOAD),
        (refusal(Reason.TIMEOUT), Sign.OVERLOAD),
        (refusal(Reason.BAD_CREDENTIALS, 401), Sign.NOTHING),
        (refusal(Reason.DENIED, 403), Sign.NOTHING),
        (refusal(Reason.CUT_SHORT), Sign.NOTHING),
        (refusal(Reason.UNREACHABLE), Sign.NOTHING),
    ],
)
def test_what_an_outcome_says_of_strain(outcome: Answer | Refusal, expected: Sign) -> None:
    """Limits, errors and silence; not what the token may not see."""
    assert sign(GET, outcome) is expected


def test_a_request_that_was_too_much_by_itself_is_no_sign_of_strain() -> None:
    """The caller asks for less in one, and not for fewer at once."""
    request = Request("POST", "/graphql", impatient=frozenset({502}), root="https://x")
    assert sign(request, refusal(Reason.FORGE_ERROR, 502)) is Sign.NOTHING
    assert sign(request, refusal(Reason.FORGE_ERROR, 503)) is Sign.OVERLOAD


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
    assert route(request_) == expected
