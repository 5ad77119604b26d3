"""What was asked of a forge and what it showed: the ground that judging stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from consumer_drift.model.config import Visibility
    from consumer_drift.model.pull_request import PullRequests
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.result import Failure, FileResult


@dataclass(frozen=True, slots=True)
class Wanted:
    """A listed consumer to read. *branch* None: its default branch."""

    name: RepositoryName
    files: tuple[str, ...]
    forbid: tuple[str, ...] = ()
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class Probe:
    """Which repositories of the owner to list and look into.

    *files* are read in every repository that is not archived, whose name is not in *skip* (those are
    read as consumers) and fits *include* and not *exclude*.
    """

    owner: str
    files: tuple[str, ...]
    skip: frozenset[RepositoryName]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    visibility: Visibility


@dataclass(frozen=True, slots=True)
class Survey:
    """All that one run asks about repositories. *bump_branch* is the head branch of a bump to the target.

    *probe* is None where reconcile is off; *bump_branch* is empty where no pull request matters.
    """

    consumers: tuple[Wanted, ...]
    probe: Probe | None = None
    bump_branch: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A repository as the forge showed it.

    *name* is what the forge calls it: another one than *asked* where it was renamed. *files* has an
    answer for every file that was asked for, *forbidden* for every pattern the paths that fit it.
    *web_url* is the repository's page; *branch* the branch that was read (empty where there is none).
    *pull_requests* is None where they were not asked for; *open_pull_requests* is the forge's own count,
    None where it tells none. *commit* is what *files* were read at, empty where that was not told;
    *object_format* is the hash that git's objects are called by there.
    """

    asked: RepositoryName
    name: RepositoryName
    web_url: str = ""
    branch: str = ""
    archived: bool = False
    empty: bool = False
    public: bool = True
    files: Mapping[str, FileResult] = field(default_factory=dict)
    forbidden: Mapping[str, tuple[str, ...] | Failure] = field(default_factory=dict)
    pull_requests: PullRequests | Failure | None = None
    open_pull_requests: int | None = None
    commit: str = ""
    object_format: str = "sha1"


@dataclass(frozen=True, slots=True)
class Listing:
    """The owner's repositories that the token sees.

    *repositories*: all rows, those that fit the probe with their files. *hidden*: how many more there
    are, None where nobody can tell. *doubts*: why it may be partial, one sentence each, empty where it
    is complete as far as the forge can be believed. *route* says how it was listed.
    """

    owner: str
    route: str
    repositories: tuple[Snapshot, ...]
    hidden: int | None = 0
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything that was seen. *consumers* has an entry for every one that was wanted.

    *listing* is None where no probe was asked for.
    """

    consumers: Mapping[RepositoryName, Snapshot | Failure]
    listing: Listing | Failure | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of the source; *commit* is the id of the commit it leads to, empty where it was not told."""

    name: str
    commit: str = ""
