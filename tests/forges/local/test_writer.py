"""Rewriting a folder's files in place."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.local.writer import LocalWriter
from consumer_drift.model.bump import BumpState, Change, Edit
from consumer_drift.model.observation import Snapshot
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from pathlib import Path

NAME = RepositoryName("acme", "core")
WORK = BumpState(Snapshot(NAME, NAME))


def commit(folder: Path, *edits: Edit) -> Failure | None:
    return LocalWriter(lambda _name: folder).commit(WORK, Change("", "", edits, "", ""))


def test_the_new_text_takes_the_place_of_the_old_one_and_the_mode_stays(tmp_path: Path) -> None:
    file = tmp_path / "sub" / "v"
    file.parent.mkdir()
    file.write_bytes("\ufeffß 1.3.0\r\n".encode())
    file.chmod(0o755)
    assert commit(tmp_path, Edit("sub/v", "\ufeffß 1.3.0\r\n", "\ufeffß 1.4.0\r\n")) is None
    assert file.read_bytes() == "\ufeffß 1.4.0\r\n".encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o755
    assert [one.name for one in file.parent.iterdir()] == ["v"]


def test_what_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "v").write_text("1.3.5")
    refused = commit(tmp_path, Edit("v", "1.3.0", "1.4.0"))
    assert refused is not None
    assert refused.reason is Reason.STALE
    assert (tmp_path / "v").read_text() == "1.3.5"


def test_a_link_inside_is_followed_and_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("1.3.0")
    (tmp_path / "v").symlink_to("real")
    assert commit(tmp_path, Edit("v", "1.3.0", "1.4.0")) is None
    assert (tmp_path / "v").is_symlink()
    assert (tmp_path / "real").read_text() == "1.4.0"


def test_a_link_out_of_the_folder_is_never_written_through(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    inside.mkdir()
    outside.write_text("1.3.0")
    (inside / "v").symlink_to(outside)
    refused = commit(inside, Edit("v", "1.3.0", "1.4.0"))
    assert refused is not None
    assert outside.read_text() == "1.3.0"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "v").write_text("1.3.0")
    tmp_path.chmod(0o555)
    refused = commit(tmp_path, Edit("v", "1.3.0", "1.4.0"))
    tmp_path.chmod(0o755)
    assert refused is not None
    assert refused.reason is Reason.DENIED


def test_a_folder_that_is_gone_is_told() -> None:
    gone = Failure(Reason.NOT_FOUND, "there is no folder core", "check the name")
    assert LocalWriter(lambda _name: gone).commit(WORK, Change("", "", (), "", "")) is gone
