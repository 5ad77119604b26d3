"""Patterns of paths, held against another implementation of them, and against long paths."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcmatch import glob

from consumer_drift.support.globs import LONGEST, matcher

FLAGS = glob.GLOBSTAR | glob.DOTGLOB | glob.FORCEUNIX
STEPS = st.text("ab.*?[]!^-é", min_size=1, max_size=6) | st.sampled_from(["**", "*", "a", "b", "a.b"])
# Git has no names `.` and `..`, and the configuration takes none in a pattern.
IS_STEP = re.compile(r"(?!\.\.?\n?\Z)")
PATTERNS = st.lists(STEPS.filter(IS_STEP.match), min_size=1, max_size=5).map("/".join)
NAMES = st.text("ab.[]!^-é\n", min_size=1, max_size=4).filter(IS_STEP.match)
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)


@given(PATTERNS, PATHS, st.sampled_from([("", ""), ("/", "/"), ("/", "")]))
def test_a_path_fits_where_another_implementation_says_so(pattern: str, path: str, ends: tuple[str, str]) -> None:
    pattern, path = pattern + ends[0], path + ends[1]
    assert matcher(pattern)(path) is glob.globmatch(path, pattern, flags=FLAGS)


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("**/acme/", "acme/", True),
        ("**/acme/", "x/y/acme/", True),
        ("**/acme/", "x/acme2/", False),
        ("a/**", "a", False),
        ("a/**", "a/b/c", True),
        ("a/**/**/b", "a/b", True),
        ("a**b", "a/b", False),
        ("***", "a/b", False),
        ("[!a]", "/", False),
        ("x[^/]y", "x/y", False),
        ("[b-a]", "b", False),
        ("[!b-a]", "b", True),
        ("a.c", "abc", False),
        ("*", ".env", True),
        ("?", "é", True),
        ("?", "\udce9", True),
        ("A", "a", False),
        ("a\n*", "a\nb", True),
    ],
)
def test_which_paths_fit(pattern: str, path: str, fits: bool) -> None:
    assert matcher(pattern)(path) is fits


@pytest.mark.parametrize(
    "pattern",
    ["**/a/" * 60 + "b", "**/*a*/" * 200 + "b", "*a" * (LONGEST // 2), "**/" * (LONGEST // 3), "?" * LONGEST],
)
def test_many_wildcards_end_on_a_deep_path(pattern: str) -> None:
    """With backtracking most of these take longer than any test may."""
    fits = matcher(pattern)
    assert [fits("a/" * 2000 + "c"), fits("é" * 4000), fits("é/" * 2000 + "é")].count(True) <= 1
