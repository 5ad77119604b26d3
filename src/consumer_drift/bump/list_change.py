"""The plan for the pull request that writes the list of consumers into the source: ``command: init`` in a job.

Marks and ownership are those of bumps: a branch with other people's commits is left alone, and what a person
closed is not proposed again.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.bump.ownership import Mark, foreign_authors, is_ours, marked, marks, trailer
from consumer_drift.bump.step import Closing, Step
from consumer_drift.model.bump import Change, Draft, Edit, Finish
from consumer_drift.model.outcome import Outcome
from consumer_drift.model.pull_request import PullRequestState
from consumer_drift.model.result import FileText
from consumer_drift.support.escape import code, markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from consumer_drift.model.bump import Branch, BumpState
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName

LIST_BRANCH = "consumer-drift/list"
_TITLE = "chore: update the list of consumers"
_DIGEST = re.compile(r"<!-- consumer-drift-list: ([0-9a-f]{64}) -->")
_MOST_SENTENCES = 200
_FOOTER = (
    "Opened by consumer-drift. A repository that you exempt with a reason is not proposed again. If you close this"
    " pull request without merging it, the same change is not proposed again. Your own commits on this branch are"
    " never overwritten."
)


@dataclass(frozen=True, slots=True)
class ListChange:
    """The new text of the list: *before* is None where there is no list yet, *after* None where nothing is new.

    *said* are sentences about what changes, which may be foreign text; *added* names what is added, so that a
    person's refusal of just that is known again.
    """

    source: RepositoryName
    file: str
    before: str | None
    after: str | None
    said: Sequence[str] = ()
    added: Sequence[str] = ()

    @property
    def digest(self) -> str:
        """What it adds, as a digest."""
        return hashlib.sha256("\n".join(sorted(self.added)).encode("utf-8", "replace")).hexdigest()


def plan_list(change: ListChange, state: BumpState) -> Step:
    """Return what to do about the pull request of *change*, given its branch and its pull requests."""
    here = [one for one in state.pull_requests if one.base == state.snapshot.branch]
    open_one = next((one for one in here if one.is_open), None)
    step = Step(change.source, Outcome.ALREADY_PINNED, "", state, open_one)
    if change.after is None:
        return _needless(step, open_one)
    if open_one is not None:
        return _with_open(step, change, open_one, state.branch)
    last = here[0] if here else None
    if last is not None and _is_declined(last, change):
        note = f"{last.url} with the same change was closed without a merge"
        return replace(step, outcome=Outcome.DECLINED, note=note)
    return _without_open(step, change, state.branch, state.pull_requests)


def _needless(step: Step, open_one: PullRequest | None) -> Step:
    """Close our pull request once the list has everything."""
    if open_one is None or not is_ours(open_one.body):
        return step
    return replace(step, closes=(Closing(open_one, "the list has everything already"),))


def _with_open(step: Step, change: ListChange, open_one: PullRequest, branch: Branch | None) -> Step:
    step = replace(step, outcome=Outcome.PR_EXISTS)
    if branch is None or branch.files.get(change.file) == FileText(change.after or ""):
        return step
    who = foreign_authors(branch)
    if who or not is_ours(open_one.body):
        whose = f"has commits of {', '.join(who[:3])}" if who else "was opened by somebody else"
        return replace(step, note=f"it {whose} and is left alone: merge it, or close it")
    if open_one.mergeable is False:
        rebuilt = _opened(step, Outcome.REBUILT, change)
        return replace(rebuilt, replaces=open_one, clears=branch)
    there = branch.files.get(change.file)
    before = there.text if isinstance(there, FileText) else None
    commit = _commit(change, before, branch.tip)
    return replace(step, outcome=Outcome.UPDATED, change=commit, finish=Finish(_body(change)))


def _without_open(step: Step, change: ListChange, branch: Branch | None, known: Sequence[PullRequest]) -> Step:
    if branch is None:
        return _opened(step, Outcome.OPENED, change)
    who = foreign_authors(branch)
    if who:
        note = f"the branch {branch.name} has commits of {', '.join(who[:3])} and is left alone: delete it"
        return replace(step, outcome=Outcome.SKIPPED, note=note)
    if not branch.commits and not any(is_ours(one.body) for one in known):
        note = f"a branch {branch.name} exists, without commits and not from a pull request of ours: delete it"
        return replace(step, outcome=Outcome.SKIPPED, note=note)
    return replace(_opened(step, Outcome.OPENED, change), clears=branch)


def _is_declined(last: PullRequest, change: ListChange) -> bool:
    """Whether a person closed a pull request that adds the same."""
    if last.state is not PullRequestState.CLOSED or Mark.SUPERSEDED in marks(last.body):
        return False
    return change.digest in _DIGEST.findall(last.body)


def _opened(step: Step, outcome: Outcome, change: ListChange) -> Step:
    commit = _commit(change, change.before, "")
    return replace(step, outcome=outcome, change=commit, draft=Draft(LIST_BRANCH, _TITLE, _body(change)))


def _commit(change: ListChange, before: str | None, tip: str) -> Change:
    edit = Edit(change.file, before, change.after or "")
    return Change(LIST_BRANCH, tip, (edit,), _TITLE, trailer(LIST_BRANCH))


def _body(change: ListChange) -> str:
    shown = [f"- {markdown(sentence, 400)}" for sentence in change.said[:_MOST_SENTENCES]]
    more = len(change.said) - _MOST_SENTENCES
    shown += [f"- and {more:,} more"] if more > 0 else []
    return "\n\n".join(
        (
            f"The repositories that pin {markdown(str(change.source))}, in {code(change.file)}:",
            "\n".join(shown),
            _FOOTER,
            f"<!-- consumer-drift-list: {change.digest} -->",
            f"{marked(Mark.OPENED)}\n",
        )
    )
