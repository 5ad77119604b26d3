"""Values of a JSON document: the right type, or one exception that names the path."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.model.repository import RepositoryName
from consumer_drift.support.json_fields import InvalidJson, JsonValue

Reader = Callable[[JsonValue], Any]


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("reader", "value", "expected"),
    [
        (JsonValue.text, "a", "a"),
        (JsonValue.text, "", ""),
        (JsonValue.flag, False, False),
        (JsonValue.number, 0, 0),
        (JsonValue.seconds, 1.5, 1.5),
        (JsonValue.one_of, "red", Colour.RED),
        (JsonValue.moment, "2026-06-15T12:00:00Z", datetime(2026, 6, 15, 12, tzinfo=UTC)),
        (
            JsonValue.moment,
            "2026-06-15T12:00:00+02:00",
            datetime(2026, 6, 15, 12, tzinfo=timezone(timedelta(hours=2))),
        ),
        (JsonValue.repository, "Acme/core", RepositoryName("acme", "core")),
    ],
)
def test_a_field_of_the_right_type_is_read(reader: Callable[..., Any], value: Any, expected: Any) -> None:
    arguments = (Colour,) if reader is JsonValue.one_of else ()
    assert reader(JsonValue({"k": value})["k"], *arguments) == expected


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (JsonValue.text, None),
        (JsonValue.text, 1),
        (JsonValue.text, "a\ud800b"),
        (JsonValue.flag, 0),
        (JsonValue.flag, "true"),
        (JsonValue.number, True),
        (JsonValue.number, 1.0),
        (JsonValue.number, "1"),
        (JsonValue.number, -1),
        (JsonValue.number, 2**53),
        (JsonValue.seconds, float("nan")),
        (JsonValue.seconds, True),
        (JsonValue.moment, "yesterday"),
        (JsonValue.moment, "2026-06-15T12:00:00"),
        (JsonValue.moment, 1750000000),
        (JsonValue.repository, "core"),
        (JsonValue.repository, "a/b/c"),
        (JsonValue.repository, "a/.."),
        (JsonValue.repository, ["a", "b"]),
    ],
)
def test_a_field_of_another_type_is_named_and_its_content_is_not_repeated(reader: Reader, value: Any) -> None:
    with pytest.raises(InvalidJson, match=r"^k\b") as caught:
        reader(JsonValue({"k": value})["k"])
    assert "yesterday" not in str(caught.value)
    with pytest.raises(InvalidJson, match=r"^k is missing"):
        reader(JsonValue({})["k"])


def test_the_path_leads_through_objects_and_lists() -> None:
    document = JsonValue({"rows": [{"a": 1}, {"a": "x"}]})
    [_, second] = document["rows"]
    with pytest.raises(InvalidJson, match=r"rows\[1\]\.a is not a whole number from 0 on"):
        second["a"].number()
    with pytest.raises(InvalidJson, match="rows is not an object"):
        document["rows"]["a"]
    with pytest.raises(InvalidJson, match="the document is not a list"):
        len(document)


def test_a_field_that_may_be_missing_or_null() -> None:
    document = JsonValue({"there": 1, "null": None})
    there = document.get("there")
    assert there is not None
    assert there.number() == 1
    assert document.get("null") is document.get("missing") is None
    assert ("null" in document, "missing" in document) == (True, False)
    assert document["null"].maybe(JsonValue.number) is None
    assert document["there"].maybe(JsonValue.number) == 1
    with pytest.raises(InvalidJson, match="the document is not an object"):
        JsonValue([]).get("there")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
READERS = [
    JsonValue.text,
    JsonValue.flag,
    JsonValue.number,
    JsonValue.seconds,
    JsonValue.moment,
    JsonValue.repository,
    list,
]


@given(JSON, st.sampled_from(READERS))
def test_only_one_exception_is_raised_for_any_json(value: Any, reader: Reader) -> None:
    with contextlib.suppress(InvalidJson):
        assert reader(JsonValue({"k": value})["k"]) is not None
