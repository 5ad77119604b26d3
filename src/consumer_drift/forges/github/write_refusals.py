"""What GitHub means when it refuses a write: each told apart by its words, with what to change.

https://docs.github.com/en/graphql/reference/mutations and
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.model.answers import Obstacle, Reason

if TYPE_CHECKING:
    from consumer_drift.forges.github.replies import GraphError


@dataclass(frozen=True, slots=True)
class _Sign:
    """*words* (a regular expression on lower-case text) tell that *reason* is meant."""

    words: str
    reason: Reason
    remedy: str
    needs: str = ""


_AGAIN = "run again"
# The first that fits. The words are GitHub's own, as its answers and its users' issues quote them.
_SIGNS = (
    _Sign(r"expected branch to point to|stale_data|is at [0-9a-f]{7,} but expected", Reason.STALE, _AGAIN),
    _Sign(r"a ref named .* already exists|reference already exists", Reason.STALE, _AGAIN),
    _Sign(r"a pull request already exists", Reason.STALE, _AGAIN),
    _Sign(
        r"archived so is read-only|repository was archived",
        Reason.ARCHIVED,
        "unarchive the repository, or take it off the list",
    ),
    _Sign(
        r"cannot lock ref|directory of that name is in the way|reference update failed",
        Reason.NAME_TAKEN,
        "a branch whose name is the beginning of the bump branch's (as `bump` is of `bump/…`) stands in the way:"
        " delete it, or write another propagate.branch",
    ),
    _Sign(
        r"without `?workflows?`? (?:scope|permission)|refusing to allow .* workflow",
        Reason.MISSING_SCOPE,
        "a pin stands in a workflow file, which only a token with that right may change: grant it Workflows: write"
        " (classic: workflow), or use a token of an App that has it; a job's own token never has",
        needs="Workflows: write (classic: workflow)",
    ),
    _Sign(
        r"not permitted to create or approve pull requests",
        Reason.SETTING,
        "allow it in the repository's or the organisation's settings (Actions, General, Workflow permissions), or"
        " use a token of an App or a user",
    ),
    _Sign(
        r"rule violations|protected branch|branch protection|creations rule|is protected|protected by a rule",
        Reason.PROTECTED,
        "a rule keeps the token's user from making or changing that branch: let it bypass the rule, or write"
        " another propagate.branch",
    ),
    _Sign(
        r"correct permissions to execute|must have (?:push|write)|must be a collaborator|forking|head repository",
        Reason.READ_ONLY,
        "give the token's user write access to the repository; a fork is never used, since a pull request from"
        " one proves nothing",
        needs="write access",
    ),
    _Sign(
        r"resource not accessible by",
        Reason.MISSING_SCOPE,
        "grant the token Contents: write and Pull requests: write for that repository (classic: repo)",
        needs="Contents: write and Pull requests: write",
    ),
)


def of_error(error: GraphError, asked: str) -> Obstacle:
    """The obstacle of an error at a mutation's field."""
    if error.kind == "STALE_DATA":
        return Obstacle(Reason.STALE, f"{asked}: {error.message!r}", _AGAIN, asked=asked)
    told = error.obstacle(asked)
    sign = _sign(error.message)
    if sign is not None:
        return replace(_refused(told, sign), said=f"{asked} was refused: {error.message!r}")
    if error.kind == "UNPROCESSABLE":
        remedy = "change what the message names"
        return Obstacle(Reason.UNEXPECTED, f"{asked} was refused: {error.message!r}", remedy, asked=asked)
    return told


def of_answer(obstacle: Obstacle) -> Obstacle:
    """The obstacle of a whole answer, told as what it means for a write."""
    sign = _sign(obstacle.said)
    return _refused(obstacle, sign) if sign is not None and obstacle.status in {403, 404, 409, 422} else obstacle


def _sign(said: str) -> _Sign | None:
    return next((sign for sign in _SIGNS if re.search(sign.words, said.lower())), None)


def _refused(obstacle: Obstacle, sign: _Sign) -> Obstacle:
    return replace(obstacle, reason=sign.reason, remedy=sign.remedy, needs=sign.needs or obstacle.needs)
