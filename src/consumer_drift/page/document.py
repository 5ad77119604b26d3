"""The page as one HTML file that asks the network for nothing.

Text of other repositories is put in by Jinja with autoescape, after ``escape.visible``; addresses go through
``escape.url``. Style and script have no text of others, and the policy allows them by their hashes alone:
https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consumer_drift import __version__
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.report import Scope, State
from consumer_drift.model.versions import is_short_commit, short
from consumer_drift.page import drawings
from consumer_drift.page.figures import AGES
from consumer_drift.page.spread import is_at
from consumer_drift.render import phrases
from consumer_drift.support.clock import moment_text
from consumer_drift.support.escape import url, visible
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from consumer_drift.model.findings import Finding
    from consumer_drift.model.report import ConsumerResult, ExemptResult
    from consumer_drift.model.repository import Location
    from consumer_drift.page.figures import Figures
    from consumer_drift.page.spread import Since

_TEMPLATES = Path(__file__).parent / "templates"
# Releases whose spread is shown, runs in the table below the strip, and files that have a column of their own.
_RELEASES = 6
_RUNS = 30
_COLUMNS = 4
_NOTICES = 12
_ORDER = ("unknown", "late", "ahead", "lagging", "flight", "off", "ok")
_ICONS = {Status.IN_SYNC: "ok", Status.DRIFT: "late", Status.ERROR: "unknown", Status.TOKEN_SCOPE: "ahead"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What a consumer pins in a file. *word* says what *kind* shows as a colour."""

    value: str
    word: str
    kind: str
    url: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A consumer in the table; *cells* has a tuple of pins for each column."""

    name: str
    url: str
    owner: str
    kind: str
    state: str
    reason: str
    late: Late | None
    pull_request: str
    pull_request_url: str
    cells: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Late:
    """How long a consumer is late: *days* to sort by, *words* to read."""

    days: float
    words: str
    since: str


def render(shown: Figures, *, public: bool, warnings: Sequence[str] = ()) -> str:
    """Return the page. *public*: names whose visibility is not known are withheld. *warnings* are shown on top."""
    style, script = _source("page.css"), _source("page.js")
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        shown=visible, ago=duration, period=_period, moment=_minute, iso=moment_text, sort_days=_days
    )
    template = environment.get_template("page.html")
    return template.render(**_context(shown, public), style=style, script=script, warnings=warnings)


def _source(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def policy() -> str:
    """Return the content security policy: nothing but the page's own style and script."""
    style, script = (_hash(_source(name)) for name in ("page.css", "page.js"))
    return (
        f"default-src 'none'; style-src '{style}'; script-src '{script}'; img-src data:; base-uri 'none';"
        " form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


def _icon(shown: Figures) -> str:
    """Return the look of the verdict: good only where the whole list was compared."""
    if shown.report.status is Status.IN_SYNC:
        if shown.compared_nothing:
            return _ICONS[Status.ERROR]
        if shown.is_partial:
            return _ICONS[Status.TOKEN_SCOPE]
    return _ICONS[shown.report.status]


def _unit(version: str) -> str:
    """Return what the source publishes, by its target. Twelve digits may be a date and a time."""
    return "commit" if is_short_commit(version) and not version.isdigit() else "release"


def _context(shown: Figures, public: bool) -> dict[str, Any]:
    report = shown.report
    columns, others = _columns(report.consumers)
    rows = _rows(shown, columns, others=others, public=public)
    releases = shown.releases[-_RELEASES:][::-1]
    full = [run for run in shown.runs if run.is_full]
    notices = list(_notices(report.findings, public))
    horizon = drawings.horizon(releases, shown.at)
    return {
        "f": shown,
        "report": report,
        "policy": policy(),
        "icon": _icon(shown),
        "status": str(report.status),
        "source": report.target.source or "the source",
        "coverage": phrases.coverage(report),
        "notices": notices[:_NOTICES],
        "more_notices": len(notices[_NOTICES:]),
        "columns": [*columns, *(["other files"] if others else [])],
        "rows": rows,
        "kinds": [(kind, _WORDS[kind], number) for kind, number in _kinds(rows)],
        "owners": sorted({row.owner for row in rows if row.owner}, key=str.casefold),
        "unit": _unit(report.target.version),
        "releases": [(one, drawings.curve(one, horizon)) for one in releases],
        "horizon": horizon,
        "ages": [(word, number) for (word, _), number in zip(AGES, shown.ages, strict=True)],
        "strip": drawings.strip(shown.runs),
        "last_runs": shown.runs[-_RUNS:][::-1],
        "incomplete": sum(
            run.coverage.read < run.coverage.listed or not run.coverage.listed for run in shown.runs
        ),
        "trend": drawings.trend(full),
        "unlisted": [_unlisted(one) for one in shown.unlisted],
        "exempt": [
            (_exempt_name(one.result, public), one, pin)
            for one, pin in zip(shown.exempt, phrases.exempt_pins(report), strict=True)
        ],
        "is_partial": report.scope is not Scope.FULL,
        "sizes": {"curve": drawings.CURVE, "trend": drawings.TREND, "strip": drawings.STRIP},
        "version": __version__,
    }


_WORDS = {
    "unknown": "not compared",
    "late": "late",
    "ahead": "ahead",
    "lagging": "lagging",
    "flight": "in flight",
    "off": "archived",
    "ok": "in sync",
}


def _kinds(rows: Sequence[Row]) -> list[tuple[str, int]]:
    numbers = Counter(row.kind for row in rows)
    return [(kind, numbers[kind]) for kind in _ORDER if numbers[kind]]


def _notices(findings: Iterable[Finding], public: bool) -> Iterable[tuple[str, str]]:
    """Yield the level and the text of what is not about one repository.

    On a public page, text that may name repositories is replaced by what the code means.
    """
    seen: set[tuple[str, str]] = set()
    for finding in findings:
        if finding.consumer is not None:
            continue
        text = finding.rule.when if public and finding.rule.is_of_reconcile else finding.message
        notice = (str(finding.level), f"{finding.code}: {text}")
        if notice not in seen:
            seen.add(notice)
            yield notice


def _columns(consumers: Iterable[ConsumerResult]) -> tuple[list[str], bool]:
    """Return the files that most consumers pin in, and whether there are others."""
    files = Counter(path for one in consumers for path in {pin.path for pin in one.pins})
    chosen = [path for path, _ in sorted(files.items(), key=lambda item: (-item[1], item[0]))[:_COLUMNS]]
    return chosen, len(files) > len(chosen)


def _rows(shown: Figures, columns: Sequence[str], *, others: bool, public: bool) -> list[Row]:
    rows = [
        _row(shown, number, one, columns, others=others, public=public)
        for number, one in enumerate(shown.report.consumers, 1)
    ]
    return sorted(rows, key=lambda row: (_ORDER.index(row.kind), -(row.late.days if row.late else 0), row.name))


def _row(
    shown: Figures, number: int, one: ConsumerResult, columns: Sequence[str], *, others: bool, public: bool
) -> Row:
    kind, since = drawings.kind(one.state), shown.late.get(one.name)
    withheld = public and one.public is None
    pull_request = one.pull_request
    return Row(
        name=f"consumer {number} (name withheld)" if withheld else str(one.name),
        url="" if withheld else url(one.url),
        owner="" if withheld else one.name.owner,
        kind=kind,
        state=one.state.replace("-", " "),
        reason=_reason(one),
        late=_late(since, shown.at) if since else None,
        pull_request=f"#{pull_request.number}" if pull_request else "",
        pull_request_url=url(pull_request.url) if pull_request else "",
        cells=tuple(_cells(one, kind, shown.report.target.version, columns, others=others)),
    )


def _reason(one: ConsumerResult) -> str:
    """What it waits for in words, and what the report notes of it."""
    reason = one.reason.replace("-", " ") if one.reason and str(one.reason) != str(one.state) else ""
    note = one.note if one.state is not State.IN_FLIGHT else ""
    return note if reason and note.endswith(reason) else ", ".join(filter(None, (reason, note)))


def _late(since: Since, at: datetime) -> Late:
    age = at - since.at
    more = " or more" if since.open_start else ""
    return Late(_days(age), f"{duration(age)}{more}" if age else "since this run", moment_text(since.at))


def _days(age: timedelta) -> float:
    return round(age / timedelta(days=1), 2)


def _cells(
    one: ConsumerResult, kind: str, target: str, columns: Sequence[str], *, others: bool
) -> Iterable[tuple[Cell, ...]]:
    for path in columns:
        yield tuple(_cell(one, pin, kind, target) for pin in one.pins if pin.path == path)
    if others:
        rest = [pin for pin in one.pins if pin.path not in columns]
        yield tuple(_cell(one, pin, kind, target, path=pin.path) for pin in rest)


def _cell(one: ConsumerResult, pin: Location, kind: str, target: str, path: str = "") -> Cell:
    value = short(pin.value)
    settled = one.state is State.IN_SYNC or (target and is_at(value, target))
    # A link is for whoever has to go there: that keeps the page of a large fleet small.
    address = "" if settled else url(pin.url)
    if settled:
        return Cell(value, "at target", "ok", address, path)
    return Cell(value, one.state.replace("-", " "), kind, address, path)


def _unlisted(finding: Finding) -> tuple[str, str, str]:
    """The name, what it pins and where a page shows it."""
    pins = list(dict.fromkeys(short(pin.value) for pin in finding.related if pin.value))
    address = next((url(pin.url) for pin in finding.related if pin.url), "")
    return str(finding.consumer), ", ".join(pins[:5]), address


def _exempt_name(result: ExemptResult, public: bool) -> str:
    """On a public page the name of a repository that was not searched is withheld: it may be private."""
    return "(name withheld)" if public and result.has_pin is None else str(result.name)


def duration(age: timedelta | None) -> str:
    """Return *age* in its largest unit, and as a minute at least: ``3 hours``, ``12 days``."""
    if age is None:
        return "not yet"
    minutes = max(1, age // timedelta(minutes=1))
    if minutes < 60:
        return counted(minutes, "minute")
    hours = minutes // 60
    return counted(hours, "hour") if hours < 48 else counted(hours // 24, "day")


def _period(time: timedelta) -> str:
    """Return *time* as it follows "every" and "first": ``hour``, ``3 hours``."""
    return duration(time).removeprefix("1 ")


def _minute(at: datetime) -> str:
    return moment_text(at).replace("T", " ")[:16] + " UTC"
