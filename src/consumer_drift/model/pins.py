"""A pin, and the result of reading one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.versions import Series, Version, VersionFormat


IN_LOCK_FILE = "lock file"
# Where Git keeps the paths and addresses of submodules: https://git-scm.com/docs/gitmodules
GIT_MODULES = ".gitmodules"


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters of a file's decoded text: ``text[start:end]``."""

    start: int
    end: int


class Pinning(Enum):
    """How firmly an occurrence names a version."""

    EXACT = "exact"  # one version
    SERIES = "series"  # a moving tag, such as v4, that the policy accepts
    FLOATING = "floating"  # more than one version fits
    INVALID = "invalid"  # not a version


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place of a pin in a file.

    *value* is the text there: for EXACT the version's characters (for SERIES its numbers), which *span* covers
    exactly, so that a bump replaces them and nothing else. *why* says in a few words what is wrong where it is
    neither (``'>=1.2' allows more than one version``), *remedy* what to do where another version there is not
    enough. *lock* names what ties the pin to one artefact and would be
    wrong after a bump (``hash``, ``digest``, ``commit``), is IN_LOCK_FILE where a package manager writes the
    version, or is empty; *lock_span* covers its characters where a bump can replace them too. *line* counts
    from 1. *commit* is the id of a commit that no known tag has, and *repository* whose it is, where the file
    says so. *series* are the versions that a moving tag follows. *module* is the path of a module of Go, where the
    version of a commit is written in Go's own way.
    """

    pinning: Pinning
    value: str
    span: Span
    line: int
    version: Version | None = None
    why: str = ""
    lock: str = ""
    lock_span: Span | None = None
    commit: str = ""
    repository: RepositoryName | None = None
    series: Series | None = None
    module: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The occurrences of the pin, in the file's order, at least one."""

    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """The file does not have the pin. *what* is missing: ``no requirement acme-runtime``."""

    what: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """The file cannot be parsed as its format: *why*, and the line (from 1, 0 where unknown).

    *remedy* is what to do about it. *unknown*: what the file holds cannot be told, as
    with a lock file that was cut.
    """

    why: str
    line: int = 0
    remedy: str = "correct the file"
    unknown: bool = False


Reading = Found | Absent | Damaged


def is_pattern(path: str) -> bool:
    """Return whether *path* is a pattern that several files may fit, as ``.github/workflows/*.yml``."""
    return "*" in path or "?" in path


class Pin(Protocol):
    """One entry of ``pins:``, which never changes. Each kind is one small class in ``consumer_drift.pins``.

    *kind* is its key in the configuration, empty for a whole file.
    """

    kind: ClassVar[str]

    def __hash__(self) -> int:
        """Equal pins are the same pin."""

    @property
    def file(self) -> str:
        """The path inside the consumer, with forward slashes, or a pattern of such paths."""

    @property
    def optional(self) -> bool:
        """Whether it may be missing in a consumer."""

    def at(self, path: str) -> Pin:
        """Return the same pin in another file: one that fits the pattern of this one's *file*."""

    def describe(self) -> str:
        """For messages: ``requirement acme-runtime``, ``key dependencies.acme``; empty for a whole file."""

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """Find all occurrences in *text*. Never raises, whatever the text is."""
