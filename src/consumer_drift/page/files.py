"""The files of the page for programs: status.json, a badge, and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from consumer_drift.model.exit_codes import Status
from consumer_drift.model.report import State
from consumer_drift.page.figures import AGES
from consumer_drift.support.clock import moment_text
from consumer_drift.support.escape import json_text, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from consumer_drift.page.figures import Figures

SCHEMA = "consumer-drift/status/1"
_COLOURS = {
    Status.IN_SYNC: ("#1a7f37", "brightgreen"),
    Status.DRIFT: ("#cf222e", "red"),
    Status.ERROR: ("#59636e", "lightgrey"),
    Status.TOKEN_SCOPE: ("#9a6700", "yellow"),
}


def status(shown: Figures) -> str:
    """Return the figures as JSON, without any name of a repository."""
    report, number = shown.report, shown.counts
    return json_text(
        {
            "schema": SCHEMA,
            "status": str(report.status),
            "exit_code": report.exit_code,
            "message": shown.verdict,
            "at": moment_text(shown.at),
            "interval_seconds": int(shown.interval.total_seconds()) if shown.interval else None,
            "target": report.target.version or None,
            "scope": str(report.scope),
            "coverage": {
                "listed": report.coverage.listed,
                "read": report.coverage.read,
                "reconcile": str(report.coverage.reconcile),
                "hidden": report.coverage.hidden,
            },
            "consumers": {
                "at_target": number.at_target,
                "late": number.late,
                "in_flight": number.in_flight,
                "lagging": number.lagging,
                "ahead": number.ahead,
                "not_compared": number.unknown,
                "archived": number.archived,
            },
            "unlisted": len(shown.unlisted),
            "exempt": len(shown.exempt),
            "runs": len(shown.runs),
        }
    )


def message(shown: Figures) -> str:
    """Return the few words of a badge."""
    if _is_empty(shown):
        return "nothing compared"
    words = _words(shown)
    if not shown.is_partial:
        return words
    if shown.report.status is Status.IN_SYNC:
        return f"{shown.counts.listed:,} of the list in sync"
    return f"part of the list: {words}"


def _is_empty(shown: Figures) -> bool:
    """Whether a good result is about no consumer: an error says so itself, and drift has unlisted ones."""
    return shown.compared_nothing and shown.report.status in {Status.IN_SYNC, Status.TOKEN_SCOPE}


def _colour(shown: Figures) -> tuple[str, str]:
    """Return the colour of the badge, as a picture and for shields.io: green only for the whole list."""
    if _is_empty(shown):
        return _COLOURS[Status.ERROR]
    if shown.is_partial and shown.report.status is Status.IN_SYNC:
        return _COLOURS[Status.TOKEN_SCOPE]
    return _COLOURS[shown.report.status]


def _words(shown: Figures) -> str:
    match shown.report.status:
        case Status.IN_SYNC:
            return "in sync"
        case Status.TOKEN_SCOPE:
            return "in sync, not all seen"
        case Status.ERROR:
            return "unknown"
        case _:
            others = shown.counts.ahead and f"{shown.counts.ahead:,} ahead"
            unlisted = shown.unlisted and f"{len(shown.unlisted):,} unlisted"
            return ", ".join(filter(None, (f"{shown.counts.late:,} late", others or "", unlisted or "")))


def badge(shown: Figures) -> str:
    """Return a picture of the result in the usual form of a badge."""
    text, colour = message(shown), _colour(shown)[0]
    width = len(text) * 7 + 12
    name = quoteattr(f"consumers: {text}")
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{82 + width}" height="20" role="img" aria-label={name}>
<clipPath id="round"><rect width="{82 + width}" height="20" rx="3"/></clipPath>
<g clip-path="url(#round)"><rect width="82" height="20" fill="#444"/>
<rect x="82" width="{width}" height="20" fill="{colour}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="41" y="14">consumers</text><text x="{82 + width // 2}" y="14">{escape(text)}</text></g>
</svg>
"""


def endpoint(shown: Figures) -> str:
    """Return what shields.io draws a badge from: https://shields.io/badges/endpoint-badge."""
    colour = _colour(shown)[1]
    return json_text(
        {"schemaVersion": 1, "label": "consumers", "message": message(shown), "color": colour, "cacheSeconds": 300}
    )


def metrics(shown: Figures) -> str:
    """Return the figures in the text format of OpenMetrics, without any name of a consumer.

    https://prometheus.io/docs/specs/om/open_metrics_spec/
    """
    lines = [line for family in _families(shown) for line in family]
    return "".join(f"{line}\n" for line in (*lines, "# EOF"))


def _families(shown: Figures) -> Iterable[list[str]]:
    report = shown.report
    labels = {"source": report.target.source, "target": report.target.version}
    yield _family("status", "The result of the newest run: 1 for the status that it has.", [
        ({"status": str(one)}, int(one is report.status)) for one in Status
    ])  # fmt: skip
    yield _family("target", "The target version.", [({**labels}, 1)], kind="info")
    yield _family("run_timestamp_seconds", "When the newest run was made.", [({}, int(shown.at.timestamp()))])
    if shown.interval:
        yield _family(
            "run_interval_seconds", "The usual time between two runs.", [({}, int(shown.interval.total_seconds()))]
        )
    states = {state: sum(one.state is state for one in report.consumers) for state in State}
    yield _family(
        "consumers", "Listed consumers by state.", [({"state": str(state)}, n) for state, n in states.items()]
    )
    yield _family("consumers_listed", "Listed consumers.", [({}, report.coverage.listed)])
    yield _family("consumers_read", "Listed consumers that were read.", [({}, report.coverage.read)])
    yield _family(
        "consumers_not_at_target",
        "Consumers behind or in flight, by how long.",
        [({"age": word}, number) for (word, _), number in zip(AGES, shown.ages, strict=True)],
    )
    yield _family(
        "unlisted_repositories", "Repositories with a pin that are not listed.", [({}, len(shown.unlisted))]
    )
    yield _family("exempt_repositories", "Exempt repositories.", [({}, len(shown.exempt))])
    yield _family("run_requests", "Requests of the newest run.", [({}, report.requests)])
    yield _family("run_duration_seconds", "How long the newest run took.", [({}, round(report.seconds, 3))])
    yield _family("release_taken_over_ratio", "The share of the consumers that a release reached.", [
        ({"release": one.version}, round(len(one.arrivals) / one.cohort, 4))
        for one in shown.releases
        if one.cohort
    ])  # fmt: skip
    yield _family("release_taken_over_seconds", "The time in which a release reached a share of its consumers.", [
        ({"release": one.version, "quantile": quantile}, int(after.total_seconds()))
        for one in shown.releases
        for quantile, after in (("0.5", one.median), ("0.9", one.slowest_tenth))
        if after is not None
    ])  # fmt: skip


def _family(
    name: str, about: str, samples: list[tuple[Mapping[str, str], int | float]], kind: str = "gauge"
) -> list[str]:
    full = f"consumer_drift_{name}"
    if not samples:
        return []
    suffix = "_info" if kind == "info" else ""
    lines = [f"# TYPE {full} {kind}"]
    if name.endswith("_seconds"):
        lines.append(f"# UNIT {full} seconds")
    elif name.endswith("_ratio"):
        lines.append(f"# UNIT {full} ratio")
    lines.append(f"# HELP {full} {about}")
    return lines + [f"{full}{suffix}{_labels(labels)} {value}" for labels, value in samples]


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_label(text)}"' for name, text in labels.items()) + "}"


def _label(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace('"', '\\"')
