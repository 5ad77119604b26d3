"""A file is replaced by its new content at once, or stays as it was."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from consumer_drift.support.files import append_file, replace_file
from tests.disks import space_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def umask() -> Iterator[None]:
    """A usual one."""
    before = os.umask(0o027)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_missing_folders_are_made_and_nothing_is_left_beside(tmp_path: Path) -> None:
    path = tmp_path / "new" / "report.json"
    replace_file(path, b"one")
    replace_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.usefixtures("umask")
def test_a_new_file_follows_the_umask(tmp_path: Path) -> None:
    replace_file(tmp_path / "report.json", b"x")
    assert mode(tmp_path / "report.json") == 0o640


@pytest.mark.usefixtures("umask")
def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_bytes(b"old")
    (tmp_path / "run.sh").chmod(0o755)
    replace_file(tmp_path / "run.sh", b"new")
    assert mode(tmp_path / "run.sh") == 0o755


def test_a_given_mode_is_the_mode(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"old")
    replace_file(tmp_path / "cache", b"new", mode=0o600)
    assert mode(tmp_path / "cache") == 0o600


def test_what_does_not_fit_leaves_what_was_there(tmp_path: Path) -> None:
    """A limit on the size of files takes the place of a full disk."""
    path = tmp_path / "report.json"
    path.write_bytes(b"old")
    with space_of(1000), pytest.raises(OSError, match="File too large"):
        replace_file(path, bytes(2000))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("before", [b"", b"old\n", b"half a line"])
def test_what_cannot_be_appended_whole_is_not_appended(tmp_path: Path, before: bytes) -> None:
    path = tmp_path / "history.jsonl"
    path.write_bytes(before)
    with space_of(20), pytest.raises(OSError, match="File too large"):
        append_file(path, b"a line that is too long\n")
    assert path.read_bytes() == before
    append_file(path, b"a line\n")
    assert path.read_bytes().splitlines() == [*before.splitlines(), b"a line"]


def test_the_longest_name_that_a_file_system_takes(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 255)
    replace_file(path, b"x")
    assert path.read_bytes() == b"x"
