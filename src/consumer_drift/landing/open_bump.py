"""What the decision to merge one bump is based on, all read in this run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.bump.target import BumpTarget
    from consumer_drift.model.bump import BumpState
    from consumer_drift.model.checks import PullRequestChecks
    from consumer_drift.model.config import Land
    from consumer_drift.model.consent import Consent
    from consumer_drift.model.proposal import Proposal
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.result import Failure


@dataclass(frozen=True, slots=True)
class OpenBump:
    """An open pull request from the bump branch of a consumer that is behind.

    *reading* and *state* are of the consumer as it is now. *proposal* and *consent* are None where they were not
    asked for, because something else keeps the bump from being merged.
    """

    reading: ConsumerReading
    state: BumpState
    pull_request: PullRequest
    checks: PullRequestChecks | Failure
    proposal: Proposal | Failure | None = None
    consent: Consent | Failure | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a bump has to meet. *approver* is the login of who approves, None without approvals."""

    land: Land
    bump_target: BumpTarget
    approver: str | Failure | None = None


class Condition(StrEnum):
    """A condition that a bump has to meet before it is merged."""

    OURS = "ours"
    OWN_BRANCH = "own-branch"
    BASE = "base"
    HEAD = "head"
    EXACT = "exact"
    RAISES = "raises"
    CHECKS = "checks"
    MERGES = "merges"
    REVIEW = "review"
    IDENTITY = "identity"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Unmet:
    """A condition that is not met, and why: a sentence without its full stop (may contain foreign text).

    *failure* is the one that kept it from being read, None where it was read.
    """

    condition: Condition
    why: str
    failure: Failure | None = None
