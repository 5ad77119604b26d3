"""What the writers of all forges have in common: guards before a write, and sentences about what did not work."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence, Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from consumer_drift.model.bump import Branch
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.repository import RepositoryName

T = TypeVar("T")
R = TypeVar("R")

RUN_AGAIN = "run it again"
NAME_IN_THE_WAY = (
    "a branch whose name is the beginning of the bump branch's (as `bump` is of `bump/…`) is in the way: delete"
    " it, or choose another propagate.branch"
)
APPROVED_BY_AUTHOR = Sentence(
    "a user cannot approve a pull request of their own: set ", Setting.MERGE_TOKEN, " to a token of another user"
)
CHANGE_METHOD = "allow that method in the repository's settings, or choose another `land.method`"
ENABLE_ISSUES = "enable issues in the repository's settings, or set `tracking: {issue: false}`"
UNARCHIVE = "unarchive the repository, or take it off the list"


def one_by_one(work: Callable[[T], R], items: Sequence[T]) -> Iterator[tuple[T, R]]:
    """Yield ``(item, work(item))``, one after the other."""
    for item in items:
        yield item, work(item)


def refuse_base(snapshot: Snapshot, branch: str) -> Failure | None:
    """Return the failure of a write to the branch that the pins are read from, None for any other branch.

    A bump branch belongs to this program; the branch that is read belongs to people.
    """
    if branch != snapshot.branch:
        return None
    return Failure(
        Reason.NAME_TAKEN,
        f"{branch} is the branch of {snapshot.name} that the pins are read from, so it cannot be a bump branch",
        "choose another propagate.branch, or another `branch:` of the consumer",
    )


def refuse_moved(name: RepositoryName, seen: Branch, tip: str) -> Failure | None:
    """Return the failure of deleting a branch that has another commit, *tip*, than it was seen with."""
    if tip == seen.tip:
        return None
    return Failure(Reason.STALE, f"somebody pushed to {seen.name} of {name} meanwhile", RUN_AGAIN)


def missing_labels(wanted: Iterable[str], known: Iterable[str], hint: str = "") -> list[str]:
    """Return a sentence about the labels that the repository does not have, if any. They compare without case.

    It names no repository, so that a report can say it once for all that lack the same.
    """
    there = {label.casefold() for label in known}
    missing = [repr(label) for label in wanted if label.casefold() not in there]
    if not missing:
        return []
    if len(missing) == 1:
        return [f"the label {missing[0]} does not exist there: create it{hint}"]
    return [f"the labels {' and '.join(missing)} do not exist there: create them{hint}"]


def not_asked_to_review(reviewer: str, why: str) -> str:
    """Return the sentence about a reviewer who could not be asked."""
    return f"{reviewer} was not asked to review ({why}): correct propagate.reviewers"


def issues_off(repository: RepositoryName) -> Failure:
    """Return the failure for a repository that has no issues."""
    return Failure(Reason.SETTING, f"{repository} has issues switched off", ENABLE_ISSUES)
