"""The configuration, as the rest of the program knows it: plain, frozen and complete.

``consumer_drift.config`` makes it from YAML; every default is filled in there.
"""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from consumer_drift.model.versions import Affixes, Scheme, VersionFormat, is_short_commit, parse_version

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from consumer_drift.model.findings import Place
    from consumer_drift.model.pins import Pin
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.model.source_branch import BranchHistory
    from consumer_drift.model.versions import FloatingLevel, Version


@dataclass(frozen=True, slots=True)
class FromTags:
    """The highest version among the source's tags that the template (``runtime-v{version}``) fits."""

    template: str

    @property
    def affixes(self) -> Affixes:
        """What is around the version in a tag."""
        return Affixes.of(self.template)


@dataclass(frozen=True, slots=True)
class FromRelease:
    """The tag of the source's latest release, read with the templates of the ``tags`` entries, or a ``v``."""


@dataclass(frozen=True, slots=True)
class FromFile:
    """A file on the source's default branch. *key* is empty where the whole file is the version."""

    file: str
    key: str


@dataclass(frozen=True, slots=True)
class FromLiteral:
    """A version that is written in the configuration, or one that was *given* to this run."""

    version: str
    given: bool = False


@dataclass(frozen=True, slots=True)
class FromBranch:
    """The newest commit of a branch of the source, or the *commit* that was given to this run (empty: none)."""

    branch: str
    commit: str = ""


Origin = FromTags | FromRelease | FromFile | FromLiteral | FromBranch


@dataclass(frozen=True, slots=True)
class Retraction:
    """A release that was taken back. *use* is what to pin instead, None for the target version."""

    version: Version
    reason: str
    use: Version | None = None


class RegistryKind(StrEnum):
    """The protocol by which a registry is asked for a version."""

    PYPI = "pypi"
    NPM = "npm"
    OCI = "oci"
    GO = "go"
    URL = "url"


