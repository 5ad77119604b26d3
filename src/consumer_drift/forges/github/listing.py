"""An owner's repositories, listed and probed in one pass over GraphQL's pages."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from consumer_drift.forges.github import completeness, parse, parse_files, queries
from consumer_drift.forges.github.account import count_of, is_organization_owner, object_of, selection
from consumer_drift.forges.github.client import TOO_EXPENSIVE
from consumer_drift.forges.github.contents import completed
from consumer_drift.forges.github.responses import invalid_response, next_cursor
from consumer_drift.forges.github.texts import with_texts
from consumer_drift.forges.http.workers import map_unordered, run_parallel
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import Listing
from consumer_drift.model.pins import is_pattern
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support.globs import name_matches
from consumer_drift.support.json_fields import InvalidJson, JsonValue

if TYPE_CHECKING:
    from consumer_drift.forges.base import Progress
    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.model.observation import Probe, Snapshot

# The page's size, and the sizes to try if GitHub finds a page too expensive.
_PAGE_SIZES = (100, 50, 25, 10, 1)


@dataclass(slots=True)
class _Rows:
    """The rows of all pages so far, by id. Two walkers fill it, one from each end of the list.

    *changed*: the list changed while it was read, so a row may be missing. *account* has the owner's own counts,
    *selection* says what the token may see of them.
    """

    found: dict[str, parse_files.Read] = field(default_factory=dict)
    lost: int = 0
    total: int | None = None
    changed: bool = False
    is_organization: bool = False
    login: str = ""
    viewer: str = ""
    headers: list[dict[str, str]] = field(default_factory=list)
    requested: int = 0
    account: JsonValue = field(default_factory=lambda: JsonValue({}))
    selection: str | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def claim(self, size: int) -> bool:
        """Return whether there are rows that are not requested yet; then *size* of them are the caller's.

        A list that changes while it is read cannot be counted: a row that was found may be gone, and the count is
        reached before the end. Then both walkers go all the way.
        """
        with self.lock:
            known = len(self.found) + self.lost + self.requested
            if self.total is not None and known >= self.total and not self.changed:
                return False
            self.requested += size
            return True

    def release(self, size: int) -> None:
        """End a claim: what was requested is found, or it failed."""
        with self.lock:
            self.requested -= size

    def add(self, found: list[parse_files.Read], lost: int, total: int) -> None:
        """Add the rows of one page. A row that both walkers found counts once, whatever it is called now."""
        with self.lock:
            renamed = any(
                row.id in self.found and self.found[row.id].snapshot.name != row.snapshot.name for row in found
            )
            self.found.update({row.id: row for row in found})
            self.lost += lost
            self.changed = self.changed or renamed or self.total not in {None, total}
            self.total = total

    @property
    def own(self) -> list[parse_files.Read]:
        """The rows of the owner itself: rows of other owners never count."""
        login = self.login.casefold()
        return [row for row in self.found.values() if row.snapshot.name.owner.casefold() == login]

    @property
    def not_shown(self) -> int:
        """How many rows were counted and not shown. If the walkers overlap, both count the same nulls."""
        return self.lost if self.changed or self.total is None else max(0, self.total - len(self.found))


@dataclass(slots=True)
class _Walker:
    """Goes through the list from one end, or through what *search* finds of it.

    A page that is too expensive is requested in smaller ones.
    """

    rows: _Rows
    probe: Probe
    client: GitHubClient
    backward: bool = False
    search: str = ""
    cursor: str | None = None
    at_end: bool = False
    size: int = _PAGE_SIZES[0]

    def walk(self, most: int | None = None) -> Failure | None:
        """Read up to *most* pages, or until nothing is left. Return the failure that ended it before."""
        while not self.at_end and most != 0 and (self.search or self.rows.claim(self.size)):
            size = self.size
            failure = self._read_page()
            if not self.search:
                self.rows.release(size)
            if failure is not None:
                smaller = next((one for one in _PAGE_SIZES if one < size), None)
                if smaller is None or not _is_too_expensive(failure):
                    return failure
                self.size = smaller
            elif most is not None:
                most -= 1
        return None

    def _read_page(self) -> Failure | None:
        document, variables = self._question()
        asked = f"the repositories of {self.probe.owner}"
        reply = self.client.graphql(document, variables, asked, can_be_split=self.size > _PAGE_SIZES[-1])
        if isinstance(reply, Failure):
            return reply
        try:
            return self._add(reply, asked)
        except InvalidJson as error:
            return invalid_response(asked, error)

    def _question(self) -> tuple[str, dict[str, str | int | None]]:
        owner, files = self.probe.owner, self.probe.files
        public_only = self.probe.visibility is Visibility.PUBLIC
        if self.search:
            return queries.search_page(
                owner, self.search, files, public_only=public_only, size=self.size, cursor=self.cursor
            )
        return queries.owner_page(
            owner, files, public_only=public_only, size=self.size, cursor=self.cursor, backward=self.backward
        )

    def _add(self, reply: GraphResponse, asked: str) -> Failure | None:
        # A transient error, and one without a path, may explain any null of the page.
        fatal = next((one for one in reply.errors if one.is_transient), None)
        fatal = fatal or next(iter(reply.global_errors), None)
        if fatal is not None:
            return fatal.failure(asked)
        owner = reply.data.get("repositoryOwner")
        if owner is None:
            return _no_owner(reply, asked)
        total = owner["repositories"]["totalCount"].number()
        path = ("search",) if self.search else ("repositoryOwner", "repositories")
        connection = reply.data["search"] if self.search else owner["repositories"]
        nodes = list(connection["nodes"])
        found = [
            _row(node, reply, (*path, "nodes", index), self.probe)
            for index, node in enumerate(nodes)
            if not node.is_null
        ]
        cursor = next_cursor(connection, backward=self.backward)
        if cursor is not None and cursor == self.cursor:
            raise InvalidJson("the next page is the same one again")
        lost = len(nodes) - len(found)
        if self.search:
            # Its index may lag behind: a row may have moved to another owner, and a null one may be deleted.
            found, lost = [row for row in found if self._belongs(row, owner["login"].text())], 0
        self.rows.add(found, lost, total)
        self._note(owner, reply)
        self.at_end, self.cursor = cursor is None, cursor
        return None

    def _belongs(self, row: parse_files.Read, login: str) -> bool:
        is_shown = row.snapshot.public or self.probe.visibility is not Visibility.PUBLIC
        return is_shown and row.snapshot.name.owner.casefold() == login.casefold()

    def _note(self, owner: JsonValue, reply: GraphResponse) -> None:
        """Keep what every page tells about the owner and the token's user."""
        viewer = reply.data.get("viewer")
        self.rows.login = owner["login"].text()
        self.rows.is_organization = owner["__typename"].value == "Organization"
        self.rows.viewer = viewer["login"].text() if viewer is not None else ""
        self.rows.headers.append(dict(reply.headers))


