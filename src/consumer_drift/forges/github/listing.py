"""An owner's repositories, listed and probed in one pass over GraphQL's pages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from consumer_drift.forges.github import completeness, queries, reading
from consumer_drift.forges.github.consumers import complete
from consumer_drift.forges.github.replies import misshapen
from consumer_drift.forges.github.session import TOO_MUCH
from consumer_drift.forges.http import fields
from consumer_drift.forges.http.crew import each
from consumer_drift.forges.paths import name_fits
from consumer_drift.model.answers import Obstacle, Reason
from consumer_drift.model.config import Visibility
from consumer_drift.model.observation import Listing

if TYPE_CHECKING:
    from consumer_drift.forges.github.replies import Reply
    from consumer_drift.forges.github.session import Session
    from consumer_drift.forges.http.fields import Json
    from consumer_drift.forges.protocol import Progress
    from consumer_drift.model.observation import Probe, Snapshot

# The page's size, and what it shrinks to where GitHub finds a page too much.
_PAGE_SIZES = (100, 50, 25, 10, 1)


@dataclass(slots=True)
class _Pages:
    """What the pages brought so far."""

    found: list[reading.Landed] = field(default_factory=list)
    lost: int = 0
    organisation: bool = False
    login: str = ""
    viewer: str = ""
    headers: list[dict[str, str]] = field(default_factory=list)
    cursor: str | None = None
    more: bool = True


def listing(probe: Probe, session: Session, progress: Progress) -> Listing | Obstacle:
    """All pages, in pages of whatever size goes through."""
    pages = _Pages()
    sizes = iter(_PAGE_SIZES)
    size = next(sizes)
    while pages.more:
        step = _page(pages, probe, session, size)
        if step is None:
            continue
        smaller = next(sizes, None) if _is_too_much(step) else None
        if smaller is None:
            return step
        size = smaller
    signals = _signals(pages, session)
    hidden, doubts = completeness.judge(signals, public_only=probe.visibility is Visibility.PUBLIC)
    done: list[Snapshot] = []
    for _, snapshot in each(
        lambda landed: complete(session, landed), pages.found, threads=session.threads, stop=session.stop
    ):
        progress(snapshot.name)
        done.append(snapshot)
    stopped = session.stop.obstacle()
    if stopped is not None and len(done) < len(pages.found):
        # Rows were left out: a listing without them would look as whole as one with all.
        return stopped
    return Listing(pages.login, "GraphQL repositoryOwner", tuple(done), hidden, doubts)


def _is_too_much(obstacle: Obstacle) -> bool:
    broke_within = obstacle.reason is Reason.FORGE_ERROR and not obstacle.status
    return obstacle.reason is Reason.RESOURCE_LIMIT or obstacle.status in TOO_MUCH or broke_within


def _page(pages: _Pages, probe: Probe, session: Session, size: int) -> Obstacle | None:
    """Add one page to *pages*, or the obstacle that stands before it."""
    document, variables = queries.owner_page(
        probe.owner,
        probe.files,
        public_only=probe.visibility is Visibility.PUBLIC,
        first=size,
        after=pages.cursor,
    )
    asked = f"the repositories of {probe.owner}"
    reply = session.ask(document, variables, asked, can_ask_less=size > _PAGE_SIZES[-1])
    if isinstance(reply, Obstacle):
        return reply
    try:
        return _read(pages, probe, reply, asked)
    except fields.Misshapen as error:
        return misshapen(asked, error)


def _read(pages: _Pages, probe: Probe, reply: Reply, asked: str) -> Obstacle | None:
    # What broke, and what names no place, may be behind any null of the page.
    whole = next((error for error in reply.errors if error.may_pass), None) or next(iter(reply.placeless), None)
    if whole is not None:
        return whole.obstacle(asked)
    owner = reply.data.get("repositoryOwner")
    if owner is None:
        return _no_owner(reply, asked)
    owner = fields.record(owner, "repositoryOwner")
    connection = fields.record(owner.get("repositories"), "repositories")
    found: list[reading.Landed] = []
    lost = 0
    for index, node in enumerate(fields.rows(connection.get("nodes"), "nodes")):
        if node is None:
            lost += 1
        else:
            found.append(_row(fields.record(node, "node"), reply, index, probe))
    cursor = queries.next_cursor(connection)
    if cursor is not None and cursor == pages.cursor:
        raise fields.Misshapen("the next page is the same one again")
    pages.found += found
    pages.lost += lost
    pages.login = fields.text(owner, "login")
    pages.organisation = owner.get("__typename") == "Organization"
    viewer = reply.data.get("viewer")
    pages.viewer = fields.text(viewer, "login") if isinstance(viewer, dict) else ""
    pages.headers.append(dict(reply.headers))
    pages.more, pages.cursor = cursor is not None, cursor
    return None


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
    public = sum(1 for landed in pages.found if landed.snapshot.public)
    signals = completeness.Signals(
        kind=session.kind,
        public_rows=public,
        private_rows=len(pages.found) - public,
        scopes=frozenset(scope.strip() for scope in scopes.split(",")) if scopes is not None else None,
        partial_sso=any("partial-results" in h.get("x-github-sso", "") for h in pages.headers),
        lost=pages.lost,
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
