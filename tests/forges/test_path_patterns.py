"""Which paths and names fit which patterns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_drift.forges.git import TreeEntry, is_top_level, is_wild, matching_paths
from consumer_drift.support.globs import name_matches

FILES = ["README.md", "workspace2/x", "src/acme_runtime/__init__.py", ".env", "deep/a/b/c.txt", "a[1].txt"]
FOLDERS = [
    "workspace",
    "workspace2",
    "src",
    "src/acme_runtime",
    "deep",
    "deep/a",
    "deep/a/b",
    ".hidden",
    ".hidden/x",
]
TREE = [TreeEntry(path, is_folder=False) for path in FILES] + [TreeEntry(path, is_folder=True) for path in FOLDERS]


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("workspace/", ["workspace/"]),
        ("workspace", ["workspace/"]),
        ("README.md", ["README.md"]),
        ("README.md/", []),
        ("readme.md", []),
        ("acme_runtime/", []),
        ("src/acme_runtime/", ["src/acme_runtime/"]),
        ("**/acme_runtime/", ["src/acme_runtime/"]),
        ("**/workspace/", ["workspace/"]),
        ("**/*.txt", ["deep/a/b/c.txt", "a[1].txt"]),
        ("*.txt", ["a[1].txt"]),
        ("deep/*/", ["deep/a/"]),
        ("deep/**/", ["deep/", "deep/a/", "deep/a/b/"]),
        ("*/x", ["workspace2/x", ".hidden/x/"]),
        ("**/x/", [".hidden/x/"]),
        (".e*", [".env"]),
        ("work*", ["workspace/", "workspace2/"]),
        ("work*/", ["workspace/", "workspace2/"]),
        ("workspace?", ["workspace2/"]),
        ("none/", []),
    ],
)
def test_which_paths_fit(pattern: str, fits: list[str]) -> None:
    """Anchored at the root, `**` crosses folders, a slash at the end means folders alone."""
    assert sorted(matching_paths([pattern], TREE)[pattern]) == sorted(fits)


def test_every_pattern_has_its_answer() -> None:
    """Also the one that nothing fits."""
    assert matching_paths(["a/", "b/"], []) == {"a/": (), "b/": ()}


def test_no_more_than_twenty_are_told_of_one_pattern() -> None:
    """Nothing more is read."""
    many = [TreeEntry(f"x{index}", is_folder=False) for index in range(50)]
    assert len(matching_paths(["x*"], many)["x*"]) == 20


@pytest.mark.parametrize(
    ("pattern", "top_level", "wild"),
    [
        ("workspace/", True, False),
        ("workspace", True, False),
        ("a/b", False, False),
        ("a/b/", False, False),
        ("*.txt", False, True),
        ("**/a/", False, True),
        ("a?", False, True),
        ("[ab]/", False, True),
    ],
)
def test_which_patterns_the_root_alone_can_tell(pattern: str, top_level: bool, wild: bool) -> None:
    """The others need the whole tree, which costs a request."""
    assert (is_top_level(pattern), is_wild(pattern)) == (top_level, wild)


@pytest.mark.parametrize(
    ("name", "include", "exclude", "fits"),
    [
        ("lab", (), (), True),
        ("template-a", ("template-*",), (), True),
        ("Template-A", ("template-*",), (), True),
        ("template-a", ("TEMPLATE-*",), (), True),
        ("lab", ("template-*",), (), False),
        ("lab", ("template-*", "lab"), (), True),
        ("template-a", ("template-*",), ("*-a",), False),
        ("lab", (), ("lab",), False),
        ("lab", (), ("LA?",), False),
        ("lab2", (), ("lab",), True),
    ],
)
def test_which_names_reconcile_looks_at(
    name: str, include: tuple[str, ...], exclude: tuple[str, ...], fits: bool
) -> None:
    """Without case, as the forges compare them; to exclude goes before to include."""
    assert name_matches(name, include, exclude) is fits


@given(st.text(max_size=20), st.lists(st.text(alphabet="ab/.*?[]!-\\ü\n", min_size=1, max_size=8), max_size=4))
def test_no_pattern_and_no_path_raises(pattern: str, paths: list[str]) -> None:
    """Paths are other people's."""
    entries = [TreeEntry(path, is_folder=len(path) % 2 == 0) for path in paths]
    for fits in matching_paths([pattern, "**/[a", "*"], entries).values():
        assert {fit.rstrip("/") for fit in fits} <= {path.rstrip("/") for path in paths}
    assert isinstance(name_matches(pattern, paths, ()), bool)
