"""The one place that writes: a step's writes in their order, and another look where one went wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.bump.body import superseded
from consumer_drift.bump.edit import unified
from consumer_drift.bump.ownership import Mark, foreign_authors, marks
from consumer_drift.model.bump import OUTCOMES, Bump, Outcome
from consumer_drift.model.result import UNCLEAR, Failure, Reason
from consumer_drift.model.sentence import Sentence, joined

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.bump.plan import Step
    from consumer_drift.forges.base import Writer
    from consumer_drift.model.bump import BumpState
    from consumer_drift.model.pull_request import PullRequest

    # Reads that consumer anew and plans it anew.
    Again = Callable[[], Step]

# Somebody was faster, or the answer makes no sense: what is there now decides, once more.
_MOVED = frozenset({Reason.STALE, Reason.FOREIGN_REDIRECT, Reason.UNEXPECTED, Reason.PROXY})
# A bump takes a few writes, and each may lose its answer.
_AGAIN = UNCLEAR | {Reason.STALE}
_LOOKS = {**dict.fromkeys(_MOVED, ("moved", 1)), **dict.fromkeys(UNCLEAR, ("unclear", 4))}


def simulate(step: Step) -> Bump:
    """What a step comes to where nothing is written."""
    outcome = OUTCOMES[step.outcome].dry or step.outcome
    found = _bump(step, step.pull_request)
    diff = unified(step.change.edits) if step.change else ""
    return replace(found, outcome=outcome, diff=diff)


def apply(step: Step, writer: Writer, again: Again) -> Bump:
    """Write what *step* says. After a write that failed for a passing reason the consumer is looked at anew."""
    first = step
    looks: Counter[str] = Counter()
    while True:
        done = _write(step, writer)
        if isinstance(done, Bump):
            return _as_meant(first, done) if looks["unclear"] else done
        kind, most = _LOOKS.get(done.reason, ("", 0))
        looks[kind] += 1
        if looks[kind] > most:
            return _given_up(step, done)
        writer.settle()
        step = again()


def _given_up(step: Step, why: Failure) -> Bump:
    """What failed may be a part that stops nothing: the pull request was open before, and its branch right."""
    bump = _bump(step, step.pull_request)
    if step.pull_request is not None and step.change is None and step.draft is None:
        return replace(bump, warnings=(*bump.warnings, str(why)))
    return replace(bump, outcome=Outcome.ERROR, note=str(why))


def _as_meant(first: Step, done: Bump) -> Bump:
    """A later look found what an earlier write made, whose answer was lost: the run is told as what it did."""
    if done.is_in_flight and OUTCOMES[first.outcome].is_in_flight and first.writes:
        return replace(done, outcome=first.outcome)
    if done.outcome is Outcome.ALREADY_PINNED and first.outcome is Outcome.REWRITTEN:
        return replace(done, outcome=first.outcome)
    return done


def _bump(step: Step, pull_request: PullRequest | None) -> Bump:
    branch = step.change.branch if step.change else step.draft.head if step.draft else ""
    if pull_request is None:
        return Bump(step.outcome, step.note, branch)
    return Bump(step.outcome, step.note, pull_request.head, pull_request.number, pull_request.url)


def _write(step: Step, writer: Writer) -> Bump | Failure:
    if step.work is None or not step.writes:
        return _bump(step, step.pull_request)
    pull_request = _open(step, step.work, writer)
    if isinstance(pull_request, Failure):
        return pull_request
    bump = _bump(step, pull_request)
    if pull_request is None:
        return bump
    if step.finish is not None:
        warnings = writer.finish(step.work, pull_request, step.finish)
        if isinstance(warnings, Failure):
            if warnings.reason in _LOOKS:
                return warnings
            warnings = (str(warnings),)
        bump = replace(bump, warnings=warnings)
    return _supersede(step, writer, pull_request, bump)


def _open(step: Step, work: BumpState, writer: Writer) -> PullRequest | Failure | None:
    """The branch, its commit and its pull request: the one that is open in the end, None on folders."""
    refused: Failure | None = None
    if step.clears is not None:
        refused = writer.delete(work, step.clears)
    if step.change is not None and refused is None:
        refused = writer.commit(work, step.change)
    if refused is not None:
        return refused
    return writer.open(work, step.draft) if step.draft is not None else step.pull_request


def _supersede(step: Step, writer: Writer, new: PullRequest, bump: Bump) -> Bump | Failure:
    """Close the older ones. Each is looked into just before, and is resumed where an earlier run ended.

    The text is marked first and the branch deleted then, which closes the pull request: ended in between, it
    is still open and found again.
    """
    for old in step.supersedes:
        left = _close(step, writer, old, new)
        if isinstance(left, Failure):
            if left.reason in _AGAIN:
                return left
            bump = replace(
                bump,
                warnings=(*bump.warnings, Sentence(f"{old.url} could not be closed as superseded: ", str(left))),
            )
        elif left:
            bump = replace(bump, note=joined("; ", filter(None, (bump.note, left))))
        else:
            bump = replace(bump, superseded=(*bump.superseded, old.url))
    return bump


def _close(step: Step, writer: Writer, old: PullRequest, new: PullRequest) -> str | Failure:
    """Empty where it was closed; why it was left alone; or what stood against it."""
    assert step.work is not None  # noqa: S101 - whoever supersedes has looked
    branch = writer.branch(step.work, old.head)
    if branch is None or isinstance(branch, Failure):
        return branch or f"the branch of {old.url} is gone"
    who = foreign_authors(branch)
    if who:
        return f"{old.url} holds commits of {', '.join(who[:3])} and is left open"
    if Mark.SUPERSEDED not in marks(old.body):
        refused = writer.rewrite(step.work, old, superseded(old.body, new.url))
        if refused is not None:
            return refused
    refused = writer.delete(step.work, branch)
    if refused is None or refused.reason in _AGAIN:
        return refused or ""
    # The branch may not be deleted: then the pull request alone is closed.
    return writer.close(step.work, old) or ""
