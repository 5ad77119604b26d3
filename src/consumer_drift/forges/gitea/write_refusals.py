"""What Gitea and Forgejo mean when they refuse a write: each told apart by its words, with what to change.

https://docs.gitea.com/api
"""

from __future__ import annotations

import re
from dataclasses import replace

from consumer_drift.model.answers import Obstacle, Reason

_AGAIN = "run again"
# (the words, in lower case and English whatever the reader's language; what they mean; what to do)
_SIGNS: tuple[tuple[str, Reason, str], ...] = (
    (r"sha does not match|object does not exist|file already exists", Reason.STALE, _AGAIN),
    (r"branch already exists|pull request already exists", Reason.STALE, _AGAIN),
    (
        r"cannot lock ref|branch with the same name already exists",
        Reason.NAME_TAKEN,
        (
            "a branch whose name is the beginning of the bump branch's (as `bump` is of `bump/…`) stands in the"
            " way: delete it, or write another propagate.branch"
        ),
    ),
    (
        r"protected branch|is protected|branch protected",
        Reason.PROTECTED,
        (
            "a rule of the repository protects branches of that name: let the token's user push to them, or write"
            " another propagate.branch"
        ),
    ),
    (
        r"permission to write|specific permission|write permission|not allowed to edit branch",
        Reason.READ_ONLY,
        (
            "give the token's user write access to the repository (a team with it); a fork is never used, since a"
            " pull request from one proves nothing"
        ),
    ),
)


def of(obstacle: Obstacle) -> Obstacle:
    """*obstacle*, which a write met, told as what it means for that."""
    if obstacle.status == 423:
        return replace(
            obstacle, reason=Reason.ARCHIVED, remedy="unarchive the repository, or take it off the list"
        )
    said = obstacle.said.lower()
    for words, reason, remedy in _SIGNS:
        if re.search(words, said):
            return replace(obstacle, reason=reason, remedy=remedy)
    # What the write spoke of is gone, or never was: what is there now decides.
    return replace(obstacle, reason=Reason.STALE) if obstacle.status in {404, 409} else obstacle
