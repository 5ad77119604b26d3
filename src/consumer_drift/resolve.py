"""From what a user said, the environment and the defaults, in that order, to Settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_drift.model.repository import RepositoryName
from consumer_drift.settings import ForgeChoice, Settings, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


def settings_of(environment: Mapping[str, str], **flags: Any) -> Settings:
    """Flags over the environment over the defaults. Raises UsageError."""
    from consumer_drift.forges.factory import kind_of  # noqa: PLC0415

    here = environment_of(environment)
    forge, server, root = ForgeChoice(flags["forge"]), flags["server"].rstrip("/"), flags["root"]
    at_home = bool(here.server) and server in {"", here.server.rstrip("/")}
    if at_home and forge is ForgeChoice.AUTO:
        forge = here.forge
    if root is not None:
        forge = ForgeChoice.LOCAL
    elif at_home and not same_api(forge, here.forge):
        raise UsageError(
            f"--forge {forge} does not fit this job's server {here.server}, which is {here.forge}:"
            " add --server URL, or leave --forge out"
        )
    elif forge is ForgeChoice.AUTO:
        forge = ForgeChoice(kind_of(forge, server or here.server or "https://github.com").value)
    return Settings(
        config=flags["config"],
        root=root,
        forge=forge,
        server=server or here.server,
        api=here.api if at_home else "",
        graphql=here.graphql if at_home else "",
        token=find_token(
            environment,
            forge,
            flags["token_env"],
            in_its_own_job=at_home,
            in_another_job=bool(here.server) and not at_home,
        ),
        calling=here.calling,
        commit=here.commit,
        version=flags["target"],
        only=flags["only"],
        reconcile=not flags["no_reconcile"],
        concurrency=flags["concurrency"],
        max_time=flags["max_time"],
        ca_bundle=flags["ca_bundle"],
        cache=Path(flags["cache"]) if flags.get("cache") not in {None, "", "off"} else None,
    )


def same_api(one: ForgeChoice, other: ForgeChoice) -> bool:
    """Whether both can be the same server. ``auto`` can be any, folders are none."""
    either = {one, other}
    return bool(
        len(either) == 1
        or not either.isdisjoint({ForgeChoice.AUTO, ForgeChoice.LOCAL})
        or either == {ForgeChoice.GITEA, ForgeChoice.FORGEJO}
    )


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment tells of where we run. Empty where it does not."""

    forge: ForgeChoice
    server: str
    api: str
    graphql: str
    calling: RepositoryName | None
    commit: str


# Where a token is looked for, by forge: one forge's token is never offered to another.
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
    """Forgejo also sets Gitea's variable, and both set GitHub's: the rarest sign is read first."""
    if environment.get("FORGEJO_ACTIONS") == "true":
        return ForgeChoice.FORGEJO
    if environment.get("GITEA_ACTIONS") == "true" or api.rstrip("/").endswith("/api/v1"):
        return ForgeChoice.GITEA
    return ForgeChoice.GITHUB if api else ForgeChoice.AUTO


# What a job on GitHub, and often its author, hands over for GitHub itself.
_OF_THE_JOB = frozenset({"GITHUB_TOKEN", "GH_TOKEN"})


def find_token(
    environment: Mapping[str, str],
    forge: ForgeChoice,
    name: str,
    *,
    in_its_own_job: bool,
    in_another_job: bool = False,
) -> str:
    """The token from the variable *name*, or from the usual ones of *forge*; empty where there is none.

    *in_its_own_job*: the run is a job of that very server, so GITHUB_TOKEN is that server's.
    *in_another_job*: it is a job of another server, so GITHUB_TOKEN is not for this one.
    Raises UsageError where *name* is given and not set, or where a token cannot be one.
    """
    if name and not environment.get(name, "").strip():
        raise UsageError(f"the variable {name} that should hold the token is not set: set it, or drop --token-env")
    names = [name] if name else list(TOKEN_VARIABLES.get(forge, ()))
    if not name and in_its_own_job and forge is not ForgeChoice.LOCAL:
        names.append("GITHUB_TOKEN")
    if not name and in_another_job:
        names = [variable for variable in names if variable not in _OF_THE_JOB]
    for variable in names:
        token = environment.get(variable, "").strip()
        if not token:
            continue
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise UsageError(f"the variable {variable} holds blanks or special characters, so it is no token")
        return token
    return ""
