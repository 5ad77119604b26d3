"""A run's cache from its file and back: its lines in the log, and that it never fails a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from consumer_drift.cache import codec
from consumer_drift.cache.store import Cache, CacheStore, opened
from tests.cache.cases import entry

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = {str(number): entry() for number in range(20)}


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, said: list[str]) -> CacheStore:
    return CacheStore(tmp_path / "cache", "a token", "https://git.example.org", b"consumers: [core]", said.append)


def filled() -> Cache:
    return Cache(ENTRIES)


def test_what_was_saved_is_loaded(store: CacheStore, said: list[str]) -> None:
    store.save(filled())
    said.clear()
    assert store.load() == ENTRIES
    assert said == []


def test_a_cache_of_something_else_is_ignored(store: CacheStore, said: list[str]) -> None:
    store.save(filled())
    for other in (
        replace(store, token="another"),
        replace(store, server="https://git.example.com"),
        replace(store, configuration=b"consumers: [kernel]"),
    ):
        assert other.load() == {}
        assert "is ignored, so everything is fetched" in said[-1]


def test_a_full_cache_says_so_and_keeps_what_fits(
    store: CacheStore, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec, "MAX_BYTES", 1500)
    store.save(filled())
    kept = store.load()
    assert 0 < len(kept) < len(ENTRIES)
    assert f"is full, so {len(ENTRIES) - len(kept)} repositories are fetched on every run" in said[-1]


def test_a_token_is_in_no_line_and_in_no_description(store: CacheStore, said: list[str], tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    store.save(filled())
    assert store.load() == {}
    assert "could not be written" in said[1]
    assert "a token" not in f"{said} {store!r}"


def test_without_its_optional_dependency_there_is_no_cache(
    store: CacheStore, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run goes on, and the line says what to install."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with opened(store, "") as cache:
        assert cache is None
    assert "install consumer-drift[cache]" in said[0]
    assert not store.path.exists()


def test_a_forge_that_needs_no_cache_says_why(store: CacheStore, said: list[str]) -> None:
    with opened(store, "folders are read without any request") as cache:
        assert cache is None
    assert said == [f"cache: {store.path} is not used: folders are read without any request"]
