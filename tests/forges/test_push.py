"""A push, as git itself takes it."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from consumer_drift.forges.push import CommitText, body_of, push, result_of
from consumer_drift.model.branch import BranchEntry, StoredBranch
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TEXT = CommitText("check of 2026-03-01", datetime(2026, 3, 1, 3, tzinfo=UTC))


def git(folder: Path, *arguments: str, data: bytes = b"") -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, input=data, capture_output=True, check=True).stdout


def pushed(folder: Path, seen: StoredBranch, changes: Mapping[str, str | None]) -> str | None:
    """What git says of a push: None where it was applied."""
    answer = git(folder, "receive-pack", "--stateless-rpc", str(folder), data=body_of(seen, changes, TEXT))
    return result_of(answer)


def seen(folder: Path, name: str, object_format: str) -> StoredBranch:
    """A branch as it is."""
    commit = git(folder, "rev-parse", f"refs/heads/{name}").decode().strip()
    rows = [row.split(maxsplit=3) for row in git(folder, "ls-tree", name).decode().splitlines()]
    entries = (BranchEntry(int(mode, 8), path, oid) for mode, _, oid, path in rows)
    return StoredBranch(name, commit, tuple(entries), object_format=object_format)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_git_takes_each_commit_and_refuses_one_on_an_old_tip(tmp_path: Path, object_format: str) -> None:
    git(tmp_path, "init", "--quiet", "--bare", f"--object-format={object_format}")
    new = StoredBranch("keep/history", object_format=object_format)
    assert pushed(tmp_path, new, {"history.jsonl": "a\n"}) is None
    first = seen(tmp_path, "keep/history", object_format)
    assert pushed(tmp_path, new, {"history.jsonl": "lost\n"}) is not None
    more = {"history.jsonl": "a\nb\n", "history-0002.jsonl": "ü\n" * 40_000}
    assert pushed(tmp_path, first, more) is None
    second = seen(tmp_path, "keep/history", object_format)
    assert pushed(tmp_path, first, {"history.jsonl": "lost\n"}) is not None
    assert pushed(tmp_path, second, {"history.jsonl": None}) is None
    assert git(tmp_path, "fsck", "--full", "--strict", "--no-dangling").decode() == ""
    assert git(tmp_path, "log", "--format=%an %ad %s", "--date=short", "keep/history").decode() == (
        "consumer-drift 2026-03-01 check of 2026-03-01\n" * 3
    )
    assert git(tmp_path, "ls-tree", "--name-only", "keep/history") == b"history-0002.jsonl\n"
    assert git(tmp_path, "show", "keep/history~1:history.jsonl") == b"a\nb\n"
    assert git(tmp_path, "show", "keep/history:history-0002.jsonl").decode() == "ü\n" * 40_000


def test_what_else_is_on_the_branch_stays(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "--quiet", "--initial-branch=pages")
    for path in ("a.txt", "a/b.txt", "history.jsonl", "a-c"):
        (work / path).parent.mkdir(exist_ok=True) if "/" in path else None
        if path == "a/b.txt":
            continue
        (work / path).write_text(path)
    (work / "a").mkdir(exist_ok=True)
    (work / "a" / "b.txt").write_text("b")
    git(work, "add", ".")
    git(work, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "--message", "x")
    git(tmp_path, "clone", "--quiet", "--bare", str(work), "bare.git")
    bare = tmp_path / "bare.git"
    assert pushed(bare, seen(bare, "pages", "sha1"), {"history.jsonl": "new\n"}) is None
    assert git(bare, "fsck", "--full", "--strict", "--no-dangling").decode() == ""
    assert git(bare, "diff", "--name-status", "pages~1", "pages") == b"M\thistory.jsonl\n"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"000eunpack ok\n0016ok refs/heads/x\n0000", None),
        (b"000eunpack ok\n0025ng refs/heads/x failed to update\n0000", "ng refs/heads/x failed to update"),
        (b"0019unpack index-pack failed\n0000"[:25] + b"0000", "unpack index-pack fai"),
    ],
)
def test_the_answer_says_whether_it_was_applied(answer: bytes, said: str | None) -> None:
    assert result_of(answer) == said


@pytest.mark.parametrize("answer", [b"", b"0000", b"000eunpack ok\n", b"000eunpack ok\n0016ok ref", b"<html>"])
def test_an_answer_that_does_not_say_it_proves_nothing(answer: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        result_of(answer)


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (403, Reason.READ_ONLY, Reason.DENIED),
        (403, Reason.MISSING_SCOPE, Reason.DENIED),
        (401, Reason.BAD_CREDENTIALS, Reason.DENIED),
        (404, Reason.NOT_FOUND, Reason.DENIED),
        (403, Reason.SECONDARY_LIMIT, Reason.SECONDARY_LIMIT),
        (403, Reason.PROXY, Reason.PROXY),
        (500, Reason.FORGE_ERROR, Reason.FORGE_ERROR),
    ],
)
def test_a_limit_or_a_proxy_is_no_missing_right(status: int, reason: Reason, expected: Reason) -> None:
    refused = Failure(reason, "no", "wait", status=status)
    branch = StoredBranch("keep/history")
    name = RepositoryName("acme", "runtime")
    found = push(lambda _request: refused, "https://git.example.org", name, branch, {"a": "b"}, TEXT)
    assert found is not None
    assert found.reason is expected
