"""Read a JSON report back into a Report, and check every part of it.

The file went through other hands (an artifact, a workspace), so nothing in it is taken for granted.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

from consumer_drift.commands import Command
from consumer_drift.model.checks import CheckResult, PullRequestChecks, ReviewResult
from consumer_drift.model.config import Tracking
from consumer_drift.model.evidence import ProbedOwner, ProbedRepository, ReadConsumer
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import RULES, Code, Finding, Level, Place
from consumer_drift.model.pull_request import PullRequest, PullRequestState
from consumer_drift.model.report import (
    ConsumerResult,
    Coverage,
    ExemptResult,
    Reconciled,
    Report,
    ReportedTarget,
    Scope,
    State,
    WaitReason,
)
from consumer_drift.model.repository import Location
from consumer_drift.model.shards import Shard, ShardSpec
from consumer_drift.render.json import SCHEMA
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from consumer_drift.model.repository import RepositoryName

_STATES_WITH_FINDING = frozenset(state for state in State if state.value in {code.value for code in Code})


class InvalidReport(Exception):  # noqa: N818 - it says what the report is
    """A document is not what the schema promises. The text says where."""


def parse(data: bytes) -> Report:
    """Return the report of a check. Raises InvalidReport if *data* is not one, or contradicts itself."""
    try:
        return _parsed(JsonValue(json.loads(data, parse_constant=_not_a_number)))
    except InvalidJson as error:
        raise InvalidReport(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise InvalidReport("it is not JSON, or was cut short") from error


def _parsed(document: JsonValue) -> Report:
    if document["schema"].text() != SCHEMA:
        raise InvalidReport(f"schema is not {SCHEMA}, which is what this version reads")
    findings = tuple(_finding(one) for one in document["findings"])
    report = Report(
        command=document["command"].text(),
        at=document["at"].maybe(JsonValue.moment),
        selected=document["scope"].one_of(Scope) is Scope.SELECTED,
        private=tuple(one.repository() for one in document["private"]),
        forge=document["forge"].text(),
        config_file=document["config_file"].text(),
        config_from=document["config_from"].text(),
        target=_target(document["target"]),
        coverage=coverage(document["coverage"]),
        consumers=tuple(_consumer(one) for one in document["consumers"]),
        findings=findings,
        exempt=tuple(_exempt(one) for one in document["exempt"]),
        requests=document["requests"].number(),
        seconds=document["seconds"].seconds(),
        shard=document["shard"].maybe(lambda node: _shard(node, findings)),
        tracking=document["tracking"].maybe(_tracking),
    )
    _check(report, document)
    return report


def _tracking(node: JsonValue) -> Tracking:
    labels, assignees = (tuple(one.text() for one in node[key]) for key in ("labels", "assignees"))
    return Tracking(labels, assignees)


def _pull_request(node: JsonValue) -> PullRequest:
    opened = node["opened_at"].moment()
    return PullRequest(node["number"].number(), node["url"].text(), "", "", PullRequestState.OPEN, opened)


_MERGEABLE = {"yes": True, "conflict": False, "unknown": None}


def _checks(node: JsonValue) -> PullRequestChecks | None:
    """Return what is known of a pull request, None where it was not asked. Its reviews alone may be missing."""
    checks, review, mergeable = node["checks"], node["review"], node["mergeable"]
    if checks.is_null and review.is_null and mergeable.is_null:
        return None
    if mergeable.text() not in _MERGEABLE:
        raise mergeable.invalid("is a word that this version does not know")
    return PullRequestChecks(
        "",
        checks.one_of(CheckResult),
        review=None if review.is_null else review.one_of(ReviewResult),
        mergeable=_MERGEABLE[mergeable.text()],
    )


def _not_a_number(name: str) -> NoReturn:
    raise ValueError(name)


def _check(report: Report, document: JsonValue) -> None:
    """Check that its parts agree. Raises InvalidReport."""
    if document["status"].one_of(Status) is not report.status:
        raise InvalidReport(f"status is not {report.status}, which its findings amount to")
    if document["exit_code"].number() != report.exit_code:
        raise InvalidReport(f"exit_code is not {report.exit_code}, which its findings amount to")
    if document["scope"].text() != report.scope:
        raise InvalidReport(f"scope is not {report.scope}, which the other fields amount to")
    read = sum(consumer.state is not State.UNREADABLE for consumer in report.consumers)
    # The doctor's report has answers about its consumers, and compares none.
    is_compared = report.command != Command.DOCTOR
    if is_compared and (report.coverage.listed, report.coverage.read) != (len(report.consumers), read):
        raise InvalidReport("coverage does not fit its consumers")
    told = {(finding.code.value, finding.consumer) for finding in report.findings}
    for consumer in report.consumers:
        if consumer.state in _STATES_WITH_FINDING and (consumer.state.value, consumer.name) not in told:
            raise InvalidReport(f"{consumer.name} is {consumer.state}, and no finding says so")
    positions = report.shard.positions if report.shard else range(len(report.consumers))
    if len(positions) != len(report.consumers) or sorted(set(positions)) != list(positions):
        raise InvalidReport("shard.positions does not fit its consumers")


def _text_or_empty(node: JsonValue) -> str:
    return node.maybe(JsonValue.text) or ""


def _line(node: JsonValue) -> int:
    return node.maybe(lambda one: one.number(1)) or 0


def _place(node: JsonValue) -> Place:
    return Place(node["file"].text(), node["line"].number(1), node["column"].number(1))


def _target(node: JsonValue) -> ReportedTarget:
    return ReportedTarget(
        _text_or_empty(node["version"]),
        _text_or_empty(node["source"]),
        node["origin"].text(),
        tuple(one.text() for one in node["looked_at"]),
    )


def coverage(node: JsonValue) -> Coverage:
    """Return the coverage that *node* of a report or of a line of the history has. Raises InvalidJson."""
    return Coverage(
        listed=node["listed"].number(),
        read=node["read"].number(),
        reconcile=node["reconcile"].one_of(Reconciled),
        visible=node["visible"].maybe(JsonValue.number),
        probed=node["probed"].maybe(JsonValue.number),
        hidden=node["hidden"].maybe(JsonValue.number),
        owner=_text_or_empty(node["owner"]),
        paths=node["paths"].maybe(JsonValue.number),
    )


def _consumer(node: JsonValue) -> ConsumerResult:
    name = node["name"].repository()
    return ConsumerResult(
        name,
        node["state"].one_of(State),
        tuple(
            Location(name, pin["path"].text(), _line(pin["line"]), _text_or_empty(pin["url"]), pin["value"].text())
            for pin in node["pins"]
        ),
        _place(node["place"]),
        _text_or_empty(node["url"]),
        node["note"].text(),
        public=node["public"].maybe(JsonValue.flag),
        reason=node["reason"].maybe(lambda one: one.one_of(WaitReason)),
        pull_request=node["pull_request"].maybe(_pull_request),
        checks=node["pull_request"].maybe(_checks),
        behind_since=node["behind_since"].maybe(JsonValue.moment),
    )


def _exempt(node: JsonValue) -> ExemptResult:
    return ExemptResult(
        node["name"].repository(),
        node["reason"].text(),
        _text_or_empty(node["until"]),
        _place(node["place"]),
        node["has_pin"].maybe(JsonValue.flag),
    )


def _finding(node: JsonValue) -> Finding:
    code = node["code"].one_of(Code)
    counts_as = node["counts_as"].maybe(lambda one: one.one_of(Status))
    if not RULES[code].may_count_as(counts_as):
        raise InvalidReport(f"{node.path}.counts_as is not what {code} counts as")
    return Finding(
        code,
        node["message"].text(),
        node["level"].one_of(Level),
        counts_as,
        node["consumer"].maybe(JsonValue.repository),
        node["place"].maybe(_place),
        tuple(_related(one) for one in node["related"]),
        _text_or_empty(node["remedy"]),
    )


def _related(node: JsonValue) -> Location:
    return Location(
        node["repository"].repository(),
        _text_or_empty(node["path"]),
        _line(node["line"]),
        _text_or_empty(node["url"]),
        _text_or_empty(node["value"]),
    )


def _shard(node: JsonValue, findings: Sequence[Finding]) -> Shard:
    spec = ShardSpec(node["index"].number(1), node["count"].number(1))
    if spec.index > spec.count:
        raise InvalidReport(f"shard.index is more than shard.count: {spec}")
    return Shard(
        spec,
        node["program"].text(),
        _text_or_empty(node["config"]),
        tuple(one.number(1) for one in node["positions"]),
        tuple(ReadConsumer(one["name"].repository(), one["public"].flag()) for one in node["read"]),
        node["probed"].maybe(lambda one: _probed(one, findings)),
    )


def _probed(node: JsonValue, findings: Sequence[Finding]) -> ProbedOwner:
    about: dict[RepositoryName, tuple[Finding, ...]] = {}
    for finding in findings:
        if finding.consumer is not None and finding.rule.is_of_probe:
            about[finding.consumer] = (*about.get(finding.consumer, ()), finding)
    return ProbedOwner(
        owner=node["owner"].text(),
        repositories=tuple(_row(one, about) for one in node["repositories"]),
        hidden=node["hidden"].maybe(JsonValue.number),
        doubts=tuple(one.text() for one in node["doubts"]),
        public_only=node["public_only"].flag(),
        place=_place(node["place"]),
        accepted=node["accepted"].flag(),
        unfit=tuple(one.text() for one in node["unfit"]),
    )


def _row(node: JsonValue, about: Mapping[RepositoryName, tuple[Finding, ...]]) -> ProbedRepository:
    name = node["name"].repository()
    return ProbedRepository(
        name,
        archived=node["archived"].flag(),
        probed=node["probed"].flag(),
        has_pin=node["has_pin"].maybe(JsonValue.flag),
        unread=node["unread"].maybe(JsonValue.text),
        denied=node["denied"].flag(),
        excused=node["excused"].flag(),
        findings=about.get(name, ()),
    )
