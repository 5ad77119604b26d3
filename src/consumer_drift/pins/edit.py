"""Writing a new version into a text: its characters change, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from consumer_drift.model.pins import Standing

if TYPE_CHECKING:
    from consumer_drift.model.pins import Found


def write(text: str, reading: Found, version: str) -> str:
    """*text* with *version* in the place of every exact occurrence of *reading*, which was read from it.

    What is not exact stays as it is, and so does a lock (a hash, a digest, a commit): whether it may
    go stale is for the caller to decide. Raises ValueError where *reading* is of another text.
    """
    spans = {(o.span.start, o.span.end): o.value for o in reading.occurrences if o.standing is Standing.EXACT}
    kept, done = [], 0
    for (start, end), value in sorted(spans.items()):
        if start < done or text[start:end] != value:
            raise ValueError(f"the text does not hold {value} at character {start}")
        kept += [text[done:start], version]
        done = end
    return "".join([*kept, text[done:]])
