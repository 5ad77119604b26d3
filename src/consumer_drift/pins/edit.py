"""Writing a new version into a text: its characters change, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.pins import Pinning, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from consumer_drift.model.pins import Found, Occurrence


def write(text: str, reading: Found, version: str, commit: str = "") -> str:
    """*text* with *version* in the place of every exact occurrence of *reading*, which was read from it.

    What is not exact stays as it is. Raises ValueError where *reading* is of another text.
    """
    exact = [one for one in reading.occurrences if one.pinning is Pinning.EXACT]
    for one in exact:
        if text[one.span.start : one.span.end] != one.value:
            raise ValueError(f"the text does not hold {one.value} at character {one.span.start}")
    return splice(text, replacements(exact, version, commit))


def replacements(occurrences: Iterable[Occurrence], version: str, commit: str = "") -> dict[Span, str]:
    """What to write in which place to bring *occurrences* to *version*.

    A *commit* replaces the one that an occurrence is tied to. Other locks (a hash, a digest) stay: whether
    they may go stale is for the caller to decide.
    """
    found: dict[Span, str] = {}
    for one in occurrences:
        found[one.span] = version
        if commit and one.lock == "commit" and one.lock_span is not None:
            found[one.lock_span] = commit
    return found


def splice(text: str, changes: Mapping[Span, str]) -> str:
    """*text* with the characters of each span replaced. Raises ValueError where two spans overlap."""
    kept, done = [], 0
    for span, new in sorted(changes.items(), key=lambda one: (one[0].start, one[0].end)):
        if span.start < done:
            raise ValueError(f"two versions share the text at character {span.start}")
        kept += [text[done : span.start], new]
        done = span.end
    return "".join([*kept, text[done:]])