# A list that changed while it was read is read once more.
_TRIES = 2


def listing(probe: Probe, client: GitHubClient, progress: Progress) -> Listing | Failure:
    """List the owner's repositories, and read the files of those that the probe names."""
    rows: _Rows | Failure = _Rows()
    for _ in range(_TRIES):
        rows = _all_rows(probe, client)
        if isinstance(rows, Failure) or not rows.changed:
            break
    if isinstance(rows, Failure):
        return rows
    public_only = probe.visibility is Visibility.PUBLIC
    hidden, doubts = completeness.judge(_signals(rows, client), public_only=public_only)
    shown = _completed(client, rows.own, probe, progress)
    if isinstance(shown, Failure):
        return shown
    return Listing(rows.login, "GraphQL repositoryOwner", shown, hidden, doubts)


def _all_rows(probe: Probe, client: GitHubClient) -> _Rows | Failure:
    """Read the first page, those of a large owner by creation time, and then what is missing from both ends.

    Each page tells only its neighbour's cursor.
    """
    rows = _Rows()
    forward = _Walker(rows, probe, client)
    failure = forward.walk(most=1)
    if failure is not None:
        return failure

    if forward.at_end:
        _read_account(rows, client)
        return rows

    def others() -> _Rows | Failure:
        _read_by_creation(rows, probe, client, forward.size)
        backward = _Walker(rows, probe, client, backward=True, size=forward.size)
        ends = run_parallel(forward.walk, backward.walk, deadline=client.deadline)
        failure = next((one for one in ends if one is not None), None)
        # A listing without some of its pages would look as complete as one with all.
        return failure or client.deadline.failure() or rows

    # The other pages wait for each other; what the owner's account tells does not wait for them.
    read, _ = run_parallel(others, partial(_read_account, rows, client), deadline=client.deadline)
    # An account that was cut off proves less, and every page was read.
    return read or client.deadline.failure() or rows


def _read_account(rows: _Rows, client: GitHubClient) -> None:
    """Read the owner's own counts: https://docs.github.com/en/rest/orgs/orgs#get-an-organization"""
    rows.account = object_of(client.rest(f"/{'orgs' if rows.is_organization else 'users'}/{rows.login}"))
    rows.selection = selection(client, rows.login)


