"""From options, the environment and the defaults, in that order, to Settings."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from consumer_drift import options
from consumer_drift.commands import Command, Group, Needs
from consumer_drift.environment import environment_of
from consumer_drift.logins import server_of
from consumer_drift.model.sentence import Sentence, Setting, SetTo
from consumer_drift.settings import ForgeChoice, Settings, UsageError
from consumer_drift.tokens import merge_token_of, token_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from consumer_drift.environment import Environment
    from consumer_drift.options import Values

T = TypeVar("T")


def settings_of(
    environment: Mapping[str, str], command: Command, values: Values, reports: Sequence[Path] = ()
) -> Settings:
    """Return the settings of a run. *reports* are the files that combine joins.

    A command that asks no server needs one for what it keeps in the source alone.
    Raises UsageError with a sentence for every mistake.
    """
    here = environment_of(environment)
    if Group.SERVER not in command.spec.options:
        return _without_server(command, values, here, reports)
    try:
        return _with_server(environment, command, values, here, reports)
    except UsageError as error:
        if command.spec.needs is not Needs.SETTINGS or values[options.HISTORY_BRANCH]:
            raise
        return replace(_without_server(command, values, here, reports), no_server=error.sentences)


def _without_server(command: Command, values: Values, here: Environment, reports: Sequence[Path]) -> Settings:
    return Settings(
        command=command,
        reports=tuple(reports),
        files=tuple(filter(None, (values[options.CONFIG], *values[options.FILES]))),
        calling=here.calling,
        tracks=here.is_job,
        history=_path(values[options.HISTORY]),
        page=_path(values[options.PAGE]),
        page_visibility=values[options.VISIBILITY],
    )


def _with_server(
    environment: Mapping[str, str], command: Command, values: Values, here: Environment, reports: Sequence[Path]
) -> Settings:
    mistakes: list[str] = list(_conflicts(command, values))
    server = _browsed(_server(environment, values, here))
    at_home = bool(here.server) and server in {"", here.server.rstrip("/")}
    forge = _tried(mistakes, values[options.FORGE], lambda: _forge_of(values, here, server, at_home=at_home))
    token = _tried(mistakes, "", lambda: token_of(environment, values, forge, here, server, at_home=at_home))
    merge_token = _tried(mistakes, "", lambda: merge_token_of(environment, values))
    if mistakes:
        raise UsageError(*mistakes)
    return replace(
        _without_server(command, values, here, reports),
        config=values[options.CONFIG],
        root=_path(values[options.ROOT]),
        forge=forge,
        server=server or here.server,
        api=here.api if at_home else "",
        graphql=here.graphql if at_home else "",
        token=token,
        merge_token=merge_token,
        commit=here.commit,
        target=values[options.TARGET],
        only=values[options.ONLY],
        reconcile=values[options.RECONCILE],
        concurrency=values[options.CONCURRENCY],
        max_time=values[options.MAX_TIME],
        ca_bundle=values[options.CA_BUNDLE],
        user_agent=values[options.USER_AGENT],
        dry_run=values[options.DRY_RUN],
        write=values[options.WRITE],
        shard=values[options.SHARD],
        source=values[options.SOURCE],
        update=values[options.UPDATE],
        purpose=values[options.PURPOSE],
        output=values[options.LIST],
        propose=values[options.PROPOSE],
        cache=_path(values[options.CACHE]),
        history_branch=values[options.HISTORY_BRANCH],
        variable=lambda name: environment.get(name, "").strip(),
    )


def _tried(mistakes: list[str], otherwise: T, resolve: Callable[[], T]) -> T:
    """Return what *resolve* returns; or *otherwise*, and add to *mistakes* what is wrong."""
    try:
        return resolve()
    except UsageError as error:
        mistakes += error.sentences
        return otherwise


def _server(environment: Mapping[str, str], values: Values, here: Environment) -> str:
    """Return the server that is named; in a shell where only a product is, the one of its variables."""
    if values[options.SERVER] or values[options.ROOT] or here.server:
        return values[options.SERVER]
    return server_of(values[options.FORGE], environment)


_API = re.compile(r"/api(?:/v[134]|/graphql)?\Z")


def _browsed(server: str) -> str:
    """Return the address that a browser uses, from what people write: without a scheme, or with the API's path."""
    address = server.rstrip("/")
    if address and "://" not in address:
        address = f"https://{address}"
    return "https://github.com" if address == "https://api.github.com" else _API.sub("", address).rstrip("/")


