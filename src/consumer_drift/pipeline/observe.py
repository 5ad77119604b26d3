"""The way that every run begins with: the target, all reading, and each consumer's pins weighed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_drift.assess import drift, probed
from consumer_drift.model.observation import Probe, Survey, Wanted
from consumer_drift.model.result import Failure
from consumer_drift.pipeline import target as find_target
from consumer_drift.pipeline.commits import with_commits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.assess.drift import ConsumerReading
    from consumer_drift.forges.base import Forge, Progress
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.observation import Observation
    from consumer_drift.model.pull_request import PullRequests
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.target import Target


@dataclass(frozen=True, slots=True)
class Observed:
    """What one run saw. *config* knows the commits that consumers pin.

    *head* is the branch of a bump to the target, empty where no target is known. *reads* has an entry for every
    listed consumer.
    """

    config: Config
    target: Target
    head: str
    observation: Observation
    reads: Mapping[RepositoryName, ConsumerReading | Failure]

    @property
    def behind(self) -> list[ConsumerReading]:
        """The consumers of which an open bump pull request changes what is said."""
        reads = (one for one in self.reads.values() if not isinstance(one, Failure))
        return [one for one in reads if one.needs_pull_requests(self.target)]


def observe(config: Config, forge: Forge, progress: Progress) -> Observed:
    """Find the target and read everything that *config* names. Nothing is raised for what a forge answers."""
    target = find_target.find(config, forge)
    head = config.propagate.head(config.source.name, target.version.text) if target.version else ""
    observation = forge.survey(survey_of(config, head), progress)
    config, observation = with_commits(config, observation, forge)
    readings = {one.name: classified(one, config, observation) for one in config.consumers}
    return Observed(config, target, head, observation, readings)


def classified(consumer: Consumer, config: Config, observation: Observation) -> ConsumerReading | Failure:
    """What *observation* shows of a listed consumer, its pins weighed."""
    shown = observation.consumers[consumer.name]
    return shown if isinstance(shown, Failure) else drift.read(consumer, shown, config)


def open_bumps(seen: Observed, forge: Forge) -> Mapping[RepositoryName, PullRequests | Failure]:
    """The open pull requests of the bump branch, asked for where they change the answer, and only there."""
    behind = [one.snapshot for one in seen.behind]
    return forge.pull_requests(behind, seen.head) if behind else {}


def survey_of(config: Config, head: str) -> Survey:
    """Everything that has to be read, each file once. *head* is the branch of a bump to the target."""
    return Survey(tuple(wanted(one) for one in config.consumers), _probe(config), head)


def wanted(consumer: Consumer) -> Wanted:
    """What is read of one consumer."""
    files = tuple(dict.fromkeys(pin.file for pin in consumer.pins))
    return Wanted(consumer.name, files, tuple(dict.fromkeys(consumer.forbid)), consumer.branch)


def _probe(config: Config) -> Probe | None:
    rules = config.reconcile
    if rules is None:
        return None
    known: list[RepositoryName | None] = [one.name for one in config.listed]
    known.append(config.source.repository)
    return Probe(
        owner=config.owner,
        files=tuple(dict.fromkeys(pin.file for pin in probed.pins_of(config))),
        skip=frozenset(name for name in known if name is not None),
        include=rules.include,
        exclude=rules.exclude,
        visibility=rules.visibility,
    )
