"""Open the bump pull requests: observe as a check does, read the open bumps, plan, write, judge."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from consumer_drift.bump.apply import apply, simulate
from consumer_drift.bump.decide import decided
from consumer_drift.bump.ownership import is_ours
from consumer_drift.bump.plan import holds, plan, with_consent
from consumer_drift.bump.report import open_pull_requests, with_bumps
from consumer_drift.bump.step import Step
from consumer_drift.model.bump import Sufficient
from consumer_drift.model.config import InFlight
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.outcome import Bump, Outcome
from consumer_drift.model.result import Failure
from consumer_drift.pipeline import target as find_target
from consumer_drift.pipeline.bumping import bump_target_of
from consumer_drift.pipeline.consent import consents
from consumer_drift.pipeline.observe import dated, observe, read_again
from consumer_drift.pipeline.report import report_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.bump.target import BumpTarget
    from consumer_drift.commands.context import Context
    from consumer_drift.forges.base import Forge, Progress, Writer
    from consumer_drift.model.bump import BumpState
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.consent import Consent
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.target import Target
    from consumer_drift.model.versions import Version
    from consumer_drift.pipeline.observe import Observed
    from consumer_drift.registries.base import Registry

# So many commits that are not known are looked up; the others stay until the next run.
_MOST_ASKED = 20


def run(context: Context) -> Report:
    """Bump the consumers that *context* has."""
    config, forge, now, progress = context.config, context.forge, context.now, context.progress
    return propagate(config, forge, now, progress, dry_run=context.dry_run, registry=context.registry)


def propagate(
    config: Config,
    forge: Forge,
    now: datetime,
    progress: Progress,
    *,
    dry_run: bool,
    registry: Registry | None = None,
) -> Report:
    """Open or update the bump of every listed consumer that is behind. *now* has a time zone.

    *dry_run*: write nothing and report what would be written. One consumer's failure never stops the others.
    Without *registry* every release can be installed.
    """
    seen = observe(config, forge, progress, registry=registry)
    config = seen.config
    writer = forge.writer(config.propagate)
    run = _Run(config, forge, seen.target, writer, bump_target_of(config, seen, writer))
    states = run.look([reading for reading in seen.readings.values() if not isinstance(reading, Failure)])
    run = run.knowing(
        _withdrawn(config, forge, seen.target, states.values()), _lost(config, forge, states.values())
    )
    run = run.with_consents(seen, states)
    steps = {one.name: run.step(one, seen.readings[one.name], states) for one in config.consumers}
    written = {} if dry_run else run.write({name: step for name, step in steps.items() if step.writes}, progress)
    for name in states.keys() - written.keys():
        progress(name)
    bumps = {name: written.get(name) or simulate(step) for name, step in steps.items()}
    if any(bump.outcome is Outcome.REWRITTEN for bump in bumps.values()):
        seen = observe(config, forge, lambda _name: None, registry=registry)
        config = seen.config
    pulls = {name: open_pull_requests(state, bumps[name], now) for name, state in states.items()}
    report = report_of("propagate", _without_grace(config), forge, dated(seen, forge), pulls, now)
    return with_bumps(report, bumps, run.mistakes(bumps.values()))


def _withdrawn(
    config: Config, forge: Forge, target: Target, states: Iterable[BumpState | Failure]
) -> frozenset[Version]:
    """Return the higher versions that have an open bump and that the source took back.

    A version without a tag may have been released since the tags were read, so they are read again.
    """
    others = [one for state in states if not isinstance(state, Failure) for one in state.others]
    versions = {version for one in others if (version := config.bump_version(one.head)) is not None}
    named = {one.version for one in config.source.retracted}
    missing = {one for one in versions - named if _is_missing(one, target, config)}
    if missing:
        now = find_target.find(config, forge)
        missing = {one for one in missing if _is_missing(one, now, config)}
    return frozenset(named | missing)


def _lost(config: Config, forge: Forge, states: Iterable[BumpState | Failure]) -> frozenset[str]:
    """Return the first digits of commits that have an open bump of ours and are no longer on the source's branch.

    Somebody may have pushed since the branch was read, so it is read again.
    """
    others = [one for state in states if not isinstance(state, Failure) for one in state.others]
    commits = {config.unknown_bump_commit(one.head) for one in others if is_ours(one.body)} - {""}
    repository, branch = config.source.repository, config.source.branch
    if not commits or repository is None or branch is None:
        return frozenset()
    asked = sorted(commits)[:_MOST_ASKED]
    page = forge.commits(repository, branch.branch)
    if isinstance(page, Failure) or not page.commits:
        return frozenset()
    found = forge.contained(repository, page.commits[0].id, asked)
    return frozenset() if isinstance(found, Failure) else frozenset(asked) - found


def _is_missing(version: Version, target: Target, config: Config) -> bool:
    """Whether *version* is higher than the target and no tag of the source names it."""
    if target.version is None or target.affixes is None or version <= target.version:
        return False
    return version not in target.releases and (config.prereleases or not version.is_prerelease)


def _without_grace(config: Config) -> Config:
    """Return *config* with a policy under which any open bump is in flight, whatever its age, and nothing else."""
    policy = replace(config.policy, in_flight=InFlight.ADVISORY, grace=timedelta.max, window=timedelta())
    return replace(config, policy=policy)


@dataclass(frozen=True, slots=True)
class _Run:
    """The values that all steps of one run need. *bump_target* is None where the target is not known."""

    config: Config
    forge: Forge
    target: Target
    writer: Writer
    bump_target: BumpTarget | None
    consents: Mapping[RepositoryName, Consent | Failure] = field(default_factory=dict)

    def with_consents(self, seen: Observed, states: Mapping[RepositoryName, BumpState | Failure]) -> _Run:
        """Return the same run, which knows what the consumers allow that would be written to."""
        # One after the other: a step has the texts of its files, before and after.
        steps = (self.step(one, seen.readings[one.name], states) for one in self.config.consumers)
        written = [step.state.snapshot for step in steps if step.writes and step.state is not None]
        return replace(self, consents=consents(self.forge, written))

    def knowing(self, withdrawn: frozenset[Version], lost: frozenset[str]) -> _Run:
        """Return the same run, with the versions and commits that the source took back."""
        target = self.bump_target
        return replace(self, bump_target=target and replace(target, withdrawn=withdrawn, lost=lost))

    def mistakes(self, bumps: Iterable[Bump]) -> list[Finding]:
        """Return what keeps every bump from being opened, once for all consumers."""
        why = self.bump_target.no_branch if self.bump_target else ""
        if not why or all(bump.note != why for bump in bumps):
            return []
        return [Finding.of(Code.CONFIGURATION, why, place=self.config.source.place)]

    def look(self, readings: Sequence[ConsumerReading]) -> Mapping[RepositoryName, BumpState | Failure]:
        """Return the branches and pull requests of the consumers to bump, and of those with needless bumps."""
        snapshots = [one.snapshot for one in readings if self._depends_on_bumps(one)]
        if self.bump_target is None or not snapshots:
            return {}
        sufficient = self._sufficient(readings, self.bump_target)
        return self.writer.bump_states(snapshots, self.bump_target.head, self.config.bump_search_term, sufficient)

    def _sufficient(self, readings: Sequence[ConsumerReading], bump_target: BumpTarget) -> Sufficient:
        """Return what is enough to know of the consumers: a bump that is right needs nothing but its files."""
        by_name = {one.snapshot.asked: one for one in readings}
        behind = {name for name, one in by_name.items() if decided(one.consumer, one, self.target) is None}
        at_target = frozenset() if self.config.propagate.delete_branch else frozenset(by_name.keys() - behind)
        return Sufficient(at_target, lambda one, files: holds(by_name[one.asked], files, bump_target))

    def _depends_on_bumps(self, reading: ConsumerReading) -> bool:
        step = decided(reading.consumer, reading, self.target)
        if step is None:
            return True
        looks = bool(reading.snapshot.open_pull_requests) or self.config.propagate.delete_branch
        return step.outcome is Outcome.ALREADY_PINNED and looks

    def step(
        self,
        consumer: Consumer,
        reading: ConsumerReading | Failure,
        states: Mapping[RepositoryName, BumpState | Failure],
    ) -> Step:
        """Return what to do about one consumer. *states* has an entry for each one to bump."""
        state = states.get(consumer.name)
        if state is None or self.bump_target is None or isinstance(reading, Failure):
            return decided(consumer, reading, self.target) or _unseen(consumer)
        return with_consent(plan(reading, state, self.bump_target), self.consents.get(consumer.name))

    def write(self, steps: Mapping[RepositoryName, Step], progress: Progress) -> Mapping[RepositoryName, Bump]:
        """Carry out *steps*, by the names of the consumers, those of one repository one after the other."""
        consumers = {one.name: one for one in self.config.consumers}
        groups = list(_by_repository(steps).values())
        done: dict[RepositoryName, Bump] = {}

        def carry_out(names: tuple[RepositoryName, ...]) -> list[Bump]:
            return [self._written(consumers[name], steps[name]) for name in names]

        for names, bumps in self.writer.each(carry_out, groups):
            done.update(zip(names, bumps, strict=True))
            for name in names:
                progress(name)
        opened = [name for name, bump in done.items() if steps[name].draft is not None and bump.is_in_flight]
        if any(done[name].outcome is not steps[name].outcome for name in opened):
            # Another run is at work: it has opened some of them before this one could.
            done.update(self.writer.each(lambda name: self._alone(consumers[name], done[name]), opened))
        return {name: done.get(name) or _cut_off(step) for name, step in steps.items()}

    def _alone(self, consumer: Consumer, done: Bump) -> Bump:
        """Close another pull request from the same branch: Gitea opens both if two runs ask at once."""
        step = self._again(consumer)
        if not any(closing.keeps_branch for closing in step.closes):
            return done
        return replace(self._written(consumer, step), outcome=done.outcome)

    def _written(self, consumer: Consumer, step: Step) -> Bump:
        """Carry out *step*. After a write that may have failed, read and plan the consumer again."""
        return apply(step, self.writer, lambda: self._again(consumer))

    def _again(self, consumer: Consumer) -> Step:
        reading = read_again(consumer, self.config, self.forge)
        states = {} if isinstance(reading, Failure) else self.look([reading])
        return self.step(consumer, reading, states)


def _by_repository(steps: Mapping[RepositoryName, Step]) -> Mapping[RepositoryName, tuple[RepositoryName, ...]]:
    """Return the consumers of each repository, which may be listed by an old name, too."""
    found: dict[RepositoryName, tuple[RepositoryName, ...]] = {}
    for name, step in steps.items():
        repository = step.state.snapshot.name if step.state is not None else name
        found[repository] = (*found.get(repository, ()), name)
    return found


def _cut_off(step: Step) -> Bump:
    why = f"the run ended while {step.consumer} was written to: run again, what is there is read before any write"
    return Bump(Outcome.ERROR, why)


def _unseen(consumer: Consumer) -> Step:
    why = f"the bumps of {consumer.name} were not read: run again"
    return Step(consumer.name, Outcome.ERROR, why)
