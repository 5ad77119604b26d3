"""Files that a run leaves in a job's workspace, whose content may be a stranger's."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from consumer_drift.settings import UsageError
from consumer_drift.support.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable

# What git and the action keep for themselves.
_TAKEN = frozenset({".git", ".consumer-drift-action"})


def place(workspace: Path, text: str) -> Path:
    """The file that *text* names, relative to *workspace*. Raises UsageError where nothing may be written there.

    A link on the way must not lead out of the workspace: a checkout of someone's branch may hold any.
    """
    named = _relative(text)
    if named.parts[0].lower() in _TAKEN:
        raise UsageError(f"{text!r} lies in {named.parts[0]}, where nothing may be written: choose another path")
    path = workspace / named
    if path.is_symlink() or not _is_inside(path, workspace):
        raise UsageError(f"{text!r} is a link, or lies behind one that leads elsewhere: choose another path")
    if path.is_dir():
        raise UsageError(f"{text!r} is a folder: name a file")
    return path


def matching(workspace: Path, patterns: Iterable[str]) -> list[Path]:
    """The files that *patterns* name (paths, or with ``*`` and ``**``), each once, relative to *workspace*.

    Raises UsageError where one of them names nothing, or something outside of the workspace.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        _relative(pattern)
        try:
            # Since Python 3.13 glob takes this for a single star, which nobody means who writes two.
            if any("**" in part and part != "**" for part in pattern.split("/")):
                raise ValueError(pattern)
            files = sorted(path for path in workspace.glob(pattern) if not path.is_dir())
        except ValueError as error:
            raise UsageError(f"{pattern!r} is no pattern of paths: ** stands between slashes alone") from error
        if not files:
            raise UsageError(f"no file in the workspace fits {pattern!r}: look at the step that brings it there")
        for path in files:
            if not _is_inside(path, workspace):
                raise UsageError(f"{pattern!r} leads out of the workspace through a link: choose another path")
            found[path.relative_to(workspace)] = None
    return list(found)


def _relative(text: str) -> PurePosixPath:
    named = PurePosixPath(text)
    if named.is_absolute() or ".." in named.parts or not named.parts:
        raise UsageError(f"{text!r} is no path in the workspace: write it relative to the root, without '..'")
    return named


def _is_inside(path: Path, workspace: Path) -> bool:
    return path.resolve().is_relative_to(workspace.resolve())


def write(path: Path, text: str) -> None:
    """Write *text* to *path*, folders included. Raises UsageError where that fails."""
    try:
        replace_file(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"{path.name} cannot be written: {error.strerror or error}") from error


def become_owner_of(folder: Path) -> None:
    """Where root runs this, become who owns *folder*: a container is root, and the workspace is the runner's.

    What the run leaves behind then belongs to whom the rest belongs to, also when it is killed halfway.
    Does nothing where it is not root, or where the folder is root's too.
    """
    if os.geteuid() != 0 or not folder.exists():
        return
    owner = folder.stat()
    if owner.st_uid == 0:
        return
    os.setgroups([owner.st_gid])
    os.setgid(owner.st_gid)
    os.setuid(owner.st_uid)
