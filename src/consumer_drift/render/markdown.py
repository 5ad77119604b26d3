"""The report as a job summary: the result, then each code with its repositories and what to do, then the rest.

Uses what GitHub's, Gitea's and Forgejo's Markdown have in common. A summary past 1 MiB is not shown at all
(https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands), so whole rows are
dropped before that, and the result never.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from consumer_drift import links
from consumer_drift.model.exit_codes import Status
from consumer_drift.model.findings import RULES, Code, Level, Subject
from consumer_drift.model.report import State
from consumer_drift.model.versions import short
from consumer_drift.render import doctor, phrases
from consumer_drift.render.budget import Section, fit
from consumer_drift.render.bump_outcomes import bump_rows, heading
from consumer_drift.render.causes import causes, without
from consumer_drift.render.table import page_of, places_of, rows
from consumer_drift.support.escape import code, markdown, prose, url
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from consumer_drift.model.findings import Finding
    from consumer_drift.model.outcome import Bump
    from consumer_drift.model.readiness import Readiness
    from consumer_drift.model.report import Report
    from consumer_drift.model.repository import Location
    from consumer_drift.render.bump_outcomes import BumpRow
    from consumer_drift.render.causes import Cause
    from consumer_drift.render.table import TableRow

    _Row = tuple[str, str, str, str, str]

LIMIT = 1_000_000
_PINS = 5
# A longer group is folded behind these.
OPEN_ROWS = 25
_MESSAGE = 2000
_SIGNS = {Status.IN_SYNC: "✅", Status.DRIFT: "❌", Status.ERROR: "❌", Status.TOKEN_SCOPE: "⚠️"}
_LEVELS = {Level.ERROR: "❌", Level.WARNING: "⚠️", Level.NOTICE: "ℹ️"}
# What a table says in a few words beside the columns.
_NOTED = frozenset({Code.BEHIND, Code.IN_FLIGHT_UNKNOWN, Code.IN_FLIGHT, Code.LAGGING})
# What the columns say of such a finding, its sentence need not repeat.
_TOLD_BY_COLUMNS = frozenset(
    {
        *_NOTED,
        Code.AHEAD,
        Code.FORBIDDEN_PATH,
        Code.UNLISTED,
        Code.EXPIRED_EXEMPTION,
    }
)
_COMPARED = frozenset(
    {
        *_NOTED,
        Code.INVALID_PIN,
        Code.MISSING_PIN,
        Code.UNPINNED,
        Code.RETRACTED,
        Code.STALE_LOCK,
        Code.AHEAD,
    }
)
_SERVER = re.compile(r"https?://[^/]+")
_BUMPS = "| Consumer | Outcome | Pull request | Note |\n| --- | --- | --- | --- |\n"
_COLUMNS = ("Consumer", "File:line", "Pinned", "Expected", "Note")


def render(report: Report, limit: int = LIMIT) -> str:
    """*report* as Markdown of at most *limit* bytes in UTF-8, the result's own two lines always in it."""
    verdict = f"## {_SIGNS[report.status]} {markdown(phrases.verdict(report), 400)}\n"
    coverage = "" if report.notes else f"Coverage: {markdown(phrases.coverage(report), 400)}. "
    dry_run = f"{markdown(phrases.dry_run(report), 400)}. " if report.dry_run else ""
    start = f"{verdict}\n{dry_run}{coverage}Exit code {report.exit_code}.\n"
    return fit(start, _Summary(report).sections(), limit)


