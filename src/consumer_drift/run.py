"""From settings to a report: find the configuration, open the forge, and run."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift.commands.check import check
from consumer_drift.config import LOCATIONS, RemoteConfig, load, parse_remote
from consumer_drift.forges.factory import connect
from consumer_drift.model.config import Config
from consumer_drift.model.findings import Code, Finding
from consumer_drift.model.report import Report
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.result import Failure, FileText, NoFile, NoText
from consumer_drift.settings import Command, ForgeChoice, Settings, UsageError
from consumer_drift.sharding.take import blank, digest, select
from consumer_drift.support.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from consumer_drift.forges.base import Forge, Progress
    from consumer_drift.forges.http.retry import RetryPolicy
    from consumer_drift.forges.http.transport import Limits
    from consumer_drift.support.deadline import Deadline

    # Called once the list is known, with the number of consumers; gives what to call for each one read.
    Started = Callable[[int], Progress]

# Whose repository a run on folders is: nobody's, so it has a name that cannot be taken for one.
_ON_FOLDERS = RepositoryName("local", "source")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """The configuration's bytes and the name it goes by in messages."""

    data: bytes
    file: str


def run(
    settings: Settings,
    deadline: Deadline,
    started: Started,
    *,
    now: datetime,
    workspace: Path,
    retry_policy: RetryPolicy | None = None,
    limits: Limits | None = None,
    say: Callable[[str], None] = lambda _line: None,
) -> Report:
    """One check, or one propagate. Mistakes in the configuration are findings of the report.

    *now* is the moment that everything is judged by, with a time zone; *say* takes a line for the log, which
    is about the cache and holds nothing foreign. Raises UsageError where the settings themselves cannot be
    followed.
    """
    if settings.share is not None and settings.only:
        raise UsageError("--shard and --only do not go together: a share is one of the whole list. Leave one out")
    if settings.share is not None and settings.command is not Command.CHECK:
        raise UsageError(f"--shard does not go with {settings.command}: one run keeps the pace of all writes")
    forge = connect(settings, deadline, retry_policy=retry_policy, limits=limits)
    report = _run(settings, forge, started, now, workspace, say)
    if settings.share is not None and report.shard is None:
        return replace(report, shard=blank(settings.share))
    return report


def _run(
    settings: Settings,
    forge: Forge,
    started: Started,
    now: datetime,
    workspace: Path,
    say: Callable[[str], None],
) -> Report:
    found = _find(settings, forge, workspace)
    if isinstance(found, Finding):
        return unchecked(settings.config, (found,), forge, settings.command)
    on_folders = settings.root is not None or settings.forge is ForgeChoice.LOCAL
    calling = settings.calling or (_ON_FOLDERS if on_folders else None)
    config = load(found.data, found.file, calling, settings.version or None)
    if not isinstance(config, Config):
        return unchecked(found.file, config, forge, settings.command)
    config, shard = _narrowed(config, settings), None
    if settings.share is not None:
        mark = digest(found.data, found.file, settings.version, settings.reconcile, calling)
        config, shard = select(config, settings.share, mark)
    progress = started(len(config.consumers))
    with _remembering(settings, forge, found.data, say):
        if settings.command is Command.CHECK:
            return check(config, forge, now, progress, shard)
        from consumer_drift.commands.propagate import propagate  # noqa: PLC0415 - a check does not pay for it

        dry_run = settings.dry_run or not (settings.token or on_folders)
        return propagate(config, forge, now, progress, dry_run=dry_run)


def _remembering(
    settings: Settings, forge: Forge, configuration: bytes, say: Callable[[str], None]
) -> AbstractContextManager[None]:
    if settings.cache is None:
        return nullcontext()
    if settings.command is Command.PROPAGATE:
        # What is edited has to be what stands there now, to the byte.
        say("cache: not used, since propagate writes on what it reads")
        return nullcontext()
    from consumer_drift.cache.store import cached  # noqa: PLC0415 - most runs have no cache

    return cached(settings.cache, settings.token, settings.server, forge, configuration, say)


