"""How much memory the files of a run may take: it holds the texts of all repositories until its end."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.model.result import Failure, FileText, Reason
from consumer_drift.model.sentence import Sentence, Setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.model.observation import Snapshot
    from consumer_drift.model.result import FileResult

_MIB = 2**20
# As they are kept, long ones compressed: the lock files of a thousand consumers, of 280 KiB each.
MOST_HELD = 96 * _MIB


class HeldTexts:
    """The texts that one run holds. Safe to use from many threads."""

    def __init__(self, most: int = MOST_HELD) -> None:
        """*most*: the bytes that all of them may take together."""
        self._most = most
        self._left = most
        self._lock = threading.Lock()

    def held(self, snapshot: Snapshot, known: Mapping[str, FileResult] | None = None) -> Snapshot:
        """Return *snapshot* with its files as ``held_files`` returns them."""
        files = self.held_files(snapshot.files, known)
        # A copy costs more than all the rest, and nearly always there is enough memory.
        is_same = all(files[path] is one for path, one in snapshot.files.items())
        return snapshot if is_same else replace(snapshot, files=files)

    def held_files(
        self, files: Mapping[str, FileResult], known: Mapping[str, FileResult] | None = None
    ) -> dict[str, FileResult]:
        """Return *files* with a failure in place of every text for which there is no memory left.

        *known* are files that are held already: what is the same is held once.
        """
        before = known or {}
        return {path: before[path] if before.get(path) == one else self._held(one) for path, one in files.items()}

    def _held(self, answer: FileResult) -> FileResult:
        return answer if self._takes(answer) else self._too_much()

    def _takes(self, answer: FileResult) -> bool:
        if not isinstance(answer, FileText):
            return True
        with self._lock:
            fits = answer.size <= self._left
            self._left -= answer.size if fits else 0
        return fits

    def _too_much(self) -> Failure:
        return Failure(
            Reason.TOO_LARGE,
            f"the files of this run take more than {self._most // _MIB:,} MiB of memory together",
            Sentence("read a part of the list in each run, with ", Setting.SHARD, " or ", Setting.ONLY),
        )
