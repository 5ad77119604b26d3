"""The way of one propagate: observe as the check does, look at what is under way, plan, write, judge."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from consumer_drift.bump import commits
from consumer_drift.bump.apply import carry_out, would
from consumer_drift.bump.goal import Goal, resembling
from consumer_drift.bump.plan import plan, settled
from consumer_drift.bump.telling import open_ones, with_bumps
from consumer_drift.model.answers import Obstacle, Reason
from consumer_drift.model.bumps import Outcome
from consumer_drift.model.config import InFlight
from consumer_drift.model.observation import Survey
from consumer_drift.observe import observe, wanted, weighed
from consumer_drift.verdict import report_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from consumer_drift.assess.drift import Read
    from consumer_drift.bump.plan import Step
    from consumer_drift.forges.protocol import Forge, Progress, Writer
    from consumer_drift.model.bumps import Bump, Work
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.names import RepositoryName
    from consumer_drift.model.report import Report
    from consumer_drift.observe import Seen


def propagate(config: Config, forge: Forge, now: datetime, progress: Progress, *, dry_run: bool) -> Report:
    """Bring every listed consumer that is behind on its way to the target. *now* has a time zone.

    *dry_run*: write nothing and tell what would be. One consumer's failure never stops the others.
    """
    started = time.monotonic()
    seen = observe(config, forge, progress)
    run = _Run(config, forge, seen, forge.writer(config.propagate))
    goal = run.goal()
    works = run.look(goal)
    bumps: dict[RepositoryName, Bump] = {}
    for consumer in config.consumers:
        bumps[consumer.name] = run.bump(consumer, works.get(consumer.name), goal, dry_run=dry_run)
        if consumer.name in works:
            progress(consumer.name)
    if any(bump.outcome is Outcome.REWRITTEN for bump in bumps.values()):
        seen = observe(config, forge, lambda _name: None)
    pulls = {name: open_ones(work, bumps[name], now) for name, work in works.items()}
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
    seen: Seen
    writer: Writer

    def goal(self) -> Goal | None:
        """Where the consumers are to be brought; None where no target is known."""
        version = self.seen.aim.version
        if version is None:
            return None
        known = commits.find(self.seen.behind, self.config, version, self.forge)
        return Goal(self.config, self.seen.aim, version, self.seen.head, known, self.writer.in_place)

    def look(self, goal: Goal | None) -> Mapping[RepositoryName, Work | Obstacle]:
        """What is under way: asked for consumers that are to be bumped, and for no other."""
        if goal is None:
            return {}
        snapshots = [
            read.snapshot
            for consumer in self.config.consumers
            if not isinstance(read := self.seen.reads[consumer.name], Obstacle)
            and settled(consumer, read, goal.aim) is None
        ]
        return self.writer.look(snapshots, goal.head, resembling(self.config)) if snapshots else {}

    def bump(self, consumer: Consumer, work: Work | Obstacle | None, goal: Goal | None, *, dry_run: bool) -> Bump:
        """One consumer's outcome; what is to be written is written here, unless *dry_run*."""
        step = self._step(consumer, self.seen.reads[consumer.name], work, goal)
        if dry_run or not step.writes:
            return would(step)
        return carry_out(step, self.writer, lambda: self._again(consumer, goal))

    def _step(
        self, consumer: Consumer, read: Read | Obstacle, work: Work | Obstacle | None, goal: Goal | None
    ) -> Step:
        step = settled(consumer, read, self.seen.aim)
        if step is not None:
            return step
        assert goal is not None  # noqa: S101 - without a target everything is settled
        return plan(consumer, work or _unseen(consumer), goal)

    def _again(self, consumer: Consumer, goal: Goal | None) -> Step:
        """One consumer, read and planned anew."""
        observation = self.forge.survey(Survey((wanted(consumer),)), lambda _name: None)
        read = weighed(consumer, self.config, observation)
        work: Work | Obstacle | None = None
        if goal is not None and not isinstance(read, Obstacle):
            work = self.writer.look([read.snapshot], goal.head, resembling(self.config)).get(consumer.name)
        return self._step(consumer, read, work, goal)


def _unseen(consumer: Consumer) -> Obstacle:
    return Obstacle(Reason.CUT_SHORT, f"nothing was told of {consumer.name}", "run it again")