def unchecked(
    file: str, findings: tuple[Finding, ...], forge: Forge | None = None, command: Command = Command.CHECK
) -> Report:
    """The report of a run that got no further than its configuration, which is called *file*."""
    return Report.without_results(
        command,
        findings,
        forge=forge.label if forge else "",
        config_file=file,
        requests=forge.requests if forge else 0,
    )


def _narrowed(config: Config, settings: Settings) -> Config:
    """What is left of the list by ``--only`` and ``--no-reconcile``.

    With ``--only`` most of the list goes unread, so reconcile would compare with half a picture: it is off.
    """
    if not settings.reconcile:
        config = replace(config, reconcile=None)
    if not settings.only:
        return config
    wanted: set[RepositoryName] = set()
    listed = {consumer.name for consumer in config.consumers}
    for text in settings.only:
        try:
            name = RepositoryName.parse(text, config.owner)
        except ValueError as error:
            raise UsageError(f"--only: {error}") from error
        if name not in listed:
            meant = did_you_mean(str(name), map(str, listed))
            hint = f"; did you mean {meant}?" if meant else ""
            raise UsageError(f"--only {text}: {config.file} lists no such consumer{hint}")
        wanted.add(name)
    kept = tuple(consumer for consumer in config.consumers if consumer.name in wanted)
    return replace(config, consumers=kept, reconcile=None)


def _find(settings: Settings, forge: Forge, workspace: Path) -> ConfigFile | Finding:
    """The configuration: the named file, another repository's, or the first of the usual places."""
    if settings.config:
        local = workspace / settings.config
        remote = parse_remote(settings.config)
        if local.is_file() or remote is None:
            return _local(local, settings.config)
        return _remote(remote, forge, settings.config)
    for location in LOCATIONS:
        if (workspace / location).is_file():
            return _local(workspace / location, location)
    if settings.calling is not None and settings.root is None:
        return _in_calling_repository(settings.calling, settings.commit, forge)
    return Finding.of(
        Code.CONFIGURATION,
        f"there is no configuration here: create {LOCATIONS[0]}, or name another file with --config."
        f" Looked for {', '.join(LOCATIONS)}",
    )


def _local(path: Path, name: str) -> ConfigFile | Finding:
    try:
        return ConfigFile(path.read_bytes(), Path(name).as_posix())
    except OSError as error:
        return Finding.of(
            Code.CONFIGURATION,
            f"the configuration {name} cannot be read: {error.strerror or error}. Check the path and its rights",
        )


def _remote(remote: RemoteConfig, forge: Forge, name: str) -> ConfigFile | Finding:
    answer = forge.file(remote.repository, remote.path, remote.ref or "")
    if isinstance(answer, FileText):
        return ConfigFile(answer.text.encode(), name)
    return _unread(name, answer)


def _unread(name: str, answer: NoFile | NoText | Failure) -> Finding:
    match answer:
        case NoFile():
            why = "there is no such file (or no such branch, tag or commit). Correct it"
        case NoText():
            why = f"it is {answer.why}. Name a YAML file"
        case Failure():
            why = str(answer)
    return Finding.of(Code.CONFIGURATION, f"the configuration {name} could not be read: {why}")


def _in_calling_repository(calling: RepositoryName, commit: str, forge: Forge) -> ConfigFile | Finding:
    """Without a checkout the workspace holds nothing: the job's own commit has the file."""
    for location in LOCATIONS:
        answer = forge.file(calling, location, commit)
        if isinstance(answer, FileText):
            return ConfigFile(answer.text.encode(), location)
        if not isinstance(answer, NoFile):
            return _unread(f"{location} of {calling}", answer)
    at = f" at {commit}" if commit else ""
    return Finding.of(
        Code.CONFIGURATION,
        f"neither the workspace nor {calling}{at} holds a configuration: create {LOCATIONS[0]}, or name"
        f" another file. Looked for {', '.join(LOCATIONS)}",
    )
