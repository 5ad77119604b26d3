"""Folders on this machine as a Forge, without a network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from consumer_drift.forges.git import (
    TreeEntry,
    files_to_read,
    is_top_level,
    matching_files,
    matching_paths,
)
from consumer_drift.forges.held_texts import HeldTexts
from consumer_drift.forges.local import folder
from consumer_drift.model.observation import Listing, Observation, Snapshot, Wanted, without_answers
from consumer_drift.model.pins import is_pattern
from consumer_drift.model.repository import RepositoryName, is_name
from consumer_drift.model.result import Failure, FileResult, Reason
from consumer_drift.model.sentence import Sentence, Setting
from consumer_drift.settings import UsageError
from consumer_drift.support.globs import name_matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from consumer_drift.cache.store import Cache
    from consumer_drift.forges.base import Issues, Lander, Progress
    from consumer_drift.forges.local.writer import LocalWriter
    from consumer_drift.model.branch import StoredBranch
    from consumer_drift.model.checks import PullRequestChecks
    from consumer_drift.model.config import Propagate
    from consumer_drift.model.observation import BumpSearch, Probe, Survey, Tag
    from consumer_drift.model.pull_request import PullRequest, PullRequests
    from consumer_drift.model.readiness import Access, BumpPlan
    from consumer_drift.model.source_branch import CommitPage

_CHECKED_OUT = "a folder has only one state, what is checked out there"


class LocalForge:
    """``root/name`` and ``root/owner/name`` are repositories; names compare without case on every disk.

    A plain folder belongs to every owner. What is checked out is what is read: a consumer's ``branch:`` has no
    meaning here.
    """

    workflow_folders: tuple[str, ...] = ()
    no_cache = "folders are read without any request"
    # A checkout may have been made without its tags, or with some of them.
    has_every_tag = False

    def __init__(self, root: Path, texts: HeldTexts | None = None) -> None:
        self._root = root.resolve()
        self._texts = texts or HeldTexts()
        self._folders: dict[Path, dict[str, list[Path]]] = {}

    @property
    def label(self) -> str:
        """``the folders under /srv/templates``."""
        return f"the folders under {self._root}"

    @property
    def requests(self) -> int:
        """Always 0."""
        return 0

    def tags(self, repository: RepositoryName, containing: str) -> tuple[Tag, ...] | Failure:
        """Return the tags of a git checkout."""
        place = self._place(repository)
        if isinstance(place, Failure):
            # Folders are often the consumers alone, and then no folder has the version.
            return replace(place, remedy=Sentence("set ", Setting.TARGET, ", or ", place.remedy))
        found = folder.tags(place)
        if isinstance(found, Failure):
            return found
        return tuple(tag for tag in found if containing in tag.name)

    def latest_release(self, repository: RepositoryName) -> Tag | Failure | None:
        """Return a failure: releases belong to forges, not to git."""
        return Failure(
            Reason.NOT_FOUND,
            f"{repository} is a folder here, and a folder has no releases",
            Sentence("set `version:` or `file:` under `source:`, or set ", Setting.TARGET),
        )

    def releases(self, repository: RepositoryName) -> tuple[Tag, ...] | Failure:  # noqa: ARG002
        """Return none: releases belong to forges."""
        return ()

    def commits(
        self,
        repository: RepositoryName,
        branch: str,
        commit: str = "",
        after: str = "",  # noqa: ARG002
    ) -> CommitPage | Failure:
        """Return the commits of a git checkout, all of them on one page."""
        from consumer_drift.forges.local import git_objects  # noqa: PLC0415 - few sources are branches

        place = self._place(repository)
        return place if isinstance(place, Failure) else git_objects.commits(place, branch, commit)

    def contained(
        self,
        repository: RepositoryName,  # noqa: ARG002
        head: str,  # noqa: ARG002
        commits: Sequence[str],  # noqa: ARG002
    ) -> frozenset[str] | Failure:
        """Return none: every commit is on the first page."""
        return frozenset()

    def file(self, repository: RepositoryName, path: str, ref: str = "") -> FileResult:
        """Return one file of the folder, or a failure if *ref* asks for another state."""
        if ref:
            return Failure(
                Reason.NOT_FOUND,
                f"{path} of {repository} was requested at {ref!r}, and {_CHECKED_OUT}",
                "leave the ref out",
            )
        place = self._place(repository)
        return place if isinstance(place, Failure) else folder.read_file(place, path)

    def survey(self, survey: Survey, progress: Progress, cache: Cache | None = None) -> Observation:  # noqa: ARG002
        """Read every consumer's folder, and probe the owner's other ones. *cache* is not used."""
        consumers: dict[RepositoryName, Snapshot | Failure] = {}
        for wanted in survey.consumers:
            place = self._place(wanted.name)
            consumers[wanted.name] = (
                place if isinstance(place, Failure) else self._texts.held(survey.keep(_read(place, wanted)))
            )
            progress(wanted.name)
        return Observation(consumers, self._listing(survey.probe, progress) if survey.probe else None)

    def pull_requests(
        self,
        snapshots: Sequence[Snapshot],
        search: BumpSearch,  # noqa: ARG002
    ) -> Mapping[RepositoryName, PullRequests | Failure]:
        """Return none: folders have no pull requests."""
        return {snapshot.asked: () for snapshot in snapshots}

    def checks(
        self,
        bumps: Sequence[tuple[Snapshot, PullRequest]],  # noqa: ARG002
        *,
        fresh: bool = True,  # noqa: ARG002
    ) -> Mapping[RepositoryName, PullRequestChecks | Failure]:
        """Return none: folders have no pull requests."""
        return {}

    def file_url(self, snapshot: Snapshot, path: str, line: int) -> str:  # noqa: ARG002
        """Return "": there is no page."""
        return ""

    def abilities(
        self,
        snapshots: Sequence[Snapshot],  # noqa: ARG002
        plan: BumpPlan,  # noqa: ARG002
    ) -> Mapping[RepositoryName, Access]:
        """Return none: folders have no branches, pull requests or rights."""
        return {}

    def stored_branch(self, repository: RepositoryName, branch: str) -> StoredBranch | Failure:
        """Return a failure: a folder is what is checked out there."""
        return Failure(
            Reason.NOT_FOUND, f"{repository} is a folder, which has no branch {branch} to read", "name a server"
        )

    def push(self, *_: object) -> Failure | None:
        """Raises UsageError: nothing is pushed to a folder."""
        raise UsageError("folders have no branch for a history: name a server")

    def issues(self) -> Issues:
        """Raises UsageError: folders have no issues."""
        raise UsageError("folders have no issues, so there is no tracking issue: name a server")

    def lander(self) -> Lander:
        """Raises UsageError: folders have no pull requests."""
        raise UsageError("folders have no pull requests, so there is nothing to merge: name a server")

    def writer(self, wanted: Propagate) -> LocalWriter:  # noqa: ARG002 - a folder takes no extras
        """Return a writer that rewrites the files in place."""
        from consumer_drift.forges.local.writer import LocalWriter  # noqa: PLC0415 - a check writes nothing

        return LocalWriter(self._place)

    def _place(self, name: RepositoryName) -> Path | Failure:
        """Return the folder of a repository; one below its owner's folder is preferred."""
        try:
            owner = self._child(self._root, name.owner)
            found = (self._child(owner, name.name) if owner else None) or self._child(self._root, name.name)
        except OSError as error:
            return folder.unreadable(self._root, error)
        if found is None:
            return Failure(
                Reason.NOT_FOUND,
                f"there is no folder {name.name} and no {name} under {self._root}",
                "check the name, or put the repository's files there",
            )
        real = found.resolve()
        if not real.is_relative_to(self._root):
            return Failure(
                Reason.DENIED,
                f"{found} is a symbolic link that leads out of {self._root}",
                Sentence("put the folder itself there, or set ", Setting.ROOT, " to a folder that contains both"),
            )
        return real

    def _child(self, parent: Path, name: str) -> Path | None:
        """Return the folder of that name, ignoring case; an exact match is preferred. Raises OSError."""
        same = self._in(parent).get(name.casefold(), [])
        return next((place for place in same if place.name == name), same[0] if same else None)

    def _in(self, parent: Path) -> Mapping[str, list[Path]]:
        """Return the folders of *parent* by their names in lower case, read once. Raises OSError.

        Only folders whose name can be a repository's name; hidden ones belong to tools.
        """
        if parent not in self._folders:
            named: dict[str, list[Path]] = {}
            for place in sorted(parent.iterdir()):
                if is_name(place.name) and not place.name.startswith(".") and place.is_dir():
                    named.setdefault(place.name.casefold(), []).append(place)
            self._folders[parent] = named
        return self._folders[parent]

    def _listing(self, probe: Probe, progress: Progress) -> Listing | Failure:
        shown: list[Snapshot] = []
        try:
            names = sorted({*self._owned(probe.owner, probe.skip)})
        except OSError as error:
            return folder.unreadable(self._root, error)
        for name in names:
            bare = Snapshot(asked=name, name=name)
            if name in probe.skip or not name_matches(name.name, probe.include, probe.exclude):
                shown.append(bare)
                continue
            place = self._place(name)
            if isinstance(place, Failure):
                shown.append(without_answers(bare, probe.files, place))
            else:
                shown.append(self._texts.held(probe.keep(_read(place, Wanted(name, probe.files)))))
            progress(name)
        return Listing(probe.owner, "folders", tuple(shown))

    def _owned(self, owner: str, known: frozenset[RepositoryName]) -> Iterator[RepositoryName]:
        """Yield the folders under the root and under the owner's folder that can be repositories of *owner*.

        The folder of an owner (this one, or one that *known* names) is not a repository, and a folder that is one
        of the *known* is not another repository, too. Raises OSError.
        """
        placed = {name: place for name in known if not isinstance(place := self._place(name), Failure)}
        yield from (name for name in placed if name.owner.casefold() == owner.casefold())
        taken = set(placed.values())
        owners = {owner.casefold(), *(name.owner.casefold() for name in known)}
        own = self._child(self._root, owner)
        candidates = [same for key, same in self._in(self._root).items() if key not in owners]
        if own and own.resolve() not in taken:
            candidates += self._in(own).values()
        for same in candidates:
            if same[0].resolve() not in taken:
                yield RepositoryName(owner, same[0].name)


def _read(place: Path, wanted: Wanted) -> Snapshot:
    """Return a folder as a snapshot, under the name that was asked for: a folder has no other."""
    patterns = tuple(path for path in wanted.files if is_pattern(path))
    entries: tuple[TreeEntry, ...] | Failure = ()
    if wanted.forbid or patterns:
        recursive = bool(patterns) or not all(is_top_level(pattern) for pattern in wanted.forbid)
        entries = folder.paths(place, recursive=recursive)
    if isinstance(entries, Failure):
        matches: Mapping[str, tuple[str, ...] | Failure] = dict.fromkeys(patterns, entries)
        forbidden: Mapping[str, tuple[str, ...] | Failure] = dict.fromkeys(wanted.forbid, entries)
    else:
        matches, forbidden = matching_files(patterns, entries), matching_paths(wanted.forbid, entries)
    return Snapshot(
        asked=wanted.name,
        name=wanted.name,
        files={path: folder.read_file(place, path) for path in files_to_read(wanted.files, matches)},
        forbidden=forbidden,
        matches=matches,
    )
