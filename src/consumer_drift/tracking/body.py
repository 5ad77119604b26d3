"""The text of the tracking issue, and of its comments. All foreign text is made safe."""

from __future__ import annotations

from itertools import groupby
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from consumer_drift.model.findings import Code
from consumer_drift.model.report import State
from consumer_drift.render import phrases
from consumer_drift.render.table import page_of
from consumer_drift.support.escape import markdown, url, visible
from consumer_drift.support.words import day
from consumer_drift.tracking.state import BEGIN, mark_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from consumer_drift.model.findings import Finding
    from consumer_drift.model.report import ConsumerResult, Report
    from consumer_drift.model.repository import Location, RepositoryName

# GitHub takes 65,536 characters, and people write some of them.
_LONGEST = 45_000
_NAMED = 50
_WITHHELD = "a repository that is not public"
_DONE = frozenset({State.IN_SYNC, State.ARCHIVED})
_RANK = {state: rank for rank, state in enumerate(State)}


def title(report: Report) -> str:
    """Return the title of a new tracking issue. Of a list that is not in the usual place it names the file."""
    said = f"Consumers of {visible(report.target.source) or 'this repository'}"
    is_usual = mark_of(report.config_file) == BEGIN
    return said if is_usual else f"{said} ({visible(PurePosixPath(report.config_file.partition('@')[0]).name)})"


def block(report: Report, *, is_public: bool) -> str:
    """Return the part of the issue's text that belongs to the program.

    *is_public*: everyone can read the issue, so it names no repository that not everyone can see.
    """
    lines = [
        f"**{markdown(phrases.verdict(report), 400)}**",
        "",
        f"Coverage: {markdown(phrases.coverage(report), 400)}.",
    ]
    rows = list(_sections(report, is_public=is_public))
    length = left = 0
    for row in rows:
        length += len(row)
        if length > _LONGEST:
            left += 1
            continue
        lines.append(row)
    if left:
        lines.append(f"\n… and {left:,} more lines: the report of the run has all of them.")
    lines += ["", _FOOTER]
    return "\n".join(lines)


_FOOTER = (
    "<sub>Updated by consumer-drift after each run in a job. What you write above or below this part stays; the"
    " next run overwrites what you change in it.</sub>"
)


def comment(report: Report, late: Sequence[RepositoryName], before: str, *, is_public: bool) -> str:
    """Return the comment about a result that was another *before* (empty: the same), and the newly *late*."""
    lines = [f"{markdown(before)} → {markdown(phrases.verdict(report), 400)}"] if before else []
    results = {one.name: one for one in report.consumers}
    if late:
        lines += ["", "Late now:", ""]
        lines += [f"- {_name(results[name], is_public=is_public)}" for name in late[:_NAMED]]
    if len(late) > _NAMED:
        lines.append(f"- and {len(late) - _NAMED:,} more")
    return "\n".join(lines).strip()


def _sections(report: Report, *, is_public: bool) -> Iterator[str]:
    ordered = sorted(report.consumers, key=lambda one: (_RANK[one.state], one.name))
    for state, group in groupby(ordered, key=lambda one: one.state):
        rows = list(group)
        folded = state is State.IN_SYNC
        yield (
            f"\n<details><summary>{len(rows):,} in-sync</summary>\n"
            if folded
            else f"\n### {len(rows):,} {state}\n"
        )
        yield from (_row(one, done=folded, is_public=is_public) for one in rows)
        if folded:
            yield "\n</details>"
    yield from _unlisted(report, is_public=is_public)


def _unlisted(report: Report, *, is_public: bool) -> Iterator[str]:
    found = [one for one in report.findings if one.code is Code.UNLISTED and one.consumer]
    if found:
        yield f"\n### {len(found):,} unlisted\n"
    private = set(report.private) if is_public else set()
    yield from (f"- [ ] {_WITHHELD if one.consumer in private else _found(one)}" for one in found)


def _found(finding: Finding) -> str:
    name = _linked(markdown(str(finding.consumer), 140), page_of(finding))
    return ": ".join([name, *_pinned(finding.related)])


def _row(one: ConsumerResult, *, done: bool, is_public: bool) -> str:
    box = "x" if done else " "
    facts = (*(() if _is_withheld(one, is_public=is_public) else _read_there(one)), *_facts(one))
    return f"- [{box}] {': '.join(filter(None, [_name(one, is_public=is_public), ', '.join(facts)]))}"


def _is_withheld(one: ConsumerResult, *, is_public: bool) -> bool:
    """Whether nothing may be said that only readers of the repository know: its name, its addresses, its texts."""
    return is_public and not one.public


def _name(one: ConsumerResult, *, is_public: bool) -> str:
    if _is_withheld(one, is_public=is_public):
        return _WITHHELD
    return _linked(markdown(str(one.name), 140), one.url)


def _read_there(one: ConsumerResult) -> Iterable[str]:
    if one.state in _DONE:
        return
    yield from _pinned(one.pins)
    found = one.pull_request
    if found is not None:
        yield _linked(f"pull request &#35;{found.number}", found.url)
    elif one.bump is not None and one.bump.url:
        yield _linked("pull request", one.bump.url)


def _pinned(places: Iterable[Location]) -> Iterable[str]:
    """What is pinned at *places*, in one text; none where nothing is."""
    values = dict.fromkeys(pin.value for pin in places if pin.value)
    if values:
        yield " and ".join(markdown(value, 60) for value in list(values)[:3])


def _facts(one: ConsumerResult) -> Iterable[str]:
    if one.state in _DONE:
        return
    if one.reason is not None:
        yield str(one.reason).replace("-", " ")
    if one.behind_since is not None:
        yield f"behind since {day(one.behind_since)}"


def _linked(text: str, address: str) -> str:
    target = url(address)
    return f"[{text}]({target})" if target else text
