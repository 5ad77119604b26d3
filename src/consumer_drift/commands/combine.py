"""Join the reports of all shards: read them, check that they belong to one run, join them."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from consumer_drift import __version__
from consumer_drift.commands import Command
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.report import Report
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.sharding import join, report_reader
from consumer_drift.sharding.join import ShardReport, join_reports
from consumer_drift.sharding.report_reader import InvalidReport
from consumer_drift.support.files import read_limited

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from consumer_drift.settings import Settings

# A report of 100,000 consumers, each with a finding, needs a quarter of it.
_LARGEST = 512 * 1024 * 1024


def run(settings: Settings) -> Report:
    """Join the reports that *settings* name."""
    return combine(settings.reports)


def combine(paths: Sequence[Path]) -> Report:
    """Return the result of the shards whose JSON reports are at *paths*.

    If they are not all the reports of one run, the report says why, and nothing about the consumers.
    """
    parts: list[ShardReport] = []
    mistakes: list[str] = []
    for path in paths:
        part = _read(path)
        if isinstance(part, ShardReport):
            parts.append(part)
        else:
            mistakes.append(part)
    mistakes += () if mistakes else join.mistakes(parts, __version__)
    if mistakes or not parts:
        return _refused(mistakes or ["there is no report to combine: name those of all shards"])
    return join_reports(parts)


def _read(path: Path) -> ShardReport | str:
    try:
        if path.is_dir():
            return f"the report {path} cannot be read: it is a folder. Name the files in it"
        report = report_reader.parse(read_limited(path, _LARGEST))
    except OSError as error:
        if error.errno == errno.EFBIG:
            return (
                f"the report {path} is larger than {_LARGEST // 2**20} MiB, so it is not a report of this program"
            )
        return f"the report {path} cannot be read: {error.strerror or error}"
    except InvalidReport as error:
        return (
            f"the report {path} is damaged, or is not a JSON report of this program: {error}. Run its shard again"
        )
    if report.command != Command.CHECK:
        return f"the report {path} is of another command than check, and only reports of checks can be joined"
    if report.shard is None:
        return Sentence(f"the report {path} is of a full list: pass the reports of runs with ", Setting.SHARD)
    return ShardReport(str(path), report, report.shard)


def _refused(sentences: Iterable[str]) -> Report:
    return Report.without_results(
        Command.CHECK, tuple(Finding.of(Code.CONFIGURATION, sentence) for sentence in sentences)
    )
