"""Oids are git's own, and what a merge changes is what git would change."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.emulator import LfsPointer, Symlink, World
from tests.emulator.git import Entry, Objects, blob_oid, changed_paths, line_difference
from tests.emulator.records import Executable

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "a.txt": "a\n",
    "a/b/c.bin": bytes(range(256)),
    "a-b": "",
    "ü/é.txt": "x",
    "run.sh": Executable("#!/bin/sh\n"),
}


def git(folder: Path, *arguments: str) -> str:
    date = "2026-11-22T12:00:00+0000"
    who = {"GIT_AUTHOR_NAME": "seed", "GIT_AUTHOR_EMAIL": "seed@example.invalid", "GIT_AUTHOR_DATE": date}
    who |= {
        "GIT_COMMITTER_NAME": "seed",
        "GIT_COMMITTER_EMAIL": "seed@example.invalid",
        "GIT_COMMITTER_DATE": date,
    }
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(folder)}
    done = subprocess.run(
        ["git", "-c", "core.quotepath=false", *arguments],
        cwd=folder, env={**os.environ, **who, **quiet}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_blobs_trees_commits_and_tags_have_the_oids_real_git_gives_them(tmp_path: Path) -> None:
    world = World(now="2026-11-22T12:00:00Z")
    repository = world.organisation("acme").repository("x", {**FILES, "link": Symlink("a.txt")}, message="seed\n")
    tag = repository.tag("v1", message="one\n")
    git(tmp_path, "init", "-q", "-b", "main")
    for path, data in repository.files().items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if path == "link":
            place.symlink_to(data.decode())
        else:
            place.write_bytes(data)
    (tmp_path / "run.sh").chmod(0o755)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "seed")
    git(tmp_path, "tag", "-a", "v1", "-m", "one")
    head = repository.head
    assert head is not None
    listed = {p: (e.mode, e.oid) for p, e in world.objects.walk(head.tree)}
    rows = [line.split(maxsplit=3) for line in git(tmp_path, "ls-tree", "-r", "-t", "HEAD").splitlines()]
    assert listed == {path: (mode, oid) for mode, _, oid, path in rows}
    assert git(tmp_path, "rev-parse", "HEAD^{tree}", "HEAD", "v1").split() == [head.tree, head.oid, tag]


def test_an_lfs_pointer_is_small_text_that_names_the_digest() -> None:
    text = LfsPointer(b"x").text().decode()
    assert text.splitlines()[0] == "version https://git-lfs.github.com/spec/v1"
    assert text.endswith("\nsize 1\n")


def test_a_branch_is_merged_unless_both_sides_changed_a_path_differently() -> None:
    world = World(now="2026-11-22T12:00:00Z")
    repository = world.organisation("acme").repository("x", {"a": "1", "b": "1"})
    repository.pull("theirs", files={"a": "2"})
    base, head = repository.branches["main"], repository.branches["theirs"]
    assert world.objects.merges(base, head)
    other = repository.commit({"b": "3"}, "main").oid
    assert world.objects.merges(other, head)
    assert not world.objects.merges(repository.commit({"a": "4"}, "main").oid, head)


def test_merging_keeps_what_the_base_branch_got_meanwhile() -> None:
    world = World()
    repository = world.organisation("acme").repository("x", {"a": "1", "b": "1", "gone": "1"})
    pull = repository.pull("theirs", files={"a": "2", "gone": None})
    repository.commit({"b": "3"}, "main")
    world.merge(pull, "seed", delete_branch=True)
    assert repository.files() == {"a": b"2", "b": b"3"}
    assert (pull.state, pull.merged, list(repository.branches)) == ("closed", True, ["main"])


@pytest.mark.parametrize(
    ("old", "new", "added", "deleted"),
    [("", "a\n", 1, 0), ("a\nb\n", "a\nc\n", 1, 1), ("a\nb\nc\n", "b\nc\na\n", 1, 1), ("a\n", "a\n", 0, 0)],
)
def test_lines_are_counted_as_in_the_shortest_edit(old: str, new: str, added: int, deleted: int) -> None:
    split = [text.encode().splitlines(keepends=True) for text in (old, new)]
    assert line_difference(*split) == (added, deleted)


def test_the_last_change_of_a_path_is_found_through_later_commits() -> None:
    world = World(now="2026-11-22T12:00:00Z")
    repository = world.organisation("acme").repository("x", {"a": "1", "d/b": "1"})
    first = repository.branches["main"]
    second = repository.commit({"a": "2"}, message="second").oid
    assert world.objects.last_change(second, "a").oid == second
    assert world.objects.last_change(second, "d").oid == first


def test_a_store_answers_what_a_path_is() -> None:
    objects = Objects()
    entry = Entry("100644", objects.blob(b"x"))
    when = World(now=datetime(2026, 1, 1, tzinfo=UTC)).signature("seed", datetime(2026, 1, 1, tzinfo=UTC))
    commit = objects.commit({"d/e/f": entry}, (), "m", when)
    assert objects.lookup(commit, "d/e/f") == entry
    assert objects.lookup(commit, "d/e") == Entry("040000", objects.tree({"f": entry}))
    assert objects.lookup(commit, "d/x") is None
    assert changed_paths({}, commit.files) == [("d/e/f", "added")]
    assert blob_oid(b"x") == entry.oid
