"""One survey: rows first, by as few listings as pay off, then every repository in one parallel pass."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.git import name_matches
from consumer_drift.forges.gitea.listing import Lister, Owned, completeness
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import Listing, Observation, Probe, Snapshot, Survey, Wanted
from consumer_drift.model.result import Failure, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from consumer_drift.cache.entries import Validator
    from consumer_drift.cache.store import Cache
    from consumer_drift.forges.base import Progress
    from consumer_drift.forges.gitea.client import GiteaClient
    from consumer_drift.forges.gitea.contents import ContentsReader
    from consumer_drift.forges.gitea.pagination import Page
    from consumer_drift.forges.gitea.parse import RepositoryRow
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.deadline import Deadline

# From so many consumers of one owner on, the first page of its listing is worth a try.
_FEW = 2
# How many names are asked for the sake of the owner's number, before the owner counts as unknown.
_TRIES = 10


@dataclass(frozen=True, slots=True)
class _Task:
    """A repository to read. *row* None: it has to be asked for first. *probing*: it is no listed consumer.

    *stamp* tells whether it has moved, None where that is not known.
    """

    wanted: Wanted
    row: RepositoryRow | None
    probing: bool = False
    stamp: Validator | None = None


@dataclass(frozen=True, slots=True)
class SurveyReader:
    """What a survey needs of its forge. *book* None: everything is read."""

    access: GiteaClient
    reader: ContentsReader
    threads: int
    deadline: Deadline
    book: Cache | None = None

    def observe(self, survey: Survey, progress: Progress) -> Observation:
        """Read everything. What *stop* cut off is answered by its obstacle."""
        stamps: dict[RepositoryName, Validator] = {}
        listed = self._list(survey, stamps)
        rows = {row.name: row for owned in listed.values() if isinstance(owned, Owned) for row in owned.rows}
        tasks = [
            _Task(wanted, rows.get(wanted.name), stamp=stamps.get(wanted.name)) for wanted in survey.consumers
        ]
        probe = survey.probe
        owner = listed.get(probe.owner.casefold()) if probe else None
        if probe and isinstance(owner, Owned):
            tasks += [_task(probe, row, stamps) for row in owner.rows if _is_probed(probe, row.snapshot)]
        consumers: dict[RepositoryName, Snapshot | Failure] = {}
        probed: dict[RepositoryName, Snapshot | Failure] = {}
        for task, result in map_unordered(self._read, tasks, threads=self.threads, deadline=self.deadline):
            (probed if task.probing else consumers)[task.wanted.name] = result
            progress(task.wanted.name)
        for task in tasks:
            (probed if task.probing else consumers).setdefault(task.wanted.name, self._unread())
        listing = self._listing(probe, owner, probed) if probe else None
        return Observation(consumers, listing)

    def _unread(self) -> Failure:
        return self.deadline.failure() or Failure(
            Reason.CUT_SHORT, "the run ended before this was read", "run it again"
        )

    def _read(self, task: _Task) -> Snapshot | Failure:
        wanted = task.wanted
        row = task.row or self.access.repository(wanted.name)
        if isinstance(row, Failure):
            return row
        snapshot = replace(row.snapshot, asked=wanted.name, branch=wanted.branch or row.snapshot.branch)
        if self.book is None or task.stamp is None:
            return self.reader.read(snapshot, wanted.files, wanted.forbid, probing=task.probing)
        known = self.book.recall(wanted, task.stamp) if not (snapshot.archived or snapshot.empty) else None
        if known is not None:
            return replace(snapshot, files=known.files, forbidden=known.forbidden)
        read = self.reader.read(snapshot, wanted.files, wanted.forbid, probing=task.probing)
        # What was read without the token says nothing about what the token may read.
        if not self.access.is_open(row.name):
            self.book.learn(wanted, task.stamp, read)
        return read

    # listings

    def _list(self, survey: Survey, stamps: dict[RepositoryName, Validator]) -> Mapping[str, Owned | Failure]:
        """What could be listed, by the owner's name in lower case."""
        by_owner: dict[str, list[RepositoryName]] = defaultdict(list)
        for wanted in survey.consumers:
            by_owner[wanted.name.owner.casefold()].append(wanted.name)
        lister = Lister(
            self.access,
            threads=self.threads,
            deadline=self.deadline,
            validators=None if self.book is None else stamps,
        )
        listed: dict[str, Owned | Failure] = {}
        if survey.probe:
            owner = survey.probe.owner
            others = sorted(name for name in survey.probe.skip if name.owner.casefold() == owner.casefold())
            names = by_owner.pop(owner.casefold(), [])
            public_only = survey.probe.visibility is Visibility.PUBLIC
            owned = lister.owned(owner, lambda: self._anyone([*names, *others]), public_only=public_only)
            if isinstance(owned, Owned) and not public_only:
                owned = replace(owned, public_token=lister.has_public_token(owned))
            listed[owner.casefold()] = owned
        for key, names in by_owner.items():
            if len(names) > _FEW:
                listed[key] = self._cheaply(lister, names)
        return listed

    def _cheaply(self, lister: Lister, names: Sequence[RepositoryName]) -> Owned | Failure:
        """The owner's listing, as long as it costs less than asking for each of *names*."""

        def worth(first: Page[RepositoryRow]) -> bool:
            missing = set(names) - {row.name for row in first.rows}
            return first.last - 1 < len(missing)

        return lister.owned(names[0].owner, lambda: self._anyone(names), worth=worth)

    def _anyone(self, names: Iterable[RepositoryName]) -> RepositoryRow | None:
        """The row of the first of *names* that is there, for its owner's number."""
        for name in list(dict.fromkeys(names))[:_TRIES]:
            row = self.access.repository(name)
            if not isinstance(row, Failure):
                return row
            if row.reason is not Reason.NOT_FOUND:
                return None
        return None

    def _listing(
        self,
        probe: Probe,
        owned: Owned | Failure | None,
        probed: Mapping[RepositoryName, Snapshot | Failure],
    ) -> Listing | Failure:
        if owned is None or isinstance(owned, Failure):
            return owned or self._unread()
        public_only = probe.visibility is Visibility.PUBLIC
        hidden, doubts = completeness(owned, probe.owner, has_token=self.access.has_token, public_only=public_only)
        shown = tuple(_shown(row.snapshot, probed.get(row.name), probe.files) for row in owned.rows)
        return Listing(probe.owner, owned.route, shown, hidden, doubts)


def _task(probe: Probe, row: RepositoryRow, stamps: Mapping[RepositoryName, Validator]) -> _Task:
    return _Task(Wanted(row.name, probe.files), row, probing=True, stamp=stamps.get(row.name))


def _is_probed(probe: Probe, row: Snapshot) -> bool:
    if row.archived or row.name in probe.skip:
        return False
    if probe.visibility is Visibility.PUBLIC and not row.public:
        return False
    return name_matches(row.name.name, probe.include, probe.exclude)


def _shown(row: Snapshot, read: Snapshot | Failure | None, files: Sequence[str]) -> Snapshot:
    """A repository of the listing, with what probing it brought."""
    if read is None:
        return row
    return replace(row, files=dict.fromkeys(files, read)) if isinstance(read, Failure) else read
