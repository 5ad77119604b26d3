"""An owner's repositories, listed and probed in one pass over GraphQL's pages."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.github import completeness, queries, reading
from consumer_drift.forges.github.consumers import complete
from consumer_drift.forges.github.replies import misshapen
from consumer_drift.forges.github.session import TOO_MUCH
from consumer_drift.forges.http import fields
from consumer_drift.forges.http.crew import each, together
from consumer_drift.forges.paths import name_fits
from consumer_drift.model.answers import Obstacle, Reason
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import Listing

if TYPE_CHECKING:
    from consumer_drift.forges.github.replies import Reply
    from consumer_drift.forges.github.session import Session
    from consumer_drift.forges.http.fields import Json
    from consumer_drift.forges.protocol import Progress
    from consumer_drift.model.names import RepositoryName
    from consumer_drift.model.observation import Probe, Snapshot

# The page's size, and what it shrinks to where GitHub finds a page too much.
_PAGE_SIZES = (100, 50, 25, 10, 1)


@dataclass(slots=True)
class _Pages:
    """What the pages brought so far. Two walkers fill it, one from each end of the list."""

    found: dict[RepositoryName, reading.Landed] = field(default_factory=dict)
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

    def add(self, found: list[reading.Landed], lost: int, total: int) -> None:
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
    session: Session
    backward: bool = False
    cursor: str | None = None
    at_end: bool = False
    size: int = _PAGE_SIZES[0]

    def walk(self, most: int | None = None) -> Obstacle | None:
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

    def _page(self) -> Obstacle | None:
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
        if isinstance(reply, Obstacle):
            return reply
        try:
            return self._read(reply, asked)
        except fields.Misshapen as error:
            return misshapen(asked, error)

    def _read(self, reply: Reply, asked: str) -> Obstacle | None:
        # What broke, and what names no place, may be behind any null of the page.
        whole = next((one for one in reply.errors if one.may_pass), None) or next(iter(reply.placeless), None)
        if whole is not None:
            return whole.obstacle(asked)
        owner = reply.data.get("repositoryOwner")
        if owner is None:
            return _no_owner(reply, asked)
        owner = fields.record(owner, "repositoryOwner")
        connection = fields.record(owner.get("repositories"), "repositories")
        nodes = fields.rows(connection.get("nodes"), "nodes")
        found = [
            _row(fields.record(node, "node"), reply, index, self.probe)
            for index, node in enumerate(nodes)
            if node is not None
        ]
        cursor = queries.next_cursor(connection, backward=self.backward)
        if cursor is not None and cursor == self.cursor:
            raise fields.Misshapen("the next page is the same one again")
        self.pages.add(found, len(nodes) - len(found), fields.number(connection, "totalCount"))
        self._about(owner, reply)
        self.at_end, self.cursor = cursor is None, cursor
        return None

    def _about(self, owner: dict[str, Json], reply: Reply) -> None:
        """What every page tells of the owner and of the one who asks."""
        viewer = reply.data.get("viewer")
        self.pages.login = fields.text(owner, "login")
        self.pages.organisation = owner.get("__typename") == "Organization"
        self.pages.viewer = fields.text(viewer, "login") if isinstance(viewer, dict) else ""
        self.pages.headers.append(dict(reply.headers))


def listing(probe: Probe, session: Session, progress: Progress) -> Listing | Obstacle:
    """All pages: the first one, then from both ends at once, since each page tells only its neighbour's place."""
    pages = _Pages()
    forward = _Walker(pages, probe, session)
    refused = forward.walk(most=1)
    if refused is not None:
        return refused
    backward = _Walker(pages, probe, session, backward=True, size=forward.size, at_end=forward.at_end)
    refused = next(
        (one for one in together(forward.walk, backward.walk, stop=session.stop) if one is not None), None
    )
    # Where pages were left out, a listing without them would look as whole as one with all.
    refused = refused or session.stop.obstacle()
    if refused is not None:
        return refused
    signals = _signals(pages, session)
    hidden, doubts = completeness.judge(signals, public_only=probe.visibility is Visibility.PUBLIC)
    rows = list(pages.found.values())
    done: list[Snapshot] = []
    for _, snapshot in each(
        lambda landed: complete(session, landed), rows, threads=session.threads, stop=session.stop
    ):
        progress(snapshot.name)
        done.append(snapshot)
    stopped = session.stop.obstacle()
    if stopped is not None and len(done) < len(rows):
        # Rows were left out: a listing without them would look as whole as one with all.
        return stopped
    return Listing(pages.login, "GraphQL repositoryOwner", tuple(done), hidden, doubts)


def _is_too_much(obstacle: Obstacle) -> bool:
    broke_within = obstacle.reason is Reason.FORGE_ERROR and not obstacle.status
    return obstacle.reason is Reason.RESOURCE_LIMIT or obstacle.status in TOO_MUCH or broke_within


def _no_owner(reply: Reply, asked: str) -> Obstacle:
    errors = reply.errors_at("repositoryOwner") or reply.errors
    if errors:
        return errors[0].obstacle(asked)
    return Obstacle(
        Reason.NOT_FOUND,
        f"{asked} cannot be listed: GitHub knows no such owner",
        "correct `owner:` in the configuration",
        asked=asked,
    )


def _row(node: dict[str, Json], reply: Reply, index: int, probe: Probe) -> reading.Landed:
    snapshot, commit = reading.repository(node, None)
    if snapshot.archived or not name_fits(snapshot.name.name, probe.include, probe.exclude):
        return reading.Landed(snapshot, {}, commit)
    if snapshot.name in probe.skip:
        return reading.Landed(snapshot, {}, commit)
    path = ("repositoryOwner", "repositories", "nodes", index)
    contents, blobs = reading.files(node, reply, path, probe.files)
    return reading.Landed(replace(snapshot, files=contents), blobs, commit)


def _signals(pages: _Pages, session: Session) -> completeness.Signals:
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
        for row in fields.rows(shown.get("repositories"), "repositories"):
            if (
                fields.repository(fields.record(row, "repository"), "full_name").owner.casefold()
                != owner.casefold()
            ):
                return "selected"
        return fields.text(shown, "repository_selection")
    except fields.Misshapen:
        return None


def _known(body: dict[str, Json] | Obstacle) -> dict[str, Json]:
    """These answers only add to what is known: where one cannot be had, less is proved, and that is told."""
    return {} if isinstance(body, Obstacle) else body


def _count(account: dict[str, Json], key: str) -> int | None:
    value = account.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
