"""A text within a number of bytes: whole lines are dropped, and each section says how many it shows of all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """*lines* between *head* and *tail*, left out where there are none.

    *share* is the part, from 0 to 1, of the space left that it may take.
    """

    head: str
    lines: list[str]
    share: float
    tail: str = ""


def fit(start: str, sections: list[Section], limit: int) -> str:
    """*start*, whole whatever *limit* says, and as much of *sections* as *limit* bytes of UTF-8 hold."""
    text = [start]
    space = limit - _size(start)
    for section in sections:
        if not section.lines:
            continue
        shown = _section(section, space)
        text.append(shown)
        space -= _size(shown)
    return "".join(text)


def _section(section: Section, space: int) -> str:
    total = len(section.lines)
    frame = "\n" + section.head + section.tail
    frame_size = _size(frame) + _size(_cut(total, total))
    left = int(space * section.share) - frame_size
    kept = 0
    for line in section.lines:
        left -= _size(line)
        if left < 0:
            break
        kept += 1
    if not kept and frame_size > space:
        return ""
    body = "".join(section.lines[:kept]) + (_cut(kept, total) if kept < total else "")
    return f"\n{section.head}{body}{section.tail}"


def _cut(kept: int, total: int) -> str:
    return f"\n{kept:,} of {total:,} shown: the log has all of them.\n"


def _size(text: str) -> int:
    return len(text.encode())
