"""The report as SARIF 2.1.0, for GitHub's code scanning and other viewers.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html and
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from consumer_drift import __version__, links
from consumer_drift.model.exit_codes import EXITS, Status
from consumer_drift.model.finding_help import HELP
from consumer_drift.model.findings import RULES, Level
from consumer_drift.render import phrases
from consumer_drift.support.escape import json_text, url, visible
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consumer_drift.model.findings import Finding, Rule
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import Location

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

# GitHub refuses a run with more results, or a file that is larger after gzip.
RESULTS = 25_000
BYTES = 9_500_000
_RELATED = 100  # what GitHub stores of a result's locations
_MESSAGE = 2000

_LINK = re.compile(r"\[([^]]+)\]\(([^)]+)\)")
_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTICE: "note"}
_SEVERITIES = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTICE: "recommendation"}
# Where a list is looked for first. GitHub refuses a whole file for one result that has no location.
_DEFAULT_FILE = ".github/consumer-drift.yml"


def render(report: Report, most: int = RESULTS, limit: int = BYTES) -> str:
    """*report* as one run; the worst findings where not all may be in it, and a notification that says so.

    *most*: results. *limit*: bytes after gzip, of which 100,000 are for everything but the results.
    """
    results = _results(report)[:most]
    text = _document(report, results)
    return text if _fits(text, limit) else _document(report, results[: _that_fit(results, limit)])


def _fits(text: str, limit: int) -> bool:
    # The fastest level gives the largest result: whoever compresses it for the upload ends below.
    return len(text) <= limit or len(zlib.compress(text.encode("ascii"), 1)) <= limit


def _document(report: Report, results: list[dict[str, Any]]) -> str:
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report, results)]})


def _that_fit(results: list[dict[str, Any]], limit: int) -> int:
    # Uncompressed, which is the safe side: only text that does not compress comes here.
    # Nested as deep as in the document, so that the indentation counts; the rest of the run is small.
    left = limit - 100_000
    for number, result in enumerate(results):
        left -= len(json_text([[[[result]]]]))
        if left < 0:
            return number
    return len(results)


def _run(report: Report, results: list[dict[str, Any]]) -> dict[str, Any]:
    rules = [_rule(rule) for rule in RULES.values()]
    return {
        "tool": {"driver": _driver(rules)},
        "invocations": [_invocation(report, len(results))],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }


def _driver(rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "consumer-drift",
        "semanticVersion": __version__,
        "informationUri": links.DOCUMENTATION,
        "rules": rules,
    }


def _counts(rule: Rule) -> str:
    statuses = " or ".join(str(one) for one in (rule.counts_as, rule.or_counts_as) if one)
    if not statuses:
        return "It never changes the exit code."
    sometimes = "" if rule.counts_as else " where its level is error, and does not change the exit code otherwise"
    return f"It counts as {statuses}{sometimes}."


def _rule(rule: Rule) -> dict[str, Any]:
    sentence = rule.when[0].upper() + rule.when[1:] + "."
    help_ = HELP[rule.code]
    guide = f"{help_.means}\n\n{_counts(rule)}\n\nHow to fix it: {help_.fix}\n\nHow to allow it: {help_.allow}"
    return {
        "id": str(rule.code),
        "name": "".join(word.capitalize() for word in rule.code.split("-")),
        "shortDescription": {"text": sentence},
        "fullDescription": {"text": _plain(help_.means)},
        "help": {"text": _plain(guide), "markdown": _absolute(guide)},
        "helpUri": links.finding_page(rule.code),
        "defaultConfiguration": {"level": _LEVELS[rule.level]},
        "properties": {
            # What code scanning filters by: what it counts as, and what it is about.
            "tags": ["dependencies", str(rule.counts_as or "maintenance"), rule.subject.value],
            "precision": "very-high",
            "problem.severity": _SEVERITIES[rule.level],
        },
    }


def _plain(markdown: str) -> str:
    """Return *markdown* without its links, for viewers that show text alone."""
    return _LINK.sub(r"\1", markdown)


def _absolute(markdown: str) -> str:
    """Return *markdown*, which is written for a page of the documentation, with its links as addresses."""
    return _LINK.sub(lambda found: f"[{found[1]}]({links.page(found[2])})", markdown)


def _invocation(report: Report, shown: int) -> dict[str, Any]:
    notes = [_note("note", phrases.coverage(report) + ".")]
    if shown < len(report.findings):
        cut = f"{shown:,} of {counted(len(report.findings), 'finding')} are in this file, the worst first."
        notes.insert(0, _note("warning", f"{cut} The log has all of them."))
    return {
        "executionSuccessful": report.status is not Status.ERROR,
        "exitCode": report.exit_code,
        "exitCodeDescription": next(row.when for row in EXITS if row.status is report.status),
        "toolExecutionNotifications": notes,
    }


def _note(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _prose(text)}}


def _results(report: Report) -> list[dict[str, Any]]:
    order = {code: index for index, code in enumerate(RULES)}
    return [
        {
            "ruleId": str(finding.code),
            "ruleIndex": order[finding.code],
            "level": _LEVELS[finding.level],
            "message": {"text": _prose(finding.message) or str(finding.code)},
            "locations": [_location(finding, report.config_file)],
            "relatedLocations": [
                _related(related, number) for number, related in enumerate(finding.related[:_RELATED], start=1)
            ],
            "partialFingerprints": {
                # GitHub goes by this key alone, and the hash it would make of the line is the same for all
                # unlisted repositories: they stand at one line of the list.
                "primaryLocationLineHash": fingerprint,
                "consumerDrift/v1": fingerprint,
            },
        }
        for finding, fingerprint in zip(report.findings, _fingerprints(report.findings), strict=True)
    ]


def _location(finding: Finding, config_file: str) -> dict[str, Any]:
    place = finding.place
    artifact = {"uri": _relative(place.file if place else config_file), "uriBaseId": "%SRCROOT%"}
    region = {"startLine": max(place.line, 1), "startColumn": max(place.column, 1)} if place else {"startLine": 1}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _related(related: Location, number: int) -> dict[str, Any]:
    where = " ".join(part for part in (str(related.repository), related.file_and_line) if part)
    message = {"text": _prose(f"{where}: {related.value}" if related.value else where)}
    address = url(related.url)
    if not address:
        name = f"{related.repository}/{related.path}" if related.path else str(related.repository)
        logical = {"fullyQualifiedName": visible(name, 400), "kind": "resource"}
        return {"id": number, "logicalLocations": [logical], "message": message}
    physical: dict[str, Any] = {"artifactLocation": {"uri": address}}
    if related.line > 0:
        physical["region"] = {"startLine": related.line}
    return {"id": number, "physicalLocation": physical, "message": message}


def _relative(path: str) -> str:
    """*path* as a relative URI reference: a first segment with a colon would read as a scheme."""
    return quote(visible(path, 1000).lstrip("/"), safe="/~.-_@") or _DEFAULT_FILE


def _prose(text: str) -> str:
    """Plain text as SARIF has it: ``[text](target)`` would be a link there."""
    return visible(text, _MESSAGE).replace("](", "] (")


def _fingerprints(findings: Iterable[Finding]) -> list[str]:
    """One for each: the same in every run for the same code and consumer, wherever its line has moved."""
    seen: Counter[str] = Counter()
    fingerprints = []
    for finding in findings:
        what = "/".join(finding.consumer.key) if finding.consumer else finding.message
        digest = hashlib.sha256(f"{finding.code}\0{what}".encode("utf-8", "backslashreplace")).hexdigest()[:16]
        seen[digest] += 1
        fingerprints.append(f"{digest}:{seen[digest]}")
    return fingerprints
