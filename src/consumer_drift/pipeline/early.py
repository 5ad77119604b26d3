"""Classify each repository as soon as it was read, so that its texts need not stay in memory.

Ten thousand lock files of 300 kB are three gigabytes. What they say about a pin is a few lines.
"""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.assess import consumer_reading, probed
from consumer_drift.assess.probe import has_nothing
from consumer_drift.model.pins import is_pattern
from consumer_drift.model.result import Failure, FileText, NoFile
from consumer_drift.pipeline.commits import pins_commits

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.model.config import Config
    from consumer_drift.model.observation import Observation, Snapshot, Survey, Tag
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import FileResult
    from consumer_drift.model.target import Target

    Released = tuple[Tag, ...] | Failure

# What stays of a text: the characters that tell the format of a lock file, where several have one name.
_HEAD = 400


class EarlyReader:
    """Classifies what a survey reads. Safe to use from many threads."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._consumers = {one.name: one for one in config.consumers}
        self._readings: dict[RepositoryName, ConsumerReading] = {}
        self._pins = probed.pins_of(config)
        paths = probed.paths_of(config)
        # One for all repositories that have nothing.
        self._no_files: dict[str, FileResult] = {path: NoFile() for path in paths if not is_pattern(path)}
        self._no_matches: dict[str, tuple[str, ...] | Failure] = {path: () for path in paths if is_pattern(path)}
        self._target: Target | None = None
        self._releases: _Releases | None = None

    def compare_with(self, target: Target, releases: Callable[[], Released]) -> None:
        """Ask for *releases* as soon as a consumer is found that is behind *target*, beside all that is read."""
        self._target = target
        self._releases = _Releases(releases) if target.has_releases else None

    def releases(self) -> Released | None:
        """Return what was asked for, None where nothing was."""
        return self._releases.answer() if self._releases is not None else None

    def of(self, survey: Survey) -> Survey:
        """Return *survey* with what stays of each repository."""
        probe = survey.probe and replace(survey.probe, keep=self._kept_of_others)
        return replace(survey, probe=probe, keep=self._kept)

    def readings(self, observation: Observation) -> Mapping[RepositoryName, ConsumerReading]:
        """Return the readings of consumers that *observation* shows. The others are classified later."""
        shown = observation.consumers
        # A thread that was cut off may still add one.
        return {name: one for name, one in dict(self._readings).items() if not isinstance(shown[name], Failure)}

    def _kept(self, snapshot: Snapshot) -> Snapshot:
        consumer = self._consumers[snapshot.asked]
        if pins_commits(consumer, snapshot, self._config):
            # What a commit is, only the tags tell, which are read later.
            return snapshot
        reading = consumer_reading.read(consumer, snapshot, self._config)
        if self._releases is not None and self._target is not None and reading.needs_pull_requests(self._target):
            self._releases.ask()
        heads = {path: _head(answer) for path, answer in snapshot.files.items()}
        if all(heads[path] is answer for path, answer in snapshot.files.items()):
            self._readings[snapshot.asked] = reading
            return snapshot
        kept = replace(snapshot, files=heads)
        self._readings[snapshot.asked] = replace(reading, snapshot=kept)
        return kept

    def _kept_of_others(self, snapshot: Snapshot) -> Snapshot:
        """Return a repository that is not listed without the texts in which there is no pin."""
        if not has_nothing(self._pins, snapshot, self._config.version_format):
            return snapshot
        return replace(snapshot, files=self._no_files, matches=self._no_matches)


class _Releases:
    """An answer that is asked for once, in a thread of its own."""

    def __init__(self, ask: Callable[[], Released]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._answer: Released | None = None

    def ask(self) -> None:
        """Ask, unless that was done before."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def answer(self) -> Released | None:
        """Wait for the answer; None if it was not asked for, or if asking for it failed."""
        if self._thread is not None:
            self._thread.join()
        return self._answer

    def _run(self) -> None:
        # Who needs the answer asks again, and meets the same defect.
        with contextlib.suppress(Exception):
            self._answer = self._ask()


def _head(answer: FileResult) -> FileResult:
    if not isinstance(answer, FileText) or answer.size <= _HEAD:
        return answer
    return FileText(answer.text[:_HEAD])
