"""From the text of a lock file to the versions that it installs, or to why it says nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.locks.base import (
    Hit,
    Installed,
    InstalledVersion,
    LockError,
    LockProblem,
    LockReading,
    UnreadableLock,
)

if TYPE_CHECKING:
    from consumer_drift.locks.base import LockFormat

# In characters. The largest real ones have a third of that; reading one takes about a second.
LARGEST = 16 * 1024 * 1024
# More than any real lock has. Judging just some of them could overlook the one that differs.
_MOST = 1000
_CONFLICT = re.compile(r"^(?:<{7} |>{7} |={7}\r?$)", re.MULTILINE)


def read_lock(form: LockFormat, text: str, package: str, size: int | None = None) -> LockReading:
    """Every version of *package* that the lock installs.

    *size* is the number of bytes that the server says the file has: some formats have no end mark, and only that
    shows that their end is missing. A text that is cut, damaged or of another format gives an UnreadableLock,
    never a part of what it should hold. Takes time in proportion to the text, and never raises on any text.
    """
    try:
        _require_text(form, text, size)
        hits = list(form.read(text, package))
        if len(hits) > _MOST:
            raise LockError(LockProblem.TOO_LARGE, f"holds the package more than {_MOST} times")
    except LockError as error:
        line = 0 if error.offset is None else text.count("\n", 0, error.offset) + 1
        return UnreadableLock(error.problem, error.why, line)
    return Installed(tuple(_with_lines(text, hits)))


def _require_text(form: LockFormat, text: str, size: int | None) -> None:
    if size is not None and size != (found := len(text.encode("utf-8", "surrogatepass"))):
        raise LockError(LockProblem.CUT, f"came with {found} bytes, and the server says {size}")
    if len(text) > LARGEST:
        raise LockError(LockProblem.TOO_LARGE, f"has more than {LARGEST // 1024 // 1024} million characters")
    if not text.strip("\ufeff \t\r\n"):
        raise LockError(LockProblem.EMPTY, "is empty")
    conflict = _CONFLICT.search(text)
    if conflict:
        raise LockError(LockProblem.CONFLICT, "holds an unresolved merge conflict", conflict.start())
    if not form.has_end and not text.endswith("\n"):
        raise LockError(LockProblem.CUT, "ends in the middle of a line", len(text))


def _with_lines(text: str, hits: list[Hit]) -> list[InstalledVersion]:
    found = []
    line, at = 1, 0
    for hit in sorted(hits, key=lambda one: (one.start, one.end)):
        line += text.count("\n", at, hit.start)
        at = hit.start
        found.append(InstalledVersion(hit.version, hit.start, hit.end, line, hit.origin, hit.commit))
    return found
