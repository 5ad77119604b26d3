"""Reading of the bumps that may be merged: all of them in a few requests, and each again just before its merge."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.bump.decide import decided
from consumer_drift.bump.ownership import is_ours
from consumer_drift.bump.plan import needless, reread
from consumer_drift.bump.step import Step
from consumer_drift.landing.open_bump import OpenBump
from consumer_drift.model.config import Ahead
from consumer_drift.model.outcome import Bump, Outcome
from consumer_drift.model.proposal import Proposal
from consumer_drift.model.result import Failure, Reason
from consumer_drift.model.sentence import Sentence
from consumer_drift.pipeline.consent import consents
from consumer_drift.pipeline.observe import read_again

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.forges.base import Forge, Lander, Writer
    from consumer_drift.landing.open_bump import Rules
    from consumer_drift.model.bump import BumpState
    from consumer_drift.model.checks import PullRequestChecks
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.versions import Version
    from consumer_drift.pipeline.observe import Observed

# Whether a pull request merges is computed when somebody asks: so often it is asked again.
_MERGEABLE_TRIES = 3

# A step closes bumps that the consumer does not need.
Found = OpenBump | Bump | Step


def bumped_to(seen: Observed, writer: Writer) -> Mapping[RepositoryName, Version]:
    """Return the commit of the source's branch to which each consumer has its newest open bump of ours.

    A branch goes on while the checks of a bump run: no bump would ever be to its newest commit. Empty where the
    target is a release. What is open in one consumer decides nothing for another one.
    """
    if seen.target.version is None or seen.target.history is None:
        return {}
    states = writer.bump_states([one.snapshot for one in seen.behind], seen.head, seen.config.bump_search_term)
    opened = {
        one.consumer.name: _newest_bump(one, state, seen)
        for one in seen.behind
        if (state := states.get(one.consumer.name)) is not None and not isinstance(state, Failure)
    }
    return {name: version for name, version in opened.items() if version is not None}


def _newest_bump(reading: ConsumerReading, state: BumpState, seen: Observed) -> Version | None:
    """Return the newest commit that an open bump of ours would raise the consumer to."""
    versions = {
        version
        for one in (*state.pull_requests, *state.others)
        if one.is_open and not one.from_fork and is_ours(one.body)
        if (version := seen.config.bump_version(one.head)) is not None
    }
    raising = [one for one in versions if reading.pin_states.outdated(replace(seen.target, version=one))]
    return max(raising, default=None)


def to_commit(seen: Observed, version: Version) -> Observed:
    """Return *seen* with the commit *version* of the source's branch as the target."""
    if version == seen.target.version:
        return seen
    config = seen.config
    return replace(
        seen,
        config=replace(config, policy=replace(config.policy, ahead=Ahead.ADVISORY)),
        target=replace(
            seen.target, version=version, origin=Sentence(seen.target.origin, " that has an open bump")
        ),
        head=config.propagate.head(config.source.name, version.text),
    )


