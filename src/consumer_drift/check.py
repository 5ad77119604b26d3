"""The way of one check, top to bottom: target, observe, assess, report."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from consumer_drift import target
from consumer_drift.assess import drift, reconcile
from consumer_drift.model.answers import Obstacle
from consumer_drift.model.findings import Code, Finding, worst_first
from consumer_drift.model.observation import Probe, Survey, Wanted
from consumer_drift.model.report import Coverage, Report, State, Target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from consumer_drift.assess.drift import Read
    from consumer_drift.assess.target import Aim
    from consumer_drift.forges.protocol import Forge, Progress
    from consumer_drift.model.config import Config, Consumer
    from consumer_drift.model.names import RepositoryName
    from consumer_drift.model.observation import Observation, PullRequests
    from consumer_drift.model.report import ConsumerResult


def check(config: Config, forge: Forge, now: datetime, progress: Progress) -> Report:
    """Read everything *config* names on *forge*, and judge it. *now* has a time zone.

    Whatever the forge answers ends up in the report; nothing is raised for it.
    """
    started = time.monotonic()
    aim = target.find(config, forge)
    head = config.propagate.head(config.source.name, aim.version.text) if aim.version else ""
    observation = forge.survey(survey_of(config, head), progress)
    consumers, findings = _judge_consumers(config, aim, observation, forge, head, now)
    verdict = reconcile.judge(config, observation.consumers, observation.listing, now, forge.file_url)
    unknown = [] if aim.version else [_target_unknown(config, aim)]
    return Report(
        command="check",
        forge=forge.label,
        config_file=config.file,
        target=_target(config, aim),
        coverage=Coverage(
            listed=len(config.consumers),
            read=sum(1 for one in consumers if one.state is not State.UNREADABLE),
            reconcile=verdict.reconciled,
            visible=verdict.visible,
            probed=verdict.probed,
            hidden=verdict.hidden,
            owner=config.owner,
        ),
        consumers=tuple(consumers),
        findings=worst_first([*unknown, *findings, *verdict.findings]),
        exempt=verdict.exempt,
        requests=forge.requests,
        seconds=time.monotonic() - started,
    )


def survey_of(config: Config, head: str) -> Survey:
    """Everything that has to be read, each file once. *head* is the branch of a bump to the target."""
    wanted = tuple(
        Wanted(one.name, _files(one), tuple(dict.fromkeys(one.forbid)), one.branch) for one in config.consumers
    )
    return Survey(wanted, _probe(config), head)


def _files(consumer: Consumer) -> tuple[str, ...]:
    return tuple(dict.fromkeys(pin.file for pin in consumer.pins))


def _probe(config: Config) -> Probe | None:
    rules = config.reconcile
    if rules is None:
        return None
    known: list[RepositoryName | None] = [one.name for one in config.consumers]
    known.append(config.source.repository)
    return Probe(
        owner=config.owner,
        files=tuple(dict.fromkeys(pin.file for pin in reconcile.pins_of(config))),
        skip=frozenset(name for name in known if name is not None),
        include=rules.include,
        exclude=rules.exclude,
        visibility=rules.visibility,
    )


def _judge_consumers(
    config: Config, aim: Aim, observation: Observation, forge: Forge, head: str, now: datetime
) -> tuple[list[ConsumerResult], list[Finding]]:
    """Every listed consumer; pull requests are asked for where they change the answer, and only there."""
    reads = {
        consumer.name: seen if isinstance(seen, Obstacle) else drift.read(consumer, seen, config)
        for consumer in config.consumers
        for seen in (observation.consumers[consumer.name],)
    }
    pulls = _pull_requests([one for one in reads.values() if not isinstance(one, Obstacle)], aim, forge, head)
    results: list[ConsumerResult] = []
    findings: list[Finding] = []
    for consumer in config.consumers:
        seen = reads[consumer.name]
        if isinstance(seen, Obstacle):
            result, finding = drift.judge_unreadable(consumer, seen)
            results.append(result)
            findings.append(finding)
            continue
        result, found = drift.judge(seen, config, aim, pulls.get(consumer.name), now, forge.file_url)
        results.append(result)
        findings.extend(found)
    return results, findings


def _pull_requests(
    reads: Sequence[Read], aim: Aim, forge: Forge, head: str
) -> dict[RepositoryName, PullRequests | Obstacle]:
    behind = [one.snapshot for one in reads if one.needs_pull_requests(aim)]
    return dict(forge.pull_requests(behind, head)) if behind else {}


def _target(config: Config, aim: Aim) -> Target:
    source = str(config.source.repository) if config.source.repository else ""
    return Target(aim.version.text if aim.version else "", source, aim.origin, aim.looked_at)


def _target_unknown(config: Config, aim: Aim) -> Finding:
    looked = "; ".join(aim.looked_at) or "nowhere"
    return Finding.of(
        Code.TARGET_UNKNOWN,
        f"no target version was found, so no consumer could be held against it. Looked at: {looked}",
        place=config.source.place,
    )
