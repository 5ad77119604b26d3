"""A run's cache from its file and back: what is said of it, and that nothing of it ever fails a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consumer_drift.cache import codec
from consumer_drift.cache.store import Cache, CacheStore
from tests.cache.cases import entry

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = {str(number): entry() for number in range(20)}


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def shelf(tmp_path: Path, said: list[str]) -> CacheStore:
    return CacheStore(tmp_path / "cache", "a token", "https://git.example.org", b"consumers: [core]", said.append)


def filled() -> Cache:
    book = Cache()
    book.fill(ENTRIES)
    return book


def test_what_was_put_back_is_taken(shelf: CacheStore, said: list[str]) -> None:
    shelf.put_back(filled())
    said.clear()
    assert shelf.take() == ENTRIES
    assert said == []


def test_what_is_for_something_else_is_left(shelf: CacheStore, said: list[str]) -> None:
    shelf.put_back(filled())
    for other in (
        replace(shelf, token="another"),
        replace(shelf, server="https://git.example.com"),
        replace(shelf, configuration=b"consumers: [kernel]"),
    ):
        assert other.take() == {}
        assert "is dropped, so everything is read" in said[-1]


def test_a_full_cache_says_so_and_keeps_what_fits(
    shelf: CacheStore, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec, "LARGEST", 1500)
    shelf.put_back(filled())
    kept = shelf.take()
    assert 0 < len(kept) < len(ENTRIES)
    assert f"is full, so {len(ENTRIES) - len(kept)} repositories will be read again every time" in said[-1]


def test_a_token_is_in_no_line_and_in_no_description(shelf: CacheStore, said: list[str], tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    shelf.put_back(filled())
    assert shelf.take() == {}
    assert "could not be written" in said[1]
    assert "a token" not in f"{said} {shelf!r}"
