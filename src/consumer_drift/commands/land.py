"""Merge the bumps that are ours and green: observe as a check does, read the open bumps, decide, merge, judge."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from consumer_drift.assess import consumer_reading
from consumer_drift.bump import apply as bump_apply
from consumer_drift.bump.decide import decided
from consumer_drift.bump.edit import Edited, edited
from consumer_drift.bump.plan import needless
from consumer_drift.bump.report import with_bumps
from consumer_drift.bump.step import Step
from consumer_drift.landing import apply, verdict
from consumer_drift.landing.open_bump import OpenBump, Rules
from consumer_drift.model.config import InFlight
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.outcome import Bump, Outcome
from consumer_drift.model.report import Report
from consumer_drift.model.result import Failure, FileText
from consumer_drift.pipeline.bumping import bump_target_of
from consumer_drift.pipeline.consent import consents
from consumer_drift.pipeline.landing import BumpReader, bumped_to, to_commit
from consumer_drift.pipeline.observe import observe
from consumer_drift.pipeline.report import report_of
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.bump.target import BumpTarget
    from consumer_drift.commands.context import Context
    from consumer_drift.forges.base import Lander, Writer
    from consumer_drift.model.config import Config, Consumer, Land
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.pipeline.landing import Found
    from consumer_drift.pipeline.observe import Observed


def run(context: Context) -> Report:
    """Merge the bumps that may be merged. Where the configuration does not allow it, say so and read nothing."""
    if context.config.land is None:
        said = "nothing is merged without the key `land`: add it, as in 'land: {checks: [unit]}'"
        finding = Finding.of(Code.CONFIGURATION, said, place=context.config.consumers_place)
        forge, file = context.forge.label, context.config.file
        return Report.without_results("land", (finding,), forge=forge, config_file=file)
    return _landed(context, context.config.land)


def _landed(context: Context, land: Land) -> Report:
    seen = observe(context.config, context.forge, context.progress, registry=context.registry)
    writer = context.forge.writer(seen.config.propagate)
    if seen.target.version is None:
        bumps = {one.name: _unaimed(one, seen) for one in seen.config.consumers}
        return _report(context, seen, bumps, {})
    own = bumped_to(seen, writer)
    newest = max(own.values(), default=seen.target.version)
    lander = (context.merging or context.forge).lander()
    approver = lander.identity() if land.approve else None
    readers = {
        one: _reader(context, land, to_commit(seen, one), writer, approver) for one in {newest, *own.values()}
    }
    seen = to_commit(seen, newest)
    chosen = {one.name: readers[own.get(one.name, newest)] for one in seen.config.consumers}
    found: dict[RepositoryName, Found] = {}
    for reader in readers.values():
        readings = (one for name, one in seen.readings.items() if chosen[name] is reader)
        found |= reader.all([one for one in readings if not isinstance(one, Failure)])
    landing = _Landing(chosen, lander, land, _failing(found), dry_run=context.dry_run)
    bumps = {}
    for consumer in seen.config.consumers:
        one = found.get(consumer.name)
        bumps[consumer.name] = _unaimed(consumer, seen) if one is None else landing.one(consumer, one)
        context.progress(consumer.name)
    after = {
        name: _after(one, chosen[name].rules.bump_target, seen.config) for name, one in landing.at_target.items()
    }
    return _report(context, replace(seen, readings={**seen.readings, **after}), bumps, found)


def _reader(
    context: Context, land: Land, seen: Observed, writer: Writer, approver: str | Failure | None
) -> BumpReader:
    """Return what reads the bumps to the target of *seen*: of commits, consumers may have bumps to several."""
    target = bump_target_of(seen.config, seen, writer)
    assert target is not None  # noqa: S101 - its version is known
    return BumpReader(seen.config, context.forge, writer, context.forge.lander(), Rules(land, target, approver))


def _report(
    context: Context, seen: Observed, bumps: Mapping[RepositoryName, Bump], found: Mapping[RepositoryName, Found]
) -> Report:
    """Return the report, in which an open bump that was not merged excuses nothing."""
    policy = replace(seen.config.policy, in_flight=InFlight.DRIFT, window=timedelta())
    pulls = {name: (one.pull_request,) if isinstance(one, OpenBump) else () for name, one in found.items()}
    config = replace(seen.config, policy=policy)
    return with_bumps(report_of("land", config, context.forge, seen, pulls, context.now), bumps)


def _unaimed(consumer: Consumer, seen: Observed) -> Bump:
    """The outcome of a consumer that could not be read, or of any where the target is not known."""
    step = decided(consumer, seen.readings[consumer.name], seen.target)
    return Bump(step.outcome, step.note) if step else Bump(Outcome.SKIPPED, "the target version is unknown")


def _failing(found: Mapping[RepositoryName, Found]) -> set[RepositoryName]:
    return {name for name, one in found.items() if isinstance(one, OpenBump) and verdict.is_failing(one)}


def _after(merged: OpenBump, target: BumpTarget, config: Config) -> consumer_reading.ConsumerReading:
    """Return a consumer as the merge of its bump left it: replicas may show it later."""
    change = edited(merged.reading, target)
    if not isinstance(change, Edited):
        return merged.reading
    snapshot = merged.reading.snapshot
    files = {**snapshot.files, **{edit.path: FileText(edit.after) for edit in change.edits}}
    return consumer_reading.read(merged.reading.consumer, replace(snapshot, files=files), config)


@dataclass(slots=True)
class _Landing:
    """One run, one consumer after the other, each with its reader.

    *failing* are those with bumps of ours whose checks fail.
    """

    readers: Mapping[RepositoryName, BumpReader]
    lander: Lander
    land: Land
    failing: set[RepositoryName]
    dry_run: bool
    at_target: dict[RepositoryName, OpenBump] = field(default_factory=dict)
    count: int = 0

    def one(self, consumer: Consumer, found: Found) -> Bump:
        """Return the outcome of *consumer*, whose bump is merged where it may be."""
        if isinstance(found, Bump):
            return found
        if isinstance(found, Step):
            return self._close(consumer, found)
        lines = verdict.early(found, self.readers[consumer.name].rules)
        if lines and not apply.changed_meanwhile(lines):
            return apply.held(found, lines)
        why = self._limit()
        if why:
            return apply.of(found, Outcome.HELD, why)
        bump = self._simulated(consumer) if self.dry_run else self._merged(consumer)
        if bump.outcome is Outcome.ALREADY_PINNED:
            # Somebody else merged it meanwhile.
            self.at_target[consumer.name] = found
        self.count += bump.outcome in {Outcome.LANDED, Outcome.WOULD_LAND}
        return bump

    def _limit(self) -> str:
        """Why nothing more is merged in this run, empty where it may."""
        if self.land.stop_failing and len(self.failing) >= self.land.stop_failing:
            many = counted(len(self.failing), "bump")
            return f"the checks of {many} fail, as those of {min(self.failing)}: `land.stop` holds the rest"
        return f"{self.land.most} were merged in this run: `land.most`" if self.count >= self.land.most else ""

    def _again(self, consumer: Consumer) -> OpenBump | Bump:
        found = self.readers[consumer.name].again(consumer)
        if isinstance(found, OpenBump) and verdict.is_failing(found):
            self.failing.add(consumer.name)
        return Bump(found.outcome, found.note) if isinstance(found, Step) else found

    def _simulated(self, consumer: Consumer) -> Bump:
        found = self._again(consumer)
        return found if isinstance(found, Bump) else apply.simulate(found, self.readers[consumer.name].rules)

    def _merged(self, consumer: Consumer) -> Bump:
        rules = self.readers[consumer.name].rules
        done = apply.land(lambda: self._again(consumer), rules, self.lander)
        if done.merged is None:
            return done.bump
        self.at_target[consumer.name] = done.merged
        state = replace(done.merged.state, pull_requests=())
        closes = tuple(needless(state, rules.bump_target))
        step = Step(
            consumer.name, Outcome.LANDED, state=state, pull_request=done.merged.pull_request, closes=closes
        )
        return self._closed(step)

    def _close(self, consumer: Consumer, step: Step) -> Bump:
        """Close the needless bumps of a consumer that is at the target, if it allows that."""
        if self.dry_run or step.state is None:
            return bump_apply.simulate(step)
        consent = consents(self.readers[consumer.name].forge, [step.state.snapshot]).get(consumer.name)
        if consent is None or isinstance(consent, Failure) or consent.no_land:
            return Bump(step.outcome, step.note)
        return self._closed(step)

    def _closed(self, step: Step) -> Bump:
        return bump_apply.apply(step, self.readers[step.consumer].writer, lambda: self._rest(step))

    def _rest(self, step: Step) -> Step:
        """Return *step* with those of its bumps that are still open."""
        assert step.state is not None  # noqa: S101 - a step without it closes nothing
        snapshot = step.state.snapshot
        state = self.readers[step.consumer].states([snapshot]).get(snapshot.asked)
        if state is None or isinstance(state, Failure):
            return step
        left = {one.number for one in (*state.pull_requests, *state.others) if one.is_open}
        closes = tuple(one for one in step.closes if one.pull_request.number in left)
        return replace(step, closes=closes)
