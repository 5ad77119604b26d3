"""The branches and tags of a checkout, in every way in which git keeps them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.local import folder, git_objects, refs
from consumer_drift.forges.local.refs import PackedRef, commit_of, head_commit, packed_refs
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO, TAG = "1" * 40, "2" * 40, "a" * 40
PACKED = f"# pack-refs with: peeled fully-peeled sorted \n{TWO} refs/heads/packed\n{TAG} refs/tags/v1\n^{ONE}\n"


@pytest.fixture
def git(tmp_path: Path) -> Path:
    """The folder `.git` of a checkout, with packed refs alone."""
    made = tmp_path / ".git"
    made.mkdir()
    put(made, "packed-refs", PACKED)
    return made


def put(git: Path, name: str, text: str) -> None:
    """Write a file there, with its folders."""
    (git / name).parent.mkdir(parents=True, exist_ok=True)
    (git / name).write_text(text)


@pytest.mark.parametrize(
    ("files", "commit"),
    [
        ({"HEAD": ONE + "\n"}, ONE),
        ({"HEAD": "b" * 64}, "b" * 64),
        ({"HEAD": "ref: refs/heads/main\n", "refs/heads/main": ONE}, ONE),
        ({"HEAD": "ref: refs/heads/fix#12\n", "refs/heads/fix#12": ONE}, ONE),
        ({"HEAD": "ref: refs/heads/packed"}, TWO),
        ({"HEAD": "ref: refs/heads/packed", "refs/heads/packed": ONE}, ONE),
        ({"HEAD": "ref: refs/heads/a", "refs/heads/a": "ref: refs/heads/packed"}, TWO),
        ({"HEAD": "ref: refs/heads/a", "refs/heads/a": "ref: refs/heads/a"}, ""),
        ({"HEAD": "ref: refs/heads/none"}, ""),
        ({"HEAD": "ref: ../outside", "../outside": ONE}, ""),
        ({"HEAD": "ref: refs/heads\n", "refs/heads/main": ONE}, ""),
        ({"HEAD": "ref: refs/heads/\0"}, ""),
        ({"HEAD": "x" * 40}, ""),
        ({}, ""),
    ],
)
def test_the_commit_that_is_checked_out(git: Path, files: dict[str, str], commit: str) -> None:
    for name, text in files.items():
        put(git, name, text)
    assert head_commit(git) == commit


def test_an_annotated_tag_has_its_own_id_and_the_commit_it_leads_to(git: Path) -> None:
    assert list(packed_refs(git)) == [PackedRef("refs/heads/packed", TWO), PackedRef("refs/tags/v1", TAG, ONE)]
    assert commit_of(git, "refs/heads/packed") == TWO


def test_a_link_may_stay_inside_and_never_leads_out(git: Path) -> None:
    """Older versions of git make a link of HEAD."""
    put(git, "refs/heads/main", ONE)
    (git / "HEAD").symlink_to("refs/heads/main")
    assert head_commit(git) == ONE
    put(git, "../outside", TWO)
    (git / "refs" / "heads" / "out").symlink_to(git.parent / "outside")
    assert commit_of(git, "refs/heads/out") == ""
    (git / "packed-refs").unlink()
    (git / "packed-refs").symlink_to(git.parent / "outside")
    assert list(packed_refs(git)) == []


def test_a_pipe_is_not_waited_for(git: Path) -> None:
    os.mkfifo(git / "HEAD")
    assert head_commit(git) == ""


def test_what_is_too_large_is_a_failure_and_not_a_missing_ref(git: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refs, "_LARGEST", len(PACKED) - 1)
    put(git, "HEAD", "ref: refs/heads/packed")
    for found in (folder.tags(git.parent), git_objects.commits(git.parent, "packed", "")):
        assert isinstance(found, Failure)
        assert found.reason is Reason.TOO_LARGE
        assert "cannot be read: it is larger than" in found.said
    assert head_commit(git) == ""
