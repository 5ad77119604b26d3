"""The report as JSON: for programs. ``schema/report.schema.json`` and ``docs/json-report.md`` describe it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from consumer_drift.support.clock import moment_text
from consumer_drift.support.escape import json_text

if TYPE_CHECKING:
    from consumer_drift.model.checks import PullRequestChecks
    from consumer_drift.model.config import Tracking
    from consumer_drift.model.evidence import ProbedOwner
    from consumer_drift.model.findings import Finding, Place
    from consumer_drift.model.outcome import Bump
    from consumer_drift.model.pull_request import PullRequest
    from consumer_drift.model.readiness import Ability, AbilityAnswer, Readiness
    from consumer_drift.model.report import ConsumerResult, Coverage, ExemptResult, Report, ReportedTarget
    from consumer_drift.model.repository import Location, RepositoryName
    from consumer_drift.model.shards import Shard

# A field may be added under the same number; one that goes away or changes its meaning needs the next.
SCHEMA = "consumer-drift/report/1"


def render(report: Report) -> str:
    """*report* as an ASCII document with a final newline; the same report gives the same characters."""
    return json_text(document(report))


def document(report: Report) -> dict[str, Any]:
    """*report* as plain lists, dictionaries, texts and numbers. *seconds* to the microsecond."""
    return {
        "schema": SCHEMA,
        "status": str(report.status),
        "exit_code": report.exit_code,
        "command": report.command,
        "at": moment_text(report.at) if report.at else None,
        "scope": str(report.scope),
        "forge": report.forge,
        "config_file": report.config_file,
        "config_from": report.config_from,
        "target": _target(report.target),
        "coverage": _coverage(report.coverage),
        "consumers": [_consumer(consumer) for consumer in report.consumers],
        "notes": list(report.notes),
        "exempt": [_exempt(exempt) for exempt in report.exempt],
        "findings": [_finding(finding) for finding in report.findings],
        "private": [str(name) for name in report.private],
        "pull_requests": [_pull_request(name, bump) for name, bump in report.pull_requests],
        "doctor": [_readiness(row) for row in report.doctor],
        "tracking": _tracking(report.tracking) if report.tracking else None,
        "shard": _shard(report.shard) if report.shard else None,
        "requests": report.requests,
        "seconds": round(report.seconds, 6),
    }


def _target(target: ReportedTarget) -> dict[str, Any]:
    return {
        "version": target.version or None,
        "source": target.source or None,
        "origin": target.origin,
        "looked_at": list(target.looked_at),
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "listed": coverage.listed,
        "read": coverage.read,
        "reconcile": str(coverage.reconcile),
        "owner": coverage.owner or None,
        "visible": coverage.visible,
        "probed": coverage.probed,
        "paths": coverage.paths,
        "hidden": coverage.hidden,
    }


def _consumer(consumer: ConsumerResult) -> dict[str, Any]:
    return {
        "name": str(consumer.name),
        "state": str(consumer.state),
        "pins": [
            {"value": pin.value, "path": pin.path, "line": pin.line or None, "url": pin.url or None}
            for pin in consumer.pins
        ],
        "place": _place(consumer.place),
        "url": consumer.url or None,
        "note": consumer.note,
        "public": consumer.public,
        "reason": str(consumer.reason) if consumer.reason else None,
        "pull_request": _awaited(consumer.pull_request, consumer.checks) if consumer.pull_request else None,
        "behind_since": consumer.behind_since.isoformat() if consumer.behind_since else None,
        "bump": _bump(consumer.bump) if consumer.bump else None,
    }


_MERGEABLE = {True: "yes", False: "conflict", None: "unknown"}


def _awaited(pull_request: PullRequest, checks: PullRequestChecks | None) -> dict[str, Any]:
    return {
        "number": pull_request.number,
        "url": pull_request.url,
        "opened_at": moment_text(pull_request.created_at),
        "checks": str(checks.result) if checks else None,
        "review": str(checks.review) if checks and checks.review else None,
        "mergeable": _MERGEABLE[checks.mergeable] if checks else None,
    }


def _bump(bump: Bump) -> dict[str, Any]:
    return {
        "outcome": str(bump.outcome),
        "note": bump.note,
        "branch": bump.branch or None,
        "number": bump.number or None,
        "url": bump.url or None,
        "superseded": list(bump.superseded),
        "warnings": list(bump.warnings),
        "diff": bump.diff or None,
    }


def _pull_request(name: RepositoryName, bump: Bump) -> dict[str, Any]:
    return {
        "consumer": str(name),
        "outcome": str(bump.outcome),
        "number": bump.number,
        "url": bump.url,
        "branch": bump.branch,
    }


def _readiness(row: Readiness) -> dict[str, Any]:
    return {
        "name": str(row.consumer),
        "ready": row.is_ready,
        "answers": [_answer(ability, cell) for ability, cell in row.cells],
        "place": _place(row.place),
        "url": row.url or None,
    }


def _answer(ability: Ability, cell: AbilityAnswer) -> dict[str, Any]:
    return {
        "ability": str(ability),
        "answer": str(cell.answer),
        "why": cell.why,
        "remedy": cell.remedy.what if cell.remedy else None,
        "page": cell.remedy.page or None if cell.remedy else None,
        "of_token": cell.of_token,
    }


def _exempt(exempt: ExemptResult) -> dict[str, Any]:
    return {
        "name": str(exempt.name),
        "reason": exempt.reason,
        "until": exempt.until or None,
        "has_pin": exempt.has_pin,
        "place": _place(exempt.place),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": str(finding.code),
        "level": str(finding.level),
        "counts_as": str(finding.counts_as) if finding.counts_as else None,
        "consumer": str(finding.consumer) if finding.consumer else None,
        "message": finding.message,
        "remedy": finding.remedy or None,
        "place": _place(finding.place) if finding.place else None,
        "related": [_related(place) for place in finding.related],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.column}


def _related(related: Location) -> dict[str, Any]:
    return {
        "repository": str(related.repository),
        "path": related.path or None,
        "line": related.line or None,
        "url": related.url or None,
        "value": related.value or None,
    }


def _tracking(tracking: Tracking) -> dict[str, Any]:
    return {"labels": list(tracking.labels), "assignees": list(tracking.assignees)}


def _shard(shard: Shard) -> dict[str, Any]:
    return {
        "index": shard.spec.index,
        "count": shard.spec.count,
        "program": shard.program,
        "config": shard.config or None,
        "positions": list(shard.positions),
        "read": [{"name": str(one.name), "public": one.public} for one in shard.read],
        "probed": _probed(shard.probed) if shard.probed else None,
    }


def _probed(evidence: ProbedOwner) -> dict[str, Any]:
    """Without the findings about single repositories: those stand among the report's."""
    return {
        "owner": evidence.owner,
        "hidden": evidence.hidden,
        "doubts": list(evidence.doubts),
        "public_only": evidence.public_only,
        "accepted": evidence.accepted,
        "unfit": list(evidence.unfit),
        "place": _place(evidence.place),
        "repositories": [
            {
                "name": str(row.name),
                "archived": row.archived,
                "probed": row.probed,
                "has_pin": row.has_pin,
                "unread": row.unread,
                "denied": row.denied,
                "excused": row.excused,
            }
            for row in evidence.repositories
        ],
    }
