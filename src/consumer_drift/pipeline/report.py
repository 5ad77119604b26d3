"""From what was read to the report, in the same way for every command."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.assess import drift, probed, reconcile
from consumer_drift.model.config import FromLiteral
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import Code, Finding, Level, worst_first
from consumer_drift.model.observation import Listing, Snapshot
from consumer_drift.model.report import Coverage, Report, ReportedTarget, State
from consumer_drift.model.repository import distinct
from consumer_drift.model.result import Failure
from consumer_drift.model.sentence import Sentence, joined
from consumer_drift.model.target import CLOCK_SKEW
from consumer_drift.model.versions import parse_version
from consumer_drift.support.words import first_of, moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from consumer_drift.assess.reconcile import Verdict
    from consumer_drift.forges.base import Forge
    from consumer_drift.model.config import Config
    from consumer_drift.model.pull_request import PullRequests
    from consumer_drift.model.report import ConsumerResult
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.shards import Shard
    from consumer_drift.model.target import Target
    from consumer_drift.model.versions import Version
    from consumer_drift.pipeline.observe import Observed

    Pulls = Mapping[RepositoryName, PullRequests | Failure]


def report_of(
    command: str,
    config: Config,
    forge: Forge,
    seen: Observed,
    pulls: Pulls,
    now: datetime,
    shard: Shard | None = None,
) -> Report:
    """Judge everything. *pulls*: the open bump pull requests, where they were asked for. *now* has a zone.

    *shard* is filled with what this part read.
    """
    consumers, findings = _judged(config, forge, seen, pulls, now)
    verdict = reconcile.judge(config, seen.observation.consumers, seen.observation.listing, now, forge.file_url)
    unknown = [] if seen.target.version else [_target_unknown(config, seen.target)]
    return Report(
        command=command,
        forge=forge.label,
        config_file=config.file,
        target=_target(config, seen.target),
        coverage=Coverage(
            listed=len(config.consumers),
            read=sum(1 for one in consumers if one.state is not State.UNREADABLE),
            reconcile=verdict.reconciled,
            visible=verdict.visible,
            probed=verdict.probed,
            hidden=verdict.hidden,
            owner=config.owner,
            paths=None if verdict.probed is None else len(probed.paths_of(config)),
        ),
        consumers=tuple(consumers),
        findings=worst_first([*unknown, *_unpublished(config, seen.target, now), *findings, *verdict.findings]),
        exempt=verdict.exempt,
        requests=forge.requests,
        at=now,
        private=_private(config, seen, verdict),
        shard=shard and _filled(shard, seen, verdict),
    )


def _private(config: Config, seen: Observed, verdict: Verdict) -> tuple[RepositoryName, ...]:
    """Return the repositories that the report names and that are not public."""
    shown = seen.observation.listing.repositories if isinstance(seen.observation.listing, Listing) else ()
    read = [one for one in seen.observation.consumers.values() if isinstance(one, Snapshot)]
    hidden = [name for one in (*shown, *read) if not one.public for name in (one.asked, one.name)]
    named = {one.name for one in config.consumers} | {one.name for one in config.exempt}
    named |= {one.consumer for one in verdict.findings if one.consumer}
    named |= {one.name for one in read}
    return distinct(name for name in hidden if name in named)


def _filled(shard: Shard, seen: Observed, verdict: Verdict) -> Shard:
    return replace(shard, read=reconcile.read_consumers(seen.observation.consumers), probed=verdict.evidence)


def _judged(
    config: Config, forge: Forge, seen: Observed, pulls: Pulls, now: datetime
) -> tuple[list[ConsumerResult], list[Finding]]:
    results: list[ConsumerResult] = []
    findings: list[Finding] = []
    for consumer in config.consumers:
        reading = seen.readings[consumer.name]
        if isinstance(reading, Failure):
            result, finding = drift.judge_unreadable(consumer, reading)
            results.append(result)
            findings.append(finding)
            continue
        result, found = drift.judge(reading, config, seen.target, pulls.get(consumer.name), now, forge.file_url)
        results.append(result)
        findings.extend(found)
    return results, findings


def _target(config: Config, target: Target) -> ReportedTarget:
    source = str(config.source.repository) if config.source.repository else ""
    return ReportedTarget(target.version.text if target.version else "", source, target.origin, target.looked_at)


def _unpublished(config: Config, target: Target, now: datetime) -> list[Finding]:
    """Return the finding about releases that are tagged and cannot be installed yet."""
    if not target.unpublished:
        return []
    names = first_of(target.unpublished)
    # A date of the future is none. Where no date is known, nothing proves that the grace is over.
    known = (target.dates.get(one) for one in target.unpublished)
    dates = [date for date in known if date is not None and date <= now + CLOCK_SKEW]
    since = f" since {moment(min(dates))}" if dates else ""
    is_one = len(target.unpublished) == 1
    is_fixed = _is_fixed(config, target.unpublished[0])
    is_tagged = all(one in target.releases for one in target.unpublished)
    named = "named by `source.version`" if is_fixed else "tagged" if is_tagged else "named by the source"
    finding = Finding.of(
        Code.UNPUBLISHED,
        f"{names} {'is' if is_one else 'are'} {named}{since} and not on {target.registry},"
        f" so consumers are compared with {target.version}",
        place=config.source.place,
        remedy=f"Publish {'it' if is_one else 'them'}, or add {'it' if is_one else 'them'} to `source.retracted`",
    )
    is_late = is_fixed or (bool(dates) and now - min(dates) > config.policy.grace)
    return [replace(finding, level=Level.ERROR, counts_as=Status.ERROR) if is_late else finding]


def _is_fixed(config: Config, version: Version) -> bool:
    """Return whether the configuration itself names *version*: it should be published already."""
    literal = (one.version for one in config.source.origins if isinstance(one, FromLiteral))
    return any(parse_version(text, config.scheme) == version for text in literal)


def _target_unknown(config: Config, target: Target) -> Finding:
    looked = joined("; ", target.looked_at or ("nowhere",))
    return Finding.of(
        Code.TARGET_UNKNOWN,
        Sentence("could not determine the target version. Tried: ", looked),
        place=config.source.place,
    )


def with_checks(report: Report, seen: Observed, forge: Forge) -> Report:
    """Return *report* with the checks and reviews of the open bumps. What cannot be read is left out."""
    bumps = [
        (reading.snapshot, one.pull_request)
        for one in report.consumers
        if one.pull_request and not isinstance(reading := seen.readings[one.name], Failure)
    ]
    if not bumps:
        return report
    from consumer_drift.assess import waiting  # noqa: PLC0415 - most runs need no checks

    found = forge.checks(bumps, fresh=False)
    known = {name: checks for name, checks in found.items() if not isinstance(checks, Failure)}
    consumers = tuple(
        waiting.with_checks(one, known[one.name]) if one.name in known else one for one in report.consumers
    )
    return replace(report, consumers=consumers, requests=forge.requests)
