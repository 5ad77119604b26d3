"""What reading a lock file gives, and what each format has to provide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Origin(Enum):
    """Where the package manager takes a package from."""

    REGISTRY = "registry"
    LOCAL = "local"  # a folder or an archive of the repository itself: a workspace member, a path
    GIT = "git"
    URL = "url"  # one archive at an address


@dataclass(frozen=True, slots=True)
class InstalledVersion:
    """One version of a package that a lock file installs.

    *version* is empty where the lock does not say it, as some do for a workspace member. It is written in
    ``text[start:end]`` (half-open, in characters of the decoded text), on *line* (from 1). *commit* is the
    commit of a Git repository, where the package comes from one.
    """

    version: str
    start: int
    end: int
    line: int
    origin: Origin
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Installed:
    """Every version of the package in a complete lock file, in the file's order; empty: it is not in there."""

    versions: tuple[InstalledVersion, ...]


class LockProblem(Enum):
    """Why a text cannot be believed as a lock file."""

    EMPTY = "empty"
    CUT = "cut"  # its end is missing
    CONFLICT = "conflict"  # it holds an unresolved merge
    DAMAGED = "damaged"  # it contradicts itself or its format
    FOREIGN = "foreign"  # it is not of this format
    UNKNOWN_VERSION = "unknown-version"  # it is of this format, in a version that is not known here
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class UnreadableLock:
    """The text says nothing about what is installed. *why* as ``ends before …``; *line* from 1, 0 for the file."""

    problem: LockProblem
    why: str
    line: int = 0


LockReading = Installed | UnreadableLock


class LockError(ValueError):
    """Raised by a format's reader, and turned into an UnreadableLock. *offset* is a place in the text, or None."""

    def __init__(self, problem: LockProblem, why: str, offset: int | None = None) -> None:
        super().__init__(why)
        self.problem = problem
        self.why = why
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Hit:
    """An InstalledVersion whose line is not counted yet."""

    version: str
    start: int
    end: int
    origin: Origin
    commit: str = ""


@dataclass(frozen=True, slots=True)
class LockFormat:
    """One lock file format.

    *read* takes the decoded text and a package's name, and returns its hits or raises LockError. *same_name*
    brings a name into the form in which the ecosystem compares names. *update* is the package manager's command
    that makes the lock follow its manifest, with ``{package}``, ``{manifest}`` and ``{lock}`` where the tool needs
    them; ``{revision}`` is the version with a ``v``, or a commit, and ``{release}`` the package with its version,
    nothing for a commit, which only the manifest can ask for.
    *has_end*: the text alone shows that nothing of its end is missing, as a closing bracket does.
    *keeps_unused*: the file may also hold versions that are not installed any more, so the target's version
    in it is enough.
    """

    name: str
    read: Callable[[str, str], Iterable[Hit]]
    same_name: Callable[[str], str]
    update: str
    has_end: bool = False
    keeps_unused: bool = False
