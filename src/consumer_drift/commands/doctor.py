"""Say what check and propagate will be able to do in every consumer: read, ask about the rights, judge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.config.location import CONSUMER_FILES
from consumer_drift.model.findings import Code, Subject, worst_first
from consumer_drift.model.readiness import Ability, Answer, BumpPlan
from consumer_drift.model.result import Failure
from consumer_drift.pipeline.bumping import bump_target_of
from consumer_drift.pipeline.observe import observe
from consumer_drift.pipeline.report import report_of
from consumer_drift.pipeline.track import not_tracked
from consumer_drift.readiness import ci
from consumer_drift.readiness.findings import findings_of
from consumer_drift.readiness.judge import Judge, answers, is_open_to_bumps
from consumer_drift.settings import Purpose
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from consumer_drift.commands.context import Context
    from consumer_drift.forges.base import Forge
    from consumer_drift.model.findings import Finding
    from consumer_drift.model.readiness import Access, Readiness
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.pipeline.observe import Observed

_WORKFLOWS = ".github/workflows/"
# The name of a bump branch where the target version is not known.
_SOME_VERSION = "0"


def run(context: Context) -> Report:
    """Judge every consumer of *context*. Nothing is written, and the server was connected for reading alone."""
    forge = context.forge
    also = _also(context) if context.purpose is Purpose.PROPAGATE else ()
    seen = observe(context.config, forge, context.progress, registry=context.registry, also=also)
    writer = forge.writer(seen.config.propagate)
    # Folders have no branches, pull requests or rights to ask about.
    purpose = Purpose.CHECK if writer.in_place else context.purpose
    target = bump_target_of(seen.config, seen, writer)
    access = _access(seen, forge) if purpose is Purpose.PROPAGATE else {}
    there = [seen.readings[name] for name, one in access.items() if one.has_bump and target is not None]
    snapshots = [one.snapshot for one in there if not isinstance(one, Failure)]
    # Whoever made the branch, its commits and its pull request decide, and whoever closed that.
    term = seen.config.bump_search_term
    states = writer.bump_states(snapshots, seen.head, term) if snapshots else {}
    judge = Judge(
        seen.config, purpose, seen.target, target, seen.observation.listing, access, states, forge.workflow_folders
    )
    rows = tuple(judge.row(one, seen.readings[one.name]) for one in seen.config.consumers)
    report = report_of("doctor", seen.config, forge, seen, {}, context.now)
    others = [one for one in report.findings if one.code is Code.TARGET_UNKNOWN or _is_of_list(one, rows)]
    issue = () if writer.in_place else _of_issue(context)
    findings = worst_first([*others, *findings_of(rows, seen.config.policy), *issue])
    notes = (_result(rows, purpose),)
    return replace(report, consumers=(), exempt=(), findings=findings, doctor=rows, notes=notes)


def _of_issue(context: Context) -> Iterator[Finding]:
    """Yield why the tracking issue cannot be written. Whether the token may is seen by writing alone."""
    source = context.config.source.repository
    if context.config.tracking is None or source is None:
        return
    why = context.forge.issues().refusal(source)
    if why is not None:
        yield not_tracked(str(why))


def _is_of_list(finding: Finding, rows: tuple[Readiness, ...]) -> bool:
    """Return whether *finding* is about the owner's list, and no row says it: no consumer belongs to the owner."""
    said = any(dict(row.cells)[Ability.LIST].answer is not Answer.NOT_NEEDED for row in rows)
    return finding.rule.subject is Subject.OWNER and not said


def _also(context: Context) -> tuple[str, ...]:
    """Return the files to read besides the pins: what consumers allow, and workflows where they matter."""
    folders = context.forge.workflow_folders if ci.is_awaited(context.config) else ()
    return (*CONSUMER_FILES, *ci.patterns(folders))


def _result(rows: tuple[Readiness, ...], purpose: Purpose) -> str:
    """Return ``3 of 4 consumers ready for propagate, 1 perhaps``, and how many answers cannot be known."""
    ready = sum(row.is_ready for row in rows)
    refused = sum(row.is_refused for row in rows)
    said = f"{ready:,} of {counted(len(rows), 'consumer')} ready for {purpose}"
    found = answers(rows)
    if not found[Answer.UNKNOWN]:
        return said
    perhaps = len(rows) - ready - refused
    said += f", {perhaps:,} perhaps" if perhaps else ""
    needed = sum(found.values()) - found[Answer.NOT_NEEDED]
    return f"{said}; {found[Answer.UNKNOWN]:,} of {counted(needed, 'answer')} cannot be known"


def _access(seen: Observed, forge: Forge) -> Mapping[RepositoryName, Access]:
    """Return what the token may do in the consumers that bumps are for."""
    readings = [one for one in seen.readings.values() if not isinstance(one, Failure) and is_open_to_bumps(one)]
    if not readings:
        return {}
    config = seen.config
    head = seen.head or config.propagate.head(config.source.name, _SOME_VERSION)
    workflows = frozenset(
        one.consumer.name
        for one in readings
        if any(state.path.startswith(_WORKFLOWS) for state in one.pin_states.present)
    )
    outdated = frozenset(one.consumer.name for one in readings if one.pin_states.outdated(seen.target))
    plan = BumpPlan(head, config.propagate, workflows, outdated)
    return forge.abilities([one.snapshot for one in readings], plan)
