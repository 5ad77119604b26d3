"""A file's text as the pins read it: it makes occurrences, and knows their lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from consumer_drift.documents.errors import MalformedError
from consumer_drift.model.pins import Absent, Damaged, Found, Occurrence, Pinning, Reading, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from consumer_drift.documents.node import Leaf
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.versions import FoundVersion, VersionFormat


# What is shown of a value that is no version: a line may be a megabyte long.
_SHOWN = 200
# An address in someone's requirements may contain a password, and reports travel.
_CREDENTIALS = re.compile(r"//[^/@\s]+@")
# More than any real file has. Judging just some of them could overlook the one that differs.
_MOST = 1000


class SourceText:
    """Makes occurrences of fragments of one text."""

    def __init__(self, text: str, version_format: VersionFormat) -> None:
        self.text = text
        self.version_format = version_format
        self._newlines: list[int] | None = None

    def line(self, offset: int) -> int:
        """The line (from 1) of the character at *offset*."""
        if self._newlines is None:
            self._newlines = _newlines(self.text)
        return bisect_left(self._newlines, offset) + 1

    def scalar(self, leaf: Leaf) -> Fragment:
        """Return the scalar *leaf* of this text, without the blanks around it."""
        return Fragment.of_literal(leaf.value, self.text[leaf.start : leaf.end], leaf.start).stripped()

    def exact(
        self, fragment: Fragment, located: FoundVersion, lock: str = "", lock_span: Span | None = None
    ) -> Occurrence:
        """*fragment* names the version that was located in it."""
        version = located.version
        span = fragment.span(located.start, located.start + len(version.text))
        if span is None:
            return self.invalid(fragment, "is put together in a way that cannot be edited in place")
        return Occurrence(Pinning.EXACT, version.text, span, self.line(span.start), version, "", lock, lock_span)

    def commit(
        self,
        fragment: Fragment,
        comment: tuple[Fragment, FoundVersion] | None = None,
        repository: RepositoryName | None = None,
    ) -> Occurrence:
        """*fragment* is a commit of *repository*; *comment* is the version that a comment behind it claims."""
        known = self.version_format.commits.get(fragment.text.lower())
        span = fragment.span()
        if known is None or span is None:
            return replace(self._unknown(fragment, fragment.text.lower()), repository=repository)
        if comment is None:
            return Occurrence(
                Pinning.EXACT,
                fragment.text,
                span,
                self.line(span.start),
                known,
                lock="commit",
                lock_span=span,
                repository=repository,
            )
        if comment[1].version != known:
            claimed = comment[1].version
            return self.invalid(fragment, f"is the commit of {known}, and its comment says {claimed}")
        return replace(self.exact(*comment, lock="commit", lock_span=span), repository=repository)

    def of_commit(self, fragment: Fragment, commit: str) -> Occurrence:
        """*fragment* names *commit* in another way than by its id: a bump replaces the text, not an id."""
        known = self.version_format.find_commit(commit)
        span = fragment.span()
        if known is None or span is None:
            return self._unknown(fragment, commit)
        return Occurrence(Pinning.EXACT, fragment.text, span, self.line(span.start), known)

    def _unknown(self, fragment: Fragment, commit: str) -> Occurrence:
        return replace(self.invalid(fragment, no_commit(self.version_format)), commit=commit)

    def moving(self, tag: Fragment, end: int | None = None) -> Occurrence | None:
        """Return the occurrence of a moving tag that the policy accepts, such as ``v4``; None where *tag* is none.

        *end* is where a variant behind it begins.
        """
        found = self.version_format.find_series(tag.text[:end])
        span = tag.span(found.start, found.start + len(found.series.text)) if found else None
        if found is None or span is None:
            return None
        return Occurrence(Pinning.SERIES, found.series.text, span, self.line(span.start), series=found.series)

    def floating(self, fragment: Fragment, why: str) -> Occurrence:
        """*fragment* asks for the thing without one exact version."""
        return self._loose(Pinning.FLOATING, fragment, why)

    def invalid(self, fragment: Fragment, why: str) -> Occurrence:
        """*fragment* is in the place of a version, and is none."""
        return self._loose(Pinning.INVALID, fragment, why)

    def _loose(self, pinning: Pinning, fragment: Fragment, why: str) -> Occurrence:
        span = fragment.span() or Span(fragment.origin, fragment.origin)
        # A lone surrogate can come out of a JSON escape, and no output could encode it.
        shown = _CREDENTIALS.sub("//…@", fragment.text[:_SHOWN]).encode("utf-8", "replace").decode()
        if len(fragment.text) > _SHOWN:
            shown += "…"
        return Occurrence(pinning, shown, span, self.line(span.start), why=why)


def no_commit(version_format: VersionFormat) -> str:
    """Say what a commit is that is not known."""
    return (
        f"is not a commit of {version_format.branch}"
        if version_format.branch
        else "is a commit of no known release"
    )


def reading(occurrences: Iterable[Occurrence], what: str) -> Reading:
    """Found with the occurrences in the file's order, each place once; Absent where there is none.

    Damaged where searching for them raises MalformedError. Two ``FROM`` lines that take the same build argument
    have the version in one place.
    """
    try:
        kept = list(islice(occurrences, _MOST + 1))
    except MalformedError as error:
        return Damaged(error.why, error.line)
    if len(kept) > _MOST:
        return Damaged(f"has the pin more than {_MOST} times")
    places = {(o.span.start, o.span.end, o.pinning, o.value): o for o in kept}
    if not places:
        return Absent(what)
    return Found(tuple(sorted(places.values(), key=lambda o: (o.span.start, o.span.end))))


def _newlines(text: str) -> list[int]:
    found = []
    offset = text.find("\n")
    while offset >= 0:
        found.append(offset)
        offset = text.find("\n", offset + 1)
    return found


NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Fragment:
    """*offsets* has one entry for each character of *text*: its place in the file, or ``NOWHERE``.

    *origin* is where the fragment as a whole begins, for messages, also when it has no characters.
    """

    text: str
    offsets: Sequence[int]
    origin: int

    @classmethod
    def at(cls, text: str, start: int) -> Fragment:
        """A text that is in the file as it is, from *start*."""
        return cls(text, range(start, start + len(text)), start)

    @classmethod
    def of_literal(cls, value: str, raw: str, start: int) -> Fragment:
        """*value*, which the file writes as *raw* (between its quotes) at *start*.

        Up to the first difference each character is itself: an escape is never shorter than
        what it means. Behind it nothing is certain.
        """
        if raw == value:
            return cls.at(value, start)
        same = _common_prefix_length(value, raw)
        return cls(value, (*range(start, start + same), *[NOWHERE] * (len(value) - same)), start)

    def cut(self, start: int, end: int | None = None) -> Fragment:
        """The part ``text[start:end]``."""
        offsets = self.offsets[start:end]
        origin = offsets[0] if offsets and offsets[0] != NOWHERE else self.origin
        return Fragment(self.text[start:end], offsets, origin)

    def stripped(self, blanks: str | None = None) -> Fragment:
        """Without the blanks around it."""
        kept = self.text.strip(blanks)
        start = len(self.text) - len(self.text.lstrip(blanks))
        return self.cut(start, start + len(kept))

    def span(self, start: int = 0, end: int | None = None) -> Span | None:
        """Where ``text[start:end]`` is in the file, or None where it is not there in one run."""
        offsets = self.offsets[start:end]
        if not offsets:
            return None
        first = offsets[0]
        if isinstance(offsets, range):
            return Span(first, first + len(offsets))
        if first == NOWHERE or any(offset != first + index for index, offset in enumerate(offsets)):
            return None
        return Span(first, first + len(offsets))


def _common_prefix_length(one: str, other: str) -> int:
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))
