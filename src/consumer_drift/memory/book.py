"""A run's use of what earlier ones read: asked from many threads at once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from consumer_drift.memory.entry import OLDEST, can_be_kept, entry_of, holds, question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.memory.entry import Entry, Stamp
    from consumer_drift.model.answers import Obstacle
    from consumer_drift.model.observation import Snapshot, Wanted


class Book:
    """Entries by their question. What a run did not ask for stays until it is too old."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}
        self.recalled = 0
        self.learned = 0

    def fill(self, entries: Mapping[str, Entry]) -> None:
        """What earlier runs kept."""
        self._entries.update(entries)

    def recall(self, wanted: Wanted, now: Stamp) -> Entry | None:
        """What is known of *wanted*, if that still holds for a repository that is listed as *now*."""
        with self._lock:
            entry = self._entries.get(question(wanted)) if can_be_kept(wanted) else None
            if entry is None or not holds(entry, now):
                return None
            self.recalled += 1
            return entry

    def learn(self, wanted: Wanted, stamp: Stamp, read: Snapshot | Obstacle) -> None:
        """Keep what was *read*, or forget what was known where it cannot be kept."""
        entry = entry_of(stamp, read) if can_be_kept(wanted) else None
        with self._lock:
            self._entries.pop(question(wanted), None)
            if entry is not None:
                self.learned += 1
                self._entries[question(wanted)] = entry

    def entries(self) -> Mapping[str, Entry]:
        """All that is worth keeping, the latest first, so that what is cut off at the end is the oldest."""
        with self._lock:
            latest_first = sorted(self._entries.items(), key=lambda item: item[1].stamp.seen, reverse=True)
        newest = latest_first[0][1].stamp.seen if latest_first else None
        return {key: entry for key, entry in latest_first if newest and newest - entry.stamp.seen <= OLDEST}
