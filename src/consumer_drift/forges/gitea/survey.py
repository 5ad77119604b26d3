"""One survey: rows first, by as few listings as pay off, then every repository in one parallel pass."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.gitea.completeness import completeness
from consumer_drift.forges.gitea.listing import Lister, Owned
from consumer_drift.forges.http.workers import map_unordered
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import (
    Listing,
    Observation,
    Probe,
    Snapshot,
    Survey,
    Wanted,
    without_answers,
)
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.globs import name_matches

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

# From so many consumers of one owner on, the first page of its listing is worth a request.
_FEW = 2
# So many names are requested for the owner's id, before the owner counts as unknown.
_TRIES = 10


@dataclass(frozen=True, slots=True)
class _Task:
    """A repository to read. *snapshot* None: its row must be requested first. *probing*: it is no listed consumer.

    *validator* tells whether it has changed, None if that is unknown. *is_known*: it was read in this run, and
    most likely has none of the files.
    """

    wanted: Wanted
    snapshot: Snapshot | None
    probing: bool = False
    validator: Validator | None = None
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class SurveyReader:
    """What a survey needs. *cache* None: everything is fetched."""

    client: GiteaClient
    contents: ContentsReader
    threads: int
    deadline: Deadline
    cache: Cache | None = None
    _validators: dict[RepositoryName, Validator] = field(default_factory=dict)

    def read(self, survey: Survey, progress: Progress) -> Observation:
        """Read everything. What the deadline cut off is answered by its failure."""
        listed = self._list(survey)
        probe = survey.probe
        owner = listed.get(probe.owner.casefold()) if probe else None
        tasks = self._tasks(survey, listed)
        consumers: dict[RepositoryName, Snapshot | Failure] = {}
        probed: dict[RepositoryName, Snapshot | Failure] = {}

        def kept(task: _Task) -> Snapshot | Failure:
            read = self._read(task)
            keep = probe.keep if probe and task.probing else survey.keep
            return read if isinstance(read, Failure) else self.contents.texts.held(keep(read))

        for task, result in map_unordered(kept, tasks, threads=self.threads, deadline=self.deadline):
            (probed if task.probing else consumers)[task.wanted.name] = result
            progress(task.wanted.name)
        for task in tasks:
            read = probed if task.probing else consumers
            if task.wanted.name not in read:
                read[task.wanted.name] = self._unread()
        listing = self._listing(probe, owner, probed) if probe else None
        return Observation(consumers, listing)

    def _tasks(self, survey: Survey, listed: Mapping[str, Owned | Failure]) -> list[_Task]:
        """Return what is to be read: every consumer, and the owner's other repositories that the probe names."""
        rows = {row.name: row for owned in listed.values() if isinstance(owned, Owned) for row in owned.rows}
        tasks = [self._of_consumer(wanted, rows.get(wanted.name), survey) for wanted in survey.consumers]
        probe = survey.probe
        owner = listed.get(probe.owner.casefold()) if probe else None
        if probe and isinstance(owner, Owned):
            tasks += [
                self._task(Wanted(row.name, probe.files), row, probing=True)
                for row in owner.rows
                if _is_probed(probe, row.snapshot)
            ]
        return tasks

    def _of_consumer(self, wanted: Wanted, row: RepositoryRow | None, survey: Survey) -> _Task:
        known = survey.known.get(wanted.name)
        if known is not None:
            again = replace(known, files={}, forbidden={}, matches={})
            return _Task(wanted, again, is_known=True)
        if row is not None:
            self.client.listed(row)
        return self._task(wanted, row)

    def _task(self, wanted: Wanted, row: RepositoryRow | None, *, probing: bool = False) -> _Task:
        snapshot = row.snapshot if row is not None else None
        return _Task(wanted, snapshot, probing, self._validators.get(wanted.name))

    def _unread(self) -> Failure:
        return self.deadline.failure() or Failure(
            Reason.CUT_SHORT, "the run ended before this was read", "run it again"
        )

    def _read(self, task: _Task) -> Snapshot | Failure:
        wanted = task.wanted
        shown = task.snapshot or self._row(wanted.name)
        if isinstance(shown, Failure):
            return shown
        snapshot = replace(shown, asked=wanted.name, branch=wanted.branch or shown.branch)
        if self.cache is None or task.validator is None:
            return self._fetch(snapshot, task)
        cached = self.cache.get(wanted, task.validator) if not (snapshot.archived or snapshot.empty) else None
        if cached is not None:
            return replace(snapshot, files=cached.files, forbidden=cached.forbidden, matches=cached.matches)
        fetched = self._fetch(snapshot, task)
        # What was read without the token says nothing about what the token may read.
        if not self.client.is_anonymous(shown.name):
            self.cache.put(wanted, task.validator, fetched)
        return fetched

    def _row(self, name: RepositoryName) -> Snapshot | Failure:
        row = self.client.repository(name)
        return row if isinstance(row, Failure) else row.snapshot

    def _fetch(self, snapshot: Snapshot, task: _Task) -> Snapshot | Failure:
        rarely = task.probing or task.is_known
        return self.contents.fetch(snapshot, task.wanted.files, task.wanted.forbid, probing=rarely)

    # listings

    def _list(self, survey: Survey) -> Mapping[str, Owned | Failure]:
        """Return what could be listed, by the owner's name in lower case."""
        by_owner: dict[str, list[RepositoryName]] = defaultdict(list)
        for wanted in survey.consumers:
            if wanted.name not in survey.known:
                by_owner[wanted.name.owner.casefold()].append(wanted.name)
        validators = None if self.cache is None else self._validators
        lister = Lister(self.client, threads=self.threads, deadline=self.deadline, validators=validators)
        listed: dict[str, Owned | Failure] = {}
        if survey.probe:
            key = survey.probe.owner.casefold()
            listed[key] = self._list_owner(lister, survey.probe, by_owner.pop(key, []))
        for key, names in by_owner.items():
            if len(names) > _FEW:
                listed[key] = self._list_if_cheaper(lister, names)
        return listed

    def _list_owner(self, lister: Lister, probe: Probe, consumers: Sequence[RepositoryName]) -> Owned | Failure:
        others = sorted(name for name in probe.skip if name.owner.casefold() == probe.owner.casefold())
        public_only = probe.visibility is Visibility.PUBLIC
        names = [*consumers, *others]
        owned = lister.owned(probe.owner, lambda: self._first_row(probe.owner, names), public_only=public_only)
        if isinstance(owned, Failure) or public_only:
            return owned
        return replace(owned, public_token=lister.has_public_token(owned))

    def _list_if_cheaper(self, lister: Lister, names: Sequence[RepositoryName]) -> Owned | Failure:
        """Return the owner's listing, if it costs fewer requests than one for each of *names*."""

        def is_worth_it(first: Page[RepositoryRow]) -> bool:
            missing = set(names) - {row.name for row in first.rows}
            return first.last - 1 < len(missing)

        owner = names[0].owner
        return lister.owned(owner, lambda: self._first_row(owner, names), is_worth_it=is_worth_it)

    def _first_row(self, owner: str, names: Iterable[RepositoryName]) -> RepositoryRow | None:
        """Return the row of the first of *names* that still belongs to *owner*, for the owner's id."""
        for name in list(dict.fromkeys(names))[:_TRIES]:
            row = self.client.repository(name)
            if isinstance(row, Failure):
                if row.reason is not Reason.NOT_FOUND:
                    return None
            elif row.name.owner.casefold() == owner.casefold():
                return row
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
        hidden, doubts = completeness(owned, probe.owner, has_token=self.client.has_token, public_only=public_only)
        shown = tuple(_probed(row.snapshot, probed.get(row.name), probe.files) for row in owned.rows)
        return Listing(probe.owner, owned.route, shown, hidden, doubts)


def _is_probed(probe: Probe, row: Snapshot) -> bool:
    if row.archived or row.mirror or row.name in probe.skip:
        return False
    if probe.visibility is Visibility.PUBLIC and not row.public:
        return False
    return name_matches(row.name.name, probe.include, probe.exclude)


def _probed(row: Snapshot, read: Snapshot | Failure | None, files: Sequence[str]) -> Snapshot:
    """Return a repository of the listing with what probing it found."""
    if read is None:
        return row
    return without_answers(row, files, read) if isinstance(read, Failure) else read
