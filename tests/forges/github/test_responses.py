"""GraphQL's errors: what each kind means, and what is no GraphQL at all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.github.responses import GraphError, GraphResponse, next_cursor, read_response
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.json_fields import InvalidJson, JsonValue
from tests.forges.github.graphs import GONE, HIDDEN, LIMIT, SAML, SCOPES, answer, error, reply

IP = "Although you appear to have the correct authorization credentials, `acme` has an IP allow list enabled"
POLICY = "`acme` forbids access via a personal access token (classic)."


@pytest.mark.parametrize(
    ("entry", "reason", "is_transient", "says", "needs"),
    [
        (error("NOT_FOUND", "r0", message=GONE), Reason.NOT_FOUND, False, "acme/core was not found", ""),
        (
            error("FORBIDDEN", "r0", message=SAML, extensions={"saml_failure": True}),
            Reason.SSO,
            False,
            "Authorize the token for the organization",
            "SSO authorization",
        ),
        (
            error("FORBIDDEN", "r0", message=HIDDEN, extensions={"saml_failure": False}),
            Reason.MISSING_SCOPE,
            False,
            "Contents and Metadata",
            "",
        ),
        (error("FORBIDDEN", "r0", message="no"), Reason.DENIED, False, "acme/core: 'no'", ""),
        (error("FORBIDDEN", message=IP), Reason.IP_ALLOW_LIST, False, "IP allow list", ""),
        (error("FORBIDDEN", message=POLICY), Reason.TOKEN_POLICY, False, "policy forbids", ""),
        (
            error("INSUFFICIENT_SCOPES", "r0", message=SCOPES),
            Reason.MISSING_SCOPE,
            False,
            "Grant it read:org or admin:org",
            "read:org or admin:org",
        ),
        (
            error("INSUFFICIENT_SCOPES", message="scopes"),
            Reason.MISSING_SCOPE,
            False,
            "what the message names",
            "",
        ),
        (
            error("RESOURCE_LIMITS_EXCEEDED", "r0", message=LIMIT),
            Reason.RESOURCE_LIMIT,
            True,
            "resource limit",
            "",
        ),
        (error(None, message="Something went wrong"), Reason.FORGE_ERROR, True, "GitHub failed on acme/core", ""),
        (error("INTERNAL", "r0"), Reason.FORGE_ERROR, True, "GitHub failed", ""),
        (error("SOMETHING_NEW", "r0"), Reason.FORGE_ERROR, False, "GitHub failed on acme/core: 'm'", ""),
    ],
)
def test_what_an_error_means(
    entry: dict[str, Any], reason: Reason, is_transient: bool, says: str, needs: str
) -> None:
    """The reason, whether a smaller question may help, and what to change."""
    [got] = reply({}, entry).errors
    failure = got.failure("acme/core")
    assert (failure.reason, got.is_transient, failure.needs) == (reason, is_transient, needs)
    assert says in str(failure)
    assert failure.asked == "acme/core"


def test_an_error_is_known_by_where_it_is() -> None:
    """At a path, below it, or nowhere."""
    got = reply({}, error("A", "r0"), error("B", "r0", "f1"), error("C", "r10"), error("D"))
    kinds = lambda *path: [one.kind for one in got.errors_at(*path)]  # noqa: E731
    assert kinds("r0") == ["A", "B"]
    assert kinds("r0", "f1") == ["B"]
    assert kinds("r1") == []
    assert [one.kind for one in got.global_errors] == ["D"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({}, GraphError("", (), "no message")),
        (None, GraphError("", (), "no message")),
        ({"type": 1, "message": ["m"], "path": "r0", "extensions": []}, GraphError("", (), "no message")),
        ({"type": "T", "message": "a\n b", "path": ["r0", 1]}, GraphError("T", ("r0", 1), "a b")),
        ({"type": "T", "message": "m", "path": ["r0", None]}, GraphError("T", (), "m")),
        ({"message": "x" * 1000}, GraphError("", (), "x" * 300)),
        ({"message": "m", "extensions": {"saml_failure": True}}, GraphError("", (), "m", is_saml=True)),
    ],
)
def test_an_error_of_any_shape_is_one(entry: Any, expected: GraphError) -> None:
    """Half of one is still a reason not to believe a null."""
    assert reply({}, entry).errors == (expected,)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, Reason.UNEXPECTED),
        ({"data": None}, Reason.UNEXPECTED),
        ({"data": []}, Reason.UNEXPECTED),
        ({"data": {}, "errors": "no"}, Reason.UNEXPECTED),
        ({"message": "Not Found"}, Reason.UNEXPECTED),
        ([], Reason.UNEXPECTED),
        (b"{", Reason.UNEXPECTED),
    ],
)
def test_what_is_no_graphql_is_told(body: Any, reason: Reason) -> None:
    """Somebody else answers at that address."""
    got = read_response(answer(body), "a question")
    assert isinstance(got, Failure)
    assert got.reason is reason


def test_a_wall_before_graphql_is_a_wall() -> None:
    """It answers 200 like GraphQL itself."""
    got = read_response(answer(b"<html>", "text/html"), "a question")
    assert isinstance(got, Failure)
    assert got.reason is Reason.PROXY


def test_errors_without_data_are_a_reply() -> None:
    """Whoever reads it finds the reason."""
    got = read_response(answer({"data": None, "errors": [error("FORBIDDEN")]}), "a question")
    assert isinstance(got, GraphResponse)
    assert (got.data.value, len(got.errors)) == ({}, 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["data", "errors", "type", "path", "message", "extensions", "saml_failure"]), inner
        )
    ),
    max_leaves=15,
)


@given(JSON)
def test_no_json_raises(body: Any) -> None:
    """Every error has a meaning, whatever it holds."""
    got = read_response(answer(body), "a question")
    if isinstance(got, GraphResponse):
        for one in got.errors:
            assert isinstance(one.failure("acme/core"), Failure)


@pytest.mark.parametrize(
    ("info", "backward", "cursor"),
    [
        ({"hasNextPage": True, "endCursor": "c"}, False, "c"),
        ({"hasNextPage": False, "endCursor": "c"}, False, None),
        ({"hasNextPage": False, "endCursor": None}, False, None),
        ({"hasPreviousPage": True, "startCursor": "c", "hasNextPage": False}, True, "c"),
        ({"hasPreviousPage": False, "startCursor": "c", "hasNextPage": True, "endCursor": "d"}, True, None),
    ],
)
def test_where_the_next_page_begins(info: dict[str, Any], backward: bool, cursor: str | None) -> None:
    """Only where GitHub says that there is one."""
    assert next_cursor(JsonValue({"pageInfo": info}), backward=backward) == cursor


@pytest.mark.parametrize("info", [None, {}, {"hasNextPage": True, "endCursor": None}, {"hasNextPage": 1}])
def test_a_page_that_does_not_say_whether_there_is_another_is_none(info: Any) -> None:
    """To stop there would lose repositories silently."""
    with pytest.raises(InvalidJson):
        next_cursor(JsonValue({"pageInfo": info}))
    with pytest.raises(InvalidJson):
        next_cursor(JsonValue({"pageInfo": info}), backward=True)
