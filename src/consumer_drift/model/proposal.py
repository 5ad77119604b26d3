"""What merging a pull request would bring to its base, all read at one commit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.model.bump import Commit
    from consumer_drift.model.result import FileResult


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the commit *head* has and the base does not.

    *commits* are those that only *head* has; *whole* is False where there are more of them, or of the files, than
    were shown. *modified* are the files with other contents than where it left its base, *others* the paths that
    were added, deleted, renamed, or changed in any other way. *before* and *after* have the answer for each pinned
    file of *modified*, where it left its base and at *head*.
    """

    head: str
    commits: tuple[Commit, ...]
    modified: frozenset[str]
    others: frozenset[str]
    before: Mapping[str, FileResult]
    after: Mapping[str, FileResult]
    whole: bool = True