@dataclass(frozen=True, slots=True)
class RegistryPackage:
    """Where releases can be installed from: *name* at the registry with this *address*.

    *name* is a package, a module or an image, or for URL the whole template; *tag* is the template of an image's
    tag. *token_env* is the variable that has the registry's token, empty for none.
    """

    kind: RegistryKind
    name: str
    address: str
    tag: str = ""
    token_env: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the target version comes from: the first of *origins* that yields one.

    *repository* is None only where every origin is literal and none was given. *published* is None where every
    release counts, whether it can be installed or not.
    """

    repository: RepositoryName | None
    origins: tuple[Origin, ...]
    place: Place
    retracted: tuple[Retraction, ...] = ()
    published: RegistryPackage | None = None

    @property
    def name(self) -> str:
        """The value of ``{source}``."""
        return self.repository.name if self.repository else "source"

    @property
    def branch(self) -> FromBranch | None:
        """The branch whose commits are the versions, None where releases are."""
        return next((one for one in self.origins if isinstance(one, FromBranch)), None)


@dataclass(frozen=True, slots=True)
class Consumer:
    """A listed repository, with the pins it must have and the paths it must not. *branch* None: the default."""

    name: RepositoryName
    place: Place
    pins: tuple[Pin, ...]
    forbid: tuple[str, ...] = ()
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """A repository that may have a pin without being listed, until the end of the day *until* (UTC)."""

    name: RepositoryName
    reason: str
    place: Place
    until: date | None = None


class Visibility(StrEnum):
    """Which repositories of the owner can be consumers at all."""

    ALL = "all"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Which repositories of the owner are looked at. The patterns fit names, without case."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]
    visibility: Visibility
    place: Place


class InFlight(StrEnum):
    """What an open bump pull request makes of ``behind``."""

    ADVISORY = "advisory"
    DRIFT = "drift"


class Ahead(StrEnum):
    """What a pin above the target counts as."""

    DRIFT = "drift"
    ADVISORY = "advisory"


class Unproven(StrEnum):
    """What a list of repositories counts as that nothing proves to be complete."""

    WARN = "warn"
    ACCEPT = "accept"


class Locks(StrEnum):
    """Which lock files are compared."""

    FOLLOW = "follow"  # those beside a manifest that pins the package, and those that are named
    NAMED = "named"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Policy:
    """How much findings count.

    *grace* is how long after the oldest release that it missed a consumer is excused by an open bump pull
    request, *window* how long without one; *window* is not longer than *grace*.
    *floating* says which moving tags are accepted.
    """

    grace: timedelta
    in_flight: InFlight = InFlight.ADVISORY
    ahead: Ahead = Ahead.DRIFT
    unproven: Unproven = Unproven.WARN
    locks: Locks = Locks.FOLLOW
    floating: frozenset[FloatingLevel] = frozenset()
    window: timedelta = timedelta()


class LockBumps(StrEnum):
    """What propagate does where a lock file would have to change too."""

    REFUSE = "refuse"
    LEAVE = "leave"  # open the pull request without the lock file, and say so


class AutoMerge(StrEnum):
    """Whether and how propagate asks the forge to merge once the checks pass."""

    OFF = "off"
    MERGE = "merge"
    SQUASH = "squash"
    REBASE = "rebase"


class MergeMethod(StrEnum):
    """How ``land`` merges."""

    MERGE = "merge"
    SQUASH = "squash"
    REBASE = "rebase"


@dataclass(frozen=True, slots=True)
class Land:
    """Which bumps are merged, and how.

    *checks* are parts of the names of checks that must have passed, empty where any passing checks will do; None:
    a bump without checks may be merged. *most* is the number of merges of one run; *stop_failing* is how many
    bumps with failing checks keep all others from being merged, 0 for no such limit.
    """

    checks: tuple[str, ...] | None = ()
    method: MergeMethod = MergeMethod.MERGE
    approve: bool = False
    most: int = 20
    stop_failing: int = 0


@dataclass(frozen=True, slots=True)
class Propagate:
    """The bump pull request. *branch*, *title* and *body* may hold ``{source}`` and ``{version}``.

    *concurrency* is how many consumers are written to at once, where the forge asks for no pace.
    """

    branch: str
    title: str
    body: str
    labels: tuple[str, ...]
    reviewers: tuple[str, ...]
    draft: bool
    auto_merge: AutoMerge
    locks: LockBumps = LockBumps.REFUSE
    delete_branch: bool = False
    concurrency: int = 4

    def head(self, source: str, version: str) -> str:
        """The branch that bumps to *version*: one name for each, so that a bump is known by its branch."""
        return self.branch.replace("{source}", source).replace("{version}", version)


@dataclass(frozen=True, slots=True)
class Tracking:
    """The tracking issue that the configuration asks for. Labels and assignees are set when it is opened."""

    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()


@dataclass(frozen=True)
class Config:
    """The whole file. *reconcile*, *land* and *tracking* are None where they are switched off.

    *consumers* are those that this run reads; *whole_list* is all of them where that is only a share, and
    empty otherwise. *commits* has the version of each commit that a tag names, for every repository that is
    pinned by commits: a run finds them out, the file does not say them. *history* is that of the source's branch,
    where its newest commit is the target.
    """

    file: str
    source: Source
    scheme: Scheme
    prereleases: bool
    owner: str
    pins: tuple[Pin, ...]
    consumers: tuple[Consumer, ...]
    consumers_place: Place
    exempt: tuple[Exemption, ...]
    reconcile: Reconcile | None
    policy: Policy
    propagate: Propagate
    land: Land | None = None
    tracking: Tracking | None = None
    whole_list: tuple[Consumer, ...] = ()
    commits: Mapping[RepositoryName, Mapping[str, Version]] = field(default_factory=dict)
    history: BranchHistory | None = None

    @property
    def listed(self) -> tuple[Consumer, ...]:
        """Every consumer of the file, whoever reads it."""
        return self.whole_list or self.consumers

    @property
    def bump_search_term(self) -> str:
        """The longest text that the names of all bump branches contain, to filter branches by."""
        return max(self.propagate.branch.replace("{source}", self.source.name).split("{version}"), key=len)

    def bump_version(self, branch: str) -> Version | None:
        """Return the version that a branch of that name bumps to, None where it is no bump branch's name."""
        text = self._version_in(branch)
        if self.source.branch is None:
            return parse_version(text, self.scheme) if text else None
        return self.history.by_short_form.get(text) if self.history is not None else None

    def unknown_bump_commit(self, branch: str) -> str:
        """Return the first digits of the unknown commit that a branch of that name bumps to; empty for others."""
        if self.source.branch is None or self.bump_version(branch) is not None:
            return ""
        text = self._version_in(branch)
        return text if is_short_commit(text) else ""

    def _version_in(self, branch: str) -> str:
        """Return the version in the name of a bump branch, empty where it is not the name of one."""
        template = self.propagate.branch.replace("{source}", self.source.name)
        first, _, rest = template.partition("{version}")
        # A template may contain the version twice: then both places must have the same text.
        text = Affixes(first, rest).strip(branch) if "{version}" not in rest else _first_of(branch, first, rest)
        return text if text and self.propagate.head(self.source.name, text) == branch else ""

    @cached_property
    def version_format(self) -> VersionFormat:
        """How this source's versions are written."""
        templates = (origin.affixes for origin in self.source.origins if isinstance(origin, FromTags))
        commits = ChainMap(*(dict(known) for known in self.commits.values()))
        known = VersionFormat(self.scheme, tuple(dict.fromkeys(templates)), commits, self.policy.floating)
        if self.source.branch is None:
            return known
        tags = self.history.tags if self.history is not None else None
        return replace(
            known, branch=self.source.branch.branch, tags=tags, repository=str(self.source.repository or "")
        )


def _first_of(branch: str, first: str, rest: str) -> str | None:
    if not branch.startswith(first):
        return None
    copies = 1 + rest.count("{version}")
    fixed = len(first) + len(rest.replace("{version}", ""))
    length, over = divmod(len(branch) - fixed, copies)
    return branch[len(first) : len(first) + length] if over == 0 and length > 0 else None
