"""A lock that is cut or changed never reads as another complete one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import InvalidVersion, Version

from consumer_drift.locks.base import Installed, LockProblem, UnreadableLock
from tests.locks.samples import CLOSED, REPEATING, SAMPLES, Sample

# What is written into a lock: what its formats are made of, and what versions are made of.
SIGNS = st.sampled_from([*"0123456789abv.-_+\"'{}[](),:;=@/\\#!%^~<> \t\r\n\x00\x85é", "\n\n", "  ", "==", "[["])
PLACES = st.integers(min_value=0, max_value=1_000_000)
ALL = st.sampled_from(sorted(SAMPLES))


def _found(sample: Sample, text: str, package: str) -> set[Version | str] | None:
    """The versions by their meaning, or None where the text is not believed."""
    reading = sample.read(text, package)
    return {_meaning(one.version) for one in reading.versions} if isinstance(reading, Installed) else None


def _meaning(version: str) -> Version | str:
    try:
        return Version(version)
    except InvalidVersion:
        return version


def _changed(text: str, place: int, kind: str, sign: str) -> str:
    place %= len(text)
    if kind == "drop":
        return text[:place] + text[place + 1 :]
    return text[:place] + sign + text[place + (kind == "replace") :]


def _line_ends(text: str) -> list[int]:
    """Behind each line: where a text that is cut is most like a complete one."""
    return [place + 1 for place, sign in enumerate(text[:-1]) if sign == "\n"]


@pytest.mark.parametrize("name", CLOSED)
def test_every_beginning_is_unreadable_or_says_the_same(name: str) -> None:
    """The format shows that its end is missing. What is lost at the very end may be of no consequence."""
    sample = SAMPLES[name]
    for package in sample.packages:
        whole = _found(sample, sample.text, package)
        for end in _line_ends(sample.text):
            found = _found(sample, sample.text[:end], package)
            assert found in (None, whole), (package, end)


@pytest.mark.parametrize("name", sorted(SAMPLES.keys() - set(CLOSED)))
def test_a_beginning_of_a_format_without_an_end_adds_nothing(name: str) -> None:
    sample = SAMPLES[name]
    for package in sample.packages:
        whole = _found(sample, sample.text, package) or set()
        for end in _line_ends(sample.text):
            found = _found(sample, sample.text[:end], package)
            assert found is None or found <= whole, (package, end)


@given(st.sampled_from(CLOSED), PLACES, st.data())
def test_any_beginning_is_unreadable_or_says_the_same(name: str, place: int, data: st.DataObject) -> None:
    sample = SAMPLES[name]
    package = data.draw(st.sampled_from(sorted(sample.packages)))
    found = _found(sample, sample.text[: place % len(sample.text)], package)
    assert found in (None, _found(sample, sample.text, package))


@given(ALL, PLACES)
def test_no_beginning_passes_where_the_server_told_the_size(name: str, place: int) -> None:
    sample = SAMPLES[name]
    size = len(sample.text.encode())
    package = next(iter(sample.packages))
    assert isinstance(sample.read(sample.text, package, size), Installed)
    cut = sample.read(sample.text[: place % len(sample.text)], package, size)
    assert isinstance(cut, UnreadableLock)
    assert cut.problem is LockProblem.CUT


@given(st.sampled_from(REPEATING), PLACES, st.sampled_from(["drop", "replace", "insert"]), SIGNS, st.data())
def test_a_changed_character_never_changes_a_version(
    name: str, place: int, kind: str, sign: str, data: st.DataObject
) -> None:
    """Where the format says a version twice: another one is never read, and none is lost or gained."""
    sample = SAMPLES[name]
    package = data.draw(st.sampled_from(sorted(sample.packages.keys() - sample.local - {"acme-rt"})))
    text = _changed(sample.text, place, kind, sign)
    assert _found(sample, text, package) in (None, _found(sample, sample.text, package))


@given(ALL, PLACES, st.sampled_from(["drop", "replace", "insert"]), SIGNS, st.data())
def test_a_changed_character_elsewhere_never_changes_a_version(
    name: str, place: int, kind: str, sign: str, data: st.DataObject
) -> None:
    """In every format: only a change in the version's own characters gives a version that was not there."""
    sample = SAMPLES[name]
    package = data.draw(st.sampled_from(sorted(sample.packages)))
    place %= len(sample.text)
    reading = sample.read(sample.text, package)
    assert isinstance(reading, Installed)
    if any(one.start - 1 <= place <= one.end for one in reading.versions):
        return
    whole = _found(sample, sample.text, package) or set()
    found = _found(sample, _changed(sample.text, place, kind, sign), package)
    assert found is None or found <= whole


@given(ALL, st.lists(st.tuples(PLACES, SIGNS), max_size=20), st.data())
def test_nothing_raises_on_any_text(name: str, changes: list[tuple[int, str]], data: st.DataObject) -> None:
    sample = SAMPLES[name]
    text = sample.text
    for place, sign in changes:
        text = _changed(text or " ", place, "replace", sign)
    for package in ("a", "", data.draw(st.text(max_size=5)), next(iter(sample.packages))):
        reading = sample.read(text, package)
        assert isinstance(reading, Installed) or (reading.why and reading.line >= 0)


@given(ALL, st.text())
def test_a_foreign_text_is_no_lock(name: str, text: str) -> None:
    sample = SAMPLES[name]
    reading = sample.read(text + "\n", next(iter(sample.packages)))
    assert isinstance(reading, UnreadableLock) or reading.versions == ()
