"""Why a cache is not used."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from consumer_drift.model.result import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.model.observation import Snapshot, Wanted
    from consumer_drift.model.result import FileText, NoFile, NoText

    Content = FileText | NoFile | NoText


class CacheRejected(Exception):  # noqa: N818 - nothing failed: the run reads everything instead
    """A cache that cannot be believed. Its text completes the sentence "the cache is dropped: …"."""


# Forges tell the time of a change in whole seconds, and a cluster's clocks differ: what had moved so shortly
# before it was read may have moved again without another time to show for it.
UNSETTLED = timedelta(minutes=2)
# Whatever moves a repository without a trace in its row is found out after so long.
OLDEST = timedelta(days=7)
# Longer texts are read every time: a pin belongs in a small file, and the cache stays one.
LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Validator:
    """How a listing showed a repository to the token.

    *state* is a digest of all in its row that may change an answer; *moved* is when it changed last, *seen*
    when it was shown, both by the server's clock.
    """

    state: str
    moved: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """What was read of a repository after its row was seen as *stamp*. There is no obstacle in it."""

    stamp: Validator
    files: Mapping[str, Content]
    forbidden: Mapping[str, tuple[str, ...]]


def cache_key(wanted: Wanted) -> str:
    """What was asked for, as a key: the same repository asked for other files is another one."""
    asked = [wanted.name.key, wanted.files, wanted.forbid]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def can_be_kept(wanted: Wanted) -> bool:
    """Only what stands on the default branch: another one can be renamed without a trace in the row."""
    return wanted.branch is None


def entry_of(stamp: Validator, snapshot: Snapshot | Failure) -> CacheEntry | None:
    """What may be kept of a repository that was read, None where anything is missing or too long."""
    if isinstance(snapshot, Failure) or snapshot.archived or snapshot.empty:
        return None
    files = {path: answer for path, answer in snapshot.files.items() if not isinstance(answer, Failure)}
    forbidden = {key: paths for key, paths in snapshot.forbidden.items() if not isinstance(paths, Failure)}
    if len(files) < len(snapshot.files) or len(forbidden) < len(snapshot.forbidden):
        return None
    texts = (text for answer in files.values() if (text := getattr(answer, "text", "")))
    return CacheEntry(stamp, files, forbidden) if sum(map(len, texts)) <= LONGEST else None


def is_valid(entry: CacheEntry, now: Validator) -> bool:
    """Whether reading the repository, which the listing shows as *now*, would bring the same again."""
    then = entry.stamp
    had_settled = then.seen - then.moved > UNSETTLED
    return then.state == now.state and had_settled and timedelta() <= now.seen - then.seen <= OLDEST
