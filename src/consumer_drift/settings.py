"""What a run was asked to do: the same for the command line and for a job of a runner."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from consumer_drift.model.repository import RepositoryName

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from consumer_drift.model.shards import ShardSpec


class Command(StrEnum):
    """What a run does."""

    CHECK = "check"
    PROPAGATE = "propagate"


class ForgeChoice(StrEnum):
    """The values of ``--forge``. Gitea and Forgejo speak the same API: either word does for both."""

    AUTO = "auto"
    GITHUB = "github"
    GITEA = "gitea"
    FORGEJO = "forgejo"
    LOCAL = "local"


def same_api(one: ForgeChoice, other: ForgeChoice) -> bool:
    """Whether both can be the same server. ``auto`` can be any, folders are none."""
    either = {one, other}
    return bool(
        len(either) == 1
        or not either.isdisjoint({ForgeChoice.AUTO, ForgeChoice.LOCAL})
        or either == {ForgeChoice.GITEA, ForgeChoice.FORGEJO}
    )


class UsageError(Exception):
    """What was asked cannot be done as asked: a sentence for the user, with what to do. Exit code 2."""


DEFAULT_CONCURRENCY = 16
DEFAULT_MAX_TIME = 3000.0


@dataclass(frozen=True, slots=True)
class Settings:
    """One run, resolved: flags or inputs first, then the environment, then the defaults.

    *config* is a path, ``owner/repo/path@ref``, or empty to look in the usual places; *server*, *api*
    and *graphql* are addresses, empty where nobody told; *calling* is the repository whose job this is
    and *commit* what it runs at; *max_time* is in seconds; *dry_run* keeps propagate from writing; *share*
    is the part of the list to read, None for all of it; *cache* keeps what was read, None for no such file.
    """

    config: str = ""
    root: Path | None = None
    forge: ForgeChoice = ForgeChoice.AUTO
    server: str = ""
    api: str = ""
    graphql: str = ""
    token: str = field(default="", repr=False)
    calling: RepositoryName | None = None
    commit: str = ""
    version: str = ""
    only: tuple[str, ...] = ()
    reconcile: bool = True
    concurrency: int = DEFAULT_CONCURRENCY
    max_time: float = DEFAULT_MAX_TIME
    ca_bundle: str = ""
    command: Command = Command.CHECK
    dry_run: bool = False
    share: ShardSpec | None = None
    cache: Path | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
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


def surroundings(environment: Mapping[str, str]) -> Surroundings:
    """Read the variables that runners set.

    https://docs.github.com/en/actions/reference/workflows-and-actions/variables
    """
    api = environment.get("GITHUB_API_URL", "")
    try:
        calling = RepositoryName.parse(environment.get("GITHUB_REPOSITORY", ""))
    except ValueError:
        calling = None
    return Surroundings(
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
