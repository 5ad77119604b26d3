"""An owner's repositories, listed and probed in one pass over GraphQL's pages."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.git import name_matches
from consumer_drift.forges.github import completeness, parse, queries
from consumer_drift.forges.github.client import TOO_MUCH
from consumer_drift.forges.github.contents import complete
from consumer_drift.forges.github.responses import invalid_response
from consumer_drift.forges.http.workers import map_unordered, run_parallel
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import Listing
from consumer_drift.model.result import Failure, Reason
from consumer_drift.support import json_fields

if TYPE_CHECKING:
    from consumer_drift.forges.base import Progress
    from consumer_drift.forges.github.client import GitHubClient
    from consumer_drift.forges.github.responses import GraphResponse
    from consumer_drift.model.observation import Probe, Snapshot
    from consumer_drift.model.repository import RepositoryName
    from consumer_drift.support.json_fields import Json

# The page's size, and what it shrinks to where GitHub finds a page too much.
_PAGE_SIZES = (100, 50, 25, 10, 1)


@dataclass(slots=True)
class _Pages:
    """What the pages brought so far. Two walkers fill it, one from each end of the list."""

    found: dict[RepositoryName, parse.Landed] = field(default_factory=dict)
    lost: int = 0
    total: int | None = None
    changed: bool = False
    organisation: bool = False
    login: str = ""
    viewer: str = ""
    headers: list[dict[str, str]] = field(default_factory=list)
    asked_for: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def claim(self, size: int) -> bool:
        """Whether rows are left that nobody asks for yet; then *size* of them are the caller's.

        A list that changes while it is read cannot be counted: what was found may be gone, and the count is
        reached before the end is. Then both walkers go all the way.
        """
        with self.lock:
            here = len(self.found) + self.lost + self.asked_for
            if self.total is not None and here >= self.total and not self.changed:
                return False
            self.asked_for += size
            return True

    def add(self, found: list[parse.Landed], lost: int, total: int) -> None:
        """Take in the rows of one page. What both walkers brought counts once."""
        with self.lock:
            self.found.update({landed.snapshot.name: landed for landed in found})
            self.lost += lost
            self.changed = self.changed or self.total not in {None, total}
            self.total = total

    @property
    def unshown(self) -> int:
        """How many rows were counted and not shown. Where the walkers meet, both count the same nulls."""
        return self.lost if self.changed or self.total is None else max(0, self.total - len(self.found))


@dataclass(slots=True)
class _Walker:
    """Goes through the list from one end. A page that GitHub finds too much is asked for in smaller ones."""

    pages: _Pages
    probe: Probe
    session: GitHubClient
    backward: bool = False
    cursor: str | None = None
    at_end: bool = False
    size: int = _PAGE_SIZES[0]

    def walk(self, most: int | None = None) -> Failure | None:
        """Up to *most* pages, or until nothing is left; the obstacle that ended it before."""
        while not self.at_end and most != 0 and self.pages.claim(self.size):
            size = self.size
            step = self._page()
            with self.pages.lock:
                self.pages.asked_for -= size
            if step is not None:
                smaller = next((one for one in _PAGE_SIZES if one < size), None)
                if smaller is None or not _is_too_much(step):
                    return step
                self.size = smaller
            elif most is not None:
                most -= 1
        return None

    def _page(self) -> Failure | None:
        """Add one page, or the obstacle that stands before it."""
        document, variables = queries.owner_page(
            self.probe.owner,
            self.probe.files,
            public_only=self.probe.visibility is Visibility.PUBLIC,
            size=self.size,
            cursor=self.cursor,
            backward=self.backward,
        )
        asked = f"the repositories of {self.probe.owner}"
        reply = self.session.ask(document, variables, asked, can_ask_less=self.size > _PAGE_SIZES[-1])
        if isinstance(reply, Failure):
            return reply
        try:
            return self._read(reply, asked)
        except json_fields.InvalidJson as error:
            return invalid_response(asked, error)

    def _read(self, reply: GraphResponse, asked: str) -> Failure | None:
        # What broke, and what names no place, may be behind any null of the page.
        whole = next((one for one in reply.errors if one.may_pass), None) or next(iter(reply.placeless), None)
        if whole is not None:
            return whole.failure(asked)
        owner = reply.data.get("repositoryOwner")
        if owner is None:
            return _no_owner(reply, asked)
        owner = json_fields.record(owner, "repositoryOwner")
        connection = json_fields.record(owner.get("repositories"), "repositories")
        nodes = json_fields.rows(connection.get("nodes"), "nodes")
        found = [
            _row(json_fields.record(node, "node"), reply, index, self.probe)
            for index, node in enumerate(nodes)
            if node is not None
        ]
        cursor = queries.next_cursor(connection, backward=self.backward)
        if cursor is not None and cursor == self.cursor:
            raise json_fields.InvalidJson("the next page is the same one again")
        self.pages.add(found, len(nodes) - len(found), json_fields.number(connection, "totalCount"))
        self._about(owner, reply)
        self.at_end, self.cursor = cursor is None, cursor
        return None

    def _about(self, owner: dict[str, Json], reply: GraphResponse) -> None:
        """What every page tells of the owner and of the one who asks."""
        viewer = reply.data.get("viewer")
        self.pages.login = json_fields.text(owner, "login")
        self.pages.organisation = owner.get("__typename") == "Organization"
        self.pages.viewer = json_fields.text(viewer, "login") if isinstance(viewer, dict) else ""
        self.pages.headers.append(dict(reply.headers))


def listing(probe: Probe, session: GitHubClient, progress: Progress) -> Listing | Failure:
    """All pages: the first one, then from both ends at once, since each page tells only its neighbour's place."""
    pages = _Pages()
    forward = _Walker(pages, probe, session)
    refused = forward.walk(most=1)
    if refused is not None:
        return refused
    backward = _Walker(pages, probe, session, backward=True, size=forward.size, at_end=forward.at_end)
    refused = next(
        (one for one in run_parallel(forward.walk, backward.walk, deadline=session.deadline) if one is not None),
        None,
    )
    # Where pages were left out, a listing without them would look as whole as one with all.
    refused = refused or session.deadline.failure()
    if refused is not None:
        return refused
    signals = _signals(pages, session)
    hidden, doubts = completeness.judge(signals, public_only=probe.visibility is Visibility.PUBLIC)
    rows = list(pages.found.values())
    done: list[Snapshot] = []
    for _, snapshot in map_unordered(
        lambda landed: complete(session, landed), rows, threads=session.threads, deadline=session.deadline
    ):
        progress(snapshot.name)
        done.append(snapshot)
    stopped = session.deadline.failure()
    if stopped is not None and len(done) < len(rows):
        # Rows were left out: a listing without them would look as whole as one with all.
        return stopped
    return Listing(pages.login, "GraphQL repositoryOwner", tuple(done), hidden, doubts)


