"""Classify each repository as soon as it was read, so that its texts need not stay in memory.

Ten thousand lock files of 300 kB are three gigabytes. What they say about a pin is a few lines.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.assess import consumer_reading, probed
from consumer_drift.assess.probe import has_nothing
from consumer_drift.model.pins import is_pattern
from consumer_drift.model.result import Failure, FileText, NoFile
from consumer_drift.pipeline.commits import pins_commits

if TYPE_CHECKING:
    from consumer_drift.assess.consumer_reading import ConsumerReading
    from consumer_drift.model.config import Config
    from consumer_drift.model.observation import Observation, Snapshot, Survey
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import FileResult

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

    def of(self, survey: Survey) -> Survey:
        """Return *survey* with what stays of each repository."""
        probe = survey.probe and replace(survey.probe, keep=self._kept_of_others)
        return replace(survey, probe=probe, keep=self._kept)

    def reading(self, name: RepositoryName, observation: Observation) -> ConsumerReading | None:
        """Return a consumer's reading, None where it has to be classified when all is read."""
        return None if isinstance(observation.consumers[name], Failure) else self._readings.get(name)

    def _kept(self, snapshot: Snapshot) -> Snapshot:
        consumer = self._consumers[snapshot.asked]
        if pins_commits(consumer, snapshot, self._config):
            # What a commit is, only the tags tell, which are read later.
            return snapshot
        reading = consumer_reading.read(consumer, snapshot, self._config)
        if all(_head(answer) is answer for answer in snapshot.files.values()):
            self._readings[snapshot.asked] = reading
            return snapshot
        kept = replace(snapshot, files={path: _head(answer) for path, answer in snapshot.files.items()})
        self._readings[snapshot.asked] = replace(reading, snapshot=kept)
        return kept

    def _kept_of_others(self, snapshot: Snapshot) -> Snapshot:
        """Return a repository that is not listed without the texts in which there is no pin."""
        if not has_nothing(self._pins, snapshot, self._config.version_format):
            return snapshot
        return replace(snapshot, files=self._no_files, matches=self._no_matches)


def _head(answer: FileResult) -> FileResult:
    if not isinstance(answer, FileText) or answer.size <= _HEAD:
        return answer
    return FileText(answer.text[:_HEAD])
