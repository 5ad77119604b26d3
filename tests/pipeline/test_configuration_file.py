"""A configuration on the disk: bounded, and inside of the workspace."""

from __future__ import annotations

import errno
import os
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from consumer_drift.config.text import MOST_BYTES
from consumer_drift.model.findings import Code, Finding
from consumer_drift.pipeline.configuration import ConfigFile, find, read_bytes
from consumer_drift.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

TEXT = b"pins: []\n"
NAME = "consumer-drift.yml"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder, and another one beside it with a file that only its owner may see."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.yml").write_text("secret: s3cret\n", encoding="utf-8")
    made = tmp_path / "workspace"
    made.mkdir()
    return made


def why_not(workspace: Path, name: str = NAME) -> str:
    """What is said of a file that is not read."""
    with pytest.raises(OSError) as caught:
        read_bytes(workspace, name)
    return caught.value.strerror or ""


def found(workspace: Path, config: str = "") -> ConfigFile | Finding:
    """What a run finds, which has no server to ask."""
    return find(Settings(config=config), None, workspace)  # type: ignore[arg-type]


def test_a_file_is_read(workspace: Path) -> None:
    (workspace / NAME).write_bytes(TEXT)
    assert read_bytes(workspace, NAME) == TEXT
    assert read_bytes(workspace, str(workspace / NAME)) == TEXT


@pytest.mark.parametrize("config", ["", NAME])
def test_a_link_that_leads_out_is_a_finding_without_its_content(workspace: Path, config: str) -> None:
    """A branch of someone else is checked out, and findings quote what they are about."""
    (workspace / NAME).symlink_to(workspace.parent / "outside" / "secret.yml")
    assert "leads out of the workspace" in why_not(workspace)
    told = found(workspace, config)
    assert isinstance(told, Finding)
    assert told.code is Code.CONFIGURATION
    assert "leads out of the workspace" in told.message
    assert "s3cret" not in told.message


def test_a_folder_that_is_a_link_leads_out_as_well(workspace: Path) -> None:
    (workspace / ".github").symlink_to(workspace.parent / "outside")
    assert "leads out" in why_not(workspace, ".github/secret.yml")
    assert "leads out" in why_not(workspace, str(workspace / ".github" / "secret.yml"))


@pytest.mark.parametrize("target", ["/proc/self/environ", "/dev/zero"])
def test_a_link_to_what_the_machine_tells_leads_out(workspace: Path, target: str) -> None:
    (workspace / NAME).symlink_to(target)
    assert "leads out" in why_not(workspace)


def test_a_link_within_the_workspace_is_followed(workspace: Path) -> None:
    (workspace / "lists").mkdir()
    (workspace / "lists" / "real.yml").write_bytes(TEXT)
    (workspace / NAME).symlink_to("lists/real.yml")
    assert read_bytes(workspace, NAME) == TEXT


def test_a_link_within_the_repository_is_followed_from_a_folder_of_it(workspace: Path) -> None:
    """Whoever works in a folder of a checkout works with all of it."""
    (workspace / ".git").mkdir()
    (workspace / "real.yml").write_bytes(TEXT)
    (workspace / "part").mkdir()
    (workspace / "part" / NAME).symlink_to("../real.yml")
    assert read_bytes(workspace / "part", NAME) == TEXT
    (workspace / "part" / "other.yml").symlink_to("../../outside/secret.yml")
    assert "leads out" in why_not(workspace / "part", "other.yml")


def test_a_file_elsewhere_is_read_where_the_user_names_it(workspace: Path) -> None:
    """That is no link that somebody else has made."""
    assert read_bytes(workspace, "../outside/secret.yml") == b"secret: s3cret\n"
    assert read_bytes(workspace, str(workspace.parent / "outside" / "secret.yml")) == b"secret: s3cret\n"


def test_a_workspace_that_is_reached_through_a_link_is_one(workspace: Path, tmp_path: Path) -> None:
    (workspace / NAME).write_bytes(TEXT)
    (tmp_path / "other").symlink_to(workspace)
    assert read_bytes(tmp_path / "other", NAME) == TEXT
    assert read_bytes(tmp_path / "other", str(workspace / NAME)) == TEXT


def test_a_file_without_an_end_takes_no_memory(workspace: Path) -> None:
    """Three gigabytes that take no place on the disk."""
    with (workspace / NAME).open("wb") as stream:
        stream.truncate(3 * 2**30)
    tracemalloc.start()
    try:
        assert len(read_bytes(workspace, NAME)) == MOST_BYTES + 1
        assert len(read_bytes(workspace, "/dev/zero")) == MOST_BYTES + 1
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * 2**20


def test_a_pipe_of_the_workspace_is_not_waited_for(workspace: Path) -> None:
    os.mkfifo(workspace / NAME)
    assert why_not(workspace) == "it is no regular file"


def test_a_link_that_leads_nowhere_or_in_a_circle_is_told(workspace: Path) -> None:
    (workspace / "gone.yml").symlink_to("nothing")
    assert why_not(workspace, "gone.yml") == os.strerror(errno.ENOENT)
    (workspace / "round.yml").symlink_to("round.yml")
    assert why_not(workspace, "round.yml") == os.strerror(errno.ELOOP)


def test_no_file_is_what_it_was(workspace: Path) -> None:
    assert why_not(workspace) == os.strerror(errno.ENOENT)
