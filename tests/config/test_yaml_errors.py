"""Whatever the file holds, the loader answers: a configuration, or findings at places inside the file."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer_drift.config import load
from consumer_drift.config.yaml_tree import read_tree
from consumer_drift.model.config import Config
from consumer_drift.model.findings import Code
from tests.config.loading import CALLING, FILE
from tests.config.test_loader import EVERY_KEY
from tests.effort import examples

KEYS = [
    "source", "repository", "tags", "release", "file", "key", "version", "scheme", "prereleases",
    "owner", "pins", "requirement", "image", "uses", "regex", "optional", "consumers", "name", "branch",
    "forbid", "exempt", "reason", "until", "reconcile", "include", "exclude", "visibility", "policy",
    "in-flight", "grace", "ahead", "propagate", "title", "body", "labels", "reviewers", "draft",
    "auto-merge", "<<", "", "nmae",
]  # fmt: skip
WORDS = [
    "core", "acme/core", "../x", ".git", "VERSION", "a.json", "a.b", "v{version}", "{x}", "1.4.0",
    "1.20", "latest", "semver", "public", "72h", "2027-06-30", "yes", "off", "merge", "drift",
    "(?P<version>.)", "(", "*", "ghcr.io/a",
]  # fmt: skip
YAML_PIECES = [
    "\n", "\n  ", "\n- ", ": ", "- ", "? ", "&a ", "*a", "[", "]", "{", "}", ", ", "|\n", ">-\n ", "'",
    "\"", "#", "---\n", "...\n", "!!str ", "!x ", "!!python/name:os ", "%YAML 1.2\n", "%TAG ! x\n", "\t",
    "\r", "\u0085", "\u2028", "\ufeff", "\\ud800", "\\x00", "~", "<<: ", "@", "`", "\x00", "\x07", "🦆",
]  # fmt: skip

text_values = st.one_of(
    st.sampled_from(WORDS), st.text(max_size=8), st.none(), st.booleans(), st.integers(), st.dates()
)
structures = st.recursive(
    text_values,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=5),
    ),
    max_leaves=25,
)
documents = st.dictionaries(st.sampled_from(KEYS), structures, max_size=8)


def answers(data: bytes, version: str | None = None) -> None:
    """Asserts that the loader does."""
    loaded = load(data, FILE, CALLING, version)
    if isinstance(loaded, Config):
        assert loaded.consumers
        return
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    assert loaded
    for finding in loaded:
        assert finding.code is Code.CONFIGURATION
        assert finding.message.isprintable()
        if version is not None and finding.place is None:
            continue
        assert finding.place is not None
        assert finding.place.file == FILE
        assert 1 <= finding.place.line <= len(lines)
        # What is missing at the end of a line is missing right behind it.
        assert 1 <= finding.place.column <= len(lines[finding.place.line - 1]) + 1


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    answers(data)


@given(st.text(max_size=200))
def test_any_text_is_answered(text: str) -> None:
    answers(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=examples(50))
@given(st.lists(st.sampled_from([*YAML_PIECES, *KEYS, *WORDS]), max_size=40))
def test_any_heap_of_yaml_is_answered(pieces: list[str]) -> None:
    answers("".join(pieces).encode())


@settings(max_examples=examples(50))
@given(documents, st.booleans())
def test_any_structure_is_answered(document: dict[str, Any], is_flow: bool) -> None:
    answers(yaml.safe_dump(document, default_flow_style=is_flow, allow_unicode=True).encode())


@settings(max_examples=examples(50))
@given(st.integers(0, len(EVERY_KEY)), st.integers(0, 12), st.sampled_from([*YAML_PIECES, *KEYS, *WORDS, ""]))
def test_a_good_file_with_a_piece_cut_out_and_another_put_in_is_answered(at: int, cut: int, piece: str) -> None:
    answers((EVERY_KEY[:at] + piece + EVERY_KEY[at + cut :]).encode())


@given(st.text(max_size=20))
def test_any_version_from_the_command_line_is_answered(version: str) -> None:
    answers(EVERY_KEY.encode(), version)


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
@settings(max_examples=examples(50))
@given(pieces=st.lists(st.sampled_from([*YAML_PIECES, *KEYS]), max_size=30))
def test_both_parsers_are_answered_for(loader: type, pieces: list[str]) -> None:
    text = "".join(pieces)
    _, mistakes = read_tree(text, loader)
    assert all(mistake.message.isprintable() for mistake in mistakes)
    assert all(0 <= mistake.at <= len(text) for mistake in mistakes)
