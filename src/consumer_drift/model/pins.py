"""What a pin is, and what reading one gives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.versions import Version, VersionFormat


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of characters of a file's decoded text: ``text[start:end]``."""

    start: int
    end: int


class Pinning(Enum):
    """How firmly an occurrence names a version."""

    EXACT = "exact"  # one version
    FLOATING = "floating"  # the thing is asked for, without one exact version
    INVALID = "broken"  # something stands where the version should, and it is none


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place in a file where the pin stands.

    *value* is what stands there: for EXACT the version's characters, which *span* covers exactly,
    so that a bump replaces them and nothing else. *why* says in a few words what is wrong where the
    standing is not EXACT (``'>=1.2' allows more than one version``). *lock* names what ties the pin to
    one artefact and would be wrong after a bump (``hash``, ``digest``, ``commit``), or is empty;
    *lock_span* covers its characters where a bump can replace them too. *line* counts from 1. *commit* is
    the id of a commit that no known tag has, and *repository* whose it is, where the file says so.
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


@dataclass(frozen=True, slots=True)
class Found:
    """The pin is there: every occurrence of it, in the file's order, never empty."""

    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """The file does not carry the pin. *what* is missing: ``no requirement acme-runtime``."""

    what: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """The file cannot be read as what its name says: *why*, and the line (from 1, 0 where unknown)."""

    why: str
    line: int = 0


Reading = Found | Absent | Damaged


class Pin(Protocol):
    """One entry of ``pins:``. Each kind is one small class in ``consumer_drift.pins``."""

    @property
    def file(self) -> str:
        """The path inside the consumer, with forward slashes."""

    @property
    def optional(self) -> bool:
        """Whether a consumer may lack it."""

    def describe(self) -> str:
        """For messages: ``requirement acme-runtime``, ``key dependencies.acme``; empty for a whole file."""

    def read(self, text: str, version_format: VersionFormat) -> Reading:
        """All occurrences in *text*. Never raises on any text."""
