"""Read the list in the source's repository, and write its pull request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.bump.apply import apply, simulate
from consumer_drift.bump.list_change import LIST_BRANCH, plan_list
from consumer_drift.bump.step import Step
from consumer_drift.config import LOCATIONS, parse_remote
from consumer_drift.model.config import AutoMerge, Propagate
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.observation import Survey, Wanted
from consumer_drift.model.outcome import Bump, Outcome
from consumer_drift.model.result import Failure, FileText, NoFile
from consumer_drift.model.sentence import Sentence

if TYPE_CHECKING:
    from consumer_drift.bump.list_change import ListChange
    from consumer_drift.forges.base import Forge
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.repository import RepositoryName

# The pull request has none of the extras of a bump.
_PLAIN = Propagate(LIST_BRANCH, "", "", (), (), draft=False, auto_merge=AutoMerge.OFF)


@dataclass(frozen=True, slots=True)
class ShownList:
    """The list on the source's default branch: the *file*, and its *text*, None where there is none yet."""

    snapshot: Snapshot
    file: str
    text: str | None


def read_list(forge: Forge, source: RepositoryName, named: str) -> ShownList | Finding:
    """Return the list of *source*: the file *named*, or the first of the usual places that has one."""
    remote = parse_remote(named) if named else None
    if remote is not None and remote.ref:
        said = f"{named} is a file of another repository, and init writes the list of {source}: name a path in it"
        return Finding.of(Code.CONFIGURATION, said)
    places = (named,) if named else LOCATIONS
    shown = forge.survey(Survey((Wanted(source, places),)), lambda _name: None).consumers[source]
    if isinstance(shown, Failure):
        return _unread(source, shown)
    for place in places:
        answer = shown.files[place]
        if isinstance(answer, FileText):
            return ShownList(shown, place, answer.text)
        if not isinstance(answer, NoFile):
            return _unread(source, answer)
    return ShownList(shown, places[0], None)


def _unread(source: RepositoryName, why: object) -> Finding:
    said = why if isinstance(why, Failure) else "it is no text file"
    return Finding.of(Code.CONFIGURATION, Sentence(f"the list of {source} could not be read: ", str(said)))


def write_list(forge: Forge, snapshot: Snapshot, change: ListChange, *, dry_run: bool) -> Bump:
    """Open, update or close the pull request of *change*. *dry_run*: write nothing."""
    writer = forge.writer(_PLAIN)

    def planned() -> Step:
        state = writer.bump_states([snapshot], LIST_BRANCH, LIST_BRANCH)[snapshot.asked]
        if isinstance(state, Failure):
            why = Sentence("its pull requests could not be read: ", str(state))
            return Step(change.source, Outcome.ERROR, why)
        return plan_list(change, state)

    step = planned()
    return simulate(step) if dry_run or not step.writes else apply(step, writer, planned)
