"""The way of one propagate: observe as the check does, look at what is under way, plan, write, judge."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from consumer_drift.bump import commits
from consumer_drift.bump.apply import apply, simulate
from consumer_drift.bump.plan import decided, plan
from consumer_drift.bump.report import open_pull_requests, with_bumps
from consumer_drift.bump.target import BumpTarget, search_term
from consumer_drift.model.bump import Outcome
from consumer_drift.model.config import InFlight
from consumer_drift.model.observation import Survey
from consumer_drift.model.result import Failure, Reason
from consumer_drift.pipeline.observe import classified, observe, wanted
from consumer_drift.pipeline.report import report_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from consumer_drift.assess.drift import ConsumerReading
    from consumer_drift.bump.plan import Step
    from consumer_drift.forges.base import Forge, Progress, Writer
    from consumer_drift.model.bump import Bump, BumpState
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.pipeline.observe import Observed


def propagate(config: Config, forge: Forge, now: datetime, progress: Progress, *, dry_run: bool) -> Report:
    """Bring every listed consumer that is behind on its way to the target. *now* has a time zone.

    *dry_run*: write nothing and tell what would be. One consumer's failure never stops the others.
    """
    started = time.monotonic()
    seen = observe(config, forge, progress)
    run = _Run(config, forge, seen, forge.writer(config.propagate))
    bump_target = run.bump_target()
    works = run.look(bump_target)
    bumps: dict[RepositoryName, Bump] = {}
    for consumer in config.consumers:
        bumps[consumer.name] = run.bump(consumer, works.get(consumer.name), bump_target, dry_run=dry_run)
        if consumer.name in works:
            progress(consumer.name)
    if any(bump.outcome is Outcome.REWRITTEN for bump in bumps.values()):
        seen = observe(config, forge, lambda _name: None)
    pulls = {name: open_pull_requests(work, bumps[name], now) for name, work in works.items()}
    report = report_of("propagate", _without_grace(config), forge, seen, pulls, now)
    return replace(with_bumps(report, bumps), seconds=time.monotonic() - started)


def _without_grace(config: Config) -> Config:
    """For this command a consumer whose bump is open is under way, whatever its age and the policy say."""
    return replace(config, policy=replace(config.policy, in_flight=InFlight.ADVISORY, grace=timedelta.max))


@dataclass(frozen=True, slots=True)
class _Run:
    """What the steps of one run share."""

    config: Config
    forge: Forge
    seen: Observed
    writer: Writer

    def bump_target(self) -> BumpTarget | None:
        """Where the consumers are to be brought; None where no target is known."""
        version = self.seen.target.version
        if version is None:
            return None
        known = commits.find(self.seen.behind, self.config, version, self.forge)
        return BumpTarget(self.config, self.seen.target, version, self.seen.head, known, self.writer.in_place)

    def look(self, bump_target: BumpTarget | None) -> Mapping[RepositoryName, BumpState | Failure]:
        """What is under way: asked for consumers that are to be bumped, and for no other."""
        if bump_target is None:
            return {}
        snapshots = [
            read.snapshot
            for consumer in self.config.consumers
            if not isinstance(read := self.seen.reads[consumer.name], Failure)
            and decided(consumer, read, bump_target.target) is None
        ]
        return self.writer.look(snapshots, bump_target.head, search_term(self.config)) if snapshots else {}

    def bump(
        self,
        consumer: Consumer,
        work: BumpState | Failure | None,
        bump_target: BumpTarget | None,
        *,
        dry_run: bool,
    ) -> Bump:
        """One consumer's outcome; what is to be written is written here, unless *dry_run*."""
        step = self._step(consumer, self.seen.reads[consumer.name], work, bump_target)
        if dry_run or not step.writes:
            return simulate(step)
        return apply(step, self.writer, lambda: self._again(consumer, bump_target))

    def _step(
        self,
        consumer: Consumer,
        read: ConsumerReading | Failure,
        work: BumpState | Failure | None,
        bump_target: BumpTarget | None,
    ) -> Step:
        step = decided(consumer, read, self.seen.target)
        if step is not None:
            return step
        assert bump_target is not None  # noqa: S101 - without a target everything is settled
        return plan(consumer, work or _unseen(consumer), bump_target)

    def _again(self, consumer: Consumer, bump_target: BumpTarget | None) -> Step:
        """One consumer, read and planned anew."""
        observation = self.forge.survey(Survey((wanted(consumer),)), lambda _name: None)
        read = classified(consumer, self.config, observation)
        work: BumpState | Failure | None = None
        if bump_target is not None and not isinstance(read, Failure):
            work = self.writer.look([read.snapshot], bump_target.head, search_term(self.config)).get(consumer.name)
        return self._step(consumer, read, work, bump_target)


def _unseen(consumer: Consumer) -> Failure:
    return Failure(Reason.CUT_SHORT, f"nothing was told of {consumer.name}", "run it again")
