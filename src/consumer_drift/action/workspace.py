"""Files that a run writes to a job's workspace, whose content may be foreign."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from consumer_drift.settings import UsageError
from consumer_drift.support.files import replace_file

if TYPE_CHECKING:
    from collections.abc import Iterable

# Folders that belong to git and to the action.
_RESERVED = frozenset({".git", ".consumer-drift-action"})


def place(workspace: Path, text: str) -> Path:
    """Return the file that *text* names, relative to *workspace*. Raises UsageError where it may not be written.

    No symbolic link may lead out of the workspace: a checked-out branch may contain any.
    """
    named = _relative(text)
    if named.parts[0].lower() in _RESERVED:
        raise UsageError(f"{text!r} lies in {named.parts[0]}, where nothing may be written: choose another path")
    path = workspace / named
    if path.is_symlink() or not _is_inside(path, workspace):
        raise UsageError(
            f"{text!r} is a symbolic link, or is reached through one that leads out of the workspace:"
            " choose another path"
        )
    if path.is_dir():
        raise UsageError(f"{text!r} is a folder: name a file")
    return path


def matching(workspace: Path, patterns: Iterable[str]) -> list[Path]:
    """Return the files that match *patterns*, once each, relative to *workspace*.

    A pattern is a path, which may have ``*`` and ``**``. Raises UsageError where one matches no file, or a file
    outside of the workspace.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        _relative(pattern)
        try:
            # Since Python 3.13 glob reads such a segment as a single star, which is not what two stars mean.
            if any("**" in part and part != "**" for part in pattern.split("/")):
                raise ValueError(pattern)
            files = sorted(path for path in workspace.glob(pattern) if not path.is_dir())
        except ValueError as error:
            raise UsageError(f"{pattern!r} is not a path pattern: ** must be a path segment of its own") from error
        if not files:
            raise UsageError(f"no file in the workspace matches {pattern!r}: check the step that should create it")
        for path in files:
            if not _is_inside(path, workspace):
                raise UsageError(f"{pattern!r} leads out of the workspace through a link: choose another path")
            found[path.relative_to(workspace)] = None
    return list(found)


def _relative(text: str) -> PurePosixPath:
    named = PurePosixPath(text)
    if named.is_absolute() or ".." in named.parts or not named.parts:
        raise UsageError(f"{text!r} is not a path in the workspace: write it relative to the root, without '..'")
    return named


def _is_inside(path: Path, workspace: Path) -> bool:
    return path.resolve().is_relative_to(workspace.resolve())


def write(path: Path, text: str) -> None:
    """Write *text* to *path*, and make its folders. Raises UsageError where that fails."""
    try:
        replace_file(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"{path.name} cannot be written: {error.strerror or error}") from error


def become_owner_of(folder: Path) -> None:
    """Become the user who owns *folder*, if this is root: a container runs as root, the runner does not.

    Files of the run then belong to the runner's user, also if the run is killed. Does nothing if this is not root,
    or if root owns the folder.
    """
    if os.geteuid() != 0 or not folder.exists():
        return
    owner = folder.stat()
    if owner.st_uid == 0:
        return
    os.setgroups([owner.st_gid])
    os.setgid(owner.st_gid)
    os.setuid(owner.st_uid)
