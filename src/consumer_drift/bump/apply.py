"""The one module that writes: a step's writes in their order, and a new plan after one that may have failed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from consumer_drift.bump.body import closed, replaced
from consumer_drift.bump.edit import unified
from consumer_drift.bump.ownership import Mark, changes_only, foreign_authors, marks
from consumer_drift.model.bump import Branch
from consumer_drift.model.outcome import OUTCOMES, Bump, Outcome
from consumer_drift.model.result import UNCLEAR, Failure, Reason
from consumer_drift.model.sentence import Sentence, joined

if TYPE_CHECKING:
    from collections.abc import Callable

    from consumer_drift.bump.step import Closing, Step
    from consumer_drift.forges.base import Writer
    from consumer_drift.model.bump import BumpState
    from consumer_drift.model.pull_request import PullRequest

    # Reads and plans that consumer again.
    Replan = Callable[[], Step]

# Someone else wrote meanwhile, or the answer is unusable: plan once more on what is there now.
_MOVED = frozenset({Reason.STALE, Reason.FOREIGN_REDIRECT, Reason.UNEXPECTED, Reason.PROXY})
_RETRIED = UNCLEAR | {Reason.STALE}
# How often to plan again, by the kind of failure: another run may be faster in each part of a step. A bump takes a
# few writes, and each may lose its answer.
_REPLANS = {**dict.fromkeys(_MOVED, ("moved", 1)), **dict.fromkeys(UNCLEAR, ("unclear", 4))}


class _Part(Enum):
    OPENING = auto()
    FINISHING = auto()
    CLOSING = auto()


@dataclass(frozen=True, slots=True)
class _Stopped:
    """The failure of a write, and the part of the step that it belongs to."""

    why: Failure
    at: _Part


def simulate(step: Step) -> Bump:
    """Return the outcome of *step* if nothing is written."""
    outcome = OUTCOMES[step.outcome].dry or step.outcome
    found = _bump(step, step.pull_request)
    diff = unified(step.change.edits) if step.change else ""
    closings = [_sentence("would close", closing) for closing in step.closes]
    if step.only_clears:
        closings.append(_cleared("would delete", step))
    return replace(found, outcome=outcome, diff=diff, note=joined("; ", filter(None, (found.note, *closings))))


def apply(step: Step, writer: Writer, replan: Replan) -> Bump:
    """Write what *step* says. After a failure that may be temporary the consumer is planned again."""
    first = step
    replans: Counter[tuple[str, _Part | None]] = Counter()
    unclear: Failure | None = None
    while True:
        done = _write(step, writer)
        if isinstance(done, Bump):
            return done if unclear is None else _as_planned(first, _with_doubt(done, unclear))
        kind, most = _REPLANS.get(done.why.reason, ("", 0))
        counted = (kind, done.at if kind == "moved" else None)
        replans[counted] += 1
        unclear = done.why if kind == "unclear" else unclear
        if replans[counted] > most:
            return _failed(step, done.why)
        step = _planned_again(step, done, writer, replan)


def _planned_again(step: Step, stopped: _Stopped, writer: Writer, replan: Replan) -> Step:
    """Return a new plan as soon as what is awaited shows, or else when every route shows all that was written."""
    again = step
    for _ in writer.settle():
        again = replan()
        if again.outcome is not Outcome.ERROR and _shows(step, again, stopped):
            break
    return again


def _shows(step: Step, again: Step, stopped: _Stopped) -> bool:
    """Whether a new plan is based on what stopped *step*: the write whose answer was lost, or that of another."""
    if stopped.at is _Part.CLOSING:
        return len(again.closes) < len(step.closes)
    if stopped.at is _Part.FINISHING:
        return again.finish is None
    state = again.state
    if state is None or _opening(again) == _opening(step):
        return False
    branch, opened = state.branch, any(one.is_open for one in state.pull_requests)
    if (branch is None and opened) or (branch is not None and not branch.listed):
        # The branch is being deleted, or made.
        return False
    # Another run is likely to open the pull request from a branch that it has just made.
    return stopped.why.reason in UNCLEAR or branch is None or opened


def _opening(step: Step) -> tuple[object, ...]:
    return (step.replaces, step.clears, step.change, step.draft)


def _failed(step: Step, why: Failure) -> Bump:
    """A failure is only a warning where the pull request was open before and its branch is complete."""
    bump = _bump(step, step.pull_request)
    if step.only_clears and not step.closes:
        return replace(bump, note=Sentence("its merged branch could not be deleted: ", str(why)))
    if step.pull_request is not None and step.change is None and step.draft is None:
        return replace(bump, warnings=(*bump.warnings, str(why)))
    return replace(bump, outcome=Outcome.ERROR, note=str(why))


def _with_doubt(done: Bump, unclear: Failure) -> Bump:
    """Where the state could not be read after an unclear write, what is known is that it was sent."""
    return replace(done, note=joined("; ", (unclear.said, done.note))) if done.outcome is Outcome.ERROR else done


def _as_planned(first: Step, done: Bump) -> Bump:
    """A later plan found what an earlier write made, whose answer was lost: report the outcome of that write."""
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


def _write(step: Step, writer: Writer) -> Bump | _Stopped:
    if step.state is None or not step.writes:
        return _bump(step, step.pull_request)
    pull_request = _open(step, step.state, writer)
    if isinstance(pull_request, Failure):
        return _Stopped(pull_request, _Part.OPENING)
    bump = _bump(step, pull_request)
    if step.only_clears:
        bump = replace(bump, note=joined("; ", filter(None, (bump.note, _cleared("deleted", step)))))
    if step.finish is not None and pull_request is not None:
        warnings = writer.finish(step.state, pull_request, step.finish)
        if isinstance(warnings, Failure):
            if warnings.reason in _REPLANS:
                return _Stopped(warnings, _Part.FINISHING)
            warnings = (str(warnings),)
        bump = replace(bump, warnings=warnings)
    done = _close_all(step, writer, pull_request, bump)
    return done if isinstance(done, Bump) else _Stopped(done, _Part.CLOSING)


def _open(step: Step, state: BumpState, writer: Writer) -> PullRequest | Failure | None:
    """Create the branch, its commit and its pull request. Return the open pull request, None on folders."""
    refused: Failure | None = None
    if step.replaces is not None and Mark.SUPERSEDED not in marks(step.replaces.body):
        # Marked before its branch is deleted, which closes it: closed without a mark means that it was declined.
        refused = writer.rewrite(state, step.replaces, replaced(step.replaces.body, step.replaces.base))
    if step.clears is not None and refused is None:
        refused = writer.delete(state, step.clears)
    if step.change is not None and refused is None:
        refused = writer.commit(state, step.change)
    if refused is not None:
        return refused
    return writer.open(state, step.draft) if step.draft is not None else step.pull_request


def _close_all(step: Step, writer: Writer, new: PullRequest | None, bump: Bump) -> Bump | Failure:
    """Close the pull requests that are not needed.

    The text is marked first; then the branch is deleted, which closes the pull request. A run that ends in
    between leaves it open, so that the next run finds it again.
    """
    for closing in step.closes:
        old = closing.pull_request
        left = _close(step, writer, closing, new)
        if isinstance(left, Failure):
            if left.reason in _RETRIED:
                return left
            bump = replace(
                bump,
                warnings=(*bump.warnings, Sentence(f"{old.url} could not be closed: ", str(left))),
            )
        elif left:
            bump = replace(bump, note=joined("; ", filter(None, (bump.note, left))))
        else:
            said = _sentence("closed", closing) if closing.why else ""
            note = joined("; ", filter(None, (bump.note, said)))
            bump = replace(bump, superseded=(*bump.superseded, old.url), note=note)
    return bump


def _cleared(did: str, step: Step) -> str:
    return f"{did} the merged branch {step.clears.name if step.clears else ''}"


def _sentence(did: str, closing: Closing) -> str:
    return f"{did} {closing.pull_request.url}: {closing.why or 'superseded'}"


def _close(step: Step, writer: Writer, closing: Closing, new: PullRequest | None) -> str | Failure:
    """Close one, unless others have commits on it. Return why it stays open, empty where it was closed."""
    assert step.state is not None  # noqa: S101 - a step without it closes nothing
    old = closing.pull_request
    if closing.keeps_branch:
        return _mark(step.state, writer, closing, new) or writer.close(step.state, old) or ""
    branch = writer.branch(step.state, old.head)
    only_bump = False
    if closing.edits and isinstance(branch, Branch) and foreign_authors(branch):
        branch = writer.branch(step.state, old.head, with_files=True)
        only_bump = isinstance(branch, Branch) and changes_only(branch, closing.edits)
    if branch is None or isinstance(branch, Failure):
        return branch or f"the branch of {old.url} is gone"
    who = foreign_authors(branch, only_bump=only_bump)
    if who:
        return f"{old.url} has commits of {', '.join(who[:3])} and is left open"
    refused = _mark(step.state, writer, closing, new)
    if refused is not None:
        return refused
    refused = writer.delete(step.state, branch)
    if refused is None or refused.reason in _RETRIED:
        return refused or ""
    # The branch may not be deleted: then the pull request alone is closed.
    return writer.close(step.state, old) or ""


def _mark(state: BumpState, writer: Writer, closing: Closing, new: PullRequest | None) -> Failure | None:
    """Say in the text of a pull request why it is closed."""
    old = closing.pull_request
    if Mark.SUPERSEDED in marks(old.body):
        return None
    return writer.rewrite(state, old, closed(old.body, closing.why, new.url if new else ""))
