"""A repository that is a folder on this machine: its files, its paths and its tags.

Its content was written by others: no link is followed out of it, nor into ``.git``, where a checkout may keep a
token.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from consumer_drift.forges.git import TreeEntry
from consumer_drift.forges.local.refs import head_commit, own_folder, packed_refs
from consumer_drift.model.observation import Tag
from consumer_drift.model.result import Failure, FileResult, FileText, NoFile, NoText, Reason
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.support.decode import decode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# As much as the forges return; no pin is in a larger file.
_LARGEST = 10 * 1024 * 1024
_MOST_PATHS = 200_000
_GIT = ".git"
_TAGS = "refs/tags/"


def read_file(folder: Path, path: str) -> FileResult:
    """Return the file at *path* (with forward slashes) of *folder*, which is not a link itself."""
    place = folder.joinpath(*path.split("/"))
    try:
        real = place.resolve()
        if not _is_inside(folder, real):
            return NoText("a symbolic link that leads out of the repository")
        return _read(real, folder)
    except (FileNotFoundError, NotADirectoryError):
        return NoText("a symbolic link that leads nowhere") if place.is_symlink() else NoFile()
    except ValueError:  # a NUL, which no file name contains
        return NoFile()
    except RuntimeError:  # Path.resolve() raises it for links in a circle before Python 3.13
        return NoText("a symbolic link that leads in a circle")
    except OSError as error:
        if error.errno == errno.ELOOP:  # and this since 3.13
            return NoText("a symbolic link that leads in a circle")
        return unreadable(place, error)


def _read(real: Path, repository: Path) -> FileText | NoText:
    """Return the content of a regular file. Opening a named pipe would wait for its other end."""
    kind = real.stat()
    if stat.S_ISDIR(kind.st_mode):
        return _folder(real, repository)
    if not stat.S_ISREG(kind.st_mode):
        return NoText("neither a file nor a folder")
    if kind.st_size > _LARGEST:
        return NoText(f"a file of more than {_LARGEST // 2**20} MiB")
    return decode(real.read_bytes())


def _folder(real: Path, repository: Path) -> NoText:
    """Return what a folder is: a submodule has a ``.git`` of its own, most often a file that says where it is.

    https://git-scm.com/docs/gitsubmodules
    """
    inside = real / _GIT
    if real != repository and inside.exists():
        return NoText("a submodule", is_file=False, commit=_checked_out(inside, repository))
    if not any(real.iterdir()):
        return NoText("an empty folder, as a submodule is until it is checked out", is_file=False)
    return NoText("a folder", is_file=False)


def _checked_out(inside: Path, repository: Path) -> str:
    """Return the commit that is checked out in a submodule, empty where its files are not in *repository*."""
    git = own_folder(inside).resolve()
    return head_commit(git) if git.is_relative_to(repository) else ""


def paths(folder: Path, *, recursive: bool) -> tuple[TreeEntry, ...] | Failure:
    """Return every path of *folder*, or only those of its root; ``.git`` is left out."""
    found: list[TreeEntry] = []
    try:
        for entry in _walk(folder, recursive=recursive):
            found.append(entry)
            if len(found) > _MOST_PATHS:
                return Failure(
                    Reason.TOO_LARGE,
                    f"{folder} contains more than {_MOST_PATHS} paths",
                    "forbid paths without wildcards, or remove what is not committed from the folder",
                )
    except OSError as error:
        return unreadable(folder, error)
    return tuple(found)


def _walk(folder: Path, *, recursive: bool) -> Iterator[TreeEntry]:
    todo = [folder]
    while todo:
        current = todo.pop()
        with os.scandir(current) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
        for entry in entries:
            if entry.name == _GIT:
                continue
            is_folder = entry.is_dir(follow_symlinks=False)
            relative = os.path.relpath(entry.path, folder).replace(os.sep, "/")
            # A name that is not UTF-8 must not break the output.
            yield TreeEntry(os.fsencode(relative).decode("utf-8", "replace"), is_folder, entry.is_symlink())
            if is_folder and recursive:
                todo.append(current / entry.name)


def tags(folder: Path) -> tuple[Tag, ...] | Failure:
    """Return the tags of a git checkout, from its files. A loose tag does not tell its commit.

    https://git-scm.com/docs/gitrepository-layout
    """
    git = folder / _GIT
    if git.is_symlink() or not git.is_dir():
        return Failure(
            Reason.NOT_FOUND,
            f"{folder} is not a git checkout, and a plain folder has no tags",
            Sentence("set `version:` or `file:` under `source:`, or set ", Setting.TARGET),
        )
    try:
        found = {tag.name: tag for tag in (*_packed(git), *_loose(git / "refs" / "tags"))}
    except OSError as error:
        return unreadable(git, error)
    return tuple(found.values())


def _packed(git: Path) -> Iterator[Tag]:
    for one in packed_refs(git):
        if one.name.startswith(_TAGS):
            yield Tag(one.name.removeprefix(_TAGS), one.commit or one.id)


def _loose(folder: Path) -> Iterator[Tag]:
    if not folder.is_dir() or folder.is_symlink():
        return
    for entry in _walk(folder, recursive=True):
        if not entry.is_folder:
            yield Tag(entry.path)


def unreadable(place: Path, error: OSError) -> Failure:
    """Return the failure of a file or folder that the operating system refuses to read, or that is too large."""
    why = error.strerror or type(error).__name__
    if error.errno == errno.EFBIG:
        return Failure(Reason.TOO_LARGE, f"{place} cannot be read: {why}", "name a server instead")
    return Failure(
        Reason.DENIED if isinstance(error, PermissionError) else Reason.UNEXPECTED,
        f"{place} cannot be read: {why}",
        "make it readable for the user that runs this",
    )


def _is_inside(folder: Path, real: Path) -> bool:
    if not real.is_relative_to(folder):
        return False
    return _GIT not in (part.casefold() for part in real.relative_to(folder).parts)