class _Summary:
    """The sections of one report."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._consumers = {one.name: one for one in report.consumers}
        self._causes = causes(report.findings)
        unread = {str(name) for cause in self._causes for name in cause.consumers}
        self._rows = [row for row in rows(report) if row.name not in unread]
        self._bumps = [row for row in bump_rows(report) if str(row.name) not in unread]
        urls = [one.url for one in report.consumers]
        urls += [place.url for finding in report.findings for place in finding.related]
        # Only what the forge itself calls its pages: text of other people links nowhere else.
        self._servers = frozenset(found[0] for address in urls if (found := _SERVER.match(url(address))))

    def sections(self) -> list[Section]:
        """The sections, in order. Their shares leave space for those that follow."""
        report = self._report
        rest = without(report.findings, self._causes)
        if report.doctor:
            rest = tuple(one for one in rest if one.code not in doctor.TOLD_BY_TABLE)
        failed = [one for one in rest if one.counts_as is Status.ERROR]
        others = [one for one in rest if one.counts_as is not Status.ERROR]
        in_sync = [row for row in self._rows if row.in_sync]
        return [
            *(section for cause in self._causes for section in self._cause(cause)),
            *self._doctor(),
            *self._groups(failed),
            *_opened(
                "outcomes",
                f"### {heading(report)}\n\n",
                _BUMPS,
                [self._bump(row) for row in self._bumps],
            ),
            *self._groups(others),
            *self._without_finding(),
            Section("### Notes\n\n", [f"- {self._prose(note)}\n" for note in report.notes[1:]], share=0.5),
            _folded(f"{counted(len(in_sync), 'consumer')} in sync", *_table(map(_state_row, in_sync)), share=0.8),
            _folded(f"{len(report.exempt):,} exempt", "", _exempt(report), share=0.5),
            _folded("Run details", "", _settings(report), share=1.0),
        ]

    def _doctor(self) -> Iterator[Section]:
        """The table of answers, then what to do."""
        if not self._report.doctor:
            return
        for title, sentences in doctor.sections(self._report):
            yield Section(f"### {title}\n\n", [f"- {self._prose(one)}\n" for one in sentences], share=0.5)
        rows = sorted(self._report.doctor, key=lambda row: row.is_ready)
        head, *answers = doctor.table(self._report, rows)
        start = "### Consumers\n\n" + "".join(f"{one}\n\n" for one in filter(None, [doctor.legend(answers)]))
        table = _line(head) + _line("---" for _ in head)
        lines = [_line(_answers(row, of)) for row, of in zip(rows, answers, strict=True)]
        yield from _opened("consumers", start, table, lines)

    def _cause(self, cause: Cause) -> Iterator[Section]:
        """A failure that left many consumers unread, in place of an item for each of them."""
        first = cause.findings[0]
        page = f"[what it means, how to fix or allow it]({links.finding_page(first.code)})"
        lines = [f"{self._prose(cause.said)} ({page}).\n"]
        if cause.listing:
            lines.append(f"\n{cause.listing.code}: unlisted consumers were not looked for, for the same reason.\n")
        yield Section(f"### {_LEVELS[first.level]} {cause.title}\n\n", lines, share=0.5)
        names = [f"- {self._name(finding)}\n" for finding in cause.findings]
        yield _folded(f"{len(names):,} {first.code}", "", names, share=0.5)

    def _groups(self, findings: Iterable[Finding]) -> Iterator[Section]:
        for (of, level), group in groupby(findings, key=lambda one: (one.code, one.level)):
            yield from self._group(of, level, list(group))

    def _group(self, of: Code, level: Level, findings: list[Finding]) -> Iterator[Section]:
        remedies = {finding.remedy for finding in findings}
        common = remedies.pop() if len(remedies) == 1 else ""
        fix = f"\n**Fix:** {self._prose(common)}.\n" if common else ""
        when = RULES[of].when
        about = f"{when[0].upper()}{when[1:]}: [what it means, how to fix or allow it]({links.finding_page(of)})."
        start = f"### {_LEVELS[level]} {len(findings):,} {of}\n\n{about}\n{fix}\n"
        if any(finding.consumer and finding.related for finding in findings):
            yield from _opened(of, start, *_table(self._row(finding, common) for finding in findings))
        else:
            yield from _opened(of, start, "", [self._item(finding, common) for finding in findings])

    def _item(self, finding: Finding, common: str) -> str:
        text = finding.what if common else finding.message.removeprefix(f"{finding.consumer}: ")
        name = str(finding.consumer or "")
        parts = [self._prose(text)]
        if name and text.startswith(f"{name} "):
            parts = [self._name(finding), self._prose(text.removeprefix(f"{name} "))]
        elif name:
            parts.insert(0, f"{self._name(finding)}:")
        if finding.place:
            parts.append(f"({code(f'{finding.place.file}:{finding.place.line}')})")
        return f"- {' '.join(parts)}\n"

    def _row(self, finding: Finding, common: str) -> _Row:
        consumer = self._consumers.get(finding.consumer) if finding.consumer else None
        told = finding.code in _TOLD_BY_COLUMNS and finding.related and finding.remedy
        note = finding.what
        if told:
            note = consumer.note if consumer and finding.code in _NOTED else ""
        parts = [note, "" if common else finding.remedy]
        expected = ""
        if finding.rule.subject is Subject.REPOSITORY:
            expected = "add to list"
        elif finding.code in _COMPARED:
            expected = code(self._report.target.version or "unknown", 80)
        places = places_of(finding)
        return (
            self._name(finding),
            _places(places),
            _values(places),
            expected,
            self._prose(". ".join(part for part in parts if part)),
        )

    def _name(self, finding: Finding) -> str:
        consumer = self._consumers.get(finding.consumer) if finding.consumer else None
        address = consumer.url if consumer and consumer.url else page_of(finding)
        return _linked(markdown(str(finding.consumer or ""), 140), address)

    def _prose(self, text: str) -> str:
        return prose(text, _MESSAGE, self._servers)

    def _without_finding(self) -> Iterator[Section]:
        """The consumers that are not in sync and have no finding of their state, such as those not compared."""
        told = {(one.code.value, str(one.consumer)) for one in self._report.findings}
        left = [row for row in self._rows if not row.in_sync and (row.state, row.name) not in told]
        left = [
            row for row in left if row.state != State.ARCHIVED or (Code.ARCHIVED_CONSUMER, row.name) not in told
        ]
        for state, group in groupby(sorted(left, key=lambda row: row.state), key=lambda row: row.state):
            shown = list(group)
            yield from _opened(state, f"### {len(shown):,} {state}\n\n", *_table(map(_state_row, shown)))

    def _bump(self, row: BumpRow) -> str:
        link = _linked(_number(row.bump), row.bump.url)
        cells = markdown(str(row.name), 140), str(row.bump.outcome), link or "–", self._prose(row.note)
        return _line(cells)


def _answers(row: Readiness, cells: list[str]) -> list[str]:
    name, *signs = cells
    return [_linked(markdown(name, 140), row.url), *(f"**{sign}**" if sign == "no" else sign for sign in signs)]


def _state_row(row: TableRow) -> _Row:
    name = _linked(markdown(row.name, 140), row.url)
    return (name, _places(row.places), _values(row.places), code(row.expected, 80), markdown(row.note, 120))


def _number(bump: Bump) -> str:
    # Escaped, so that it does not become a reference into the calling repository.
    return f"&#35;{bump.number}" if bump.number else ""


def _folded(title: str, head: str, lines: list[str], share: float) -> Section:
    return Section(f"<details>\n<summary>{title}</summary>\n\n{head}", lines, share, "\n</details>\n")


def _opened(what: str, start: str, head: str, lines: list[str]) -> Iterator[Section]:
    """A group, of which a long one's rest is folded."""
    yield Section(start + head, lines[:OPEN_ROWS], share=0.5)
    rest = lines[OPEN_ROWS:]
    yield _folded(f"{len(rest):,} more {what}", head, rest, share=0.7)


