"""A folder as a repository: what it holds, and what is never followed out of it."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.git import TreeEntry
from consumer_drift.forges.local import folder
from consumer_drift.model.observation import Tag
from consumer_drift.model.result import Failure, FileText, NoFile, NoText, Reason

if TYPE_CHECKING:
    from pathlib import Path

GIT = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.invalid",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.invalid",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


def git(place: Path, *arguments: str) -> str:
    command = ["git", "-C", str(place), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | GIT).stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    place = tmp_path / "repo"
    (place / "src" / "deep").mkdir(parents=True)
    (place / ".runtime-version").write_bytes(b"1.4.0\r\n")
    (place / "bin").write_bytes(b"\x00")
    (place / "src" / "a b.txt").write_text("x")
    (tmp_path / "secret").write_text("s")
    return place


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        (".runtime-version", FileText("1.4.0\r\n")),
        ("src/a b.txt", FileText("x")),
        ("missing", NoFile()),
        ("src/missing/x", NoFile()),
        (".runtime-version/x", NoFile()),
        ("a\0b", NoFile()),
        ("src", NoText("a folder", is_file=False)),
        ("bin", NoText("a binary file")),
    ],
)
def test_a_path_is_what_is_there(repo: Path, path: str, answer: object) -> None:
    assert folder.read_file(repo, path) == answer


@pytest.mark.parametrize(
    "target", ["../secret", "/etc/passwd", ".git/config", "../repo/.git/config", "gone", "link"]
)
def test_a_link_is_not_followed_out_of_the_folder_nor_into_git(repo: Path, target: str) -> None:
    (repo / ".git").mkdir()
    (repo / ".git" / "config").write_text("token")
    (repo / "link").symlink_to(target)
    answer = folder.read_file(repo, "link")
    assert isinstance(answer, NoText)
    assert "symbolic link" in answer.why


def test_a_folder_that_is_a_link_out_is_not_followed(repo: Path) -> None:
    (repo / "out").symlink_to("..")
    assert isinstance(folder.read_file(repo, "out/secret"), NoText)


def test_a_link_inside_the_folder_is_followed(repo: Path) -> None:
    (repo / "link").symlink_to("src/a b.txt")
    assert folder.read_file(repo, "link") == FileText("x")


def test_a_named_pipe_is_not_waited_for(repo: Path) -> None:
    os.mkfifo(repo / "pipe")
    assert isinstance(folder.read_file(repo, "pipe"), NoText)


def test_a_huge_file_is_not_read(repo: Path) -> None:
    with (repo / "huge").open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    answer = folder.read_file(repo, "huge")
    assert isinstance(answer, NoText)
    assert "10 MiB" in answer.why


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_an_obstacle(repo: Path) -> None:
    (repo / "bin").chmod(0)
    answer = folder.read_file(repo, "bin")
    assert isinstance(answer, Failure)
    assert answer.reason is Reason.DENIED


def test_a_name_too_long_for_the_disk_is_an_obstacle(repo: Path) -> None:
    assert isinstance(folder.read_file(repo, "x" * 5000), Failure)


def test_all_paths_but_gits_own(repo: Path) -> None:
    (repo / ".git" / "x").mkdir(parents=True)
    (repo / "up").symlink_to("..")
    found = folder.paths(repo, recursive=True)
    assert isinstance(found, tuple)
    assert sorted(found, key=lambda entry: entry.path) == [
        TreeEntry(".runtime-version", False),
        TreeEntry("bin", False),
        TreeEntry("src", True),
        TreeEntry("src/a b.txt", False),
        TreeEntry("src/deep", True),
        TreeEntry("up", False, True),
    ]


def test_the_paths_of_the_root_alone(repo: Path) -> None:
    found = folder.paths(repo, recursive=False)
    assert isinstance(found, tuple)
    assert [entry.path for entry in found] == [".runtime-version", "bin", "src"]


def test_paths_of_no_folder_are_an_obstacle(repo: Path) -> None:
    assert isinstance(folder.paths(repo / "gone", recursive=True), Failure)


@pytest.mark.parametrize("packed", [True, False])
def test_tags_of_a_git_checkout(repo: Path, packed: bool) -> None:
    git(repo, "init", "-q")
    git(repo, "commit", "-q", "--allow-empty", "-m", "one")
    git(repo, "tag", "v1")
    git(repo, "tag", "-m", "two", "runtime/v2")
    commit = git(repo, "rev-parse", "HEAD")
    if packed:
        git(repo, "pack-refs", "--all")
    git(repo, "tag", "v3")
    found = folder.tags(repo)
    assert isinstance(found, tuple)
    told = commit if packed else ""
    assert set(found) == {Tag("v1", told), Tag("runtime/v2", told), Tag("v3")}


@pytest.mark.parametrize("link", [False, True])
def test_a_plain_folder_has_no_tags(repo: Path, link: bool) -> None:
    if link:
        (repo / ".git").symlink_to("src")
    found = folder.tags(repo)
    assert isinstance(found, Failure)
    assert "version:" in found.remedy
