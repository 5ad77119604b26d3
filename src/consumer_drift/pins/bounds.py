"""How large a file may be that a pin is read from, the same for every kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from consumer_drift.model.pins import Damaged
from consumer_drift.pins.kinds import is_locked

if TYPE_CHECKING:
    from consumer_drift.model.pins import Pin, Reading
    from consumer_drift.model.versions import VersionFormat

_KIB = 1024
# People write such a file by hand, and read it.
MOST_BYTES = 256 * _KIB
# A tool writes a lock file, and lists every package of a project there.
MOST_BYTES_OF_LOCK = 16 * _KIB * _KIB
_LOCK = re.compile(
    r"\.lock$|[-.]lock\.(?:json|ya?ml|hcl)$|\.lock\.|lockfile$"
    r"|(?:^|/)(?:npm-shrinkwrap\.json|go\.sum|bun\.lockb|gems\.locked|(?:requirements|constraints)(?:[^/]*|/.*)\.txt)$",
    re.IGNORECASE,
)
_SMALLER_LOCK = "split the project, so that its lock file is smaller"
_SMALLER_FILE = "keep the version in a smaller file and pin that, or give the consumer its own `pins:`"


def read(pin: Pin, text: str, version_format: VersionFormat) -> Reading:
    """Read *pin* in *text*, the content of its file, unless that is too large."""
    is_lock = is_locked(pin)
    most = MOST_BYTES_OF_LOCK if is_lock or _LOCK.search(pin.file) else MOST_BYTES
    size = _size(text, most)
    if size > most:
        kinds = "a lock file" if most == MOST_BYTES_OF_LOCK else "a file with a pin"
        return Damaged(
            f"has {size // _KIB:,} KiB, and at most {most // _KIB:,} KiB of {kinds} are read",
            remedy=_SMALLER_LOCK if is_lock else _SMALLER_FILE,
            unknown=is_lock,
        )
    return pin.read(text, version_format)


def _size(text: str, most: int) -> int:
    """The size of *text* in bytes; exact only where it may be more than *most*."""
    return len(text) if 4 * len(text) <= most else len(text.encode("utf-8", "surrogatepass"))
