"""What a run was asked to do: the same for the command line and for a job of a runner."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from consumer_drift.model.repository import RepositoryName
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
