"""The commit that is checked out, as Git's own files tell. Git is not run: it obeys a repository's settings.

https://git-scm.com/docs/gitrepository-layout
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_COMMIT = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
# Bytes of any of Git's files that are looked at; packed-refs is the longest.
_MOST = 4 * 1024 * 1024


def head_commit(git: Path) -> str:
    """Return the commit of HEAD in the folder *git*, empty where it is not known."""
    head = read_git_file(git / "HEAD").strip()
    name = head.removeprefix("ref: ")
    if name == head:
        return head if _COMMIT.match(head) else ""
    if not re.fullmatch(r"refs/[\w./@+-]+", name) or ".." in name:
        return ""
    loose = read_git_file(git / name).strip()
    packed = re.search(rf"^([0-9a-f]+) {re.escape(name)}$", read_git_file(git / "packed-refs"), re.MULTILINE)
    found = loose or (packed[1] if packed else "")
    return found if _COMMIT.match(found) else ""


def read_git_file(file: Path) -> str:
    """Return the beginning of one of Git's files, empty where there is none."""
    try:
        with file.open("rb") as stream:
            return stream.read(_MOST).decode("utf-8", "replace")
    except OSError:
        return ""
