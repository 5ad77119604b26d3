"""Our rule for branches is git's."""

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer_drift.config.types import why_no_branch
from tests.effort import examples

NAMES = [
    "main", "release/1.x", "bump/runtime-1.4.0", "a.b", "a@b", "ä", "a..b", "a b", "a~b", "a^b", "a:b",
    "a?b", "a*b", "a[b", "a]b", "a\\b", "a\tb", "ab", "/a", "a/", "a//b", ".a", "a/.b", "a.", "a./b",
    "a.lock", "a.lock/b", "@", "a@{b", "a/@", "-a", "a/-b", "HEAD", "a/HEAD", "{a}", "1.0.0+build",
    "1!2.0", "",
]  # fmt: skip


def git_takes(name: str) -> bool:
    # git reads '@' and '@{-1}' as other words for a branch, and refuses one called HEAD.
    if name in {"@", "HEAD"} or "@{" in name:
        return False
    command = ["git", "check-ref-format", "--branch", name]
    return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0


@pytest.mark.parametrize("name", NAMES)
def test_what_git_takes_for_a_branch_we_take(name: str) -> None:
    assert (why_no_branch(name) == "") == git_takes(name)


@settings(max_examples=examples(20))
@given(st.text(alphabet="a./@{-*~lock", min_size=1, max_size=8))
def test_git_agrees_on_any_name(name: str) -> None:
    assert (why_no_branch(name) == "") == git_takes(name)
