"""A branch that keeps files of this program in the source's repository, and shares no commit with the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumer_drift.model.repository import RepositoryName

FILE_MODE = 0o100644
FOLDER_MODE = 0o040000


@dataclass(frozen=True, slots=True)
class BranchEntry:
    """What is at a name of a branch's root: git's *mode* and the object's id."""

    mode: int
    name: str
    oid: str


@dataclass(frozen=True, slots=True)
class StoredBranch:
    """The branch *name* as it was read. *commit* is empty, and there are no *entries*, where it does not exist.

    *is_default*: the repository is read at it. *is_public*: everyone can read it. *object_format* is the
    repository's hash, ``sha1`` or ``sha256``. *repository*: what the server calls it, None where that is not told.
    """

    name: str
    commit: str = ""
    entries: tuple[BranchEntry, ...] = ()
    is_default: bool = False
    object_format: str = "sha1"
    is_public: bool = False
    repository: RepositoryName | None = None