def _table(shown: Iterable[_Row]) -> tuple[str, list[str]]:
    """The head of a table and its rows, without the columns that are empty in all of them."""
    every = list(shown)
    kept = [number for number in range(len(_COLUMNS)) if number == 0 or any(row[number] for row in every)]
    head = _line(_COLUMNS[number] for number in kept) + _line("---" for _ in kept)
    return head, [_line(row[number] or "–" for number in kept) for row in every]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _places(places: tuple[Location, ...]) -> str:
    more = [f"… {len(places) - _PINS:,} more"] if len(places) > _PINS else []
    shown = [_linked(code(place.file_and_line), place.url) for place in places[:_PINS]]
    return "<br>".join([*(one or "–" for one in shown), *more])


def _values(places: tuple[Location, ...]) -> str:
    """One value where all places agree, else one beside each place."""
    values = [short(place.value) for place in places]
    shown = values[:1] if len(set(values)) == 1 else values[:_PINS]
    cells = [code(value, 80) or "–" for value in shown]
    return "" if set(cells) <= {"–"} else "<br>".join(cells)


def _linked(text: str, address: str) -> str:
    target = url(address)
    return f"[{text}]({target})" if target and text else text


def _exempt(report: Report) -> list[str]:
    return [f"- {markdown(exempt, 400)}\n" for exempt in phrases.exempt(report)]


def _settings(report: Report) -> list[str]:
    figures = f"{counted(report.requests, 'request')} in {report.seconds:,.1f} s"
    circumstances = [
        f"- Configuration: {code(report.config_file) or 'none found'}{_origin(report)}\n",
        f"- Forge: {markdown(report.forge) or 'none'}\n",
    ]
    return [
        *(f"- {markdown(sentence, _MESSAGE)}\n" for sentence in phrases.target(report)),
        *(circumstances if phrases.has_circumstances(report) else ()),
        f"- Command: {markdown(report.command)}, {figures}\n",
    ]


def _origin(report: Report) -> str:
    return f" ({markdown(report.config_from, 400)})" if report.config_file and report.config_from else ""