def _conflicts(command: Command, values: Values) -> Iterator[Sentence]:
    if command is Command.LAND and values[options.ROOT]:
        yield Sentence(
            *(Setting.ROOT, f" does not go with {command}: folders have no pull requests."),
            " Remove it, and name a server",
        )
    if values[options.PROPOSE] and values[options.LIST]:
        yield Sentence(
            *(Setting.PULL_REQUEST, " and ", Setting.OUTPUT, " do not go together:"),
            *(" a pull request has the list where the repository reads it. Name the path with ", Setting.CONFIG),
        )
    yield from _conflicts_of_folders(values)
    if values[options.HISTORY] and values[options.HISTORY_BRANCH]:
        yield Sentence(
            *(Setting.HISTORY, " and ", Setting.HISTORY_BRANCH, " do not go together:"),
            " a history is in a file or on a branch. Remove one of them",
        )
    if values[options.SHARD] is None:
        return
    if values[options.ONLY]:
        yield Sentence(
            *(Setting.SHARD, " and ", Setting.ONLY, " do not go together:"),
            " a shard is a part of the full list. Remove one of them",
        )
    if Group.SHARD not in command.spec.options:
        yield Sentence(
            *(Setting.SHARD, f" does not go with {command}:"),
            " one run has to space all writes. Remove it",
        )


def _conflicts_of_folders(values: Values) -> Iterator[Sentence]:
    root, forge = values[options.ROOT], values[options.FORGE]
    together = " do not go together: folders have no server. Remove one of them"
    if root and values[options.SERVER]:
        yield Sentence(Setting.ROOT, " and ", Setting.SERVER, together)
    if root and values[options.HISTORY_BRANCH]:
        yield Sentence(Setting.ROOT, " and ", Setting.HISTORY_BRANCH, together)
    if root and forge not in {ForgeChoice.AUTO, ForgeChoice.LOCAL}:
        yield Sentence(Setting.ROOT, " and ", SetTo(Setting.FORGE, forge), together)
    if values[options.WRITE] and not root:
        yield Sentence(
            *(Setting.WRITE, " needs ", Setting.ROOT, ", the folder that contains the consumers' folders;"),
            " on a server, remove it",
        )


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def _forge_of(values: Values, here: Environment, server: str, *, at_home: bool) -> ForgeChoice:
    """Return the product at *server*. *at_home*: it is the server that runs this job. Raises UsageError."""
    from consumer_drift.forges.address import check_address  # noqa: PLC0415 - help and completion do without
    from consumer_drift.forges.factory import kind_of  # noqa: PLC0415

    forge = values[options.FORGE]
    if values[options.ROOT]:
        return ForgeChoice.LOCAL
    try:
        if server:
            check_address(server)
    except ValueError as error:
        where = Setting.SERVER if values[options.SERVER] else "the server in the environment"
        raise UsageError(Sentence(where, f": {error}")) from error
    if at_home and forge is ForgeChoice.AUTO:
        forge = here.forge
    if at_home and not same_api(forge, here.forge):
        raise UsageError(
            Sentence(
                *(SetTo(Setting.FORGE, forge), f" does not fit this job's server {here.server}, which is"),
                *(f" {here.forge}: set ", Setting.SERVER, " as well, or remove ", Setting.FORGE),
            )
        )
    if forge is ForgeChoice.AUTO:
        return ForgeChoice(kind_of(forge, server or here.server or "https://github.com").value)
    return forge


def same_api(one: ForgeChoice, other: ForgeChoice) -> bool:
    """Return whether both can be the same server. ``auto`` can be any, folders are none."""
    either = {one, other}
    return bool(
        len(either) == 1
        or not either.isdisjoint({ForgeChoice.AUTO, ForgeChoice.LOCAL})
        or either == {ForgeChoice.GITEA, ForgeChoice.FORGEJO}
    )
