"""The first step of every run: find the target, read everything, and classify each consumer's pins once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from consumer_drift.assess import consumer_reading, probed
from consumer_drift.model.config import Locks
from consumer_drift.model.observation import BumpSearch, Probe, Survey, Wanted
from consumer_drift.model.result import Failure
from consumer_drift.pins.follow import lock_files, read_along
from consumer_drift.pipeline import target as find_target
from consumer_drift.pipeline.commits import with_commits
from consumer_drift.pipeline.untagged import with_untagged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.cache.store import Cache
    from consumer_drift.forges.base import Forge, Progress
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.observation import Observation
    from consumer_drift.model.pull_request import PullRequests
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.target import Target
    from consumer_drift.pipeline.early import EarlyReader
    from consumer_drift.registries.base import Registry


@dataclass(frozen=True)
class Observed:
    """Everything that one run read. *config* knows the commits that consumers pin.

    *head* is the branch of a bump to the target, empty where no target is known. *readings* has an entry for every
    listed consumer.
    """

    config: Config
    target: Target
    head: str
    observation: Observation
    readings: Mapping[RepositoryName, ConsumerReading | Failure]

    @cached_property
    def behind(self) -> list[ConsumerReading]:
        """The consumers whose findings depend on open bump pull requests."""
        readings = (one for one in self.readings.values() if not isinstance(one, Failure))
        return [one for one in readings if one.needs_pull_requests(self.target)]


def observe(
    config: Config,
    forge: Forge,
    progress: Progress,
    cache: Cache | None = None,
    registry: Registry | None = None,
    also: tuple[str, ...] = (),
    *,
    checks: bool = False,
    early: EarlyReader | None = None,
) -> Observed:
    """Find the target and read everything that *config* names. Failures of the forge are values, never raised.

    *registry* tells which releases can be installed, None: they all can. *also* are files to read beside the pins.
    *checks*: those of open bumps are read as well, where that takes no further request. *early* keeps the texts of
    what was read out of memory, None: they are needed later.
    """
    target = find_target.find(config, forge, registry)
    head = config.propagate.head(config.source.name, target.version.text) if target.version else ""
    survey = replace(survey_of(config, head, also), checks=checks)
    if early is not None:
        early.compare_with(target, partial(find_target.newest_releases, config, forge))
        survey = early.of(survey)
    observation = forge.survey(survey, progress, cache).in_order_of(survey)
    known = early.readings(observation) if early is not None else {}
    if config.source.branch is None:
        config, observation = with_commits(config, observation, forge, known)
    else:
        from consumer_drift.pipeline.branch import with_history  # noqa: PLC0415 - few sources are branches

        config, target, observation = with_history(config, target, observation, forge)
    readings = {one.name: known.get(one.name) or classified(one, config, observation) for one in config.consumers}
    read = [one for one in readings.values() if not isinstance(one, Failure)]
    target = with_untagged(target, read, config, forge, registry)
    if registry is not None:
        from consumer_drift.pipeline.published import with_gone  # noqa: PLC0415 - few sources name a registry

        target = with_gone(target, read, registry)
    return Observed(config, target, head if target.version else "", observation, readings)


def classified(consumer: Consumer, config: Config, observation: Observation) -> ConsumerReading | Failure:
    """Return what *observation* shows of a listed consumer, its pins classified."""
    shown = observation.consumers[consumer.name]
    return shown if isinstance(shown, Failure) else consumer_reading.read(consumer, shown, config)


def read_again(consumer: Consumer, config: Config, forge: Forge) -> ConsumerReading | Failure:
    """Return one listed consumer as it is now, its pins classified. Its open pull requests are not counted.

    A forge keeps the row of a repository, with their number, and that may have changed since.
    """
    observation = forge.survey(Survey((wanted(consumer, config),)), lambda _name: None)
    read = classified(consumer, config, observation)
    if isinstance(read, Failure):
        return read
    return replace(read, snapshot=replace(read.snapshot, open_pull_requests=None))


def dated(seen: Observed, forge: Forge, early: EarlyReader | None = None) -> Observed:
    """Return *seen* with the dates of the source's releases, asked for only where findings depend on them.

    *early* may have asked for them.
    """
    if not seen.behind:
        return seen
    known = early.releases() if early is not None else None
    return replace(seen, target=find_target.with_releases(seen.target, seen.config, forge, known))


def open_bumps(seen: Observed, forge: Forge) -> Mapping[RepositoryName, PullRequests | Failure]:
    """Return the pull requests from bump branches, asked for only where findings depend on them.

    Where no release has a date, the closed ones tell how long a consumer has been behind.
    """
    behind = [one.snapshot for one in seen.behind]
    if not behind:
        return {}
    config = seen.config

    def is_bump(branch: str) -> bool:
        return branch == seen.head or config.bump_version(branch) is not None

    search = BumpSearch(seen.head, config.bump_search_term, is_bump, closed=not seen.target.dates)
    return forge.pull_requests(behind, search)


def survey_of(config: Config, head: str, also: tuple[str, ...] = ()) -> Survey:
    """Return everything that has to be read, each file once. *head* is the branch of a bump to the target."""
    return Survey(tuple(wanted(one, config, also) for one in config.consumers), _probe(config), head)


def wanted(consumer: Consumer, config: Config, also: tuple[str, ...] = ()) -> Wanted:
    """Return what has to be read of one consumer, and the files *also*."""
    files = [*(file for pin in consumer.pins for file in (pin.file, *read_along(pin))), *also]
    if config.policy.locks is Locks.FOLLOW:
        files += [file for pin in consumer.pins for file in lock_files(pin)]
    return Wanted(
        consumer.name, tuple(dict.fromkeys(files)), tuple(dict.fromkeys(consumer.forbid)), consumer.branch
    )


def _probe(config: Config) -> Probe | None:
    rules = config.reconcile
    if rules is None:
        return None
    known: list[RepositoryName | None] = [one.name for one in config.listed]
    known.append(config.source.repository)
    return Probe(
        owner=config.owner,
        files=tuple(
            dict.fromkeys(path for pin in probed.pins_of(config) for path in (pin.file, *read_along(pin)))
        ),
        skip=frozenset(name for name in known if name is not None),
        include=rules.include,
        exclude=rules.exclude,
        visibility=rules.visibility,
    )
