"""Fields of an answer: the right type, or one exception that names the field."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.model.repository import RepositoryName
from consumer_drift.support import json_fields
from consumer_drift.support.json_fields import InvalidJson

Reader = Callable[[dict[str, Any], str], Any]


@pytest.mark.parametrize(
    ("reader", "value", "expected"),
    [
        (json_fields.text, "a", "a"),
        (json_fields.text, "", ""),
        (json_fields.flag, False, False),
        (json_fields.number, 0, 0),
        (json_fields.moment, "2026-06-15T12:00:00Z", datetime(2026, 6, 15, 12, tzinfo=UTC)),
        (
            json_fields.moment,
            "2026-06-15T12:00:00+02:00",
            datetime(2026, 6, 15, 12, tzinfo=timezone(timedelta(hours=2))),
        ),
        (json_fields.repository, "Acme/core", RepositoryName("acme", "core")),
    ],
)
def test_a_field_of_the_right_type_is_read(reader: Reader, value: Any, expected: Any) -> None:
    """As what it is."""
    assert reader({"k": value}, "k") == expected


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (json_fields.text, None),
        (json_fields.text, 1),
        (json_fields.flag, 0),
        (json_fields.flag, "true"),
        (json_fields.number, True),
        (json_fields.number, 1.0),
        (json_fields.number, "1"),
        (json_fields.moment, "yesterday"),
        (json_fields.moment, "2026-06-15T12:00:00"),
        (json_fields.moment, 1750000000),
        (json_fields.repository, "core"),
        (json_fields.repository, "a/b/c"),
        (json_fields.repository, "a/.."),
        (json_fields.repository, ["a", "b"]),
    ],
)
def test_a_field_of_another_type_is_named(reader: Reader, value: Any) -> None:
    """And nothing of what stands there is repeated."""
    with pytest.raises(InvalidJson, match=r"^k\b"):
        reader({"k": value}, "k")
    with pytest.raises(InvalidJson, match=r"^k\b"):
        reader({}, "k")


def test_objects_and_lists() -> None:
    """The two shapes that hold others."""
    assert json_fields.record({"a": 1}, "what") == {"a": 1}
    assert json_fields.rows([1], "what") == [1]
    with pytest.raises(InvalidJson, match="what is a list, not a dict"):
        json_fields.record([], "what")
    with pytest.raises(InvalidJson, match="what is a NoneType, not a list"):
        json_fields.rows(None, "what")


def test_half_a_character_is_no_text() -> None:
    """JSON can say it, UTF-8 cannot: it would break whatever writes it."""
    with pytest.raises(InvalidJson, match="k is no text"):
        json_fields.text({"k": "a\ud800b"}, "k")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(
    JSON,
    st.sampled_from(
        [json_fields.text, json_fields.flag, json_fields.number, json_fields.moment, json_fields.repository]
    ),
)
def test_nothing_but_misshapen_is_raised_for_any_json(value: Any, reader: Reader) -> None:
    """One exception, which every reader of answers knows."""
    with contextlib.suppress(InvalidJson):
        assert reader({"k": value}, "k") is not None