def _is_too_much(failure: Failure) -> bool:
    broke_within = failure.reason is Reason.FORGE_ERROR and not failure.status
    return failure.reason is Reason.RESOURCE_LIMIT or failure.status in TOO_MUCH or broke_within


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


def _row(node: dict[str, Json], reply: GraphResponse, index: int, probe: Probe) -> parse.Landed:
    snapshot, commit = parse.repository(node, None)
    if snapshot.archived or not name_matches(snapshot.name.name, probe.include, probe.exclude):
        return parse.Landed(snapshot, {}, commit)
    if snapshot.name in probe.skip:
        return parse.Landed(snapshot, {}, commit)
    path = ("repositoryOwner", "repositories", "nodes", index)
    contents, blobs = parse.files(node, reply, path, probe.files)
    return parse.Landed(replace(snapshot, files=contents), blobs, commit)


def _signals(pages: _Pages, session: GitHubClient) -> completeness.Signals:
    scopes = next((h["x-oauth-scopes"] for h in pages.headers if "x-oauth-scopes" in h), None)
    public = sum(1 for landed in pages.found.values() if landed.snapshot.public)
    signals = completeness.Signals(
        kind=session.kind,
        public_rows=public,
        private_rows=len(pages.found) - public,
        scopes=frozenset(scope.strip() for scope in scopes.split(",")) if scopes is not None else None,
        partial_sso=any("partial-results" in h.get("x-github-sso", "") for h in pages.headers),
        lost=pages.unshown,
        is_own=pages.viewer.casefold() == pages.login.casefold(),
    )
    # The owner's own counts: https://docs.github.com/en/rest/orgs/orgs#get-an-organization
    account = _known(session.rest(f"/{'orgs' if pages.organisation else 'users'}/{pages.login}"))
    signals = replace(
        signals,
        public_total=_count(account, "public_repos"),
        private_total=_count(account, "total_private_repos"),
    )
    if session.kind is not completeness.TokenKind.INSTALLATION:
        return signals
    shown = _known(session.rest("/installation/repositories", {"per_page": 1}))
    return replace(signals, selection=_selection(shown, pages.login))


def _selection(shown: dict[str, Json], owner: str) -> str | None:
    """What an installation may see of *owner*. An App on all repositories of another one proves nothing here.

    https://docs.github.com/en/rest/apps/installations#list-repositories-accessible-to-the-app-installation
    """
    try:
        for row in json_fields.rows(shown.get("repositories"), "repositories"):
            if (
                json_fields.repository(json_fields.record(row, "repository"), "full_name").owner.casefold()
                != owner.casefold()
            ):
                return "selected"
        return json_fields.text(shown, "repository_selection")
    except json_fields.InvalidJson:
        return None


def _known(body: dict[str, Json] | Failure) -> dict[str, Json]:
    """These answers only add to what is known: where one cannot be had, less is proved, and that is told."""
    return {} if isinstance(body, Failure) else body


def _count(account: dict[str, Json], key: str) -> int | None:
    value = account.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