@dataclass(frozen=True, slots=True)
class BumpReader:
    """Reads the open bumps of consumers. *rules* say to which version."""

    config: Config
    forge: Forge
    writer: Writer
    lander: Lander
    rules: Rules

    def all(self, readings: Sequence[ConsumerReading]) -> Mapping[RepositoryName, Found]:
        """Return the open bump of each consumer, without its files; or why there is none to merge."""
        asked = [one for one in readings if self._may_have_bumps(one)]
        states = self.states([one.snapshot for one in asked])
        found = {one.consumer.name: self._found(one, states.get(one.consumer.name)) for one in readings}
        opened = {name: one for name, one in found.items() if isinstance(one, _Opened)}
        checks = self._checks([(one.state.snapshot, one.pull_request) for one in opened.values()])
        return {
            name: _candidate(one, checks.get(name)) if isinstance(one, _Opened) else one
            for name, one in found.items()
        }

    def again(self, consumer: Consumer) -> Found:
        """Return the open bump of one consumer as it is now, with all that the decision needs."""
        reading = read_again(consumer, self.config, self.forge)
        if isinstance(reading, Failure):
            return Bump(Outcome.ERROR, Sentence("it could not be read: ", str(reading)))
        asked = [reading.snapshot] if self._may_have_bumps(reading) else []
        found = self._found(reading, self.states(asked).get(consumer.name))
        return self._whole(found) if isinstance(found, _Opened) else found

    def _whole(self, found: _Opened) -> Found:
        """Read what it changes, and last its checks: those change without anybody's doing."""
        snapshot, branch = found.state.snapshot, found.state.branch
        consent = consents(self.forge, [snapshot]).get(snapshot.asked)
        proposal = self.lander.proposal(snapshot, found.pull_request, branch.tip) if branch is not None else None
        if isinstance(proposal, Proposal) and not proposal.commits and branch is not None and branch.commits:
            proposal = _changed(found, "was merged")
        checks = self._checks([(snapshot, found.pull_request)]).get(snapshot.asked)
        candidate = _candidate(found, checks)
        return (
            replace(candidate, consent=consent, proposal=proposal)
            if isinstance(candidate, OpenBump)
            else candidate
        )

    def _may_have_bumps(self, reading: ConsumerReading) -> bool:
        step = decided(reading.consumer, reading, self.rules.bump_target.target)
        if step is None:
            return True
        return step.outcome is Outcome.ALREADY_PINNED and bool(reading.snapshot.open_pull_requests)

    def states(self, snapshots: Sequence[Snapshot]) -> Mapping[RepositoryName, BumpState | Failure]:
        """Return the bump branches and pull requests of the consumers."""
        if not snapshots:
            return {}
        return self.writer.bump_states(snapshots, self.rules.bump_target.head, self.config.bump_search_term)

    def _found(self, reading: ConsumerReading, state: BumpState | Failure | None) -> Found | _Opened:
        if isinstance(state, Failure):
            return Bump(Outcome.ERROR, Sentence("its bump pull requests could not be read: ", str(state)))
        if state is not None:
            reading = reread(reading, state, self.config)
        done = decided(reading.consumer, reading, self.rules.bump_target.target)
        if done is not None and done.outcome is Outcome.ALREADY_PINNED and state is not None:
            done = replace(done, state=state, closes=tuple(needless(state, self.rules.bump_target)))
        if done is not None:
            return done if done.writes else Bump(done.outcome, done.note)
        opened = [one for one in state.pull_requests if one.is_open] if state is not None else []
        if state is None or not opened:
            return Bump(Outcome.NO_BUMP, _why_none(state, self.config))
        base = reading.snapshot.branch
        return _Opened(reading, state, next((one for one in opened if one.base == base), opened[0]))

    def _checks(
        self, bumps: Sequence[tuple[Snapshot, PullRequest]]
    ) -> dict[RepositoryName, PullRequestChecks | Failure]:
        found = dict(self.forge.checks(bumps)) if bumps else {}
        for _ in range(_MERGEABLE_TRIES):
            unknown = [one for one in bumps if _is_unknown(found.get(one[0].asked))]
            if not unknown:
                break
            self.lander.settle()
            found |= self.forge.checks(unknown)
        return found


@dataclass(frozen=True, slots=True)
class _Opened:
    reading: ConsumerReading
    state: BumpState
    pull_request: PullRequest


def _candidate(found: _Opened, checks: PullRequestChecks | Failure | None) -> Found:
    if checks is None:
        return Bump(Outcome.ERROR, "its checks were not read: run it again")
    if not isinstance(checks, Failure) and not checks.is_open:
        checks = _changed(found, "was merged or closed")
    return OpenBump(found.reading, found.state, found.pull_request, checks)


def _changed(found: _Opened, how: str) -> Failure:
    """Return the failure of a bump that somebody changed while it was read: it may be read again."""
    return Failure(Reason.STALE, f"{found.pull_request.url} {how} while it was read", "run it again")


def _is_unknown(checks: PullRequestChecks | Failure | None) -> bool:
    return checks is not None and not isinstance(checks, Failure) and checks.mergeable is None and not checks.draft


def _why_none(state: BumpState | None, config: Config) -> str:
    """Why there is no open bump to the target, as far as the others tell."""
    for one in state.others if state is not None else ():
        version = config.bump_version(one.head)
        if version is not None and one.is_open:
            return f"its open bump {one.url} is to {version}: run propagate"
    return "no bump is open: run propagate"