def _read_by_creation(rows: _Rows, probe: Probe, client: GitHubClient, size: int) -> None:
    """Read a large owner's repositories by their creation times. What fails here is read from the ends."""
    from consumer_drift.forges.github import creation  # noqa: PLC0415 - loaded where one page is not all

    if (rows.total or 0) <= creation.LARGE:
        return
    public_only = probe.visibility is Visibility.PUBLIC
    owner = creation.Owner(rows.login, rows.is_organization, public_only, rows.total or 0)
    walkers = [_Walker(rows, probe, client, search=one, size=size) for one in creation.searches(client, owner)]
    # More threads than requests at once: where one range ends, the page of another is sent.
    threads = 4 * client.threads
    for _ in map_unordered(lambda walker: walker.walk(), walkers, threads=threads, deadline=client.deadline):
        pass


def _completed(
    client: GitHubClient, rows: list[parse_files.Read], probe: Probe, progress: Progress
) -> tuple[Snapshot, ...] | Failure:
    done: list[Snapshot] = []

    def finish(row: parse_files.Read) -> Snapshot:
        whole = completed(client, row, probe.files if _is_probed(row.snapshot, probe) else ())
        return client.texts.held(whole if whole is row.snapshot else probe.keep(whole))

    rows = with_texts(client, rows, client.threads)
    rest: list[parse_files.Read] = []
    for row in rows:
        if _lacks_files(row, probe):
            rest.append(row)
        else:
            progress(row.snapshot.name)
            done.append(finish(row))
    for _, snapshot in map_unordered(finish, rest, threads=client.threads, deadline=client.deadline):
        progress(snapshot.name)
        done.append(snapshot)
    stopped = client.deadline.failure()
    # A listing without some of its rows would look as complete as one with all.
    if stopped is not None and (len(done) < len(rows) or any(_is_cut_off(one, stopped) for one in done)):
        return stopped
    return tuple(done)


def _lacks_files(row: parse_files.Read, probe: Probe) -> bool:
    """Whether further requests are needed for it."""
    return _is_probed(row.snapshot, probe) and not _is_whole(row, probe)


def _is_cut_off(snapshot: Snapshot, stopped: Failure) -> bool:
    return any(isinstance(one, Failure) and one.reason is stopped.reason for one in snapshot.files.values())


def _is_too_expensive(failure: Failure) -> bool:
    failed_inside = failure.reason is Reason.FORGE_ERROR and not failure.status
    return (
        failure.reason in {Reason.RESOURCE_LIMIT, Reason.TOO_LARGE}
        or failure.status in TOO_EXPENSIVE
        or failed_inside
    )


def _no_owner(reply: GraphResponse, asked: str) -> Failure:
    errors = reply.errors_at("repositoryOwner") or reply.errors
    if errors:
        return errors[0].failure(asked)
    return Failure(
        Reason.NOT_FOUND,
        f"{asked} cannot be listed: GitHub knows no such owner",
        "correct `owner:` in the configuration",
        asked=asked,
    )


def _row(node: JsonValue, reply: GraphResponse, path: parse_files.Path, probe: Probe) -> parse_files.Read:
    snapshot, commit = parse.repository(node, None)
    row = parse_files.Read(snapshot, {}, commit)
    if _is_probed(snapshot, probe):
        row = parse_files.with_files(snapshot, node, reply, path, probe.files)
        if _is_whole(row, probe):
            row = replace(row, snapshot=probe.keep(row.snapshot))
    return replace(row, commit=commit, id=node["id"].text())


def _is_whole(row: parse_files.Read, probe: Probe) -> bool:
    return not row.blobs and all(path in row.snapshot.matches for path in probe.files if is_pattern(path))


def _is_probed(snapshot: Snapshot, probe: Probe) -> bool:
    if snapshot.archived or snapshot.mirror or snapshot.name in probe.skip:
        return False
    return name_matches(snapshot.name.name, probe.include, probe.exclude)


def _signals(rows: _Rows, client: GitHubClient) -> completeness.Signals:
    scopes = next((h["x-oauth-scopes"] for h in rows.headers if "x-oauth-scopes" in h), None)
    own = rows.own
    public = sum(1 for row in own if row.snapshot.public)
    signals = completeness.Signals(
        kind=client.kind,
        public_rows=public,
        private_rows=len(own) - public,
        scopes=frozenset(scope.strip() for scope in scopes.split(",")) if scopes is not None else None,
        partial_sso=any("partial-results" in h.get("x-github-sso", "") for h in rows.headers),
        public_total=count_of(rows.account, "public_repos"),
        private_total=count_of(rows.account, "total_private_repos"),
        selection=rows.selection,
        lost=rows.not_shown,
        is_own=rows.viewer.casefold() == rows.login.casefold(),
        changed=rows.changed,
    )
    if rows.is_organization and signals.private_total is None and signals.scopes is not None:
        return replace(signals, is_own=is_organization_owner(client, rows.login))
    return signals
