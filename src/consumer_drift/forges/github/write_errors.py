"""What a refused write means, by the words of GitHub."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.forges.github.rate_limits import TOO_QUICKLY
from consumer_drift.forges.http.messages import (
    ErrorPattern,
    explained,
    matching,
)
from consumer_drift.forges.writing import NAME_IN_THE_WAY, RUN_AGAIN, UNARCHIVE
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Grant, Sentence

if TYPE_CHECKING:
    from consumer_drift.forges.github.responses import GraphError


# The first that matches. The words are GitHub's own, as its answers and its users' issues quote them.
_WRITE_PATTERNS = (
    ErrorPattern(
        TOO_QUICKLY,
        Reason.SECONDARY_LIMIT,
        "run propagate again later: GitHub limits how much new content a user makes in an hour",
    ),
    ErrorPattern(
        r"expected branch to point to|stale_data|is at [0-9a-f]{7,} but expected", Reason.STALE, RUN_AGAIN
    ),
    # A branch that was made a moment ago is not found on a replica that is behind.
    ErrorPattern(
        r"a ref named .* already exists|reference already exists|branch not found", Reason.STALE, RUN_AGAIN
    ),
    ErrorPattern(r"a pull request already exists", Reason.STALE, RUN_AGAIN),
    ErrorPattern(r"archived so is read-only|repository was archived", Reason.ARCHIVED, UNARCHIVE),
    ErrorPattern(
        r"cannot lock ref|directory of that name is in the way|reference update failed|ref cannot be created",
        Reason.NAME_TAKEN,
        NAME_IN_THE_WAY,
    ),
    ErrorPattern(
        r"without `?workflows?`? (?:scope|permission)|refusing to allow .* workflow",
        Reason.MISSING_SCOPE,
        "a pin is in a workflow file, which only a token with that permission may change: grant it Workflows:"
        " write (classic: workflow), or use a token of an App that has it; a job's own token never has it",
        needs="Workflows: write (classic: workflow)",
    ),
    ErrorPattern(
        r"not permitted to create or approve pull requests",
        Reason.SETTING,
        "allow it in the repository's or the organization's settings (Actions, General, Workflow permissions), or"
        " use a token of an App or a user",
    ),
    ErrorPattern(
        r"rule violations|protected branch|branch protection|creations rule|is protected|protected by a rule",
        Reason.PROTECTED,
        "a rule does not allow the token's user to create or change that branch: let the user bypass the rule, or"
        " choose another propagate.branch",
    ),
    ErrorPattern(
        r"correct permissions to execute|must have (?:push|write)|must be a collaborator|forking|head repository",
        Reason.READ_ONLY,
        Sentence(
            Grant(
                "give the token's user write access to the repository",
                "write access to the repository",
            ),
            "; a fork is never used, since a pull request from a fork proves nothing",
        ),
        needs="write access",
    ),
    ErrorPattern(
        r"resource not accessible by",
        Reason.MISSING_SCOPE,
        Sentence(
            Grant(
                "grant the token Contents: write and Pull requests: write for that repository (classic: repo)",
                "Contents: write and Pull requests: write for that repository (classic: repo)",
            )
        ),
        needs="Contents: write and Pull requests: write",
    ),
)


def of_error(error: GraphError, asked: str) -> Failure:
    """Return the failure of an error at a mutation's field."""
    if error.kind == "STALE_DATA":
        return Failure(Reason.STALE, f"{asked}: {error.message!r}", RUN_AGAIN, asked=asked)
    failure = error.failure(asked)
    pattern = matching(_WRITE_PATTERNS, error.message)
    if pattern is not None:
        return replace(pattern.applied(failure), said=f"{asked} was refused: {error.message!r}")
    if error.kind == "UNPROCESSABLE":
        remedy = "correct what the message names"
        return Failure(Reason.UNEXPECTED, f"{asked} was refused: {error.message!r}", remedy, asked=asked)
    return failure


def of_write(failure: Failure) -> Failure:
    """Return *failure*, which a write got as its whole answer, with what it means for the write."""
    return explained(failure, _WRITE_PATTERNS) if failure.status in {403, 404, 409, 422} else failure
