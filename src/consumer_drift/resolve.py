"""From options, the environment and the defaults, in that order, to Settings; and which token is used."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_drift import options
from consumer_drift.commands import Command, Group, Needs
from consumer_drift.logins import is_known, server_of, shown_host
from consumer_drift.model.repository import RepositoryName
from consumer_drift.model.sentence import Sentence, Setting, SetTo
from consumer_drift.settings import ForgeChoice, Settings, UsageError
from consumer_drift.support.redact import SHORTEST, looks_like_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from consumer_drift.options import Values


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
    forge, token, merge_token = values[options.FORGE], "", ""
    try:
        forge = _forge_of(values, here, server, at_home=at_home)
    except UsageError as error:
        mistakes += error.sentences
    try:
        token = _token(environment, values, forge, here, server, at_home=at_home)
    except UsageError as error:
        mistakes += error.sentences
    try:
        merge_token = _merge_token(environment, values)
    except UsageError as error:
        mistakes += error.sentences
    if mistakes:
        raise UsageError(*mistakes)
    return Settings(
        command=command,
        reports=tuple(reports),
        config=values[options.CONFIG],
        root=_path(values[options.ROOT]),
        forge=forge,
        server=server or here.server,
        api=here.api if at_home else "",
        graphql=here.graphql if at_home else "",
        token=token,
        merge_token=merge_token,
        calling=here.calling,
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
        history=_path(values[options.HISTORY]),
        history_branch=values[options.HISTORY_BRANCH],
        page=_path(values[options.PAGE]),
        page_visibility=values[options.VISIBILITY],
        variable=lambda name: environment.get(name, "").strip(),
    )


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


@dataclass(frozen=True, slots=True)
class Environment:
    """The job that this is, as far as the environment says. Each field is empty where it does not."""

    forge: ForgeChoice
    server: str
    api: str
    graphql: str
    calling: RepositoryName | None
    commit: str


# The variables that have a token, by product: one product's token is never sent to another.
TOKEN_VARIABLES: Mapping[ForgeChoice, tuple[str, ...]] = {
    ForgeChoice.GITHUB: ("GITHUB_TOKEN", "GH_TOKEN"),
    ForgeChoice.GITEA: ("GITEA_TOKEN", "FORGEJO_TOKEN"),
    ForgeChoice.FORGEJO: ("FORGEJO_TOKEN", "GITEA_TOKEN"),
    ForgeChoice.LOCAL: (),
}


def environment_of(environment: Mapping[str, str]) -> Environment:
    """Read the variables that runners set.

    https://docs.github.com/en/actions/reference/workflows-and-actions/variables
    """
    api = environment.get("GITHUB_API_URL", "")
    try:
        calling = RepositoryName.parse(environment.get("GITHUB_REPOSITORY", ""))
    except ValueError:
        calling = None
    return Environment(
        forge=_forge(environment, api),
        server=environment.get("GITHUB_SERVER_URL", ""),
        api=api,
        graphql=environment.get("GITHUB_GRAPHQL_URL", ""),
        calling=calling,
        commit=environment.get("GITHUB_SHA", ""),
    )


def _forge(environment: Mapping[str, str], api: str) -> ForgeChoice:
    """Forgejo also sets Gitea's variable, and both set GitHub's: so the rarest is read first."""
    if environment.get("FORGEJO_ACTIONS") == "true":
        return ForgeChoice.FORGEJO
    if environment.get("GITEA_ACTIONS") == "true" or api.rstrip("/").endswith("/api/v1"):
        return ForgeChoice.GITEA
    return ForgeChoice.GITHUB if api else ForgeChoice.AUTO


# What a job on GitHub, and often its author, sets for GitHub itself.
_OF_THE_JOB = frozenset({"GITHUB_TOKEN", "GH_TOKEN"})


def _token(
    environment: Mapping[str, str],
    values: Values,
    forge: ForgeChoice,
    here: Environment,
    server: str,
    *,
    at_home: bool,
) -> str:
    """Return the token for the server, empty where there is none for it. Raises UsageError."""
    token = values[options.TOKEN]
    if token:
        # The job's own token is for the job's own server.
        return _checked(token, Setting.TOKEN) if at_home or not values[options.JOB_TOKEN] else ""
    if not (server or here.server) and forge in {ForgeChoice.GITEA, ForgeChoice.FORGEJO}:
        # It has no address to go to, which is the mistake to tell.
        return ""
    return find_token(
        environment,
        forge,
        values[options.TOKEN_ENV],
        server,
        in_its_own_job=at_home,
        in_another_job=bool(here.server) and not at_home,
    )


def _merge_token(environment: Mapping[str, str], values: Values) -> str:
    """Return the token that merges, empty where it is the one that reads. Raises UsageError."""
    token, name = values[options.MERGE_TOKEN], values[options.MERGE_TOKEN_ENV]
    if token or not name:
        return _checked(token, Setting.MERGE_TOKEN) if token else ""
    found = environment.get(name, "").strip()
    if not found:
        raise UsageError(
            _not_set(
                name, Setting.MERGE_TOKEN_ENV, f"the variable {name} that should have the merge token is not set"
            )
        )
    return _checked(found, f"the variable {name}")


def _not_set(name: str, where: Setting, said: str) -> Sentence:
    """Return *said* about the variable *name*, and what to do. A token given instead of a name is not shown."""
    if looks_like_token(name):
        return Sentence(
            *(where, " takes the name of a variable, and what was given looks like a token itself:"),
            " name the variable that has the token, and revoke this token if it was logged",
        )
    return Sentence(said, ": set it, or remove ", where)


def find_token(
    environment: Mapping[str, str],
    forge: ForgeChoice,
    name: str,
    server: str = "",
    *,
    in_its_own_job: bool,
    in_another_job: bool = False,
) -> str:
    """Return the token in the variable *name*, or in the usual ones of *forge*; empty where there is none.

    *in_its_own_job*: the run is a job of that very server, so GITHUB_TOKEN is that server's.
    *in_another_job*: it is a job of another server, so GITHUB_TOKEN is not for this one. Outside of a job a
    token of the usual variables is for *server* (empty: GitHub) only if that is known: a shell has them for the
    server that its other tools use.
    Raises UsageError where *name* is given and not set, or where a token is not valid, or not known to be for
    *server*.
    """
    if name and not environment.get(name, "").strip():
        raise UsageError(
            _not_set(name, Setting.TOKEN_ENV, f"the variable {name} that should have the token is not set")
        )
    names = [name] if name else list(TOKEN_VARIABLES.get(forge, ()))
    if not name and in_its_own_job and forge is not ForgeChoice.LOCAL:
        names.append("GITHUB_TOKEN")
    if not name and in_another_job:
        names = [variable for variable in names if variable not in _OF_THE_JOB]
    for variable in names:
        token = environment.get(variable, "").strip()
        if not token:
            continue
        if not (name or in_its_own_job or in_another_job or is_known(server, forge, environment)):
            raise UsageError(_for_another(variable, forge, server, environment))
        return _checked(token, f"the variable {variable}")
    return ""


def _for_another(variable: str, forge: ForgeChoice, server: str, environment: Mapping[str, str]) -> Sentence:
    where = "GH_HOST" if forge is ForgeChoice.GITHUB else "GITEA_SERVER_URL"
    # The addresses may have a password in them.
    present = shown_host(environment.get(where, ""))
    said = f"{where} ({present} now)" if present else where
    return Sentence(
        f"the token in {variable} may be for another server than {shown_host(server) or 'this one'}, so it is not"
        " sent there: name the variable with ",
        *(Setting.TOKEN_ENV, f", or set {said} to the server that the token is for"),
    )


def _checked(token: str, where: str) -> str:
    """Return *token*. Raises UsageError where no header can have it: it would be shown in an error.

    A very short one cannot be kept out of messages either: it is part of their words.
    """
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise UsageError(Sentence(where, " contains blanks or special characters, so it is not a token"))
    if len(token) < SHORTEST:
        raise UsageError(Sentence(where, f" has fewer than {SHORTEST} characters, so it is not a token"))
    return token
