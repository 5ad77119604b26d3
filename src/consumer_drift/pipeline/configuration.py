"""Find the configuration: a file of the workspace, of the repository whose job this is, or of another one."""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift.config import LOCATIONS, RemoteConfig, parse_remote
from consumer_drift.config.text import MOST_BYTES
from consumer_drift.config.types import file_path
from consumer_drift.forges.address import GITHUB
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.result import Failure, FileText, NoFile, NoText
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.pipeline.checkout import Checkout, checkout_of

if TYPE_CHECKING:
    from consumer_drift.forges.base import Forge
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.settings import Settings

_COMMIT = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """The configuration's bytes, and its name in messages: the path in its repository, where that is the job's.

    *origin* says where it was read and at which commit, for the report; it is empty for a file in no checkout.
    *repository* is the repository that it belongs to where that is another than the job's: the default of its
    source. *elsewhere* is its checkout where that comes from another server, and the run's is GitHub by default.
    """

    data: bytes
    file: str
    origin: str
    repository: RepositoryName | None = None
    elsewhere: Checkout | None = None


def find(settings: Settings, forge: Forge, workspace: Path) -> ConfigFile | Finding:
    """Return the configuration: the named file, another repository's, or the first of the usual places."""
    if settings.config:
        return _named(settings, forge, workspace)
    name = usual_place(workspace, above=settings.calling is None)
    if name:
        return _local(settings, workspace, name)
    if settings.calling is not None and settings.root is None:
        return _in_calling_repository(settings.calling, settings.commit, forge, LOCATIONS)
    above = f" or the folders above it up to {folders[-1]}" if (folders := _above(workspace)) else ""
    return Finding.of(
        Code.CONFIGURATION,
        Sentence(
            f"no configuration found in {workspace}{above} (looked for {', '.join(LOCATIONS)}):"
            f" `consumer-drift init` finds the consumers and writes {LOCATIONS[0]}. Or write it by hand, or name"
            " another file with ",
            Setting.CONFIG,
        ),
    )


def usual_place(workspace: Path, *, above: bool) -> str:
    """Return the path of the configuration from *workspace*, empty where none of the usual places has it.

    *above*: it may also be in a folder above, up to the root of the repository that *workspace* is in.
    """
    for folder in (workspace, *(_above(workspace) if above else ())):
        for location in LOCATIONS:
            if (folder / location).is_file():
                return Path(os.path.relpath(folder / location, workspace)).as_posix()
    return ""


def _above(workspace: Path) -> tuple[Path, ...]:
    """Return the folders above *workspace* in its repository, none where it is in no repository."""
    folder = workspace.absolute()
    chain = (folder, *folder.parents)
    root = next((place for place, one in enumerate(chain) if (one / ".git").exists()), 0)
    return chain[1 : root + 1]


def read_bytes(workspace: Path, name: str) -> bytes:
    """Return the content of the file *name*, a path from *workspace*, up to one byte more than is allowed.

    Others write what lies in the workspace and in the repository around it: a file there must be a regular one,
    and no link may lead out. A file elsewhere is one that the user has named. Raises OSError.
    """
    path = workspace / name
    root = (workspace.absolute(), *_above(workspace))[-1]
    named = Path(os.path.normpath(path.absolute()))
    if named.is_relative_to(root) or named.is_relative_to(root.resolve()):
        # Path.resolve() raises another error for links in a circle before Python 3.13.
        real = Path(os.path.realpath(path, strict=True))
        if not real.is_relative_to(root.resolve()):
            raise OSError(errno.ELOOP, "it is a symbolic link that leads out of the workspace")
        mode = real.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            # A named pipe would be waited for, and a device has no end.
            raise OSError(errno.EINVAL, "it is no regular file")
    with path.open("rb") as stream:
        return stream.read(MOST_BYTES + 1)


