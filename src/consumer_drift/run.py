"""From settings to a report: find the configuration, connect the server, run the command."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from consumer_drift.commands import Command, Group, Needs
from consumer_drift.commands.context import Context, Start
from consumer_drift.config import load
from consumer_drift.forges.address import GITHUB, is_exposed
from consumer_drift.forges.factory import connect
from consumer_drift.model.config import Config
from consumer_drift.model.findings import Finding
from consumer_drift.model.report import Report
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.sentence import Sentence, Setting, SetTo
from consumer_drift.pipeline.checkout import on_another_server
from consumer_drift.pipeline.configuration import find
from consumer_drift.settings import ForgeChoice, Settings, UsageError
from consumer_drift.support.redact import looks_like_token
from consumer_drift.support.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from consumer_drift.cache.store import Cache
    from consumer_drift.forges.base import Forge, Progress
    from consumer_drift.forges.http.retry import RetryPolicy
    from consumer_drift.forges.http.transport import Limits, Network
    from consumer_drift.model.shards import Shard
    from consumer_drift.pipeline.checkout import Checkout
    from consumer_drift.pipeline.configuration import ConfigFile
    from consumer_drift.registries.base import Registry
    from consumer_drift.support.deadline import Deadline

    # Called once the list is known, with the number of consumers; returns what to call for each one read.
    Started = Callable[[int], Progress]

# Whose the folders are where neither the configuration nor a checkout tells: they belong to every owner.
_ON_FOLDERS = "local"


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
    """Run a command that ends with a report. Mistakes in the configuration are findings of it.

    *now* is the moment of the run, with a time zone. *say* takes a line for the log, which has no
    foreign text. Raises UsageError where the settings cannot be used.
    """
    began = deadline.monotonic()
    report = _report(settings, deadline, started, now, workspace, retry_policy, limits, say)
    # A report that is made of others has their moment and their time.
    return replace(report, at=report.at or now, seconds=report.seconds or deadline.monotonic() - began)


def _report(
    settings: Settings,
    deadline: Deadline,
    started: Started,
    now: datetime,
    workspace: Path,
    retry_policy: RetryPolicy | None,
    limits: Limits | None,
    say: Callable[[str], None],
) -> Report:
    command = module_of(settings.command)
    report: Report
    if settings.command.spec.needs is Needs.SETTINGS:
        report = command.run(settings)
        return report
    forge = connect(settings, deadline, retry_policy=retry_policy, limits=limits)
    if settings.token and is_exposed(settings.server):
        say(f"warning: the token goes to {settings.server} without encryption: use an https address")
    if settings.command.spec.needs is Needs.SERVER:
        why = _why_dry(settings)
        report = command.run(Start(settings, forge, now, started, workspace, bool(why)))
        return replace(report, dry_run=why, requests=forge.requests)
    registry_of = partial(
        _registry, settings=settings, deadline=deadline, retry_policy=retry_policy, limits=limits
    )
    merging = None
    if settings.merge_token:
        own = replace(settings, token=settings.merge_token)
        merging = connect(own, deadline, retry_policy=retry_policy, limits=limits)
    report = _on_consumers(settings, forge, merging, started, now, workspace, say, registry_of)
    if settings.shard is not None and report.shard is None:
        from consumer_drift.sharding.take import blank  # noqa: PLC0415 - few runs are about a shard

        return replace(report, shard=blank(settings.shard))
    return report


def module_of(command: Command) -> Any:
    """Return the module of *command*, whose ``run`` takes what the command needs."""
    return import_module(f"consumer_drift.commands.{command}")


def _on_consumers(
    settings: Settings,
    forge: Forge,
    merging: Forge | None,
    started: Started,
    now: datetime,
    workspace: Path,
    say: Callable[[str], None],
    registry_of: Callable[[Config], Registry | None],
) -> Report:
    found = find(settings, forge, workspace)
    if isinstance(found, Finding):
        return _without_results(settings, forge, settings.config, (found,))
    on_folders = settings.root is not None or settings.forge is ForgeChoice.LOCAL
    calling = found.repository or settings.calling
    owner = _ON_FOLDERS if on_folders else ""
    config = load(found.data, found.file, calling, settings.target or None, owner)
    if found.elsewhere and _needs_its_server(found, found.elsewhere, config, settings):
        instead = () if settings.token else ("; or, if the consumers are on GitHub, set ", Setting.TOKEN)
        raise UsageError(on_another_server(found.elsewhere, GITHUB, *instead))
    if not isinstance(config, Config):
        return replace(_without_results(settings, forge, found.file, config), config_from=found.origin)
    config, shard = _selected(config, settings), None
    if settings.shard is not None:
        from consumer_drift.sharding.take import digest, select  # noqa: PLC0415 - few runs are about a shard

        mark = digest(found.data, found.file, settings.target, settings.reconcile, calling)
        config, shard = select(config, settings.shard, mark)
    registry = registry_of(config)
    context = replace(_context(settings, config, forge, started, now, shard), registry=registry, merging=merging)
    with _cache(settings, forge, found.data, say) as cache:
        report: Report = module_of(settings.command).run(replace(context, cache=cache))
        return replace(
            report,
            config_from=found.origin,
            selected=bool(settings.only),
            requests=sum(one.requests for one in (forge, registry, merging) if one is not None),
            dry_run=_why_dry(settings),
            tracking=config.tracking,
        )


def _needs_its_server(
    found: ConfigFile, checkout: Checkout, config: Config | tuple[Finding, ...], settings: Settings
) -> bool:
    """Return whether a run on GitHub, the default, can only fail in a *checkout* that comes from elsewhere.

    GitHub answers nothing without a token. With one, a checkout that names its source and owner may well be about
    repositories on GitHub.
    """
    if not settings.token:
        return True
    if isinstance(config, Config):
        return False
    return isinstance(load(found.data, found.file, checkout.repository, settings.target or None), Config)


def _registry(
    config: Config,
    *,
    settings: Settings,
    deadline: Deadline,
    retry_policy: RetryPolicy | None,
    limits: Limits | None,
) -> Registry | None:
    """Return the registry that the source publishes to; None where none is named, or for folders.

    Raises UsageError if its token is not set, or is the server's own.
    """
    published = config.source.published
    if published is None or settings.root is not None or settings.forge is ForgeChoice.LOCAL:
        return None
    from consumer_drift.registries.connect import connect as registry_at  # noqa: PLC0415 - few sources name one

    name = published.token_env
    token = settings.variable(name) if name else ""
    if name and not token and looks_like_token(name):
        raise UsageError(
            "`source.published.token-env` takes the name of a variable, and what was given looks like a token"
            " itself: name the variable that has the token, and revoke this token"
        )
    if name and not token:
        raise UsageError(f"the variable {name} that `source.published.token-env` names is not set: set it")
    if _has_secret(token, settings):
        raise UsageError(
            f"the variable {name} has the token of the server, which a registry must not get: use a token of the"
            " registry"
        )
    network: Network = {"ca_bundle": settings.ca_bundle, "retry_policy": retry_policy, "limits": limits}
    try:
        return registry_at(published, token, deadline, **network)
    except (OSError, ValueError) as error:
        raise UsageError(f"the registry {published.address} cannot be used: {error}") from error


def _has_secret(token: str, settings: Settings) -> bool:
    """Return whether *token* is one of the server, or has one in it, as in ``user:token``."""
    secrets = [one for one in (settings.token, settings.merge_token) if one]
    return any(secret in form for secret in secrets for form in (token, unquote(token)))


def _without_results(settings: Settings, forge: Forge, file: str, findings: tuple[Finding, ...]) -> Report:
    return Report.without_results(
        settings.command, findings, forge=forge.label, config_file=file, requests=forge.requests
    )


def _context(
    settings: Settings, config: Config, forge: Forge, started: Started, now: datetime, shard: Shard | None
) -> Context:
    return Context(
        config,
        forge,
        now=now,
        progress=started(len(config.consumers)),
        shard=shard,
        dry_run=bool(_why_dry(settings)),
        # They cost requests, and are for people who follow a bump over time.
        checks=settings.is_followed or config.tracking is not None,
        purpose=settings.purpose,
    )


def _why_dry(settings: Settings) -> str:
    """Return why a run of a command that writes writes nothing; empty if it does, or if the command never does.

    Without a token nothing can be written on a server.
    """
    spec = settings.command.spec
    if Group.WRITE not in spec.options:
        return ""
    if settings.dry_run:
        return Sentence(Setting.DRY_RUN, " is set")
    if settings.forge is ForgeChoice.LOCAL or settings.root is not None:
        is_asked_for = settings.write or Group.FOLDERS not in spec.options
        return "" if is_asked_for else Sentence("folders are changed only with ", Setting.WRITE)
    writes_there = settings.propose or spec.needs is Needs.CONSUMERS
    return "there is no token" if writes_there and not settings.token else ""


def _cache(
    settings: Settings, forge: Forge, configuration: bytes, say: Callable[[str], None]
) -> AbstractContextManager[Cache | None]:
    if settings.cache is None:
        return nullcontext()
    if settings.command is not Command.CHECK:
        # An edit starts from the file as it is now, to the byte.
        say(f"cache: not used, because {settings.command} reads everything as it is now")
        return nullcontext()
    from consumer_drift.cache.store import CacheStore, opened  # noqa: PLC0415 - most runs have no cache

    store = CacheStore(settings.cache, settings.token, settings.server, configuration, say)
    return opened(store, forge.no_cache)


def _selected(config: Config, settings: Settings) -> Config:
    """Return *config* with the selected consumers alone.

    A selection leaves most of the list unread, so every other consumer would look unlisted: reconcile is off.
    """
    if not settings.reconcile:
        config = replace(config, reconcile=None)
    if not settings.only:
        return config
    wanted = {_listed(text, config) for text in settings.only}
    kept = tuple(consumer for consumer in config.consumers if consumer.name in wanted)
    return replace(config, consumers=kept, reconcile=None)


def _listed(text: str, config: Config) -> RepositoryName:
    """Return the consumer that *text* names. Raises UsageError where the list has none."""
    try:
        name = RepositoryName.parse(text, config.owner)
    except ValueError as error:
        raise UsageError(Sentence(Setting.ONLY, f": {error}")) from error
    listed = {consumer.name for consumer in config.consumers}
    if name in listed:
        return name
    meant = did_you_mean(str(name), map(str, listed))
    hint = f"; did you mean {meant}?" if meant else ""
    raise UsageError(Sentence(SetTo(Setting.ONLY, text), f": {config.file} lists no such consumer{hint}"))
