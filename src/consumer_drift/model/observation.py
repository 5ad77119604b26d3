"""What a run asks of a forge, and what the forge showed: all that the judgement is based on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from consumer_drift.model.pins import is_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

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


def whole(snapshot: Snapshot) -> Snapshot:
    """Keep all of *snapshot*."""
    return snapshot


@dataclass(frozen=True, slots=True)
class Probe:
    """Which repositories of the owner to list and to search for pins.

    *files* are read in every repository that is not archived and whose name is not in *skip* (those are read as
    consumers), matches *include* and does not match *exclude*. *keep*: see ``Survey``.
    """

    owner: str
    files: tuple[str, ...]
    skip: frozenset[RepositoryName]
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    visibility: Visibility
    keep: Callable[[Snapshot], Snapshot] = whole


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything that one run asks about repositories. *bump_branch* is the branch of a bump to the target.

    *probe* is None where reconcile is off; *bump_branch* is empty where no pull requests are needed. *known* has
    repositories that this run has read already: of them only the files are asked for, and most have none of these.
    *checks*: those of a pull request from *bump_branch* are read as well, where that takes no further request.
    *keep* is called for each repository once all of it was read, in any thread, and returns what stays in memory.
    """

    consumers: tuple[Wanted, ...]
    probe: Probe | None = None
    bump_branch: str = ""
    known: Mapping[RepositoryName, Snapshot] = field(default_factory=dict)
    checks: bool = False
    keep: Callable[[Snapshot], Snapshot] = whole


class Role(IntEnum):
    """What the token's user may do in a repository, whatever the token may."""

    NONE = 0
    READ = 1
    WRITE = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A repository as the forge showed it.

    *name* is its current name, which differs from *asked* where it was renamed. *files* has an answer for every
    file that was asked for, *forbidden* the matching paths for every pattern, *matches* the files for every
    pattern of files, which are then in *files*. *web_url* is the repository's page;
    *branch* the branch that was read (empty where there is none). *pull_requests* is None where they were not
    asked for; *open_pull_requests* is the forge's own count, None where it gives none. *commit* is the commit that
    *files* were read at, empty where it is not known; *object_format* is the hash of git's object ids there.
    *mirror*: it is a copy of another repository, and takes no commits. *takes_pull_requests* is False where its
    settings switch them off. *role* is None where the forge did not tell it with the rest, and so is *branches*,
    the number of branches. *merge_methods* are those that its settings allow, as far as the forge told them;
    *runs_workflows* is None where it did not.
    """

    asked: RepositoryName
    name: RepositoryName
    web_url: str = ""
    branch: str = ""
    archived: bool = False
    mirror: bool = False
    takes_pull_requests: bool = True
    empty: bool = False
    public: bool = True
    files: Mapping[str, FileResult] = field(default_factory=dict)
    forbidden: Mapping[str, tuple[str, ...] | Failure] = field(default_factory=dict)
    matches: Mapping[str, tuple[str, ...] | Failure] = field(default_factory=dict)
    pull_requests: PullRequests | Failure | None = None
    open_pull_requests: int | None = None
    commit: str = ""
    object_format: str = "sha1"
    role: Role | None = None
    branches: int | None = None
    merge_methods: frozenset[str] = frozenset()
    runs_workflows: bool | None = None


def without_answers(snapshot: Snapshot, files: Sequence[str], failure: Failure) -> Snapshot:
    """Return *snapshot* with *failure* as the answer for each of *files*, which may be patterns."""
    patterns = [path for path in files if is_pattern(path)]
    plain = [path for path in files if not is_pattern(path)]
    return replace(snapshot, files=dict.fromkeys(plain, failure), matches=dict.fromkeys(patterns, failure))


@dataclass(frozen=True, slots=True)
class Listing:
    """The owner's repositories that the token sees.

    *repositories*: all of them, with the files of those that were probed. *hidden*: how many more there are, None
    where that cannot be known. *doubts*: why the list may be incomplete, a sentence each. *route* says how it was
    listed.
    """

    owner: str
    route: str
    repositories: tuple[Snapshot, ...]
    hidden: int | None = 0
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything that was read. *consumers* has an entry for each that was wanted.

    *listing* is None where no probe was asked for.
    """

    consumers: Mapping[RepositoryName, Snapshot | Failure]
    listing: Listing | Failure | None = None

    def in_order_of(self, survey: Survey) -> Observation:
        """Return it with the consumers in the order of *survey*, whichever was read first."""
        return replace(self, consumers={wanted.name: self.consumers[wanted.name] for wanted in survey.consumers})


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of the source, or the tag of one of its releases.

    *commit* is the id of its commit, empty where that is not known. *date* is when it was made, with a zone: an
    *annotated* tag has a date of its own, any other that of its commit. None where that is not known.
    """

    name: str
    commit: str = ""
    date: datetime | None = None
    annotated: bool = False


@dataclass(frozen=True, slots=True)
class BumpSearch:
    """Which pull requests of a consumer are asked for: those from bump branches.

    *head* is the branch of a bump to the target; *is_bump* tells the branches of all bumps, whose names contain
    *resembling*. *closed*: also those that were closed without being merged.
    """

    head: str
    resembling: str
    is_bump: Callable[[str], bool]
    closed: bool = False