def _named(settings: Settings, forge: Forge, workspace: Path) -> ConfigFile | Finding:
    """Return the file that the settings name.

    With a ref it is another repository's, whatever lies in the workspace: a checkout of someone's branch may hold
    a file of that very name.
    """
    name = settings.config
    remote = parse_remote(name)
    if remote is not None and remote.ref:
        return _remote(remote, forge, name)
    if (workspace / name).is_file():
        return _local(settings, workspace, name)
    path = _path(name)
    if path and settings.calling and settings.root is None and not (workspace / ".git").exists():
        found = _in_calling_repository(settings.calling, settings.commit, forge, (path,))
        if isinstance(found, ConfigFile) or remote is None:
            return found
    return _remote(remote, forge, name) if remote else _local(settings, workspace, name)


def _path(name: str) -> str:
    """Return the path in a repository that *name* is, empty where it is none."""
    try:
        return file_path(name.removeprefix("./"))
    except ValueError:
        return ""


def _local(settings: Settings, workspace: Path, name: str) -> ConfigFile | Finding:
    path = workspace / name
    try:
        data = read_bytes(workspace, name)
    except OSError as error:
        return Finding.of(
            Code.CONFIGURATION,
            f"the configuration {name} cannot be read: {error.strerror or error}."
            " Check the path and its permissions",
        )
    checkout = checkout_of(path)
    if checkout is None:
        return ConfigFile(data, Path(name).as_posix(), "")
    return _in_checkout(settings, workspace, checkout, ConfigFile(data, Path(name).as_posix(), str(checkout)))


def _in_checkout(settings: Settings, workspace: Path, checkout: Checkout, found: ConfigFile) -> ConfigFile:
    """Return *found* by its path in its repository, where a job has checked that out into a folder."""
    root = workspace.resolve()
    if settings.calling is None and settings.root is not None:
        # Folders are on no server, so any remote tells.
        return replace(found, repository=checkout.repository)
    if settings.calling is None:
        # At a terminal the checkout's remote tells whose configuration this is.
        known = checkout.repository_on(settings.server or GITHUB)
        is_elsewhere = not settings.server and checkout.repository is not None and known is None
        return replace(found, repository=known, elsewhere=checkout if is_elsewhere else None)
    if settings.calling is None or root == checkout.root or not checkout.root.is_relative_to(root):
        return found
    known = checkout.repository_on(settings.server)
    if known is not None and known != settings.calling:
        return ConfigFile(found.data, found.file, found.origin, known)
    path = (root / found.file).resolve().relative_to(checkout.root).as_posix()
    return ConfigFile(found.data, path, found.origin)


def _remote(remote: RemoteConfig, forge: Forge, name: str) -> ConfigFile | Finding:
    answer = forge.file(remote.repository, remote.path, remote.ref or "")
    if isinstance(answer, FileText):
        return ConfigFile(
            answer.text.encode(), name, _origin(remote.repository, remote.ref or ""), remote.repository
        )
    return _unread(name, answer)


def _origin(repository: RepositoryName, ref: str) -> str:
    if not ref:
        return f"{repository} on its default branch"
    return f"{repository} at {'commit ' if _COMMIT.match(ref) else ''}{ref}"


def _unread(name: str, answer: NoFile | NoText | Failure) -> Finding:
    match answer:
        case NoFile():
            why = "there is no such file (or no such branch, tag or commit). Correct the path"
        case NoText():
            why = f"it is {answer.why}. Name a YAML file"
        case Failure():
            why = str(answer)
    return Finding.of(Code.CONFIGURATION, Sentence(f"the configuration {name} could not be read: ", why))


def _in_calling_repository(
    calling: RepositoryName, commit: str, forge: Forge, places: tuple[str, ...]
) -> ConfigFile | Finding:
    """Return the first of *places* at the job's own commit: without a checkout the workspace is empty."""
    for location in places:
        answer = forge.file(calling, location, commit)
        if isinstance(answer, FileText):
            return ConfigFile(answer.text.encode(), location, _origin(calling, commit))
        if not isinstance(answer, NoFile):
            return _unread(f"{location} of {calling}", answer)
    at = f" at {commit}" if commit else ""
    advice = f"create {places[0]}, which `command: init` proposes as a pull request, or name another file"
    return Finding.of(
        Code.CONFIGURATION,
        f"no configuration found in the workspace or in {calling}{at} (looked for {', '.join(places)}): {advice}",
    )
