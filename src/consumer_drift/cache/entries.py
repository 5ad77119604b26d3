"""Cache entries: what may be kept of a repository, and when it may be used again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from consumer_drift.model.result import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.model.observation import Snapshot, Wanted
    from consumer_drift.model.result import FileText, NoFile, NoText

    Content = FileText | NoFile | NoText


class CacheRejected(Exception):  # noqa: N818 - nothing failed: the run reads everything instead
    """A cache that cannot be trusted. The text completes the sentence "the cache is ignored: …"."""


# Forges report the time of a change in whole seconds, and the clocks of a cluster differ: a repository that
# changed shortly before it was read may have changed again without a visible difference.
SETTLING = timedelta(minutes=2)
# A change that leaves the row as it was is noticed after this time.
MAX_AGE = timedelta(days=7)
# In characters. Longer files are fetched every time: a pin belongs in a small file, and the cache stays small.
MAX_TEXT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Validator:
    """What a listing showed of a repository, to compare with what it shows later.

    *state* is a digest of every field of its row that can change an answer. *changed* is the time of its last
    change and *seen* the time of the listing, both by the server's clock.
    """

    state: str
    changed: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """What was read of a repository after a listing showed it with *validator*. It contains no failure."""

    validator: Validator
    files: Mapping[str, Content]
    forbidden: Mapping[str, tuple[str, ...]]
    matches: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def cache_key(wanted: Wanted) -> str:
    """Return the key for what was asked: the same repository with other files has another key."""
    asked = [wanted.name.key, wanted.files, wanted.forbid]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def is_cacheable(wanted: Wanted) -> bool:
    """Return whether only the default branch is read: another can be renamed without a change in the row."""
    return wanted.branch is None


def entry_of(validator: Validator, snapshot: Snapshot | Failure) -> CacheEntry | None:
    """Return what may be kept of *snapshot*, or None if a part is missing or too long."""
    if isinstance(snapshot, Failure) or snapshot.archived or snapshot.empty:
        return None
    files = {path: answer for path, answer in snapshot.files.items() if not isinstance(answer, Failure)}
    forbidden = {key: paths for key, paths in snapshot.forbidden.items() if not isinstance(paths, Failure)}
    matches = {key: paths for key, paths in snapshot.matches.items() if not isinstance(paths, Failure)}
    if len(files) < len(snapshot.files) or len(forbidden) < len(snapshot.forbidden):
        return None
    if len(matches) < len(snapshot.matches):
        return None
    texts = (text for answer in files.values() if (text := getattr(answer, "text", "")))
    return CacheEntry(validator, files, forbidden, matches) if sum(map(len, texts)) <= MAX_TEXT else None


def is_valid(entry: CacheEntry, now: Validator) -> bool:
    """Return whether reading the repository again would give the same; a listing shows it as *now*."""
    then = entry.validator
    had_settled = then.seen - then.changed > SETTLING
    return then.state == now.state and had_settled and timedelta() <= now.seen - then.seen <= MAX_AGE
