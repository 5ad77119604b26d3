"""Writing a new version into a text: its characters change, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.pins import Pinning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from consumer_drift.model.pins import Found, Occurrence


def write(text: str, reading: Found, version: str, commit: str = "") -> str:
    """*text* with *version* in the place of every exact occurrence of *reading*, which was read from it.

    What is not exact stays as it is, and so does a lock (a hash, a digest, a commit): whether it may
    go stale is for the caller to decide. A *commit* that is given takes the place of the one that an
    occurrence is tied to. Raises ValueError where *reading* is of another text.
    """
    exact = [one for one in reading.occurrences if one.pinning is Pinning.EXACT]
    for one in exact:
        if text[one.span.start : one.span.end] != one.value:
            raise ValueError(f"the text does not hold {one.value} at character {one.span.start}")
    places = {(one.span.start, one.span.end): version for one in exact}
    if commit:
        places.update(_commits(exact, commit))
    return _spliced(text, sorted(places.items()))


def _commits(occurrences: Iterable[Occurrence], commit: str) -> Iterable[tuple[tuple[int, int], str]]:
    for one in occurrences:
        if one.lock == "commit" and one.lock_span is not None:
            yield (one.lock_span.start, one.lock_span.end), commit


def _spliced(text: str, places: Iterable[tuple[tuple[int, int], str]]) -> str:
    kept, done = [], 0
    for (start, end), put in places:
        if start < done:
            raise ValueError(f"two versions share the text at character {start}")
        kept += [text[done:start], put]
        done = end
    return "".join([*kept, text[done:]])
