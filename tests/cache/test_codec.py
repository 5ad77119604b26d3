"""Entries survive being written, and nothing else is taken for one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.cache import codec
from consumer_drift.cache.codec import dump, load
from consumer_drift.cache.entries import CacheEntry, CacheRejected, Validator
from consumer_drift.model.result import FileText, NoFile, NoText
from tests.cache.cases import entry

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
CONTENTS = st.one_of(st.builds(FileText, TEXTS), st.builds(NoFile), st.builds(NoText, TEXTS, st.booleans()))
ENTRIES = st.builds(
    CacheEntry,
    st.builds(Validator, TEXTS, TIMES, TIMES),
    st.dictionaries(TEXTS, CONTENTS, max_size=3),
    st.dictionaries(TEXTS, st.lists(TEXTS, max_size=3).map(tuple), max_size=2),
    st.dictionaries(TEXTS, st.lists(TEXTS, max_size=3).map(tuple), max_size=2),
)


@given(st.dictionaries(TEXTS, ENTRIES, max_size=4))
def test_everything_comes_back_as_it_was(entries: dict[str, CacheEntry]) -> None:
    data, left_out = dump("https://x.example", "abc", entries)
    assert left_out == 0
    found = load(data, "https://x.example", "abc")
    assert found == entries
    assert [list(one.files) for one in found.values()] == [list(one.files) for one in entries.values()]


def test_another_server_and_another_configuration_are_told_apart() -> None:
    data, _ = dump("https://x.example", "abc", {"k": entry()})
    with pytest.raises(CacheRejected, match="it belongs to another server"):
        load(data, "https://y.example", "abc")
    with pytest.raises(CacheRejected, match="the configuration has changed"):
        load(data, "https://x.example", "abd")


def test_what_does_not_fit_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codec, "MAX_BYTES", 1000)
    data, left_out = dump("s", "c", {str(number): entry() for number in range(100)})
    assert len(data) <= 1000
    kept = load(data, "s", "c")
    assert list(kept) == [str(number) for number in range(len(kept))]
    assert len(kept) + left_out == 100


def changed(path: tuple[Any, ...], value: Any) -> bytes:
    page = json.loads(dump("s", "c", {"k": entry()})[0])
    place = page
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(page).encode()


ROW = ("entries", 0, 1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        changed(("about",), None),
        changed(("entries",), {}),
        changed(("entries", 0), ["k"]),
        changed(("entries", 0, 0), 7),
        changed(ROW, None),
        changed((*ROW, "seen"), "yesterday"),
        changed((*ROW, "seen"), "2026-01-01T00:00:00"),
        changed((*ROW, "changed"), 7),
        changed((*ROW, "files"), {}),
        changed((*ROW, "files", 0, 1), {"text": 7}),
        changed((*ROW, "files", 0, 1), {"text": "\ud800"}),
        changed((*ROW, "files", 2, 1), {"why": "x", "is_file": 1}),
        changed((*ROW, "forbidden", 0, 1), [7]),
    ],
)
def test_anything_else_is_damaged(data: bytes) -> None:
    with pytest.raises(CacheRejected, match="it is damaged"):
        load(data, "s", "c")
