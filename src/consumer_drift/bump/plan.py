"""What to do about one consumer: a decision on what was read, and on what is under way there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.assess import drift
from consumer_drift.bump import body
from consumer_drift.bump.edit import Edited, Locked, edited, holds_target, rebased
from consumer_drift.bump.ownership import Mark, foreign_authors, is_ours, marks
from consumer_drift.bump.target import bumps_to
from consumer_drift.model.bump import BumpState, Change, Draft, Finish, Outcome
from consumer_drift.model.pull_request import PullRequestState
from consumer_drift.model.result import Failure
from consumer_drift.model.sentence import Sentence

if TYPE_CHECKING:
    from consumer_drift.assess.drift import ConsumerReading
    from consumer_drift.assess.pin_states import PinStates
    from consumer_drift.bump.target import BumpTarget
    from consumer_drift.model.bump import Branch
    from consumer_drift.model.config import Consumer
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.target import Target
    from consumer_drift.model.versions import Version


@dataclass(frozen=True, slots=True)
class Step:
    """What to do for *consumer*: its outcome if all of it succeeds, and the writes in their order.

    *clears* is deleted first, a branch that is of no use and holds nothing of anybody else's; then *change* is
    committed, *draft* opened, *finish* done, *supersedes* closed: each is left out where it is not needed.
    *proposal* is the pull request that is there already.
    """

    consumer: RepositoryName
    outcome: Outcome
    note: str = ""
    work: BumpState | None = None
    pull_request: PullRequest | None = None
    clears: Branch | None = None
    change: Change | None = None
    draft: Draft | None = None
    finish: Finish | None = None
    supersedes: tuple[PullRequest, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.change or self.draft or self.finish or self.supersedes)


def decided(consumer: Consumer, reading: ConsumerReading | Failure, target: Target) -> Step | None:
    """The step of a consumer that is not to be bumped; None where it is, which depends on its pull requests."""
    if isinstance(reading, Failure):
        return Step(consumer.name, Outcome.ERROR, f"it could not be read: {reading.said}")
    if target.version is None:
        return Step(consumer.name, Outcome.SKIPPED, "no target version is known")
    if reading.snapshot.archived:
        return Step(consumer.name, Outcome.SKIPPED, "it is archived")
    return _by_pins(consumer.name, reading.pin_states, target.version)


def _by_pins(name: RepositoryName, pin_states: PinStates, target: Version) -> Step | None:
    failed = next(((one.path, one.failure) for one in pin_states.unread if one.failure is not None), None)
    if failed is not None:
        path, failure = failed
        return Step(name, Outcome.ERROR, f"{path} could not be read: {failure.said}")
    ahead = pin_states.ahead(target)
    if ahead:
        return Step(name, Outcome.AHEAD, f"{ahead[0].what} is higher than {target}")
    if pin_states.behind(target):
        return None
    wrong = next(iter((*pin_states.invalid, *pin_states.unpinned)), None)
    if wrong is not None:
        return Step(name, Outcome.SKIPPED, wrong.what)
    missing = pin_states.missing[0].what if pin_states.missing else ""
    if not pin_states.exact:
        return Step(name, Outcome.NO_PIN, missing or "the list asks for none")
    return Step(name, Outcome.SKIPPED if missing else Outcome.ALREADY_PINNED, missing)


def plan(reading: ConsumerReading, work: BumpState | Failure, bump_target: BumpTarget) -> Step:
    """What to do about a consumer that is behind, given its branch and its pull requests."""
    consumer = reading.consumer
    if isinstance(work, Failure):
        said = Sentence("what is under way there could not be seen: ", str(work))
        return Step(consumer.name, Outcome.ERROR, said)
    if work.snapshot.files != reading.snapshot.files:
        # The files were read again, to the byte, and are not what the survey showed.
        reading = drift.read(consumer, work.snapshot, bump_target.config)
        done = decided(consumer, reading, bump_target.target)
        if done is not None:
            return done
    change = edited(reading, bump_target)
    if bump_target.in_place:
        return _in_place(consumer, work, change, bump_target)
    return _Case(consumer, work, change, bump_target).step()


def _in_place(consumer: Consumer, work: BumpState, change: Edited | Locked, bump_target: BumpTarget) -> Step:
    if isinstance(change, Locked):
        return Step(consumer.name, Outcome.NEEDS_LOCK, change.why)
    return Step(
        consumer.name,
        Outcome.REWRITTEN,
        work=work,
        change=Change("", "", change.edits, body.title(bump_target), ""),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """One consumer that is behind. Each method is a row of the table, or its part."""

    consumer: Consumer
    work: BumpState
    change: Edited | Locked
    bump_target: BumpTarget

    def step(self) -> Step:
        here = [one for one in self.work.proposals if one.base == self.work.snapshot.branch]
        last = here[0] if here else None
        open_one = next((one for one in here if one.is_open), None)
        if open_one is not None:
            return self._under_way(open_one)
        elsewhere = next((one for one in self.work.proposals if one.is_open), None)
        if elsewhere is not None:
            return self._left(Outcome.SKIPPED, _goes_elsewhere(elsewhere))
        if isinstance(self.change, Locked):
            return self._left(Outcome.NEEDS_LOCK, self.change.why)
        if last is not None and last.state is PullRequestState.CLOSED and Mark.SUPERSEDED not in marks(last.body):
            return self._left(Outcome.DECLINED, "its pull request was closed without a merge", last)
        if self.work.branch is None:
            return self._opening(Outcome.OPENED, self._commit(self.change, None))
        return self._from(self.work.branch, self.change)

    def _from(self, branch: Branch, change: Edited) -> Step:
        """The branch is there, and no pull request."""
        who = foreign_authors(branch)
        if who:
            return self._left(Outcome.SKIPPED, _not_ours(branch, who))
        if not branch.listed:
            # Its making was cut off: nothing can be built on it, and nothing made in its place.
            return replace(self._opening(Outcome.OPENED, self._commit(change, None)), clears=branch)
        if not branch.commits and branch.tip != self.work.snapshot.commit:
            # Merged once, or left behind: a commit on top of it could come to nothing when merged.
            return replace(self._opening(Outcome.OPENED, self._commit(change, None)), clears=branch)
        if branch.commits and holds_target(change.pins, branch.files, self.bump_target):
            return self._opening(Outcome.REPAIRED, None)
        return self._opening(Outcome.UPDATED, self._commit(change, branch))

    def _left(self, outcome: Outcome, note: str, pull_request: PullRequest | None = None) -> Step:
        return Step(self.consumer.name, outcome, note, self.work, pull_request)

    def _under_way(self, pull_request: PullRequest) -> Step:
        step = Step(
            self.consumer.name,
            Outcome.PR_EXISTS,
            work=self.work,
            pull_request=pull_request,
            finish=self._finish() if Mark.UNFINISHED in marks(pull_request.body) else None,
            supersedes=self._older(),
        )
        branch = self.work.branch
        if branch is None or isinstance(self.change, Locked):
            return step
        who = foreign_authors(branch)
        if not holds_target(self.change.pins, branch.files, self.bump_target):
            if who:
                return replace(
                    step,
                    note=f"it does not hold {self.bump_target.version} everywhere, and {_not_ours(branch, who)}",
                )
            return replace(step, outcome=Outcome.UPDATED, change=self._commit(self.change, branch))
        return step if step.finish is None else replace(step, outcome=Outcome.REPAIRED)

    def _opening(self, outcome: Outcome, change: Change | None) -> Step:
        finish = self._finish() if self.bump_target.has_extras else None
        mark = Mark.UNFINISHED if finish else Mark.OPENED
        draft = Draft(self.bump_target.head, body.title(self.bump_target), self._body(mark))
        return Step(
            self.consumer.name,
            outcome,
            work=self.work,
            change=change,
            draft=draft,
            finish=finish,
            supersedes=self._older(),
        )

    def _finish(self) -> Finish:
        return Finish(self._body(Mark.OPENED))

    def _body(self, mark: Mark) -> str:
        changed = self.change.changed if isinstance(self.change, Edited) else ()
        return body.body(self.bump_target, self.work.snapshot, changed, mark)

    def _commit(self, change: Edited, branch: Branch | None) -> Change:
        edits = rebased(change.edits, branch.files) if branch else change.edits
        tip = branch.tip if branch else ""
        return Change(
            self.bump_target.head, tip, edits, body.title(self.bump_target), body.commit_text(self.bump_target)
        )

    def _older(self) -> tuple[PullRequest, ...]:
        """Open bump pull requests of ours to versions below the target, lowest first."""
        found = []
        for one in self.work.others:
            version = (
                bumps_to(one.head, self.bump_target.config) if one.base == self.work.snapshot.branch else None
            )
            if version is not None and version < self.bump_target.version and is_ours(one.body):
                found.append((version, one.number, one))
        return tuple(one for _, _, one in sorted(found, key=lambda row: row[:2]))


def _goes_elsewhere(pull_request: PullRequest) -> str:
    where = f"{pull_request.url} into {pull_request.base}"
    return f"its branch {pull_request.head} is the head of {where}: close that one first"


def _not_ours(branch: Branch, who: tuple[str, ...]) -> str:
    whose = ", ".join(who[:3])
    return f"its branch {branch.name} holds commits of {whose}, so it is left alone: merge it, or delete it"
