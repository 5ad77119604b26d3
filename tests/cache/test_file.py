"""The file: read with suspicion, written whole or not at all."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from consumer_drift.cache import store
from consumer_drift.cache.entries import CacheRejected
from consumer_drift.support.files import replace_file

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """Also into a folder that is not there yet."""
    path = tmp_path / "new" / "cache"
    replace_file(path, b"one")
    replace_file(path, b"two")
    assert store.read(path, 3) == b"two"
    assert [one.name for one in path.parent.iterdir()] == ["cache"]


def test_no_other_user_may_read_it(tmp_path: Path) -> None:
    """Nor after it took the place of a file that everybody could."""
    path = tmp_path / "cache"
    path.write_bytes(b"old")
    path.chmod(0o644)
    replace_file(path, b"new", mode=0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_missing_file_is_not_an_error(tmp_path: Path) -> None:
    assert store.read(tmp_path / "none" / "cache", 10) is None


def test_too_large_a_file_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(bytes(2 * 2**20 + 1))
    with pytest.raises(CacheRejected, match="it is larger than 2 MiB"):
        store.read(tmp_path / "cache", 2 * 2**20)


def test_neither_a_folder_nor_a_pipe_nor_a_link_is_read(tmp_path: Path) -> None:
    """A pipe without a writer would be waited for, and a link may lead anywhere."""
    (tmp_path / "real").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, why in (
        ("link", "it cannot be read"),
        ("folder", "not a regular file"),
        ("pipe", "not a regular file"),
    ):
        with pytest.raises(CacheRejected, match=why):
            store.read(tmp_path / name, 10)


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"kept")
    (tmp_path / "cache").symlink_to(tmp_path / "real")
    replace_file(tmp_path / "cache", b"new", mode=0o600)
    assert (tmp_path / "real").read_bytes() == b"kept"
    assert store.read(tmp_path / "cache", 10) == b"new"


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    """A folder cannot be replaced by a file: the last step fails, and nothing is left beside it."""
    (tmp_path / "cache").mkdir()
    with pytest.raises(OSError, match="cache"):
        replace_file(tmp_path / "cache", b"new", mode=0o600)
    assert [one.name for one in tmp_path.iterdir()] == ["cache"]
