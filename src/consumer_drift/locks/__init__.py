"""What package managers install, as their lock files say it.

One module for each format. Each reads a text to the end before it says anything: a lock that is cut or damaged is
never read as a complete one.
"""

from consumer_drift.locks.base import (
    Installed,
    InstalledVersion,
    LockFormat,
    LockProblem,
    LockReading,
    Origin,
    UnreadableLock,
)
from consumer_drift.locks.formats import (
    is_lock,
    lock_format,
    lock_names,
    locks_above,
    locks_beside,
    may_have_git,
    update_command,
)
from consumer_drift.locks.reading import LARGEST, read_lock

__all__ = [
    "LARGEST",
    "Installed",
    "InstalledVersion",
    "LockFormat",
    "LockProblem",
    "LockReading",
    "Origin",
    "UnreadableLock",
    "is_lock",
    "lock_format",
    "lock_names",
    "locks_above",
    "locks_beside",
    "may_have_git",
    "read_lock",
    "update_command",
]
