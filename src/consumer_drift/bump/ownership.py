"""Ownership: whether this program made a branch or a pull request.

A commit of this program ends in a trailer that names its branch, and its committer is the one that the forge
records for this program's writes: a person who amends or rebases it becomes the committer. "Update with rebase" in
the browser does that too, on each forge, so only the content tells the button from a person's change. A pull
request of this program has a mark in its text that readers do not see. Who can forge these can push to the
consumer anyway.

https://github.com/go-gitea/gitea/blob/main/services/pull/update_rebase.go
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from consumer_drift.model.result import FileText, NoFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.model.bump import Branch, Commit, Edit
    from consumer_drift.model.result import FileResult

_TRAILER = "Consumer-Drift-Branch"
_MARK = re.compile(r"<!-- consumer-drift: (\w+) -->")


class Mark(StrEnum):
    """The state of a pull request of this program, kept in its text."""

    OPENED = "opened"
    UNFINISHED = "unfinished"
    SUPERSEDED = "superseded"


def trailer(branch: str) -> str:
    """Return the last line of the messages of commits on *branch*."""
    return f"{_TRAILER}: {branch}"


def foreign_authors(branch: Branch, *, only_bump: bool = False) -> tuple[str, ...]:
    """Return the other authors of commits on *branch*, each once; empty where all commits are ours.

    *only_bump*: the branch is known to change nothing but what the bump changes, so whoever has committed our
    commits again has changed nothing in them.
    """
    wanted = trailer(branch.name)
    others = [
        commit.author
        for commit in branch.commits
        if not _updates(commit, branch.name)
        and not ((commit.written_here or only_bump) and commit.message.rstrip().rpartition("\n")[2] == wanted)
    ]
    if not branch.whole:
        others.append("more people than the server shows")
    return tuple(dict.fromkeys(others))


def _updates(commit: Commit, branch: str) -> bool:
    """Whether it only merges the base into *branch*, as the button "Update branch" of a pull request does."""
    headline = commit.message.partition("\n")[0]
    return commit.is_merge and headline.startswith("Merge branch '") and headline.endswith(f"' into {branch}")


def changes_only(branch: Branch, edits: Sequence[Edit]) -> bool:
    """Whether *branch* changes no file of its base otherwise than *edits* do; it may lack some of them."""
    counts = [commit.changed_files for commit in branch.commits]
    done = [edit for edit in edits if branch.files.get(edit.path) == FileText(edit.after)]
    untouched = all(branch.files.get(edit.path) == _before(edit) for edit in edits if edit not in done)
    known = branch.whole and None not in counts
    return known and untouched and sum(count for count in counts if count is not None) == len(done)


def _before(edit: Edit) -> FileResult:
    return NoFile() if edit.before is None else FileText(edit.before)


def marked(mark: Mark) -> str:
    """Return *mark* as a text contains it."""
    return f"<!-- consumer-drift: {mark} -->"


def marks(body: str) -> frozenset[str]:
    """Return the marks in a pull request's text."""
    return frozenset(_MARK.findall(body))


def is_ours(body: str) -> bool:
    """Whether this program opened the pull request, and its mark is still there."""
    return bool(marks(body) & {Mark.OPENED, Mark.UNFINISHED})
