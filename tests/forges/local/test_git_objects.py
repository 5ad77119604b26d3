"""The commits of a checkout, as git itself lists them."""

from __future__ import annotations

import os
import subprocess
import zlib
from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.local.git_objects import commits
from consumer_drift.model.result import Failure
from consumer_drift.model.source_branch import CommitPage

if TYPE_CHECKING:
    from pathlib import Path


def git(folder: Path, *arguments: str, at: int = 0) -> str:
    """Run git as somebody, *at* so many hours after the first time."""
    when = f"{1_700_000_000 + 3600 * at} +0100"
    who = {f"GIT_{role}_{part}": "a@b.invalid" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", **who, **dates}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True, env=env
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six commits on main, among them a merge; all but the last in a pack, some as deltas."""
    folder = tmp_path_factory.mktemp("git")
    git(folder, "init", "--quiet", "--initial-branch=main")
    message = "a message that is long enough to be worth a delta\n" * 20
    for number in range(3):
        git(folder, "commit", "--quiet", "--allow-empty", "-m", f"{message}{number}", at=number)
    git(folder, "checkout", "--quiet", "-b", "side", "HEAD~1")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", f"{message}side", at=3)
    git(folder, "checkout", "--quiet", "main")
    git(folder, "merge", "--quiet", "--no-ff", "side", "-m", f"{message}merge", at=4)
    git(folder, "gc", "--quiet")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "last", at=5)
    return folder


@pytest.mark.parametrize("branch", ["main", "side"])
def test_what_is_read_is_what_git_lists(checkout: Path, branch: str) -> None:
    page = commits(checkout, branch, "")
    assert isinstance(page, CommitPage), page
    told = git(checkout, "log", "--format=%H %ct %P", branch).splitlines()
    seconds = [str(int(one.date.timestamp())) if one.date else "" for one in page.commits]
    assert [
        " ".join((one.id, second, *one.parents)) for one, second in zip(page.commits, seconds, strict=True)
    ] == told
    assert commits(checkout, "other", page.commits[0].id) == page


def test_a_commit_of_the_servers_branch_is_enough(checkout: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(checkout), "copy")
    copy = tmp_path / "copy"
    git(copy, "checkout", "--quiet", "--detach")
    git(copy, "branch", "--quiet", "-D", "main")
    assert commits(copy, "main", "") == commits(checkout, "main", "")


def test_what_cannot_be_told_is_a_failure(checkout: Path, tmp_path: Path) -> None:
    def said(folder: Path, branch: str = "main") -> str:
        found = commits(folder, branch, "")
        assert isinstance(found, Failure)
        return found.said

    assert "is not a git checkout" in said(tmp_path)
    assert "has no branch 'nope'" in said(checkout, "nope")
    git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{checkout}", "shallow")
    assert "is a shallow clone" in said(tmp_path / "shallow")
    git(tmp_path, "clone", "--quiet", "--shared", str(checkout), "shared")
    assert "cannot be read: the commit" in said(tmp_path / "shared")
    git(tmp_path, "clone", "--quiet", str(checkout), "damaged")
    for pack in (tmp_path / "damaged" / ".git" / "objects" / "pack").glob("*.pack"):
        pack.chmod(0o644)
        pack.write_bytes(pack.read_bytes()[:30] + b"\0" * 4000)
    assert "cannot be read: " in said(tmp_path / "damaged")


def test_a_delta_of_itself_is_a_failure(tmp_path: Path) -> None:
    """Each step names its base by an id, so the limit of the chain is beyond what Python calls."""
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    name = bytes.fromhex("ab" * 20)
    packs = tmp_path / ".git" / "objects" / "pack"
    (packs / "pack-x.pack").write_bytes(b"PACK" + bytes(8) + bytes([7 << 4]) + name + zlib.compress(b""))
    counts = b"".join(int(first >= name[0]).to_bytes(4) for first in range(256))
    (packs / "pack-x.idx").write_bytes(b"\xfftOc\0\0\0\2" + counts + name + bytes(4) + (12).to_bytes(4))
    found = commits(tmp_path, "main", name.hex())
    assert isinstance(found, Failure)
    assert "cannot be read: " in found.said
