"""The outcome of bumping a consumer, and the table of all outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The outcome of bumping one consumer: part of the contract, never renamed."""

    OPENED = "opened"
    UPDATED = "updated"
    REPAIRED = "repaired"
    REBUILT = "rebuilt"
    PR_EXISTS = "pr-exists"
    LANDED = "landed"
    REWRITTEN = "rewritten"
    WOULD_OPEN = "would-open"
    WOULD_UPDATE = "would-update"
    WOULD_REPAIR = "would-repair"
    WOULD_REBUILD = "would-rebuild"
    WOULD_LAND = "would-land"
    WOULD_REWRITE = "would-rewrite"
    HELD = "held"
    NO_BUMP = "no-bump"
    ALREADY_PINNED = "already-pinned"
    AHEAD = "ahead"
    NO_PIN = "no-pin"
    DECLINED = "declined"
    NEEDS_LOCK = "needs-lock"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """A row of the table of outcomes. *dry* is its name where nothing is written."""

    outcome: Outcome
    when: str
    is_in_flight: bool = False
    dry: Outcome | None = None


OUTCOMES = {
    rule.outcome: rule
    for rule in (
        OutcomeRule(
            Outcome.OPENED,
            "a new branch with one commit that changes every pin, and its pull request",
            is_in_flight=True,
            dry=Outcome.WOULD_OPEN,
        ),
        OutcomeRule(
            Outcome.UPDATED,
            "our branch existed but did not change every pin to the target version: one more commit",
            is_in_flight=True,
            dry=Outcome.WOULD_UPDATE,
        ),
        OutcomeRule(
            Outcome.REPAIRED,
            "the branch had exactly this bump, but its pull request was missing or incomplete",
            is_in_flight=True,
            dry=Outcome.WOULD_REPAIR,
        ),
        OutcomeRule(
            Outcome.REBUILT,
            "our pull request no longer merged: a new one from the present base replaces it",
            is_in_flight=True,
            dry=Outcome.WOULD_REBUILD,
        ),
        OutcomeRule(
            Outcome.PR_EXISTS,
            "an open pull request already changes every pin to the target version",
            is_in_flight=True,
        ),
        OutcomeRule(
            Outcome.LANDED, "`land` merged the pull request, which met every condition", dry=Outcome.WOULD_LAND
        ),
        OutcomeRule(Outcome.REWRITTEN, "the files in the folders were changed", dry=Outcome.WOULD_REWRITE),
        OutcomeRule(Outcome.WOULD_OPEN, "nothing was written: this would have been `opened`"),
        OutcomeRule(Outcome.WOULD_UPDATE, "nothing was written: this would have been `updated`"),
        OutcomeRule(Outcome.WOULD_REPAIR, "nothing was written: this would have been `repaired`"),
        OutcomeRule(Outcome.WOULD_REBUILD, "nothing was written: this would have been `rebuilt`"),
        OutcomeRule(Outcome.WOULD_LAND, "nothing was written: this would have been `landed`"),
        OutcomeRule(Outcome.WOULD_REWRITE, "nothing was written: this would have been `rewritten`"),
        OutcomeRule(
            Outcome.HELD, "`land` did not merge the pull request: the note says which condition is not met"
        ),
        OutcomeRule(Outcome.NO_BUMP, "the consumer is behind, and there is no open bump for `land` to merge"),
        OutcomeRule(Outcome.ALREADY_PINNED, "every pin is at the target version"),
        OutcomeRule(Outcome.AHEAD, "a pin is higher than the target version: never a downgrade"),
        OutcomeRule(Outcome.NO_PIN, "there is no pin to bump"),
        OutcomeRule(Outcome.DECLINED, "somebody closed the pull request for this version"),
        OutcomeRule(
            Outcome.NEEDS_LOCK,
            "a pin has a hash, a digest or a commit that is not known for the target version, or its lock file has"
            " to change",
        ),
        OutcomeRule(
            Outcome.SKIPPED,
            "archived, a mirror, pull requests switched off, a pin without an exact version, other people's"
            " commits on the branch, a conflict, or no target version",
        ),
        OutcomeRule(
            Outcome.ERROR, "the consumer could not be read, or a write failed: the note says how to fix it"
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Bump:
    """The outcome of one consumer. *note* is a sentence without its full stop (may contain foreign text).

    *branch*, *number* and *url* are those of the pull request, empty and 0 where there is none; *superseded*
    has the addresses of older ones that were closed; *warnings* what failed without stopping the bump; *diff*
    is the change as a unified diff where nothing was written.
    """

    outcome: Outcome
    note: str = ""
    branch: str = ""
    number: int = 0
    url: str = ""
    superseded: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    diff: str = ""

    @property
    def is_in_flight(self) -> bool:
        """Whether an open pull request brings the consumer to the target version."""
        return OUTCOMES[self.outcome].is_in_flight

    @property
    def has_landed(self) -> bool:
        """Whether the run merged it."""
        return self.outcome is Outcome.LANDED
