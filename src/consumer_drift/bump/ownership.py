"""Whose a branch or a pull request is, told by what this program writes into its own.

A commit of ours ends in a trailer that names its branch, and its committer is the one that the forge gives
to what this program writes: whoever amends or rebases it becomes its committer. A pull request of ours has
a mark in its text, which a reader does not see. Whoever can forge these can push to the consumer anyway.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumer_drift.model.bump import Branch

_TRAILER = "Consumer-Drift-Branch"
_MARK = re.compile(r"<!-- consumer-drift: (\w+) -->")


class Mark(StrEnum):
    """What a pull request's text says of it."""

    OPENED = "opened"
    UNFINISHED = "unfinished"
    SUPERSEDED = "superseded"


def trailer(branch: str) -> str:
    """The last line of a commit's message on *branch*."""
    return f"{_TRAILER}: {branch}"


def foreign_authors(branch: Branch) -> tuple[str, ...]:
    """Who else has commits on a bump branch, each once; empty where all are ours."""
    wanted = trailer(branch.name)
    others = [
        commit.author
        for commit in branch.commits
        if not commit.written_here or commit.message.rstrip().rpartition("\n")[2] != wanted
    ]
    if not branch.whole:
        others.append("more people than were shown")
    return tuple(dict.fromkeys(others))


def marked(mark: Mark) -> str:
    """*mark* as it stands in a text."""
    return f"<!-- consumer-drift: {mark} -->"


def marks(body: str) -> frozenset[str]:
    """The marks in a pull request's text."""
    return frozenset(_MARK.findall(body))


def is_ours(body: str) -> bool:
    """Whether this program opened the pull request, and nobody took its mark out."""
    return bool(marks(body) & {Mark.OPENED, Mark.UNFINISHED})
