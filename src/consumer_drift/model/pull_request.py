"""Pull requests: one type for every forge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from consumer_drift.model.checks import PullRequestChecks


class PullRequestState(Enum):
    """The state of a pull request."""

    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request.

    *head* and *base* are the names of its two branches. *from_fork*: the head is not a branch of the
    repository itself. *mergeable* is False where it conflicts with its base, None where that is not known (a
    draft, or not computed yet). *id* is GitHub's node id, empty on other forges. *commit* is the id of its head,
    empty on GitHub; *checks* are known where they came with it.
    """

    number: int
    url: str
    head: str
    base: str
    state: PullRequestState
    created_at: datetime
    from_fork: bool = False
    mergeable: bool | None = None
    title: str = ""
    body: str = ""
    author: str = ""
    id: str = ""
    commit: str = ""
    checks: PullRequestChecks | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is neither closed nor merged."""
        return self.state is PullRequestState.OPEN


PullRequests = tuple[PullRequest, ...]
