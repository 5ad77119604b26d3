"""The branches and tags of a checkout, as Git's own files tell. Git is not run: it obeys a repository's settings.

https://git-scm.com/docs/gitrepository-layout
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.support.files import read_limited

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMMIT = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
# A line of packed-refs has about 60 bytes, so these are more refs than any server lists.
_LARGEST = 10 * 1024 * 1024
# A ref that names another one, as HEAD does. Git follows as many: https://git-scm.com/docs/git-symbolic-ref
_LINK = "ref:"
_MOST_LINKS = 5


@dataclass(frozen=True, slots=True)
class PackedRef:
    """A ref and the object that it names. *commit* is where an annotated tag leads, empty for any other ref."""

    name: str
    id: str
    commit: str = ""


def packed_refs(git: Path) -> Iterator[PackedRef]:
    """Yield the refs in ``packed-refs`` of the folder *git*: ``id name`` lines, and ``^commit`` after a tag.

    Raises OSError.
    """
    held: PackedRef | None = None
    for line in _lines(git / "packed-refs"):
        if line.startswith("^") and held is not None:
            held = PackedRef(held.name, held.id, line[1:].strip())
            continue
        if held is not None:
            yield held
        id_, _, name = line.partition(" ")
        held = PackedRef(name, id_) if name.startswith("refs/") else None
    if held is not None:
        yield held


def commit_of(git: Path, name: str, shared: Path | None = None) -> str:
    """Return the commit that the ref *name* points to, empty where there is no such ref. Raises OSError.

    *shared* is the folder with the refs of all worktrees, None where that is *git*.
    """
    for _ in range(_MOST_LINKS):
        found = _loose(git, name) or next((one.id for one in packed_refs(git) if one.name == name), "")
        if not found.startswith(_LINK):
            return found if _COMMIT.match(found) else ""
        name = found.removeprefix(_LINK).strip()
        # Of the refs only HEAD is a worktree's own.
        git = shared or git
    return ""


def head_commit(git: Path, shared: Path | None = None) -> str:
    """Return the commit that is checked out, empty where it is not known; *shared* as in ``commit_of``."""
    try:
        return commit_of(git, "HEAD", shared)
    except OSError:
        return ""


def own_folder(inside: Path) -> Path:
    """Return the folder with the files of one checkout. *inside* is its ``.git``.

    That is a file with the folder's path in a worktree, in a submodule, and where the folder was put elsewhere.
    """
    return _led(inside.parent, read_git_file(inside), "gitdir:") or inside


def common_folder(git: Path) -> Path:
    """Return the folder with what the worktrees of one repository share: branches, tags and settings.

    *git* is the folder with the files of one of them.
    """
    return _led(git, read_git_file(git / "commondir")) or git


def _led(start: Path, text: str, mark: str = "") -> Path | None:
    """Return where the path that *text* has after *mark* leads from *start*, None where it has none."""
    path = text.removeprefix(mark).strip()
    # A path with such a character exists nowhere, and a question for it raises ValueError.
    return start / path if path and text.startswith(mark) and "\0" not in path else None


def read_git_file(file: Path) -> str:
    """Return the text of one of Git's files, empty where there is none, or none that can be read."""
    try:
        return "\n".join(_lines(file))
    except OSError:
        return ""


def _loose(git: Path, name: str) -> str:
    """Return what the file of a ref says, empty where it has none. No file is outside of the folder *git*."""
    file = git.joinpath(*name.split("/"))
    if not file.is_file() or not file.resolve().is_relative_to(git.resolve()):
        return ""
    return _lines(file.resolve())[0].strip()


def _lines(file: Path) -> list[str]:
    """Return the lines of a regular file, none where there is no such file: opening a pipe would wait."""
    if file.is_symlink() or not file.is_file():
        return []
    return read_limited(file, _LARGEST).decode("utf-8", "replace").split("\n")
