"""The answers for one consumer: what was read of it, and what the forge told about the token, against the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.bump.decide import takes_no_commit
from consumer_drift.bump.edit import NotEditable, edited
from consumer_drift.bump.plan import head_in_the_way, plan
from consumer_drift.config.consumer_file import consent_of
from consumer_drift.forges.writing import UNARCHIVE
from consumer_drift.model.config import Unproven
from consumer_drift.model.outcome import OUTCOMES, Outcome
from consumer_drift.model.readiness import (
    YES,
    Ability,
    AbilityAnswer,
    Access,
    Answer,
    Readiness,
    Remedy,
    auto_merge_as_configured,
    no,
    not_needed,
    unknown,
)
from consumer_drift.model.result import UNKNOWN_TOKEN, Failure
from consumer_drift.readiness import ci
from consumer_drift.settings import Purpose
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.assess.pin_states import PinState
    from consumer_drift.bump.step import Step
    from consumer_drift.bump.target import BumpTarget
    from consumer_drift.model.bump import BumpState
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.observation import Listing
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.target import Target

READING = (Ability.READ, Ability.PINS, Ability.LIST)
WRITING = tuple(ability for ability in Ability if ability not in READING)


@dataclass(frozen=True, slots=True)
class Judge:
    """What the answers for all consumers of a run depend on.

    *access* is what the forge told, by consumer, and *states* the bumps of those that have the bump branch.
    *bump_target* is None where the target is not known, and *listing* where reconcile is off. *workflow_folders*
    are those of the forge.
    """

    config: Config
    purpose: Purpose
    target: Target
    bump_target: BumpTarget | None
    listing: Listing | Failure | None
    access: Mapping[RepositoryName, Access]
    states: Mapping[RepositoryName, BumpState | Failure]
    workflow_folders: tuple[str, ...] = ()

    def row(self, consumer: Consumer, reading: ConsumerReading | Failure) -> Readiness:
        """Return the answers for *consumer*."""
        if isinstance(reading, Failure):
            cells = {Ability.READ: _unreadable(reading), **dict.fromkeys((Ability.PINS, *WRITING), _FOLLOWS)}
            url = ""
        else:
            cells = {Ability.READ: YES, Ability.PINS: self._pins(reading), **self._writing(reading)}
            url = reading.snapshot.web_url
        cells[Ability.LIST] = self._list(consumer)
        cells |= self._not_configured()
        if self.purpose is Purpose.CHECK:
            cells |= dict.fromkeys(WRITING, not_needed())
        return Readiness(consumer.name, consumer.place, tuple((one, cells[one]) for one in Ability), url)

    # what every check does

    def _pins(self, reading: ConsumerReading) -> AbilityAnswer:
        if reading.snapshot.archived:
            return not_needed("it is archived")
        if not reading.consumer.pins:
            return not_needed("no pin is configured for it")
        for _, failure in reading.unread:
            return _unreadable(failure)
        states = reading.pin_states
        wrong = next(iter((*states.missing, *states.invalid, *states.unpinned(self.target))), None)
        if wrong is None:
            return YES
        return no(wrong.what, _correction(wrong))

    def _list(self, consumer: Consumer) -> AbilityAnswer:
        owner = self.config.owner
        if self.listing is None or self.config.reconcile is None:
            return not_needed("reconcile is off")
        if consumer.name.owner.casefold() != owner.casefold():
            return not_needed(f"it does not belong to {owner}")
        if isinstance(self.listing, Failure):
            return _unreadable(self.listing)
        if self.listing.hidden:
            remedy = Remedy(f"give the token read access to every repository of {owner}")
            hidden = counted(self.listing.hidden, "repository", "repositories")
            return no(f"{hidden} of {owner} are hidden from the token", remedy, of_token=True)
        if not self.listing.doubts or self.config.policy.unproven is Unproven.ACCEPT:
            return YES
        return unknown(self.listing.doubts[0])

    # what propagate does besides

    def _not_configured(self) -> dict[Ability, AbilityAnswer]:
        """Return the answers about what no bump asks for, whatever the consumer's state is."""
        wanted = self.config.propagate
        auto_merge = auto_merge_as_configured(wanted)
        cells = {}
        if not wanted.labels:
            cells[Ability.LABELS] = not_needed("no labels are configured")
        if not wanted.reviewers:
            cells[Ability.REVIEWERS] = not_needed("no reviewers are configured")
        if auto_merge is not None and auto_merge.answer is Answer.NOT_NEEDED:
            cells[Ability.AUTO_MERGE] = auto_merge
        if not ci.is_awaited(self.config):
            cells[Ability.CI] = not_needed("nothing waits for checks")
        return cells

    def _writing(self, reading: ConsumerReading) -> dict[Ability, AbilityAnswer]:
        """Return the answers about writing. The consumer's own state decides before the token does."""
        sentence = takes_no_commit(reading.consumer, reading)
        if sentence:
            why, _, remedy = sentence.partition(": ")
            first = no(why, Remedy(remedy or UNARCHIVE))
            return {**dict.fromkeys(WRITING, no(why)), Ability.BRANCH: first}
        if not reading.consumer.pins:
            return dict.fromkeys(WRITING, not_needed("no pin is configured for it"))
        told = self.access.get(reading.consumer.name, Access({}))
        cells = {ability: told.answers.get(ability, _CUT_OFF) for ability in WRITING}
        return {
            **cells,
            Ability.BRANCH_NAME: self._branch_name(reading) or _if_branched(cells[Ability.BRANCH_NAME], cells),
            Ability.COMMIT: self._commit(reading) or cells[Ability.COMMIT],
            Ability.PULL_REQUEST: (
                _pull_request(reading) or self._declined(reading) or cells[Ability.PULL_REQUEST]
            ),
            Ability.CI: _if_branched(self._ci(reading, cells[Ability.CI]), cells),
        }

    def _ci(self, reading: ConsumerReading, told: AbilityAnswer) -> AbilityAnswer:
        """Return whether checks will start; *told* is whether workflows run there at all."""
        if ci.starts(reading.snapshot, self.workflow_folders):
            return told
        return unknown("none of its workflows certainly starts on every pull request, and another CI is not seen")

    def _branch_name(self, reading: ConsumerReading) -> AbilityAnswer | None:
        if self.bump_target is None:
            return None
        why = head_in_the_way(reading, self.bump_target)
        if why:
            return no(why, Remedy("change `propagate.branch`"))
        state = self.states.get(reading.consumer.name)
        if isinstance(state, Failure):
            return unknown(f"the bump branch is there, and could not be read: {state.said}")
        if state is None or state.branch is None:
            return None
        return _on_branch(plan(reading, state, self.bump_target))

    def _declined(self, reading: ConsumerReading) -> AbilityAnswer | None:
        """Return the answer if a person closed the pull request of this very bump."""
        state = self.states.get(reading.consumer.name)
        if self.bump_target is None or state is None or isinstance(state, Failure):
            return None
        step = plan(reading, state, self.bump_target)
        if step.outcome is not Outcome.DECLINED:
            return None
        page = step.pull_request.url if step.pull_request else ""
        remedy = Remedy("reopen that pull request, or leave it: the next version gets its own", page)
        version = self.bump_target.version
        return no(f"a person closed its pull request for {version}, so none is opened for it", remedy)

    def _commit(self, reading: ConsumerReading) -> AbilityAnswer | None:
        """Return the answer if the change itself cannot be made."""
        if self.bump_target is None or not reading.pin_states.outdated(self.target):
            return None
        change = edited(reading, self.bump_target)
        if not isinstance(change, NotEditable):
            return None
        return no(
            change.why, Remedy("bump it by hand; of lock files alone `propagate.locks: leave` makes a warning")
        )


