"""JSON of the API to the commits and the changes that a branch brings. Functions raise InvalidJson."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.forges.git import EMAIL
from consumer_drift.model.bump import Commit

if TYPE_CHECKING:
    from consumer_drift.support.json_fields import JsonValue


@dataclass(frozen=True, slots=True)
class Comparison:
    """The commits that one branch has and another lacks. *complete*: these are all. *newest* is a commit id."""

    commits: tuple[Commit, ...]
    complete: bool
    newest: str


def comparison(answer: JsonValue) -> Comparison:
    """Return the commits of a comparison."""
    found = answer.get("commits")
    shown = [] if found is None else list(found)
    newest = shown[0]["sha"].text() if shown else ""
    return Comparison(tuple(map(_commit, shown)), len(shown) == answer["total_commits"].number(), newest)


def _commit(row: JsonValue) -> Commit:
    commit = row["commit"]
    committer, author = commit["committer"], commit["author"]
    by_us = author["email"].text() == EMAIL
    # A person who has rebased or amended a commit of ours is its committer alone.
    who = committer if by_us else author
    return Commit(
        commit["message"].text(),
        who["name"].text() or "somebody",
        by_us and committer["email"].text() == EMAIL,
        _length(row.get("files")),
        (_length(row.get("parents")) or 0) > 1,
    )


def _length(rows: JsonValue | None) -> int | None:
    return None if rows is None else len(list(rows))


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that a pull request changes. One that becomes a link is in the list twice: deleted, and added."""

    path: str
    status: str

    @property
    def is_modified(self) -> bool:
        """Whether it has the same name and other contents; its mode may be another one."""
        return self.status == "changed"


def changed_files(page: JsonValue) -> tuple[ChangedFile, ...]:
    """Return a page of the files that a pull request changes."""
    return tuple(ChangedFile(row["filename"].text(), row["status"].text()) for row in page)


# The lines of a file begin with a sign, so none of them is taken for a header.
_SECTION = re.compile(r"^diff --git (?P<names>.*)\n(?P<mode>old mode )?", re.MULTILINE)


def other_modes(diff: str, count: int) -> frozenset[str] | None:
    """Return the files that have another mode after *diff*; None where it is no diff of *count* files.

    https://git-scm.com/docs/diff-format#generate_patch_text_with_p
    """
    sections = list(_SECTION.finditer(diff))
    if len(sections) != count:
        return None
    # A name follows "a/" and, once more, " b/".
    names = (one["names"] for one in sections if one["mode"])
    return frozenset(one[(len(one) + 5) // 2 :] for one in names)
