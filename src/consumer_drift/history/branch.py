"""The history on a branch: files of lines, to which a run adds one, and from which old ones are taken.

A file that is full is followed by another, so that a run sends little, however long the history is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.history import file, line
from consumer_drift.history.compact import compacted
from consumer_drift.history.line import InvalidLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from consumer_drift.model.history import History, RecordedRun

FIRST = "history.jsonl"
_PART = re.compile(r"history(?:-([0-9]{4,9}))?\.jsonl")
# Characters of a full file. GitHub shows a longer one only in a request of its own.
FULL = 400_000


def number_of(name: str) -> int:
    """Return the place of a file in the history, from 1; 0 where it is none of its files."""
    found = _PART.fullmatch(name)
    return int(found[1] or 1) if found else 0


def runs_of(files: Mapping[str, str]) -> History:
    """Return the history in *files*, all of its files by name."""
    return file.parse("\n".join(files[name] for name in _sorted(files)).encode("utf-8", "replace"))


def changes(files: Mapping[str, str], run: RecordedRun, now: datetime) -> Mapping[str, str | None]:
    """Return the new text of each file that changes when *run* is added; None: the file is removed.

    Empty where the run is in the history already. A damaged line stays as it is: it may be worth a look.
    """
    added = line.write(run)
    lines = {name: [one for one in files[name].split("\n") if one.strip()] for name in _sorted(files)}
    if any(added in one for one in lines.values()):
        return {}
    known = {text: found for one in lines.values() for text in one if (found := _read(text)) is not None}
    staying = compacted([*known.values(), run], now)
    kept = {
        name: [text for text in one if text not in known or known[text] in staying] for name, one in lines.items()
    }
    last = max(kept, key=number_of, default=FIRST)
    if sum(map(len, kept.get(last, ()))) + len(added) > FULL and kept.get(last):
        last = f"history-{number_of(last) + 1:04}.jsonl"
    kept.setdefault(last, []).append(added)
    return {name: _text(one) for name, one in kept.items() if one != lines.get(name)}


def _sorted(files: Iterable[str]) -> Sequence[str]:
    return sorted((name for name in files if number_of(name)), key=number_of)


def _read(text: str) -> RecordedRun | None:
    try:
        return line.read(text)
    except InvalidLine:
        return None


def _text(lines: Sequence[str]) -> str | None:
    return "".join(f"{one}\n" for one in lines) or None