def _on_branch(step: Step) -> AbilityAnswer | None:
    """Return the answer where the bump branch is there already. A person's no is none of the branch."""
    if step.outcome is Outcome.DECLINED:
        return None
    if OUTCOMES[step.outcome].is_in_flight or step.outcome is Outcome.ALREADY_PINNED:
        return None if step.change or step.clears else YES
    why, _, remedy = step.note.rpartition(": ")
    branch = step.state.branch.name if step.state and step.state.branch else "the bump branch"
    return no(why or step.note, Remedy(f"see to {branch}: {remedy}" if why else f"delete {branch}"))


_FOLLOWS = no("it cannot be read")
_CUT_OFF = unknown("it was not asked in time: run again")


def _unreadable(failure: Failure) -> AbilityAnswer:
    remedy = Remedy(failure.remedy, is_global=failure.reason in UNKNOWN_TOKEN)
    return no(failure.said, remedy, of_token=failure.is_permission)


def _correction(pin: PinState) -> Remedy:
    """Return what to do about *pin*, as the check says it where the value itself has a remedy."""
    if not pin.remedy:
        return Remedy("correct the pin in the repository, or `pins:` in the configuration")
    # That of a value is an entry of the configuration.
    return Remedy(pin.remedy, is_global=pin.occurrence is not None)


def _if_branched(told: AbilityAnswer, cells: Mapping[Ability, AbilityAnswer]) -> AbilityAnswer:
    """Return *told*, unless it is a doubt about a branch that cannot be made."""
    if told.answer is Answer.UNKNOWN and cells[Ability.BRANCH].answer is Answer.NO:
        return not_needed("no branch can be made there")
    return told


def _pull_request(reading: ConsumerReading) -> AbilityAnswer | None:
    """Return the answer if the consumer takes no pull requests, or allows no bump."""
    snapshot = reading.snapshot
    if not snapshot.takes_pull_requests:
        page = f"{snapshot.web_url}/settings" if snapshot.web_url else ""
        return no("its pull requests are switched off", Remedy("switch pull requests on in its settings", page))
    consent = consent_of(snapshot.files)
    if isinstance(consent, Failure):
        return _unreadable(consent)
    if consent.no_propagate:
        return no(consent.no_propagate, Remedy("take it off the list, or have its maintainers allow bumps"))
    return None


def is_open_to_bumps(reading: ConsumerReading) -> bool:
    """Return whether what the token may do there matters at all."""
    return bool(reading.consumer.pins) and not takes_no_commit(reading.consumer, reading)


def answers(rows: tuple[Readiness, ...]) -> dict[Answer, int]:
    """Return how many answers of each kind there are."""
    every = [cell.answer for row in rows for _, cell in row.cells]
    return {answer: every.count(answer) for answer in Answer}
