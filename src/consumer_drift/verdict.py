"""From what was seen to the report: the same judgement for every command."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.assess import drift, reconcile
from consumer_drift.model.answers import Obstacle
from consumer_drift.model.findings import Code, Finding, worst_first
from consumer_drift.model.report import Coverage, Report, State, Target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from consumer_drift.assess.reconcile import Verdict
    from consumer_drift.assess.target import Aim
    from consumer_drift.forges.protocol import Forge
    from consumer_drift.model.config import Config
    from consumer_drift.model.names import RepositoryName
    from consumer_drift.model.observation import PullRequests
    from consumer_drift.model.report import ConsumerResult
    from consumer_drift.model.shards import Shard
    from consumer_drift.observe import Seen

    Pulls = Mapping[RepositoryName, PullRequests | Obstacle]


def report_of(
    command: str,
    config: Config,
    forge: Forge,
    seen: Seen,
    pulls: Pulls,
    now: datetime,
    shard: Shard | None = None,
) -> Report:
    """Judge everything. *pulls*: the open bump pull requests, where they were asked for. *now* has a zone.

    *shard* is filled with what was seen of its share.
    """
    consumers, findings = _judged(config, forge, seen, pulls, now)
    verdict = reconcile.judge(config, seen.observation.consumers, seen.observation.listing, now, forge.file_url)
    unknown = [] if seen.aim.version else [_target_unknown(config, seen.aim)]
    return Report(
        command=command,
        forge=forge.label,
        config_file=config.file,
        target=_target(config, seen.aim),
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
        shard=shard and _filled(shard, seen, verdict),
    )


def _filled(shard: Shard, seen: Seen, verdict: Verdict) -> Shard:
    return replace(shard, known=reconcile.known(seen.observation.consumers), evidence=verdict.evidence)


def _judged(
    config: Config, forge: Forge, seen: Seen, pulls: Pulls, now: datetime
) -> tuple[list[ConsumerResult], list[Finding]]:
    results: list[ConsumerResult] = []
    findings: list[Finding] = []
    for consumer in config.consumers:
        read = seen.reads[consumer.name]
        if isinstance(read, Obstacle):
            result, finding = drift.judge_unreadable(consumer, read)
            results.append(result)
            findings.append(finding)
            continue
        result, found = drift.judge(read, config, seen.aim, pulls.get(consumer.name), now, forge.file_url)
        results.append(result)
        findings.extend(found)
    return results, findings


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
