"""What one run does: the same for the command line and for a job. Types alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from consumer_drift.commands import Command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.shards import ShardSpec


class ForgeChoice(StrEnum):
    """What a user can say of the server's product. Gitea and Forgejo have the same API: either word fits both."""

    AUTO = "auto"
    GITHUB = "github"
    GITEA = "gitea"
    FORGEJO = "forgejo"
    LOCAL = "local"


class PageVisibility(StrEnum):
    """Who will see a page."""

    PUBLIC = "public"
    PRIVATE = "private"


class Purpose(StrEnum):
    """What doctor wants the consumers to be ready for."""

    CHECK = "check"
    PROPAGATE = "propagate"


class UsageError(Exception):
    """The settings cannot be used. Exit code 2.

    *sentences* has one text for the user for each mistake, with what to do about it; a text that names settings
    is a Sentence.
    """

    def __init__(self, *sentences: str) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


DEFAULT_CONCURRENCY = 16
DEFAULT_MAX_TIME = 3000.0


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run: options first, then the environment, then the defaults.

    *config* is a path, ``owner/repo/path@ref``, or empty for the usual places. *server*, *api* and *graphql* are
    addresses, empty where they are not known. *calling* is the repository whose job this is, and *commit* what
    the job runs at. *target* is a version, empty for the source's own. *max_time* is in seconds. *merge_token*
    is for approving and merging, empty where *token* does that. *dry_run* keeps propagate and land from writing.
    *tracks*: the tracking issue is written where the configuration asks for one.
    *shard* is the part of the consumer list to read, None for all of it. *reports* are
    the files that combine joins or page shows, *files* those that validate checks. *cache* is a file, None for no
    cache. *source* is the repository that init finds consumers of, *output* the file that it writes, *update*: it
    extends the list that there is, *propose*: by a pull request. *history* is the file that page reads the runs
    of, *history_branch* the branch of the source that has them instead, *page* the folder that it writes to.
    *purpose* is what doctor looks at. *no_server* are sentences about why the server is not known, for a command
    that may do without.
    *variable* returns the value of an environment variable, empty where it is not set.
    """

    command: Command = Command.CHECK
    config: str = ""
    root: Path | None = None
    forge: ForgeChoice = ForgeChoice.AUTO
    server: str = ""
    api: str = ""
    graphql: str = ""
    token: str = field(default="", repr=False)
    merge_token: str = field(default="", repr=False)
    calling: RepositoryName | None = None
    commit: str = ""
    target: str = ""
    only: tuple[str, ...] = ()
    reconcile: bool = True
    concurrency: int = DEFAULT_CONCURRENCY
    max_time: float = DEFAULT_MAX_TIME
    ca_bundle: str = ""
    user_agent: str = ""
    dry_run: bool = False
    tracks: bool = False
    write: bool = False
    shard: ShardSpec | None = None
    reports: tuple[Path, ...] = ()
    files: tuple[str, ...] = ()
    source: RepositoryName | None = None
    update: bool = False
    output: str = ""
    propose: bool = False
    cache: Path | None = None
    history: Path | None = None
    purpose: Purpose = Purpose.PROPAGATE
    history_branch: str = ""
    page: Path | None = None
    page_visibility: PageVisibility = PageVisibility.PUBLIC
    no_server: tuple[str, ...] = ()
    variable: Callable[[str], str] = field(default=lambda _name: "", repr=False, compare=False)

    @property
    def is_followed(self) -> bool:
        """Whether people follow it over time: a history keeps the run, or a page shows it."""
        return bool(self.history or self.history_branch or self.page)
