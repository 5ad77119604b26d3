"""Issues of the source's repository, as far as the tracking issue needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from consumer_drift.model.repository import RepositoryName


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue that the token's user opened."""

    number: int
    body: str
    is_open: bool
    url: str = ""


@dataclass(frozen=True, slots=True)
class OwnIssues:
    """All *issues* of a repository that the token's user opened, and the name of that user.

    *is_public*: everyone can read them. *repository*: what the server calls it, None where that is not told.
    """

    issues: tuple[Issue, ...]
    is_public: bool
    user: str = ""
    repository: RepositoryName | None = None

    def wrote(self, comment: IssueComment) -> bool:
        """Whether *comment* is of the token's user, too. Anyone may have copied its mark."""
        return comment.author.casefold() == self.user.casefold()


@dataclass(frozen=True, slots=True)
class IssueComment:
    """A comment on an issue. *id* grows with time."""

    id: int
    body: str
    author: str
