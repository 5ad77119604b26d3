"""The plan for one consumer: a decision on its pins, its bump branch and its pull requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.assess import consumer_reading
from consumer_drift.bump import body
from consumer_drift.bump.decide import decided
from consumer_drift.bump.edit import Edited, NotEditable, edited, holds_target, rebased, why_locked
from consumer_drift.bump.ownership import Mark, changes_only, foreign_authors, is_ours, marks
from consumer_drift.bump.step import Closing, Step
from consumer_drift.model.bump import BumpState, Change, Draft, Finish
from consumer_drift.model.outcome import Outcome
from consumer_drift.model.pull_request import PullRequestState
from consumer_drift.model.result import Failure, FileText
from consumer_drift.model.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.bump.target import BumpTarget
    from consumer_drift.model.bump import Branch, Edit
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.consent import Consent
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.result import FileResult
    from consumer_drift.model.versions import Version


def reread(reading: ConsumerReading, state: BumpState, config: Config) -> ConsumerReading:
    """Return *reading* from the exact bytes of *state*, which may not be what the survey showed."""
    if state.snapshot.files == reading.snapshot.files:
        return reading
    return consumer_reading.read(reading.consumer, state.snapshot, config)


def holds(reading: ConsumerReading, files: Mapping[str, FileResult], bump_target: BumpTarget) -> bool:
    """Whether *files*, those of a bump branch, have every pin of the consumer at the target."""
    change = edited(reading, bump_target)
    return isinstance(change, Edited) and holds_target(change.pins, files, bump_target)


def plan(reading: ConsumerReading, state: BumpState | Failure, bump_target: BumpTarget) -> Step:
    """Plan a consumer, given its branch and its pull requests: bump it, or close bumps that it does not need."""
    consumer = reading.consumer
    if not isinstance(state, Failure):
        reading = reread(reading, state, bump_target.config)
    done = decided(consumer, reading, bump_target.target)
    if isinstance(state, Failure):
        why = Sentence("its bump pull requests could not be read: ", str(state))
        return done or Step(consumer.name, Outcome.ERROR, why)
    if done is not None:
        at_target = done.outcome is Outcome.ALREADY_PINNED
        if not at_target:
            return done
        closes = tuple(needless(state, bump_target))
        return replace(done, state=state, closes=closes, clears=_merged(state, bump_target))
    why_not = head_in_the_way(reading, bump_target)
    if why_not:
        return Step(consumer.name, Outcome.SKIPPED, why_not, state)
    change = edited(reading, bump_target)
    if bump_target.in_place:
        return _in_place(consumer, state, change, bump_target)
    return _Planner(reading, state, change, bump_target).step()


def with_consent(step: Step, consent: Consent | Failure | None) -> Step:
    """Return *step* without its writes where the consumer does not allow them. *consent* None: not asked."""
    if consent is None or not step.writes:
        return step
    if isinstance(consent, Failure):
        failed = Sentence("what it allows could not be read: ", str(consent))
        return Step(step.consumer, Outcome.ERROR, failed, step.state, step.pull_request)
    why = consent.no_propagate
    return Step(step.consumer, Outcome.SKIPPED, why, step.state, step.pull_request) if why else step


def head_in_the_way(reading: ConsumerReading, bump_target: BumpTarget) -> str:
    """Why no branch of that name can be the bump branch there; empty where one can."""
    if bump_target.in_place:
        return ""
    if bump_target.no_branch:
        return bump_target.no_branch
    if bump_target.head == reading.snapshot.branch:
        return f"{bump_target.head} is the branch that is compared, and the bump branch: change `propagate.branch`"
    return ""


def _in_place(consumer: Consumer, state: BumpState, change: Edited | NotEditable, bump_target: BumpTarget) -> Step:
    if isinstance(change, NotEditable):
        return Step(consumer.name, Outcome.NEEDS_LOCK, change.why)
    return Step(
        consumer.name,
        Outcome.REWRITTEN,
        why_locked(change.locks),
        state=state,
        change=Change("", "", change.edits, body.title(bump_target), ""),
    )


def _merged(state: BumpState, bump_target: BumpTarget) -> Branch | None:
    """Our branch whose bump was merged, if it is to be deleted; none with anything else on it."""
    branch = state.branch
    if not bump_target.config.propagate.delete_branch or branch is None or not branch.listed:
        return None
    into_base = [one for one in state.pull_requests if one.base == state.snapshot.branch]
    if not into_base or any(one.is_open for one in state.pull_requests):
        return None
    is_merged = into_base[0].state is PullRequestState.MERGED and is_ours(into_base[0].body)
    return branch if is_merged and not foreign_authors(branch) else None


def needless(state: BumpState, bump_target: BumpTarget) -> Iterator[Closing]:
    """Our open bump pull requests of a consumer that is at the target."""
    target = bump_target.version
    for one in (*state.pull_requests, *state.others):
        version = bump_target.config.bump_version(one.head)
        why_lost = bump_target.why_lost(one.head)
        if not one.is_open or one.base != state.snapshot.branch or not is_ours(one.body):
            continue
        if why_lost:
            yield Closing(one, why_lost)
        elif version is None:
            continue
        elif version <= target:
            yield Closing(one, f"every pin is at {target} already")
        elif version in bump_target.withdrawn:
            yield Closing(one, f"{version} was taken back")


@dataclass(frozen=True, slots=True)
class _Planner:
    """Plans one consumer that is behind. Each method is a row of the table of outcomes, or a part of one."""

    reading: ConsumerReading
    state: BumpState
    change: Edited | NotEditable
    bump_target: BumpTarget

    @property
    def consumer(self) -> Consumer:
        return self.reading.consumer

    def step(self) -> Step:
        here = [one for one in self.state.pull_requests if one.base == self.state.snapshot.branch]
        last = here[0] if here else None
        open_one = next((one for one in here if one.is_open), None)
        if open_one is not None:
            return self._with_conflict(open_one) if open_one.mergeable is False else self._with_open(open_one)
        elsewhere = next((one for one in self.state.pull_requests if one.is_open), None)
        if elsewhere is not None:
            return self._skip(Outcome.SKIPPED, _goes_elsewhere(elsewhere))
        if isinstance(self.change, NotEditable):
            return self._skip(Outcome.NEEDS_LOCK, self.change.why)
        if last is not None and last.state is PullRequestState.CLOSED and Mark.SUPERSEDED not in marks(last.body):
            return self._skip(Outcome.DECLINED, "its pull request was closed without a merge", last)
        if self.state.branch is None:
            return self._open(Outcome.OPENED, self._commit(self.change, None))
        return self._on_branch(self.state.branch, self.change)

    def _on_branch(self, branch: Branch, change: Edited) -> Step:
        """The branch exists, without an open pull request."""
        who = foreign_authors(branch)
        if who:
            if _is_exactly(branch, change):
                return self._open(Outcome.REPAIRED, None)
            return self._skip(Outcome.SKIPPED, _not_ours(branch, who))
        if not branch.listed or (not branch.commits and branch.tip != self.state.snapshot.commit):
            # Creating it was interrupted, or it was merged or is outdated: merging a commit on top of it might
            # change nothing. It is deleted and created again.
            if not self._made_here(branch):
                return self._skip(Outcome.SKIPPED, _unknown_branch(branch))
            return replace(self._open(Outcome.OPENED, self._commit(change, None)), clears=branch)
        if branch.commits and holds_target(change.pins, branch.files, self.bump_target):
            return self._open(Outcome.REPAIRED, None)
        return self._open(Outcome.UPDATED, self._commit(change, branch))

    def _made_here(self, branch: Branch) -> bool:
        """Whether its commits, or a pull request from it, prove that this program created the branch."""
        return bool(branch.commits) or any(is_ours(one.body) for one in self.state.pull_requests)

    def _skip(self, outcome: Outcome, note: str, pull_request: PullRequest | None = None) -> Step:
        return Step(self.consumer.name, outcome, note, self.state, pull_request)

    def _with_conflict(self, pull_request: PullRequest) -> Step:
        """Replace our pull request by one from the present base; leave one with other people's commits."""
        branch = self.state.branch
        if isinstance(self.change, NotEditable):
            return self._skip(Outcome.NEEDS_LOCK, self.change.why, pull_request)
        who = foreign_authors(branch) if branch is not None else ()
        if branch is None or who or not branch.commits or not is_ours(pull_request.body):
            whose = f" and has commits of {', '.join(who[:3])}" if who else ""
            note = f"its pull request {pull_request.url} conflicts with its base{whose}: resolve it there"
            return self._skip(Outcome.SKIPPED, note, pull_request)
        rebuilt = self._open(Outcome.REBUILT, self._commit(self.change, None))
        return replace(rebuilt, replaces=pull_request, clears=branch)

    def _with_open(self, pull_request: PullRequest) -> Step:
        step = Step(
            self.consumer.name,
            Outcome.PR_EXISTS,
            state=self.state,
            pull_request=pull_request,
            finish=self._finish() if Mark.UNFINISHED in marks(pull_request.body) else None,
            closes=(*self._duplicates(pull_request), *self._other_bumps()),
        )
        branch = self.state.branch
        if branch is None or isinstance(self.change, NotEditable):
            return step
        who = foreign_authors(branch, only_bump=changes_only(branch, self.change.edits))
        if not holds_target(self.change.pins, branch.files, self.bump_target):
            if who:
                return replace(
                    step,
                    note=f"not every pin is at {self.bump_target.version} there, and {_not_ours(branch, who)}",
                )
            return replace(step, outcome=Outcome.UPDATED, change=self._commit(self.change, branch))
        return step if step.finish is None else replace(step, outcome=Outcome.REPAIRED)

    def _open(self, outcome: Outcome, change: Change | None) -> Step:
        finish = self._finish() if self.bump_target.has_extras else None
        mark = Mark.UNFINISHED if finish else Mark.OPENED
        draft = Draft(self.bump_target.head, body.title(self.bump_target), self._body(mark))
        return Step(
            self.consumer.name,
            outcome,
            state=self.state,
            change=change,
            draft=draft,
            finish=finish,
            closes=self._other_bumps(),
        )

    def _finish(self) -> Finish:
        return Finish(self._body(Mark.OPENED))

    def _body(self, mark: Mark) -> str:
        changed = self.change.changed if isinstance(self.change, Edited) else ()
        locks = self.change.locks if isinstance(self.change, Edited) else ()
        return body.body(self.bump_target, self.state.snapshot, changed, locks, mark)

    def _commit(self, change: Edited, branch: Branch | None) -> Change:
        edits = rebased(change.edits, branch.files) if branch else change.edits
        tip = branch.tip if branch else ""
        return Change(
            self.bump_target.head, tip, edits, body.title(self.bump_target), body.commit_text(self.bump_target)
        )

    def _duplicates(self, kept: PullRequest) -> Iterator[Closing]:
        """Our other pull requests from the branch of *kept*: Gitea opens both if two runs ask at once."""
        for one in self.state.pull_requests:
            if one.is_open and one.number != kept.number and one.base == kept.base and is_ours(one.body):
                yield Closing(one, f"{kept.url} is open from the same branch", keeps_branch=True)

    def _other_bumps(self) -> tuple[Closing, ...]:
        """Our open bump pull requests to lower versions and to ones that were taken back, lowest first."""
        found: list[tuple[Version, int, Closing]] = []
        lost: list[Closing] = []
        for one in self.state.others:
            version = self.bump_target.config.bump_version(one.head)
            if one.base != self.state.snapshot.branch or not is_ours(one.body):
                continue
            if version is None:
                why = self.bump_target.why_lost(one.head)
                lost += [Closing(one, why)] if why else []
                continue
            if version in self.bump_target.withdrawn:
                why = f"{version} was taken back"
                found.append((version, one.number, Closing(one, why, self._edits_to(version))))
            elif version < self.bump_target.version:
                found.append((version, one.number, Closing(one, "", self._edits_to(version))))
        return (*lost, *(closing for _, _, closing in sorted(found, key=lambda row: row[:2])))

    def _edits_to(self, version: Version) -> tuple[Edit, ...]:
        """What a bump to another version would change now; empty where that cannot be told."""
        target = replace(self.bump_target.target, version=version)
        change = edited(self.reading, replace(self.bump_target, target=target, version=version, commits={}))
        return change.edits if isinstance(change, Edited) else ()


def _is_exactly(branch: Branch, change: Edited) -> bool:
    """Whether the branch differs from its base by *change* and by nothing else."""
    is_whole = all(branch.files.get(edit.path) == FileText(edit.after) for edit in change.edits)
    return is_whole and changes_only(branch, change.edits)


def _goes_elsewhere(pull_request: PullRequest) -> str:
    where = f"{pull_request.url} into {pull_request.base}"
    return f"its branch {pull_request.head} is the head of {where}: close that one first"


def _not_ours(branch: Branch, who: tuple[str, ...]) -> str:
    whose = ", ".join(who[:3])
    return f"its branch {branch.name} has commits of {whose} and is left alone: merge it, or delete it"


def _unknown_branch(branch: Branch) -> str:
    return f"its branch {branch.name} exists, without commits and not from a bump pull request of ours: delete it"
