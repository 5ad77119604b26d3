"""Root causes: one failure that left several consumers unread is told once, before everything else.

A wrong token or a server that is down fails every consumer in the same words. The JSON report and SARIF still have
a finding for each consumer; reports for people have the cause, and how many consumers it leaves unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.model.findings import Code
from consumer_drift.support.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from consumer_drift.model.findings import Finding
    from consumer_drift.model.repository import RepositoryName

_OF_THE_OWNER = frozenset({Code.RECONCILE_FAILED, Code.RECONCILE_UNAVAILABLE})
# Requests name what was asked, and some were not sent any more; the cause is the same for all of them.
_OTHERWISE_SAME = re.compile(r"\b(?:GET|POST) /[^\s,;:)]*+|\bnot requested after \d+ failures in a row: ")
_NAMES = 10


@dataclass(frozen=True, slots=True)
class Cause:
    """*said* is the failure with its remedy. *findings* are those it explains, one for each consumer.

    *listing* is the finding of the owner's listing if it failed for the same reason.
    """

    said: str
    findings: tuple[Finding, ...]
    listing: Finding | None = None

    @property
    def consumers(self) -> tuple[RepositoryName, ...]:
        """The consumers that were not read."""
        return tuple(dict.fromkeys(one.consumer for one in self.findings if one.consumer))

    @property
    def title(self) -> str:
        """``299 consumers unread``."""
        return f"{counted(len(self.consumers), 'consumer')} unread"

    @property
    def names(self) -> str:
        """The first consumers, and how many more there are."""
        shown = ", ".join(str(name) for name in self.consumers[:_NAMES])
        more = len(self.consumers) - _NAMES
        return f"{shown} and {more:,} more" if more > 0 else shown

    @property
    def covered(self) -> tuple[Finding, ...]:
        """All findings that it explains."""
        return (*self.findings, *([self.listing] if self.listing else []))


def causes(findings: Sequence[Finding]) -> tuple[Cause, ...]:
    """Return what left two consumers or more unread, that with the most consumers first."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.code is Code.UNREADABLE and finding.consumer:
            groups.setdefault(_key(finding), []).append(finding)
    several = sorted((group for group in groups.values() if len(group) > 1), key=len, reverse=True)
    listings = [finding for finding in findings if finding.code in _OF_THE_OWNER]
    return tuple(_cause(group, listings) for group in several)


def without(findings: Iterable[Finding], told: Sequence[Cause]) -> tuple[Finding, ...]:
    """Return *findings* without those that a cause explains."""
    covered = {id(finding) for cause in told for finding in cause.covered}
    return tuple(finding for finding in findings if id(finding) not in covered)


def merged(findings: Sequence[Finding]) -> list[Finding]:
    """Return *findings* with one in place of all that a cause explains, at the place of its first consumer."""
    told = causes(findings)
    return [*map(_finding, told), *without(findings, told)]


def _finding(cause: Cause) -> Finding:
    listing = "; unlisted consumers were not looked for either" if cause.listing else ""
    message = f"{cause.title} ({cause.names}){listing}: {cause.said}"
    return replace(cause.findings[0], message=message, consumer=None, remedy="")


def _cause(group: Sequence[Finding], listings: Sequence[Finding]) -> Cause:
    key = _key(group[0])
    same = (one for one in listings if _key(one).startswith(key))
    return Cause(min(map(_failure, group), key=len), tuple(group), next(same, None))


def _failure(finding: Finding) -> str:
    """Return the message without what could not be read."""
    return finding.message.partition(": ")[2] or finding.message


def _key(finding: Finding) -> str:
    return _OTHERWISE_SAME.sub("", _failure(finding))
