"""The outputs of a job's step, from a report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from consumer_drift.model.exit_codes import Status, exit_code
from consumer_drift.model.findings import Subject
from consumer_drift.model.report import State
from consumer_drift.render import phrases
from consumer_drift.support.escape import inert, url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from consumer_drift.history.changes import ChangedConsumer
    from consumer_drift.model.findings import Finding
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import RepositoryName


def of(report: Report, written: str = "", changed: Sequence[ChangedConsumer] = ()) -> Mapping[str, str]:
    """Return every output of ``action.yml``, one line each. *written* is the path of the JSON report."""
    drift = [finding for finding in report.findings if finding.counts_as is Status.DRIFT]
    in_flight = [consumer.name for consumer in report.consumers if consumer.state is State.IN_FLIGHT]
    return {
        **_of_status(report.status),
        "version": inert(report.target.version),
        "drifted": _names(_consumers(finding for finding in drift if not _is_unlisted(finding))),
        "unlisted": _names(_consumers(finding for finding in drift if _is_unlisted(finding))),
        "in-flight": _names(in_flight),
        "scope-warning": _word(any(finding.counts_as is Status.TOKEN_SCOPE for finding in report.findings)),
        "coverage": inert(phrases.coverage(report), 1000),
        "report": written,
        "pull-requests": json.dumps([url(bump.url) for _, bump in report.pull_requests]),
        "landed": json.dumps([url(bump.url) for _, bump in report.landed]),
        "changed": json.dumps([{"consumer": str(one.name), "now": str(one.turn)} for one in changed]),
        "on-change": _word(bool(changed)),
    }


def failed(status: Status = Status.ERROR) -> Mapping[str, str]:
    """Return the outputs of a run with *status* of which nothing else is known."""
    nothing = dict.fromkeys(("drifted", "unlisted", "in-flight", "pull-requests", "landed", "changed"), "[]")
    return {**_of_status(status), "scope-warning": _word(False), **nothing, "on-change": _word(False)}


def _of_status(status: Status) -> dict[str, str]:
    return {"exit-code": str(exit_code(status)), "status": status.value}


def _word(truth: bool) -> str:
    return "true" if truth else "false"


def _is_unlisted(finding: Finding) -> bool:
    return finding.rule.subject is Subject.REPOSITORY


def _consumers(findings: Iterable[Finding]) -> list[RepositoryName]:
    return [finding.consumer for finding in findings if finding.consumer]


def _names(names: Iterable[RepositoryName]) -> str:
    return json.dumps([str(name) for name in sorted(set(names))])
